/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* The reading half of a sample's codec: what clients do once a second. */

#include "model/sample.h"

#include "base/error.h"
#include "base/text.h"
#include "model/codec.h"

#include <math.h>
#include <string.h>

#define CORES_MAX 65536

/* -1 stays for null. */
static gboolean
get_known (json_t *object, const char *key, gint64 *ret, GError **error)
{
  return ls_codec_get_time (object, key, ret, error);
}

static gboolean
read_cores (json_t *list, LsSample *sample, GError **error)
{
  gsize cores = json_array_size (list);
  if (cores > CORES_MAX)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "host.cpu has too many cores");
      return FALSE;
    }
  sample->cores = (guint) cores;
  sample->cpu = g_new0 (double, cores + 1);
  for (gsize i = 0; i < cores; i++)
    {
      json_t *value = json_array_get (list, i);
      sample->cpu[i] = json_is_number (value) ? json_number_value (value) : NAN;
    }
  return TRUE;
}

static gboolean
read_host (json_t *host, LsSample *sample, GError **error)
{
  json_t *memory = json_object_get (host, "memory"), *swap = json_object_get (host, "swap"), *load = json_object_get (host, "load");
  for (gsize i = 0; i < 3; i++)
    sample->load[i] = json_number_value (json_array_get (load, i));
  return ls_json_expect_object (host, "host", error) && read_cores (json_object_get (host, "cpu"), sample, error) &&
         ls_codec_get_count (memory, "total", &sample->memory_total, error) &&
         ls_codec_get_count (memory, "available", &sample->memory_available, error) &&
         ls_codec_get_count (memory, "cached", &sample->memory_cached, error) && ls_codec_get_count (swap, "total", &sample->swap_total, error) &&
         ls_codec_get_count (swap, "used", &sample->swap_used, error);
}

static gboolean
read_agent (json_t *agent, LsSample *sample, GError **error)
{
  return ls_json_get_real (agent, "cpu", &sample->agent_cpu, error) && ls_codec_get_count (agent, "rss", &sample->agent_rss, error) &&
         ls_codec_get_guint (agent, "wakeups", &sample->agent_wakeups, error) &&
         ls_codec_get_time (agent, "interval_ms", &sample->interval_ms, error) && ls_codec_get_guint (agent, "skipped", &sample->skipped, error);
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  return (int) ((const LsCodeCount *) a)->code - (int) ((const LsCodeCount *) b)->code;
}

static gboolean
read_codes (json_t *codes, GArray *ret, GError **error)
{
  const char *key;
  json_t *value;
  json_object_foreach (codes, key, value)
    {
      guint64 code;
      if (!ls_parse_uint (key, "a status code", 100, 599, &code, error))
        return FALSE;
      LsCodeCount count = { .code = (guint) code };
      if (!ls_codec_get_count (codes, key, &count.count, error))
        return FALSE;
      if (count.count > 0)
        g_array_append_val (ret, count);
    }
  g_array_sort (ret, compare_codes);
  return TRUE;
}

static gboolean
read_cluster (json_t *json, LsClusterSample *cluster, GError **error)
{
  json_t *latency = json_object_get (json, "latency_us"), *io_pool = json_object_get (json, "io_pool");
  return ls_json_expect_object (json, cluster->name, error) && ls_codec_get_count (json, "requests", &cluster->requests, error) &&
         read_codes (json_object_get (json, "codes"), cluster->codes, error) &&
         ls_codec_get_guint (json, "in_flight", &cluster->in_flight, error) &&
         ls_codec_get_guint (json, "connections", &cluster->connections, error) &&
         ls_codec_get_count (json, "bytes_in", &cluster->bytes_in, error) && ls_codec_get_count (json, "bytes_out", &cluster->bytes_out, error) &&
         get_known (latency, "p50", &cluster->p50_us, error) && get_known (latency, "p95", &cluster->p95_us, error) &&
         get_known (latency, "p99", &cluster->p99_us, error) && ls_json_get_real (json, "cpu", &cluster->cpu, error) &&
         ls_codec_get_count (json, "rss", &cluster->rss, error) && get_known (io_pool, "size", &cluster->io_size, error) &&
         get_known (io_pool, "active", &cluster->io_active, error) && get_known (io_pool, "queued", &cluster->io_queued, error);
}

static gboolean
read_percentiles (json_t *json, LsPercentiles *us, GError **error)
{
  return get_known (json, "p50", &us->p50, error) && get_known (json, "p95", &us->p95, error) && get_known (json, "p99", &us->p99, error);
}

static gboolean
read_pool (json_t *json, LsPoolSample *pool, GError **error)
{
  return ls_json_expect_object (json, pool->name, error) && ls_codec_get_count (json, "done", &pool->done, error) &&
         ls_codec_get_count (json, "failed", &pool->failed, error) && ls_codec_get_guint (json, "queued", &pool->queued, error) &&
         ls_codec_get_guint (json, "running", &pool->running, error) &&
         read_percentiles (json_object_get (json, "wait_us"), &pool->wait_us, error) &&
         read_percentiles (json_object_get (json, "run_us"), &pool->run_us, error) && ls_json_get_real (json, "cpu", &pool->cpu, error) &&
         ls_codec_get_count (json, "rss", &pool->rss, error);
}

/* A row under the names of its columns: the order may change, and columns may come. */
static json_t *
row_as_object (json_t *columns, json_t *row)
{
  json_t *object = json_object ();
  size_t index;
  json_t *column;
  json_array_foreach (columns, index, column)
    if (json_is_string (column))
      json_object_set (object, json_string_value (column), json_array_get (row, index));
  return object;
}

static gboolean
read_worker (json_t *row, LsWorkerSample *worker, GError **error)
{
  return ls_codec_require_string (row, "id", "a row of workers", &worker->id, error) &&
         ls_json_get_string (row, "instance", &worker->instance, error) && ls_json_get_string (row, "state", &worker->state, error) &&
         ls_json_get_real (row, "cpu", &worker->cpu, error) && ls_codec_get_count (row, "rss", &worker->rss, error) &&
         ls_codec_get_guint (row, "threads", &worker->threads, error) && ls_codec_get_count (row, "requests", &worker->requests, error) &&
         ls_codec_get_count (row, "errors", &worker->errors, error) && ls_codec_get_guint (row, "in_flight", &worker->in_flight, error) &&
         get_known (row, "p95_us", &worker->p95_us, error) && get_known (row, "loop_lag_us", &worker->loop_lag_us, error);
}

static gboolean
read_workers (json_t *table, GPtrArray *workers, GError **error)
{
  json_t *columns = json_object_get (table, "columns"), *row;
  size_t index;
  json_array_foreach (json_object_get (table, "rows"), index, row)
    {
      LsWorkerSample *worker = ls_worker_sample_new (NULL);
      g_ptr_array_add (workers, worker);
      g_autoptr (json_t) object = row_as_object (columns, row);
      if (!read_worker (object, worker, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_groups (json_t *json, LsSample *sample, GError **error)
{
  const char *name;
  json_t *value;
  json_object_foreach (json_object_get (json, "clusters"), name, value)
    {
      LsClusterSample *cluster = ls_cluster_sample_new (name);
      g_ptr_array_add (sample->clusters, cluster);
      if (!read_cluster (value, cluster, error))
        return FALSE;
    }
  json_object_foreach (json_object_get (json, "pools"), name, value)
    {
      LsPoolSample *pool = ls_pool_sample_new (name);
      g_ptr_array_add (sample->pools, pool);
      if (!read_pool (value, pool, error))
        return FALSE;
    }
  return read_workers (json_object_get (json, "workers"), sample->workers, error);
}

LsSample *
ls_sample_from_json (json_t *json, GError **error)
{
  g_autoptr (LsSample) sample = ls_sample_new ();
  if (!ls_codec_require_string (json, "epoch", "a sample", &sample->epoch, error) || !ls_codec_get_count (json, "seq", &sample->seq, error) ||
      !ls_codec_get_time (json, "at", &sample->at, error) || !ls_codec_get_time (json, "span_ms", &sample->span_ms, error) ||
      !read_host (json_object_get (json, "host"), sample, error) || !read_agent (json_object_get (json, "agent"), sample, error) ||
      !read_groups (json, sample, error))
    return NULL;
  return g_steal_pointer (&sample);
}
