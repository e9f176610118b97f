/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the history keeps within its budget, and what goes first. */

#include "metrics/history_private.h"

#include <string.h>

/* With the name, the entry in the table and what the allocator adds. */
gsize
ls_track_cost (const char *name)
{
  return sizeof (LsTrack) + 96 + strlen (name);
}

typedef gsize (*TrackVisit) (LsTrack *track, gint64 argument);

static gsize
each_track (LsHistory *history, LsTrackKind from, LsTrackKind to, TrackVisit visit, gint64 argument)
{
  gsize freed = 0;

  for (guint kind = from; kind <= to; kind++)
    {
      GHashTableIter iter;
      gpointer track;

      g_hash_table_iter_init (&iter, history->tracks[kind]);
      while (g_hash_table_iter_next (&iter, NULL, &track))
        freed += visit (track, argument);
    }
  history->memory -= freed;
  return freed;
}

static gsize
drop_fine (LsTrack *track, gint64 chunk)
{
  return ls_series_drop_before (&track->fine, chunk);
}

static gsize
drop_coarse (LsTrack *track, gint64 chunk)
{
  return ls_series_drop_before (&track->coarse, chunk);
}

static gsize
rewind_to (LsTrack *track, gint64 slot)
{
  return ls_series_rewind (&track->fine, slot) + ls_series_rewind (&track->coarse, slot / LS_FINE_IN_COARSE);
}

/* Index of the oldest chunk of some kinds of tracks; @current if nothing is older. */
static gint64
oldest_chunk (const LsHistory *history, LsTrackKind from, LsTrackKind to, gboolean coarse, gint64 current)
{
  gint64 oldest = current;

  for (guint kind = from; kind <= to; kind++)
    {
      GHashTableIter iter;
      gpointer track;

      g_hash_table_iter_init (&iter, history->tracks[kind]);
      while (g_hash_table_iter_next (&iter, NULL, &track))
        {
          gint64 index = ls_series_oldest_chunk (coarse ? &((LsTrack *) track)->coarse : &((LsTrack *) track)->fine);
          if (index >= 0)
            oldest = MIN (oldest, index);
        }
    }
  return oldest;
}

/* Frees the least needed: old minutes of the workers; then, for others, all that workers have; then the end of an hour or of a day that is
 * longer for its kind. FALSE: nothing is left to free for @kind. */
static gboolean
free_something (LsHistory *history, LsTrackKind kind)
{
  gint64 fine_now = history->slot / LS_SERIES_ROWS;
  gint64 coarse_now = history->slot / LS_FINE_IN_COARSE / LS_SERIES_ROWS;
  gint64 worker = oldest_chunk (history, LS_TRACK_WORKER, LS_TRACK_WORKER, FALSE, fine_now);

  if (worker < fine_now)
    return each_track (history, LS_TRACK_WORKER, LS_TRACK_WORKER, drop_fine, worker + 1) > 0;
  if (kind == LS_TRACK_WORKER)
    return FALSE;
  if (each_track (history, LS_TRACK_WORKER, LS_TRACK_WORKER, drop_fine, fine_now + 1) > 0)
    return TRUE;

  gint64 fine = oldest_chunk (history, LS_TRACK_HOST, LS_TRACK_POOL, FALSE, fine_now);
  gint64 coarse = oldest_chunk (history, LS_TRACK_HOST, LS_TRACK_POOL, TRUE, coarse_now);
  double fine_age = (double) (fine_now - fine) / (double) ls_track_horizon (LS_TRACK_HOST, LS_FINE_MS);
  double coarse_age = (double) (coarse_now - coarse) / (double) ls_track_horizon (LS_TRACK_HOST, LS_COARSE_MS);
  if (fine_age <= 0 && coarse_age <= 0)
    return FALSE;
  return fine_age >= coarse_age ? each_track (history, LS_TRACK_HOST, LS_TRACK_POOL, drop_fine, fine + 1) > 0
                                : each_track (history, LS_TRACK_HOST, LS_TRACK_POOL, drop_coarse, coarse + 1) > 0;
}

gboolean
ls_history_reserve (LsHistory *history, LsTrackKind kind, gsize bytes)
{
  while (history->memory + bytes > history->budget)
    if (!free_something (history, kind))
      return FALSE;
  history->memory += bytes;
  return TRUE;
}

/* Once a minute: what is too old goes, and names of which nothing is left. */
void
ls_history_forget_old (LsHistory *history)
{
  gint64 fine = history->slot - ls_track_horizon (LS_TRACK_HOST, LS_FINE_MS);
  gint64 coarse = history->slot / LS_FINE_IN_COARSE - ls_track_horizon (LS_TRACK_HOST, LS_COARSE_MS);
  gint64 worker = history->slot - ls_track_horizon (LS_TRACK_WORKER, LS_FINE_MS);

  each_track (history, LS_TRACK_HOST, LS_TRACK_POOL, drop_fine, fine / LS_SERIES_ROWS);
  each_track (history, LS_TRACK_HOST, LS_TRACK_POOL, drop_coarse, coarse / LS_SERIES_ROWS);
  each_track (history, LS_TRACK_WORKER, LS_TRACK_WORKER, drop_fine, worker / LS_SERIES_ROWS);
  for (guint kind = 0; kind < LS_TRACK_KINDS; kind++)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, history->tracks[kind]);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          LsTrack *track = value;

          if (ls_series_oldest_chunk (&track->fine) >= 0 || ls_series_oldest_chunk (&track->coarse) >= 0)
            continue;
          history->memory -= ls_track_cost (track->name);
          g_hash_table_iter_remove (&iter);
        }
    }
}


void
ls_history_rewind (LsHistory *history, gint64 slot)
{
  each_track (history, LS_TRACK_HOST, LS_TRACK_WORKER, rewind_to, slot);
}

void
ls_history_drop_track (LsHistory *history, LsTrack *track)
{
  history->memory -= rewind_to (track, 0) + ls_track_cost (track->name);
  g_hash_table_remove (history->tracks[track->kind], track->name);
}
