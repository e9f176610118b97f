/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/job_parts.h"

#include <math.h>
#include <string.h>

void
ls_durations_add (LsDurations *durations, LsDurationTotals *total, gint64 us)
{
  guint bucket = ls_histogram_bucket ((guint64) MAX (us, 0));

  durations->buckets[bucket]++;
  durations->n++;
  total->buckets[bucket]++;
  total->sum_us += (guint64) MAX (us, 0);
}

/* -1 without any. */
static gint64
percentile_us (const LsDurations *durations, double share)
{
  guint rank = (guint) ceil (share * durations->n), seen = 0;
  guint bucket = 0;

  if (durations->n == 0)
    return -1;
  while (bucket < LS_HISTOGRAM_BUCKETS - 1 && (seen += durations->buckets[bucket]) < rank)
    bucket++;
  return (gint64) ls_histogram_bucket_middle (bucket);
}

LsPercentiles
ls_durations_take (LsDurations *durations)
{
  LsPercentiles us = { percentile_us (durations, 0.5), percentile_us (durations, 0.95), percentile_us (durations, 0.99) };

  if (durations->n > 0)
    memset (durations, 0, sizeof *durations);
  return us;
}
