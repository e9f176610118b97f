/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/sample.h"

#include "model/codec.h"

#include <math.h>

#define UNMEASURED G_MAXUINT64

static void
cluster_sample_free (gpointer data)
{
  LsClusterSample *cluster = data;
  g_free (cluster->name);
  g_array_unref (cluster->codes);
  g_free (cluster);
}

static void
pool_sample_free (gpointer data)
{
  LsPoolSample *pool = data;
  g_free (pool->name);
  g_free (pool);
}

static void
worker_sample_free (gpointer data)
{
  LsWorkerSample *worker = data;
  g_free (worker->id);
  g_free (worker->instance);
  g_free (worker->state);
  g_free (worker);
}

LsClusterSample *
ls_cluster_sample_new (const char *name)
{
  LsClusterSample *cluster = g_new0 (LsClusterSample, 1);
  cluster->name = g_strdup (name);
  cluster->codes = g_array_new (FALSE, FALSE, sizeof (LsCodeCount));
  cluster->p50_us = cluster->p95_us = cluster->p99_us = -1;
  cluster->cpu = NAN;
  cluster->io_size = cluster->io_active = cluster->io_queued = -1;
  return cluster;
}

LsPoolSample *
ls_pool_sample_new (const char *name)
{
  LsPoolSample *pool = g_new0 (LsPoolSample, 1);
  pool->name = g_strdup (name);
  pool->wait_us = pool->run_us = LS_PERCENTILES_NONE;
  pool->cpu = NAN;
  return pool;
}

LsWorkerSample *
ls_worker_sample_new (const char *id)
{
  LsWorkerSample *worker = g_new0 (LsWorkerSample, 1);
  worker->id = g_strdup (id);
  worker->cpu = NAN;
  worker->requests = worker->errors = UNMEASURED;
  worker->p95_us = worker->loop_lag_us = -1;
  return worker;
}

LsSample *
ls_sample_new (void)
{
  LsSample *sample = g_new0 (LsSample, 1);
  sample->clusters = g_ptr_array_new_with_free_func (cluster_sample_free);
  sample->pools = g_ptr_array_new_with_free_func (pool_sample_free);
  sample->workers = g_ptr_array_new_with_free_func (worker_sample_free);
  return sample;
}

void
ls_sample_free (LsSample *sample)
{
  if (!sample)
    return;
  g_free (sample->epoch);
  g_free (sample->cpu);
  g_ptr_array_unref (sample->clusters);
  g_ptr_array_unref (sample->pools);
  g_ptr_array_unref (sample->workers);
  g_free (sample);
}

const LsClusterSample *
ls_sample_find_cluster (const LsSample *sample, const char *name)
{
  for (guint i = 0; i < sample->clusters->len; i++)
    {
      const LsClusterSample *cluster = g_ptr_array_index (sample->clusters, i);
      if (g_strcmp0 (cluster->name, name) == 0)
        return cluster;
    }
  return NULL;
}

const LsPoolSample *
ls_sample_find_pool (const LsSample *sample, const char *name)
{
  for (guint i = 0; i < sample->pools->len; i++)
    {
      const LsPoolSample *pool = g_ptr_array_index (sample->pools, i);
      if (g_strcmp0 (pool->name, name) == 0)
        return pool;
    }
  return NULL;
}

static json_t *
host_to_json (const LsSample *sample)
{
  json_t *cpu = json_array ();
  for (guint i = 0; i < sample->cores; i++)
    json_array_append_new (cpu, ls_json_real (sample->cpu[i]));
  return json_pack ("{s:o,s:{s:o,s:o,s:o},s:{s:o,s:o},s:[o,o,o]}",
                    "cpu", cpu,
                    "memory",
                      "total", ls_codec_count (sample->memory_total),
                      "available", ls_codec_count (sample->memory_available),
                      "cached", ls_codec_count (sample->memory_cached),
                    "swap",
                      "total", ls_codec_count (sample->swap_total),
                      "used", ls_codec_count (sample->swap_used),
                    "load", ls_json_real (sample->load[0]), ls_json_real (sample->load[1]), ls_json_real (sample->load[2]));
}

static json_t *
agent_to_json (const LsSample *sample)
{
  return json_pack ("{s:o,s:o,s:i,s:I,s:i}",
                    "cpu", ls_json_real (sample->agent_cpu),
                    "rss", ls_codec_count (sample->agent_rss),
                    "wakeups", (int) sample->agent_wakeups,
                    "interval_ms", (json_int_t) sample->interval_ms,
                    "skipped", (int) sample->skipped);
}

static json_t *
cluster_to_json (const LsClusterSample *cluster)
{
  json_t *codes = json_object ();
  for (guint i = 0; i < cluster->codes->len; i++)
    {
      const LsCodeCount *code = &g_array_index (cluster->codes, LsCodeCount, i);
      char key[16];
      g_snprintf (key, sizeof key, "%u", code->code);
      json_object_set_new (codes, key, ls_codec_count (code->count));
    }
  return json_pack ("{s:o,s:o,s:i,s:i,s:o,s:o,s:{s:o,s:o,s:o},s:o,s:o,s:{s:o,s:o,s:o}}",
                    "requests", ls_codec_count (cluster->requests),
                    "codes", codes,
                    "in_flight", (int) cluster->in_flight,
                    "connections", (int) cluster->connections,
                    "bytes_in", ls_codec_count (cluster->bytes_in),
                    "bytes_out", ls_codec_count (cluster->bytes_out),
                    "latency_us",
                      "p50", ls_codec_or_null (cluster->p50_us),
                      "p95", ls_codec_or_null (cluster->p95_us),
                      "p99", ls_codec_or_null (cluster->p99_us),
                    "cpu", ls_json_real (cluster->cpu),
                    "rss", ls_codec_count (cluster->rss),
                    "io_pool",
                      "size", ls_codec_or_null (cluster->io_size),
                      "active", ls_codec_or_null (cluster->io_active),
                      "queued", ls_codec_or_null (cluster->io_queued));
}

static json_t *
percentiles_to_json (const LsPercentiles *us)
{
  return json_pack ("{s:o,s:o,s:o}", "p50", ls_codec_or_null (us->p50), "p95", ls_codec_or_null (us->p95), "p99", ls_codec_or_null (us->p99));
}

static json_t *
pool_to_json (const LsPoolSample *pool)
{
  return json_pack ("{s:o,s:o,s:i,s:i,s:o,s:o,s:o,s:o}",
                    "done", ls_codec_count (pool->done),
                    "failed", ls_codec_count (pool->failed),
                    "queued", (int) pool->queued,
                    "running", (int) pool->running,
                    "wait_us", percentiles_to_json (&pool->wait_us),
                    "run_us", percentiles_to_json (&pool->run_us),
                    "cpu", ls_json_real (pool->cpu),
                    "rss", ls_codec_count (pool->rss));
}

static json_t *
measured (guint64 value)
{
  return value == UNMEASURED ? json_null () : ls_codec_count (value);
}

static json_t *
workers_to_json (const GPtrArray *workers)
{
  json_t *rows = json_array ();
  for (guint i = 0; i < workers->len; i++)
    {
      const LsWorkerSample *worker = g_ptr_array_index (workers, i);
      gboolean serves = worker->requests != UNMEASURED;
      json_array_append_new (rows, json_pack ("[o,o,o,o,o,i,o,o,o,o,o]",
                                              ls_json_string_or_null (worker->id),
                                              ls_json_string_or_null (worker->instance),
                                              ls_json_string_or_null (worker->state),
                                              ls_json_real (worker->cpu),
                                              ls_codec_count (worker->rss),
                                              (int) worker->threads,
                                              measured (worker->requests),
                                              measured (worker->errors),
                                              serves ? json_integer (worker->in_flight) : json_null (),
                                              ls_codec_or_null (worker->p95_us),
                                              ls_codec_or_null (worker->loop_lag_us)));
    }
  return json_pack ("{s:[s,s,s,s,s,s,s,s,s,s,s],s:o}",
                    "columns", "id", "instance", "state", "cpu", "rss", "threads", "requests", "errors", "in_flight", "p95_us", "loop_lag_us",
                    "rows", rows);
}

json_t *
ls_sample_to_json (const LsSample *sample)
{
  json_t *clusters = json_object (), *pools = json_object ();
  for (guint i = 0; i < sample->clusters->len; i++)
    {
      const LsClusterSample *cluster = g_ptr_array_index (sample->clusters, i);
      json_object_set_new (clusters, cluster->name, cluster_to_json (cluster));
    }
  for (guint i = 0; i < sample->pools->len; i++)
    {
      const LsPoolSample *pool = g_ptr_array_index (sample->pools, i);
      json_object_set_new (pools, pool->name, pool_to_json (pool));
    }
  return json_pack ("{s:o,s:o,s:I,s:I,s:o,s:o,s:o,s:o,s:o}",
                    "epoch", ls_json_string_or_null (sample->epoch),
                    "seq", ls_codec_count (sample->seq),
                    "at", (json_int_t) sample->at,
                    "span_ms", (json_int_t) sample->span_ms,
                    "host", host_to_json (sample),
                    "agent", agent_to_json (sample),
                    "clusters", clusters,
                    "pools", pools,
                    "workers", workers_to_json (sample->workers));
}
