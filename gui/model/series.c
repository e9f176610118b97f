/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/series.h"

#include <math.h>
#include <string.h>

#include "base/ring.h"

/* One element of the ring: the time, then a float a column. */
typedef struct {
  gint64 at;
  float values[];
} LsPoint;

struct LsSeries {
  guint columns;
  LsRing *ring;
  LsPoint *scratch;
};

LsSeries *
ls_series_new (guint columns, guint capacity)
{
  gsize size = sizeof (LsPoint) + sizeof (float) * columns;
  size = (size + sizeof (gint64) - 1) / sizeof (gint64) * sizeof (gint64);
  LsSeries *series = g_new0 (LsSeries, 1);
  series->columns = columns;
  series->ring = ls_ring_new (size, capacity);
  series->scratch = g_malloc0 (size);
  return series;
}

void
ls_series_free (LsSeries *series)
{
  if (!series)
    return;
  ls_ring_free (series->ring);
  g_free (series->scratch);
  g_free (series);
}

guint
ls_series_columns (const LsSeries *series)
{
  return series->columns;
}

guint
ls_series_length (const LsSeries *series)
{
  return ls_ring_length (series->ring);
}

static const LsPoint *
point (const LsSeries *series, guint age)
{
  guint length = ls_ring_length (series->ring);
  return age < length ? ls_ring_get (series->ring, length - 1 - age) : NULL;
}

static void
push_gaps (LsSeries *series, gint64 last, gint64 at, gint64 interval_ms)
{
  gint64 missing = (at - last + interval_ms / 2) / interval_ms - 1;
  gint64 first = MAX (1, missing - (gint64) ls_ring_capacity (series->ring) + 1);
  for (guint i = 0; i < series->columns; i++)
    series->scratch->values[i] = NAN;
  for (gint64 i = first; i <= missing; i++) {
    series->scratch->at = last + i * interval_ms;
    ls_ring_push (series->ring, series->scratch);
  }
}

void
ls_series_push (LsSeries *series, gint64 at, gint64 interval_ms, const float *values)
{
  const LsPoint *last = point (series, 0);
  if (last && at <= last->at)
    return;
  if (last && interval_ms > 0 && at - last->at >= interval_ms * 5 / 2)
    push_gaps (series, last->at, at, interval_ms);
  series->scratch->at = at;
  memcpy (series->scratch->values, values, sizeof (float) * series->columns);
  ls_ring_push (series->ring, series->scratch);
}

float
ls_series_get (const LsSeries *series, guint age, guint column)
{
  const LsPoint *found = point (series, age);
  return found && column < series->columns ? found->values[column] : NAN;
}

gint64
ls_series_at (const LsSeries *series, guint age)
{
  const LsPoint *found = point (series, age);
  return found ? found->at : 0;
}

float
ls_series_peak (const LsSeries *series, guint column, guint points)
{
  float peak = NAN;
  guint n = MIN (points, ls_series_length (series));
  for (guint age = 0; age < n; age++) {
    float value = ls_series_get (series, age, column);
    if (!isnan (value) && !(peak >= value))
      peak = value;
  }
  return peak;
}

/* Pushes the points of @from in which @after < at < @before. */
static void
push_between (LsSeries *to, const LsSeries *from, gint64 after, gint64 before, gint64 interval_ms)
{
  for (guint age = ls_series_length (from); age-- > 0;) {
    const LsPoint *each = point (from, age);
    if (each->at > after && each->at < before)
      ls_series_push (to, each->at, interval_ms, each->values);
  }
}

void
ls_series_merge (LsSeries *series, const LsSeries *history, gint64 interval_ms)
{
  guint n = ls_series_length (history);
  if (n == 0 || history->columns != series->columns)
    return;
  LsSeries *merged = ls_series_new (series->columns, ls_ring_capacity (series->ring));
  push_between (merged, series, G_MININT64, ls_series_at (history, n - 1), interval_ms);
  push_between (merged, history, G_MININT64, G_MAXINT64, interval_ms);
  push_between (merged, series, ls_series_at (history, 0), G_MAXINT64, interval_ms);
  LsRing *old = series->ring;
  series->ring = g_steal_pointer (&merged->ring);
  merged->ring = old;
  ls_series_free (merged);
}
