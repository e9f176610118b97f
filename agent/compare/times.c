/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/times.h"

#include <math.h>
#include <stdlib.h>

void
ls_times_add (LsTimes *times, uint64_t us)
{
  if (times->n == times->capacity) {
    times->capacity = times->capacity > 0 ? times->capacity * 2 : 256;
    times->us = realloc (times->us, times->capacity * sizeof *times->us);
    if (times->us == NULL)
      abort ();
  }
  times->us[times->n++] = us;
}

static int
by_length (const void *a, const void *b)
{
  uint64_t one = *(const uint64_t *) a, other = *(const uint64_t *) b;
  return (one > other) - (one < other);
}

uint64_t
ls_times_percentile (LsTimes *times, double percent)
{
  if (times->n == 0)
    return 0;
  qsort (times->us, times->n, sizeof *times->us, by_length);
  size_t rank = (size_t) ceil (percent / 100 * (double) times->n);
  return times->us[rank < 1 ? 0 : rank > times->n ? times->n - 1 : rank - 1];
}

void
ls_times_clear (LsTimes *times)
{
  free (times->us);
  *times = (LsTimes) { 0 };
}
