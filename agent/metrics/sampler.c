/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One LsSample is kept and filled anew each time, its entries reused by position: with an unchanged roster, taking a sample allocates
 * nothing. */

#include "metrics/sampler.h"

#include "metrics/processes.h"
#include "metrics/rates.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_BUDGET 0.02

/* What the roster says of a cluster, beside its LsClusterSample of the same index. */
typedef struct {
  LsScoreboard *board;
  guint ready;             /* ready workers whose CPU is known */
  double ready_cpu;        /* their sum, each at most 1 */
  gboolean any_process, any_cpu;
} ClusterRound;

struct LsSampler {
  LsSamplerSources sources;
  LsProcesses *processes;
  LsPace pace;
  LsHostFigures before, now;
  LsInstance self;
  gint64 taken_us;         /* monotonic, of the last sample or the base */
  gboolean has_base;
  guint skipped;           /* since then */
  guint64 own_cpu_us, own_wakeups;
  LsSample *sample;
  gboolean has_sample;

  /* While a sample is taken. */
  guint n_clusters, n_pools, n_workers;
  GArray *rounds;          /* ClusterRound */
};

LsSampler *
ls_sampler_new (const LsSamplerSources *sources, const char *epoch, gint64 interval_ms)
{
  LsSampler *sampler = g_new0 (LsSampler, 1);

  sampler->sources = *sources;
  sampler->processes = ls_processes_new (sources);
  sampler->pace = (LsPace) { .asked_ms = interval_ms, .budget = DEFAULT_BUDGET };
  sampler->self.pid = getpid ();
  sampler->sample = ls_sample_new ();
  g_free (sampler->sample->epoch);
  sampler->sample->epoch = g_strdup (epoch);
  sampler->rounds = g_array_new (FALSE, TRUE, sizeof (ClusterRound));
  return sampler;
}

void
ls_sampler_free (LsSampler *sampler)
{
  if (sampler == NULL)
    return;
  ls_processes_free (sampler->processes);
  ls_host_figures_clear (&sampler->before);
  ls_host_figures_clear (&sampler->now);
  ls_sample_free (sampler->sample);
  g_array_unref (sampler->rounds);
  g_free (sampler);
}

void
ls_sampler_set_budget (LsSampler *sampler, double share)
{
  sampler->pace.budget = share;
}

gint64
ls_sampler_interval_ms (const LsSampler *sampler)
{
  return ls_pace_interval_ms (&sampler->pace);
}

void
ls_sampler_set_interval_ms (LsSampler *sampler, gint64 interval_ms)
{
  sampler->pace.asked_ms = interval_ms;
  sampler->pace.doublings = 0;
}

const LsSample *
ls_sampler_last (const LsSampler *sampler)
{
  return sampler->has_sample ? sampler->sample : NULL;
}

static void
set_text (char **text, const char *value)
{
  if (g_strcmp0 (*text, value) == 0)
    return;
  g_free (*text);
  *text = g_strdup (value);
}

/* The entry at @index of an array that grows by one. */
static LsClusterSample *
cluster_at (GPtrArray *clusters, guint index, const char *name)
{
  if (index == clusters->len)
    g_ptr_array_add (clusters, ls_cluster_sample_new (name));
  set_text (&((LsClusterSample *) clusters->pdata[index])->name, name);
  return clusters->pdata[index];
}

static LsPoolSample *
pool_at (GPtrArray *pools, guint index, const char *name)
{
  if (index == pools->len)
    g_ptr_array_add (pools, ls_pool_sample_new (name));
  set_text (&((LsPoolSample *) pools->pdata[index])->name, name);
  return pools->pdata[index];
}

static LsWorkerSample *
worker_at (GPtrArray *workers, guint index, const char *id)
{
  if (index == workers->len)
    g_ptr_array_add (workers, ls_worker_sample_new (id));
  set_text (&((LsWorkerSample *) workers->pdata[index])->id, id);
  return workers->pdata[index];
}

static void
fill_codes (GArray *codes, const LsCounts *span)
{
  g_array_set_size (codes, 0);
  for (guint i = 0; i < LS_SCOREBOARD_CODES && span->requests > 0; i++)
    if (span->codes[i] > 0)
      {
        LsCodeCount count = { LS_SCOREBOARD_FIRST_CODE + i, span->codes[i] };
        g_array_append_val (codes, count);
      }
}

void
ls_sampler_add_cluster (LsSampler *sampler, const char *name, LsScoreboard *board)
{
  LsClusterSample *cluster = cluster_at (sampler->sample->clusters, sampler->n_clusters++, name);
  ClusterRound round = { .board = board };
  static const LsCounts nothing;
  const LsCounts *span = &nothing;
  LsGauges gauges = { .io_size = -1, .io_active = -1, .io_queued = -1 };

  g_array_append_val (sampler->rounds, round);
  if (board != NULL)
    {
      ls_scoreboard_read (board);
      span = ls_scoreboard_span (board);
      ls_scoreboard_gauges (board, &gauges);
    }
  cluster->requests = span->requests;
  cluster->bytes_in = span->bytes_in;
  cluster->bytes_out = span->bytes_out;
  fill_codes (cluster->codes, span);
  cluster->p50_us = ls_histogram_quantile (span->latency, 0.50);
  cluster->p95_us = ls_histogram_quantile (span->latency, 0.95);
  cluster->p99_us = ls_histogram_quantile (span->latency, 0.99);
  cluster->in_flight = gauges.in_flight;
  cluster->connections = gauges.connections;
  cluster->io_size = gauges.io_size;
  cluster->io_active = gauges.io_active;
  cluster->io_queued = gauges.io_queued;
  cluster->cpu = 0;
  cluster->rss = 0;
}

/* -1: not in this round. Workers come grouped by cluster, so the search begins at the newest. */
static int
find_cluster (const LsSampler *sampler, const char *name)
{
  if (name == NULL)
    return -1;
  for (int i = (int) sampler->n_clusters - 1; i >= 0; i--)
    if (strcmp (((LsClusterSample *) sampler->sample->clusters->pdata[i])->name, name) == 0)
      return i;
  return -1;
}

static void
add_process_to_cluster (LsSampler *sampler, int index, const LsProcess *process, const char *state)
{
  LsClusterSample *cluster = sampler->sample->clusters->pdata[index];
  ClusterRound *round = &g_array_index (sampler->rounds, ClusterRound, index);

  round->any_process = TRUE;
  cluster->rss += process->rss;
  if (isnan (process->cores))
    return;
  round->any_cpu = TRUE;
  cluster->cpu += process->cores;
  if (g_strcmp0 (state, "ready") == 0)
    {
      round->ready++;
      round->ready_cpu += MIN (process->cores, 1.0);
    }
}

static guint64
count_errors (const LsCounts *span)
{
  guint64 errors = 0;

  for (guint code = 500; span->requests > 0 && code <= 599; code++)
    errors += span->codes[code - LS_SCOREBOARD_FIRST_CODE];
  return errors;
}

static void
fill_from_row (LsWorkerSample *worker, const LsScoreboard *board, int row)
{
  const LsCounts *span = board != NULL && row >= 0 ? ls_scoreboard_row_span (board, (guint) row) : NULL;

  worker->requests = span != NULL ? span->requests : G_MAXUINT64;
  worker->errors = span != NULL ? count_errors (span) : 0;
  worker->p95_us = span != NULL && span->requests > 0 ? ls_histogram_quantile (span->latency, 0.95) : -1;
  worker->in_flight = 0;
  worker->loop_lag_us = -1;
  if (span != NULL)
    {
      const LsScoreboardRow *figures = ls_scoreboard_row (board, (guint) row);
      worker->in_flight = __atomic_load_n (&figures->in_flight, __ATOMIC_RELAXED);
      worker->loop_lag_us = __atomic_load_n (&figures->loop_lag_us, __ATOMIC_RELAXED);
    }
}

void
ls_sampler_add_probe (LsSampler *sampler, const LsProbe *probe)
{
  if (probe->instance.pid <= 0)
    return;

  const LsProcess *process = ls_processes_read (sampler->processes, probe->instance);
  LsWorkerSample *worker = worker_at (sampler->sample->workers, sampler->n_workers++, probe->id);
  int index = find_cluster (sampler, probe->cluster);

  set_text (&worker->instance, process->text);
  set_text (&worker->state, probe->state);
  worker->cpu = process->cores;
  worker->rss = process->rss;
  worker->threads = process->threads;
  fill_from_row (worker, index >= 0 ? g_array_index (sampler->rounds, ClusterRound, index).board : NULL, probe->row);
  if (index >= 0)
    add_process_to_cluster (sampler, index, process, probe->state);
}

void
ls_sampler_add_pool (LsSampler *sampler, const LsPoolProbe *probe)
{
  LsPoolSample *pool = pool_at (sampler->sample->pools, sampler->n_pools++, probe->name);

  pool->done = probe->done;
  pool->failed = probe->failed;
  pool->queued = probe->queued;
  pool->running = probe->running;
  pool->wait_us = probe->wait_us;
  pool->run_us = probe->run_us;
  pool->cpu = 0;
  pool->rss = 0;
  if (probe->instance.pid > 0)
    {
      const LsProcess *process = ls_processes_read (sampler->processes, probe->instance);
      pool->cpu = process->cores;
      pool->rss = process->rss;
    }
}

static void
fill_host (LsSampler *sampler)
{
  const LsHostFigures *now = &sampler->now, *before = &sampler->before;
  LsSample *sample = sampler->sample;

  if (sample->cores != now->cores)
    {
      sample->cpu = g_renew (double, sample->cpu, now->cores);
      sample->cores = now->cores;
    }
  for (guint i = 0; i < now->cores; i++)
    sample->cpu[i] = i < before->cores ? ls_core_share (&before->times[i], &now->times[i]) : 0;
  sample->memory_total = now->memory_total;
  sample->memory_available = now->memory_available;
  sample->memory_cached = now->memory_cached;
  sample->swap_total = now->swap_total;
  sample->swap_used = now->swap_used;
  memcpy (sample->load, now->load, sizeof sample->load);
}

static void
take_roster (LsSampler *sampler, gint64 span_us)
{
  LsSample *sample = sampler->sample;

  sampler->n_clusters = sampler->n_pools = sampler->n_workers = 0;
  g_array_set_size (sampler->rounds, 0);
  ls_processes_begin (sampler->processes, span_us);
  sample->agent_rss = ls_processes_read (sampler->processes, sampler->self)->rss;
  sampler->sources.roster (sampler->sources.self, sampler);
  ls_processes_end (sampler->processes);

  g_ptr_array_set_size (sample->clusters, (int) sampler->n_clusters);
  g_ptr_array_set_size (sample->pools, (int) sampler->n_pools);
  g_ptr_array_set_size (sample->workers, (int) sampler->n_workers);
  for (guint i = 0; i < sampler->n_clusters; i++)
    {
      const ClusterRound *round = &g_array_index (sampler->rounds, ClusterRound, i);

      if (round->any_process && !round->any_cpu)
        ((LsClusterSample *) sample->clusters->pdata[i])->cpu = NAN;
      if (round->board != NULL)
        ls_scoreboard_next_span (round->board);
    }
}

static void
fill_own_cost (LsSampler *sampler, gint64 span_us, guint64 cpu_us, guint64 wakeups)
{
  LsSample *sample = sampler->sample;

  sample->agent_cpu = ls_cores_used (sampler->own_cpu_us, cpu_us, span_us);
  sample->agent_wakeups = (guint) MIN (wakeups - MIN (wakeups, sampler->own_wakeups), G_MAXUINT);
  sampler->own_cpu_us = cpu_us;
  sampler->own_wakeups = wakeups;
}

/* What this sample cost, in CPU time of our own: a busy machine that made us wait is not our cost. */
static void
pace (LsSampler *sampler, guint64 cpu_us_at_start)
{
  guint64 cpu_us, wakeups;

  sampler->sources.own_usage (sampler->sources.self, &cpu_us, &wakeups);
  ls_pace_add_cost (&sampler->pace, (double) (cpu_us - MIN (cpu_us, cpu_us_at_start)));
}

const LsSample *
ls_sampler_take (LsSampler *sampler, gint64 monotonic_us, gint64 wall_ms)
{
  LsSample *sample = sampler->sample;
  gboolean is_base = !sampler->has_base;
  gint64 span_us = is_base ? 0 : monotonic_us - sampler->taken_us;
  guint64 cpu_us, wakeups;

  sampler->sources.own_usage (sampler->sources.self, &cpu_us, &wakeups);
  if ((!is_base && span_us <= 0) || !sampler->sources.host (sampler->sources.self, &sampler->now))
    {
      sampler->skipped++;
      return NULL;
    }

  sample->at = wall_ms;
  sample->span_ms = (span_us + 500) / 1000;
  sample->skipped = sampler->skipped;
  sampler->skipped = 0;
  fill_host (sampler);
  fill_own_cost (sampler, span_us, cpu_us, wakeups);
  take_roster (sampler, span_us);

  LsHostFigures old = sampler->before;
  sampler->before = sampler->now;
  sampler->now = old;
  sampler->taken_us = monotonic_us;
  sampler->has_base = TRUE;
  pace (sampler, cpu_us);
  sample->interval_ms = ls_sampler_interval_ms (sampler);
  if (is_base)
    return NULL;

  sample->seq++;
  sampler->has_sample = TRUE;
  return sample;
}

double
ls_sampler_cluster_mean_cpu (const LsSampler *sampler, const char *cluster)
{
  int index = sampler->has_sample ? find_cluster (sampler, cluster) : -1;
  const ClusterRound *round;

  if (index < 0)
    return NAN;
  round = &g_array_index (sampler->rounds, ClusterRound, index);
  return round->ready > 0 ? round->ready_cpu / round->ready : NAN;
}
