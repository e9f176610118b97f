/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Time is a grid of seconds. A sample belongs to the second that it ends in, with some patience for a timer that drifts; one that spans
 * several seconds is spread over them, so that a count divided by the step is a rate whatever the interval of sampling was. */

#include "metrics/history_private.h"

#include <math.h>
#include <string.h>

#define CORES_MAX 1024u
/* A sample this early or late still belongs to the second that is due. */
#define PATIENCE_MS 400
/* A clock that went back further has been set. */
#define CLOCK_SET_SLOTS 5

static const LsLayout layouts[LS_TRACK_KINDS] = {
  [LS_TRACK_HOST] = { { { "memory_used", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN }, { "cpu", 0, TRUE, LS_CODING_SHARE, LS_MERGE_MEAN } }, 2 },
  [LS_TRACK_CLUSTER] = { { { "requests", 1, FALSE, LS_CODING_COUNT, LS_MERGE_SUM }, { "classes", 5, TRUE, LS_CODING_COUNT, LS_MERGE_SUM },
                           { "p50_us", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN }, { "p95_us", 1, FALSE, LS_CODING_SHORT, LS_MERGE_WORST },
                           { "p99_us", 1, FALSE, LS_CODING_SHORT, LS_MERGE_WORST }, { "in_flight", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN },
                           { "cpu", 1, FALSE, LS_CODING_MILLI, LS_MERGE_MEAN }, { "rss", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN } }, 8 },
  [LS_TRACK_POOL] = { { { "done", 1, FALSE, LS_CODING_COUNT, LS_MERGE_SUM }, { "failed", 1, FALSE, LS_CODING_COUNT, LS_MERGE_SUM },
                        { "queued", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN }, { "running", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN },
                        { "wait_p95_us", 1, FALSE, LS_CODING_SHORT, LS_MERGE_WORST }, { "run_p95_us", 1, FALSE, LS_CODING_SHORT, LS_MERGE_WORST },
                        { "cpu", 1, FALSE, LS_CODING_MILLI, LS_MERGE_MEAN }, { "rss", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN } }, 8 },
  [LS_TRACK_WORKER] = { { { "requests", 1, FALSE, LS_CODING_SHORT, LS_MERGE_SUM }, { "cpu", 1, FALSE, LS_CODING_MILLI, LS_MERGE_MEAN },
                          { "rss", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN }, { "p95_us", 1, FALSE, LS_CODING_SHORT, LS_MERGE_WORST } }, 4 },
};

gint64
ls_track_horizon (LsTrackKind kind, gint64 step_ms)
{
  if (step_ms == LS_COARSE_MS)
    return kind == LS_TRACK_WORKER ? 60 : 8640;
  return kind == LS_TRACK_WORKER ? 600 : 3600;
}

static void
track_free (gpointer data)
{
  LsTrack *track = data;

  ls_series_clear (&track->fine);
  ls_series_clear (&track->coarse);
  g_free (track->name);
  g_free (track);
}

LsHistory *
ls_history_new (gsize budget_bytes)
{
  LsHistory *history = g_new0 (LsHistory, 1);

  history->budget = budget_bytes;
  history->memory = sizeof *history;
  history->slot = -1;
  memcpy (history->layouts, layouts, sizeof layouts);
  for (guint kind = 0; kind < LS_TRACK_KINDS; kind++)
    history->tracks[kind] = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, track_free);
  return history;
}

void
ls_history_free (LsHistory *history)
{
  if (history == NULL)
    return;
  for (guint kind = 0; kind < LS_TRACK_KINDS; kind++)
    g_hash_table_unref (history->tracks[kind]);
  g_free (history);
}

gsize
ls_history_memory (const LsHistory *history)
{
  return history->memory;
}

/* --- points --- */

static LsTrack *
find_or_add_track (LsHistory *history, LsTrackKind kind, const char *name)
{
  LsTrack *track = g_hash_table_lookup (history->tracks[kind], name);

  if (track != NULL || !ls_history_reserve (history, kind, ls_track_cost (name)))
    return track;
  track = g_new0 (LsTrack, 1);
  track->name = g_strdup (name);
  track->kind = kind;
  track->fine.record_size = track->coarse.record_size = ls_layout_record_size (&history->layouts[kind]);
  g_hash_table_insert (history->tracks[kind], track->name, track);
  return track;
}

static void
write_point (LsHistory *history, LsTrack *track, LsSeries *series, gint64 slot, const double *values)
{
  gsize cost = ls_series_cost (series, slot);

  if (cost == 0 || ls_history_reserve (history, track->kind, cost))
    ls_layout_pack (&history->layouts[track->kind], values, ls_series_write (series, slot));
}

gboolean
ls_track_point (const LsHistory *history, const LsTrack *track, gint64 step_ms, gint64 slot, double *ret_values)
{
  const LsLayout *layout = &history->layouts[track->kind];
  const guint8 *record = ls_series_read (step_ms == LS_FINE_MS ? &track->fine : &track->coarse, slot);
  double values[LS_LAYOUT_VALUES_MAX];
  guint n = 0;

  if (record != NULL)
    ls_layout_unpack (layout, record, ret_values);
  if (record != NULL || step_ms == LS_FINE_MS)
    return record != NULL;
  for (gint64 fine = slot * LS_FINE_IN_COARSE; fine < (slot + 1) * LS_FINE_IN_COARSE; fine++)
    {
      record = ls_series_read (&track->fine, fine);
      if (record == NULL)
        continue;
      ls_layout_unpack (layout, record, n == 0 ? ret_values : values);
      if (++n > 1)
        ls_layout_merge (layout, ret_values, values, n);
    }
  return n > 0;
}

/* Where a sample goes: the slots from @first to @last, one point merged into the last if it is not new. */
typedef struct {
  gint64 first, last;
  gboolean merges;
} Place;

static void
add_point (LsHistory *history, LsTrackKind kind, const char *name, const double *values, Place place)
{
  LsTrack *track = find_or_add_track (history, kind, name);
  const LsLayout *layout = &history->layouts[kind];
  guint parts = (guint) (place.last - place.first + 1);
  double point[LS_LAYOUT_VALUES_MAX];

  if (track == NULL)
    return;
  if (place.merges && ls_track_point (history, track, LS_FINE_MS, place.last, point))
    {
      ls_layout_merge (layout, point, values, history->in_slot);
      write_point (history, track, &track->fine, place.last, point);
      return;
    }
  for (guint part = 0; part < parts; part++)
    {
      ls_layout_split (layout, values, parts, part, point);
      write_point (history, track, &track->fine, place.first + part, point);
    }
}

/* The ten seconds @slot are over: one coarse point for whoever has fine ones. */
static void
add_coarse (LsHistory *history, gint64 slot)
{
  double values[LS_LAYOUT_VALUES_MAX];

  for (guint kind = LS_TRACK_HOST; kind <= LS_TRACK_POOL; kind++)
    {
      GHashTableIter iter;
      gpointer value;

      g_hash_table_iter_init (&iter, history->tracks[kind]);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          LsTrack *track = value;

          if (ls_series_read (&track->coarse, slot) == NULL && ls_track_point (history, track, LS_COARSE_MS, slot, values))
            write_point (history, track, &track->coarse, slot, values);
        }
    }
}

/* --- samples --- */

static double
known (gint64 value)
{
  return value < 0 ? NAN : (double) value;
}

static void
add_host (LsHistory *history, const LsSample *sample, Place place)
{
  LsLayout *layout = &history->layouts[LS_TRACK_HOST];
  guint cores = MIN (sample->cores, CORES_MAX);
  double values[LS_LAYOUT_VALUES_MAX];

  if (layout->columns[1].width != cores)
    {
      /* Another number of cores: records of another size. */
      LsTrack *track = g_hash_table_lookup (history->tracks[LS_TRACK_HOST], "host");
      if (track != NULL)
        ls_history_drop_track (history, track);
      layout->columns[1].width = cores;
    }
  values[0] = (double) (sample->memory_total - MIN (sample->memory_total, sample->memory_available));
  for (guint i = 0; i < cores; i++)
    values[1 + i] = sample->cpu[i];
  add_point (history, LS_TRACK_HOST, "host", values, place);
}

static void
add_cluster (LsHistory *history, const LsClusterSample *cluster, Place place)
{
  double values[] = { (double) cluster->requests, 0, 0, 0, 0, 0, known (cluster->p50_us), known (cluster->p95_us), known (cluster->p99_us),
                      cluster->in_flight, cluster->cpu, (double) cluster->rss };

  for (guint i = 0; i < cluster->codes->len; i++)
    {
      const LsCodeCount *code = &g_array_index (cluster->codes, LsCodeCount, i);
      values[CLAMP (code->code / 100, 1, 5)] += (double) code->count;
    }
  add_point (history, LS_TRACK_CLUSTER, cluster->name, values, place);
}

static void
add_pool (LsHistory *history, const LsPoolSample *pool, Place place)
{
  double values[] = { (double) pool->done, (double) pool->failed, pool->queued, pool->running, known (pool->wait_us.p95), known (pool->run_us.p95),
                      pool->cpu, (double) pool->rss };

  add_point (history, LS_TRACK_POOL, pool->name, values, place);
}

static double
sum_known (double a, double b)
{
  return isnan (a) ? b : isnan (b) ? a : a + b;
}

/* While a slot is reloaded two instances stand beside each other under one name: together they are one point. */
static void
add_workers (LsHistory *history, const GPtrArray *workers, Place place)
{
  for (guint i = 0; i < workers->len;)
    {
      const char *id = ((const LsWorkerSample *) workers->pdata[i])->id;
      double values[] = { NAN, NAN, 0, NAN };

      for (; i < workers->len && g_str_equal (((const LsWorkerSample *) workers->pdata[i])->id, id); i++)
        {
          const LsWorkerSample *worker = workers->pdata[i];

          values[0] = sum_known (values[0], worker->requests == G_MAXUINT64 ? NAN : (double) worker->requests);
          values[1] = sum_known (values[1], worker->cpu);
          values[2] += (double) worker->rss;
          values[3] = fmax (values[3], known (worker->p95_us));
        }
      add_point (history, LS_TRACK_WORKER, id, values, place);
    }
}

static Place
find_place (LsHistory *history, const LsSample *sample)
{
  gint64 slot = sample->at / LS_FINE_MS;
  gint64 due = history->slot + 1;
  gint64 span = MAX ((sample->span_ms + LS_FINE_MS / 2) / LS_FINE_MS, 1);

  if (history->slot < 0)
    return (Place) { slot, slot, FALSE };
  if (sample->span_ms >= LS_FINE_MS - PATIENCE_MS && sample->at >= due * LS_FINE_MS - PATIENCE_MS && sample->at < (due + 1) * LS_FINE_MS + PATIENCE_MS)
    slot = due;
  if (slot <= history->slot - CLOCK_SET_SLOTS)
    {
      ls_history_rewind (history, slot);
      return (Place) { slot, slot, FALSE };
    }
  if (slot <= history->slot)
    return (Place) { history->slot, history->slot, TRUE };
  /* One second more than the span is the timer's drift, not a gap. */
  return (Place) { slot - due <= span ? due : slot - span + 1, slot, FALSE };
}

void
ls_history_add (LsHistory *history, const LsSample *sample)
{
  gint64 before = history->slot;
  Place place;

  if (sample->at < 0)
    return;
  place = find_place (history, sample);
  history->slot = place.last;
  history->in_slot = place.merges ? history->in_slot + 1 : 1;
  if (before >= 0 && before / LS_FINE_IN_COARSE < place.last / LS_FINE_IN_COARSE)
    add_coarse (history, before / LS_FINE_IN_COARSE);
  if (before / LS_SERIES_ROWS != place.last / LS_SERIES_ROWS)
    ls_history_forget_old (history);

  add_host (history, sample, place);
  for (guint i = 0; i < sample->clusters->len; i++)
    add_cluster (history, sample->clusters->pdata[i], place);
  for (guint i = 0; i < sample->pools->len; i++)
    add_pool (history, sample->pools->pdata[i], place);
  add_workers (history, sample->workers, place);
}
