/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md. Names of HTTP metrics are OpenTelemetry's, of the
 * process the Prometheus clients', of the host node_exporter's. */

#include "metrics/openmetrics.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>

typedef struct { guint64 us; const char *text; } Boundary;      /* the last has no text */

/* OpenTelemetry's boundaries for http.server.request.duration. */
static const Boundary request_boundaries[] = {
  { 5000, "0.005" }, { 10000, "0.01" }, { 25000, "0.025" }, { 50000, "0.05" }, { 75000, "0.075" }, { 100000, "0.1" }, { 250000, "0.25" },
  { 500000, "0.5" }, { 750000, "0.75" }, { 1000000, "1.0" }, { 2500000, "2.5" }, { 5000000, "5.0" }, { 7500000, "7.5" }, { 10000000, "10.0" }, { 0, NULL },
};

/* Jobs are of all lengths. */
static const Boundary job_boundaries[] = {
  { 10, "0.00001" }, { 100, "0.0001" }, { 1000, "0.001" }, { 10000, "0.01" }, { 100000, "0.1" }, { 1000000, "1.0" }, { 10000000, "10.0" },
  { 100000000, "100.0" }, { 1000000000, "1000.0" }, { 0, NULL },
};

typedef struct {
  GString *text;
  const LsSample *sample;
  const LsClusterMetrics *clusters;
  guint n_clusters;
} Exposition;

/* @unit: NULL or the last part of @name. */
static void
family (Exposition *out, const char *name, const char *type, const char *unit, const char *help)
{
  g_string_append_printf (out->text, "# TYPE %s %s\n", name, type);
  if (unit != NULL)
    g_string_append_printf (out->text, "# UNIT %s %s\n", name, unit);
  g_string_append_printf (out->text, "# HELP %s %s\n", name, help);
}

/* {label="value", …} of up to two labels; values escaped. */
static void
append_label (GString *text, char before, const char *label, const char *value)
{
  g_string_append_printf (text, "%c%s=\"", before, label);
  for (; *value != '\0'; value++)
    if (*value == '\n')
      g_string_append (text, "\\n");
    else if (*value == '"' || *value == '\\')
      g_string_append_printf (text, "\\%c", *value);
    else
      g_string_append_c (text, *value);
  g_string_append_c (text, '"');
}

static void
begin (Exposition *out, const char *name, const char *label, const char *value, const char *label2, const char *value2)
{
  g_string_append (out->text, name);
  if (label != NULL)
    append_label (out->text, '{', label, value);
  if (label2 != NULL)
    append_label (out->text, ',', label2, value2);
  g_string_append (out->text, label != NULL ? "} " : " ");
}

static void
append_count (Exposition *out, guint64 value)
{
  g_string_append_printf (out->text, "%" G_GUINT64_FORMAT "\n", value);
}

static void
append_real (Exposition *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out->text, g_ascii_formatd (buffer, sizeof buffer, "%.6f", isnan (value) ? 0 : value));
  g_string_append_c (out->text, '\n');
}

/* --- clusters --- */

static void
add_requests (Exposition *out)
{
  family (out, "http_server_requests", "counter", NULL, "Requests answered, by exact status code.");
  for (guint i = 0; i < out->n_clusters; i++)
    for (guint code = 0; code < LS_SCOREBOARD_CODES; code++)
      {
        char text[12];

        if (out->clusters[i].totals->codes[code] == 0)
          continue;
        g_snprintf (text, sizeof text, "%u", LS_SCOREBOARD_FIRST_CODE + code);
        begin (out, "http_server_requests_total", "cluster", out->clusters[i].cluster, "code", text);
        append_count (out, out->clusters[i].totals->codes[code]);
      }
}

/* A bucket of ours belongs below a boundary when its middle does: at most 3.2 % away. */
static void
add_histogram (Exposition *out, const char *name, const char *label, const char *value, const Boundary *boundaries, const guint64 *buckets, guint64 sum_us)
{
  g_autofree char *of_bucket = g_strconcat (name, "_bucket", NULL), *of_count = g_strconcat (name, "_count", NULL), *of_sum = g_strconcat (name, "_sum", NULL);
  guint64 below = 0;
  guint bucket = 0;

  for (; boundaries->text != NULL; boundaries++)
    {
      for (; bucket < LS_HISTOGRAM_BUCKETS && ls_histogram_bucket_middle (bucket) <= boundaries->us; bucket++)
        below += buckets[bucket];
      begin (out, of_bucket, label, value, "le", boundaries->text);
      append_count (out, below);
    }
  for (; bucket < LS_HISTOGRAM_BUCKETS; bucket++)
    below += buckets[bucket];
  begin (out, of_bucket, label, value, "le", "+Inf");
  append_count (out, below);
  begin (out, of_count, label, value, NULL, NULL);
  append_count (out, below);
  begin (out, of_sum, label, value, NULL, NULL);
  append_real (out, (double) sum_us / 1e6);
}

static void
add_durations (Exposition *out)
{
  const char *name = "http_server_request_duration_seconds";

  family (out, name, "histogram", "seconds", "Time from a request's head to the end of its answer.");
  for (guint i = 0; i < out->n_clusters; i++)
    add_histogram (out, name, "cluster", out->clusters[i].cluster, request_boundaries, out->clusters[i].totals->latency,
                   out->clusters[i].totals->latency_sum_us);
}

typedef guint64 (*ClusterFigure) (const LsClusterMetrics *cluster);

static guint64 bytes_in (const LsClusterMetrics *cluster) { return cluster->totals->bytes_in; }
static guint64 bytes_out (const LsClusterMetrics *cluster) { return cluster->totals->bytes_out; }
static guint64 accepted (const LsClusterMetrics *cluster) { return cluster->totals->accepted; }
static guint64 restarts (const LsClusterMetrics *cluster) { return cluster->restarts; }
static guint64 ready (const LsClusterMetrics *cluster) { return cluster->ready; }
static guint64 wanted (const LsClusterMetrics *cluster) { return cluster->wanted; }
static guint64 in_flight (const LsClusterMetrics *cluster) { return cluster->in_flight; }
static guint64 connections (const LsClusterMetrics *cluster) { return cluster->connections; }

static const struct {
  const char *family, *type, *unit, *help;
  ClusterFigure figure;
} cluster_figures[] = {
  { "http_server_received_bytes", "counter", "bytes", "Bytes read from clients.", bytes_in },
  { "http_server_sent_bytes", "counter", "bytes", "Bytes written to clients.", bytes_out },
  { "http_server_connections", "counter", NULL, "Connections accepted.", accepted },
  { "http_server_active_requests", "gauge", NULL, "Requests whose answer is not complete.", in_flight },
  { "http_server_open_connections", "gauge", NULL, "Connections open now.", connections },
  { "lineshaft_worker_restarts", "counter", NULL, "Worker processes started anew after one ended unasked.", restarts },
  { "lineshaft_workers_ready", "gauge", NULL, "Workers that serve.", ready },
  { "lineshaft_workers_wanted", "gauge", NULL, "Workers that are wanted.", wanted },
};

static void
add_cluster_figures (Exposition *out)
{
  for (guint f = 0; f < G_N_ELEMENTS (cluster_figures); f++)
    {
      gboolean is_counter = g_str_equal (cluster_figures[f].type, "counter");
      g_autofree char *name = g_strconcat (cluster_figures[f].family, is_counter ? "_total" : "", NULL);

      family (out, cluster_figures[f].family, cluster_figures[f].type, cluster_figures[f].unit, cluster_figures[f].help);
      for (guint i = 0; i < out->n_clusters; i++)
        {
          begin (out, name, "cluster", out->clusters[i].cluster, NULL, NULL);
          append_count (out, cluster_figures[f].figure (&out->clusters[i]));
        }
    }
}

/* --- workers and pools --- */

static double worker_cpu (const LsWorkerSample *worker) { return worker->cpu; }
static double worker_rss (const LsWorkerSample *worker) { return (double) worker->rss; }

/* A name may be there twice during a reload; a series must not. */
static gboolean
is_first_of_name (const GPtrArray *workers, guint index)
{
  return index == 0 || strcmp (((LsWorkerSample *) workers->pdata[index])->id, ((LsWorkerSample *) workers->pdata[index - 1])->id) != 0;
}

static void
add_worker_figure (Exposition *out, const char *name, const char *unit, const char *help, double (*figure) (const LsWorkerSample *worker))
{
  const GPtrArray *workers = out->sample->workers;

  family (out, name, "gauge", unit, help);
  for (guint i = 0; i < workers->len;)
    {
      const LsWorkerSample *worker = workers->pdata[i];
      const char *dot = strchr (worker->id, '.');
      g_autofree char *cluster = g_strndup (worker->id, dot != NULL ? (gsize) (dot - worker->id) : 0);
      double sum = 0;

      do
        {
          double value = figure (workers->pdata[i++]);
          sum += isnan (value) ? 0 : value;
        }
      while (i < workers->len && !is_first_of_name (workers, i));
      if (dot == NULL)
        continue;
      begin (out, name, "cluster", cluster, "worker", worker->id);
      append_real (out, sum);
    }
}

static void
add_pools (Exposition *out)
{
  const GPtrArray *pools = out->sample->pools;

  family (out, "lineshaft_pool_jobs_queued", "gauge", NULL, "Jobs that wait for a thread.");
  for (guint i = 0; i < pools->len; i++)
    {
      begin (out, "lineshaft_pool_jobs_queued", "pool", ((LsPoolSample *) pools->pdata[i])->name, NULL, NULL);
      append_count (out, ((LsPoolSample *) pools->pdata[i])->queued);
    }
  family (out, "lineshaft_pool_jobs_running", "gauge", NULL, "Jobs that run.");
  for (guint i = 0; i < pools->len; i++)
    {
      begin (out, "lineshaft_pool_jobs_running", "pool", ((LsPoolSample *) pools->pdata[i])->name, NULL, NULL);
      append_count (out, ((LsPoolSample *) pools->pdata[i])->running);
    }
}

/* --- schedules --- */

static void
add_schedules (Exposition *out, const GPtrArray *schedules)
{
  family (out, "lineshaft_schedule_runs", "counter", NULL, "Runs of a schedule that are over, by how they ended; skipped ones too.");
  for (guint i = 0; i < schedules->len; i++)
    for (guint state = LS_RUN_EXITED; state < LS_RUN_STATES; state++)
      {
        const LsSchedule *schedule = schedules->pdata[i];

        begin (out, "lineshaft_schedule_runs_total", "schedule", schedule->name, "result", ls_run_state_name ((LsRunState) state));
        append_count (out, schedule->counts[state]);
      }
  family (out, "lineshaft_schedule_next_run_timestamp_seconds", "gauge", "seconds", "When the schedule is due next, Unix time; none while it is paused.");
  for (guint i = 0; i < schedules->len; i++)
    {
      const LsSchedule *schedule = schedules->pdata[i];

      if (schedule->next_at == 0)
        continue;
      begin (out, "lineshaft_schedule_next_run_timestamp_seconds", "schedule", schedule->name, NULL, NULL);
      append_real (out, (double) schedule->next_at / 1000);
    }
}

static void
add_jobs_ended (Exposition *out, const LsPoolMetrics *pool)
{
  const struct { const char *state; guint64 n; } ends[] = {
    { "done", pool->done }, { "failed", pool->failed }, { "timed-out", pool->timed_out }, { "cancelled", pool->cancelled },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      begin (out, "lineshaft_pool_jobs_total", "pool", pool->pool, "state", ends[i].state);
      append_count (out, ends[i].n);
    }
}

static void
add_pool_totals (Exposition *out, const LsPoolMetrics *pools, guint n)
{
  family (out, "lineshaft_pool_jobs", "counter", NULL, "Jobs that ended, by how.");
  for (guint i = 0; i < n; i++)
    add_jobs_ended (out, &pools[i]);
  family (out, "lineshaft_pool_restarts", "counter", NULL, "Processes of the pool started anew after one ended unasked.");
  for (guint i = 0; i < n; i++)
    {
      begin (out, "lineshaft_pool_restarts_total", "pool", pools[i].pool, NULL, NULL);
      append_count (out, pools[i].restarts);
    }
  family (out, "lineshaft_pool_job_wait_seconds", "histogram", "seconds", "Time from a job's place in the queue to its start.");
  for (guint i = 0; i < n; i++)
    add_histogram (out, "lineshaft_pool_job_wait_seconds", "pool", pools[i].pool, job_boundaries, pools[i].wait_buckets, pools[i].wait_sum_us);
  family (out, "lineshaft_pool_job_run_seconds", "histogram", "seconds", "Time that a job ran.");
  for (guint i = 0; i < n; i++)
    add_histogram (out, "lineshaft_pool_job_run_seconds", "pool", pools[i].pool, job_boundaries, pools[i].run_buckets, pools[i].run_sum_us);
}

/* --- host and this process --- */

static void
add_one (Exposition *out, const char *name, const char *unit, const char *help, double value)
{
  family (out, name, "gauge", unit, help);
  begin (out, name, NULL, NULL, NULL, NULL);
  append_real (out, value);
}

static void
add_bytes (Exposition *out, const char *name, const char *help, guint64 value)
{
  family (out, name, "gauge", "bytes", help);
  begin (out, name, NULL, NULL, NULL, NULL);
  append_count (out, value);
}

static void
add_host (Exposition *out)
{
  const LsSample *sample = out->sample;

  family (out, "system_cpu_utilization_ratio", "gauge", "ratio", "Share of the last interval that the core was busy.");
  for (guint i = 0; i < sample->cores; i++)
    {
      char core[12];

      g_snprintf (core, sizeof core, "%u", i);
      begin (out, "system_cpu_utilization_ratio", "cpu", core, NULL, NULL);
      append_real (out, sample->cpu[i]);
    }
  add_bytes (out, "node_memory_MemTotal_bytes", "Memory of the host.", sample->memory_total);
  add_bytes (out, "node_memory_MemAvailable_bytes", "Memory that programs can still get.", sample->memory_available);
  add_bytes (out, "node_memory_Cached_bytes", "Memory that holds file contents.", sample->memory_cached);
  add_bytes (out, "node_memory_SwapTotal_bytes", "Swap of the host.", sample->swap_total);
  add_bytes (out, "node_memory_SwapFree_bytes", "Swap not in use.", sample->swap_total - MIN (sample->swap_total, sample->swap_used));
  add_one (out, "node_load1", NULL, "Load average over one minute.", sample->load[0]);
  add_one (out, "node_load5", NULL, "Load average over five minutes.", sample->load[1]);
  add_one (out, "node_load15", NULL, "Load average over fifteen minutes.", sample->load[2]);
}

static void
add_own_process (Exposition *out, guint open_fds, gint64 started_at_ms)
{
  struct rusage usage = { 0 };

  getrusage (RUSAGE_SELF, &usage);
  family (out, "process_cpu_seconds", "counter", "seconds", "CPU time that the agent itself has used.");
  begin (out, "process_cpu_seconds_total", NULL, NULL, NULL, NULL);
  append_real (out, (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  if (out->sample != NULL)
    add_bytes (out, "process_resident_memory_bytes", "Memory of the agent itself.", out->sample->agent_rss);
  family (out, "process_open_fds", "gauge", NULL, "Descriptors that the agent has open.");
  begin (out, "process_open_fds", NULL, NULL, NULL, NULL);
  append_count (out, open_fds);
  add_one (out, "process_start_time_seconds", "seconds", "When the agent started, Unix time.", (double) started_at_ms / 1000);
}

char *
ls_openmetrics_text (const LsSample *sample, const LsClusterMetrics *clusters, guint n_clusters, const LsPoolMetrics *pools, guint n_pools,
                     const GPtrArray *schedules, guint open_fds, gint64 started_at_ms)
{
  Exposition out = { .text = g_string_new (NULL), .sample = sample, .clusters = clusters, .n_clusters = n_clusters };

  add_requests (&out);
  add_durations (&out);
  add_cluster_figures (&out);
  if (n_pools > 0)
    add_pool_totals (&out, pools, n_pools);
  if (schedules != NULL)
    add_schedules (&out, schedules);
  if (sample != NULL)
    {
      add_worker_figure (&out, "lineshaft_worker_cpu_cores", "cores", "CPU that the worker uses, in cores.", worker_cpu);
      add_worker_figure (&out, "lineshaft_worker_resident_memory_bytes", "bytes", "Memory of the worker.", worker_rss);
      add_pools (&out);
      add_host (&out);
    }
  add_own_process (&out, open_fds, started_at_ms);
  g_string_append (out.text, "# EOF\n");
  return g_string_free (out.text, FALSE);
}
