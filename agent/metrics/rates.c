/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "metrics/rates.h"

#include <math.h>

#define LONGEST_INTERVAL_MS 60000
#define SMOOTHING 0.3
/* A shorter interval must fit with some room, or it would come and go. */
#define ROOM 0.7

double
ls_core_share (const LsCoreTimes *before, const LsCoreTimes *after)
{
  if (after->total <= before->total || after->busy <= before->busy)
    return 0;
  return MIN ((double) (after->busy - before->busy) / (double) (after->total - before->total), 1.0);
}

double
ls_cores_used (guint64 before_us, guint64 after_us, gint64 span_us)
{
  if (span_us <= 0)
    return NAN;
  return after_us <= before_us ? 0 : (double) (after_us - before_us) / (double) span_us;
}

static gint64
interval_at (const LsPace *pace, guint doublings)
{
  return pace->asked_ms << doublings;
}

static gboolean
fits (const LsPace *pace, guint doublings, double room)
{
  return pace->cost_us <= pace->budget * room * 1000.0 * (double) interval_at (pace, doublings);
}

void
ls_pace_add_cost (LsPace *pace, double cost_us)
{
  pace->cost_us = pace->cost_us == 0 ? cost_us : pace->cost_us + SMOOTHING * (cost_us - pace->cost_us);
  while (!fits (pace, pace->doublings, 1.0) && interval_at (pace, pace->doublings + 1) <= LONGEST_INTERVAL_MS)
    pace->doublings++;
  while (pace->doublings > 0 && fits (pace, pace->doublings - 1, ROOM))
    pace->doublings--;
}

gint64
ls_pace_interval_ms (const LsPace *pace)
{
  return interval_at (pace, pace->doublings);
}
