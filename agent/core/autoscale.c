/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/autoscale.h"

#include <math.h>

#define BUSY_ABOVE 0.7
#define IDLE_BELOW 0.3
#define BUSY_SAMPLES 5u
#define IDLE_SAMPLES 60u

void
ls_autoscale_reset (LsAutoscale *autoscale)
{
  *autoscale = (LsAutoscale){ 0 };
}

guint
ls_autoscale_next (LsAutoscale *autoscale, const LsAutoscaleSample *sample)
{
  guint wanted = CLAMP (sample->wanted, MAX (sample->range.min, 1), MAX (sample->range.max, 1));
  gboolean busy = sample->mean_cpu > BUSY_ABOVE;
  /* Low CPU does not mean a worker to spare when each has a request that waits for something else. */
  gboolean idle = sample->mean_cpu < IDLE_BELOW && sample->in_flight < sample->ready;

  if (isnan (sample->mean_cpu))
    return wanted;
  if (wanted != sample->wanted || sample->ready != sample->wanted)
    {
      ls_autoscale_reset (autoscale);
      return wanted;
    }
  autoscale->busy = busy ? autoscale->busy + 1 : 0;
  autoscale->idle = idle ? autoscale->idle + 1 : 0;
  if (autoscale->busy >= BUSY_SAMPLES && wanted < sample->range.max)
    wanted++;
  else if (autoscale->idle >= IDLE_SAMPLES && wanted > MAX (sample->range.min, 1))
    wanted--;
  if (wanted != sample->wanted)
    ls_autoscale_reset (autoscale);
  return wanted;
}
