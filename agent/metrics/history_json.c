/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "metrics/history_private.h"

#include "model/json.h"

#include <math.h>

typedef struct {
  const LsHistory *history;
  gint64 step_ms;
  gint64 first, last;      /* slots */
} Range;

static gboolean
is_wanted (const LsTrack *track, const char *const *of)
{
  return of != NULL ? g_strv_contains (of, track->name) : track->kind == LS_TRACK_HOST || track->kind == LS_TRACK_CLUSTER;
}

static gint64
oldest_slot (const Range *range, const LsTrack *track)
{
  gboolean has_coarse = ls_series_oldest_chunk (&track->coarse) >= 0;
  gint64 fine = ls_series_oldest_chunk (&track->fine) * LS_SERIES_ROWS;
  gint64 horizon = range->last - ls_track_horizon (track->kind, range->step_ms) + 1;

  if (fine < 0 && !has_coarse)
    return range->last + 1;
  if (range->step_ms == LS_FINE_MS)
    return MAX (fine, horizon);
  return MAX (has_coarse ? ls_series_oldest_chunk (&track->coarse) * LS_SERIES_ROWS : fine / LS_FINE_IN_COARSE, horizon);
}

/* Everything kept that was asked for. Slots before the first point of all are left out. */
static Range
find_range (const LsHistory *history, gint64 since, gint64 step_ms, const char *const *of)
{
  Range range = { .history = history, .step_ms = step_ms <= LS_FINE_MS ? LS_FINE_MS : LS_COARSE_MS };
  double values[LS_LAYOUT_VALUES_MAX];
  gint64 asked;

  if (history->slot < 0)
    return (Range) { .history = history, .step_ms = range.step_ms, .first = 0, .last = -1 };

  /* Ten seconds count once they are over. */
  range.last = range.step_ms == LS_FINE_MS ? history->slot : (history->slot + 1) / LS_FINE_IN_COARSE - 1;
  range.first = range.last + 1;

  asked = MAX (since, 0) / range.step_ms + (since > 0 && since % range.step_ms != 0);
  for (guint kind = 0; kind < LS_TRACK_KINDS; kind++)
    {
      GHashTableIter iter;
      gpointer track;

      g_hash_table_iter_init (&iter, history->tracks[kind]);
      while (g_hash_table_iter_next (&iter, NULL, &track))
        {
          gint64 slot = is_wanted (track, of) ? MAX (oldest_slot (&range, track), asked) : range.last + 1;

          while (slot < range.first && !ls_track_point (history, track, range.step_ms, slot, values))
            slot++;
          range.first = MIN (range.first, slot);
        }
    }
  return range;
}

static json_t *
value_to_json (LsCoding coding, double value)
{
  if (isnan (value))
    return json_null ();
  return coding == LS_CODING_COUNT || coding == LS_CODING_SHORT ? json_integer ((json_int_t) value) : ls_json_real (value);
}

static json_t *
column_to_json (const LsColumn *column, const double *values)
{
  json_t *list;

  if (!column->list)
    return value_to_json (column->coding, *values);
  list = json_array ();
  for (guint i = 0; i < column->width; i++)
    json_array_append_new (list, value_to_json (column->coding, values[i]));
  return list;
}

static json_t *
track_to_json (const Range *range, const LsTrack *track)
{
  const LsLayout *layout = &range->history->layouts[track->kind];
  double values[LS_LAYOUT_VALUES_MAX];
  json_t *lists[G_N_ELEMENTS (layout->columns)];
  json_t *json = json_object ();

  for (guint i = 0; i < layout->n_columns; i++)
    json_object_set_new (json, layout->columns[i].name, lists[i] = json_array ());
  for (gint64 slot = range->first; slot <= range->last; slot++)
    {
      gboolean there = ls_track_point (range->history, track, range->step_ms, slot, values);
      const double *value = values;

      for (guint i = 0; i < layout->n_columns; i++)
        {
          json_array_append_new (lists[i], there ? column_to_json (&layout->columns[i], value) : json_null ());
          value += layout->columns[i].width;
        }
    }
  return json;
}

static json_t *
tracks_to_json (const Range *range, LsTrackKind kind, const char *const *of)
{
  json_t *json = json_object ();
  GHashTableIter iter;
  gpointer track;

  g_hash_table_iter_init (&iter, range->history->tracks[kind]);
  while (g_hash_table_iter_next (&iter, NULL, &track))
    if (is_wanted (track, of))
      json_object_set_new (json, ((LsTrack *) track)->name, track_to_json (range, track));
  return json;
}

json_t *
ls_history_to_json (const LsHistory *history, gint64 since, gint64 step_ms, const char *const *of)
{
  Range range = find_range (history, since, step_ms, of);
  const LsTrack *host = g_hash_table_lookup (history->tracks[LS_TRACK_HOST], "host");
  json_t *at = json_array ();
  json_t *json = json_object ();

  for (gint64 slot = range.first; slot <= range.last; slot++)
    json_array_append_new (at, json_integer (slot * range.step_ms));
  json_object_set_new (json, "step_ms", json_integer (range.step_ms));
  json_object_set_new (json, "since", json_integer (since));
  json_object_set_new (json, "at", at);
  if (host != NULL && is_wanted (host, of))
    json_object_set_new (json, "host", track_to_json (&range, host));
  json_object_set_new (json, "clusters", tracks_to_json (&range, LS_TRACK_CLUSTER, of));
  json_object_set_new (json, "pools", tracks_to_json (&range, LS_TRACK_POOL, of));
  json_object_set_new (json, "workers", tracks_to_json (&range, LS_TRACK_WORKER, of));
  return json;
}
