/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/sampling.h"

#include "daemon/thread_cpu.h"
#include "platform/host_figures.h"
#include "platform/process_figures.h"
#include "platform/system.h"

#include <math.h>
#include <unistd.h>

/* The second sample comes soon, so that who asks right after the start gets figures. */
#define FIRST_MS 100

/* After a burst its memory lies about in pieces: once so much more is ours and used for nothing, it is given back. */
#define RETURN_BYTES (2u << 20)

struct LsSampling {
  uv_timer_t timer;
  LsSupervisor *supervisor;
  LsSampler *sampler;
  LsHostReader *host;
  LsThreadCpu *threads;
  guint64 lean;          /* memory that was ours and used for nothing, when it was least; 0: to be read from the next sample */
  void (*taken) (void *self, const LsSample *sample);
  void *self;
  void (*closed) (void *user);
  void *closed_user;
};

/* --- sources --- */

static gboolean
read_host (void *self, LsHostFigures *figures)
{
  return ls_host_reader_read (((LsSampling *) self)->host, figures);
}

static void *
open_process (void *self, pid_t pid)
{
  return ls_process_reader_new (pid);
}

static gboolean
read_process (void *reader, LsProcessFigures *ret_figures)
{
  return ls_process_reader_read (reader, ret_figures);
}

static void
close_process (void *reader)
{
  ls_process_reader_free (reader);
}

static void
own_usage (void *self, guint64 *ret_cpu_us, guint64 *ret_wakeups)
{
  ls_own_usage (ret_cpu_us, ret_wakeups);
}

static void
add_cluster (void *user, gconstpointer resource)
{
  LsSampling *sampling = user;
  const LsCluster *cluster = resource;

  ls_sampler_add_cluster (sampling->sampler, cluster->name, ls_supervisor_cluster_scoreboard (sampling->supervisor, cluster->name));
}

static void
add_worker (void *user, gconstpointer resource)
{
  LsSampling *sampling = user;
  const LsWorker *worker = resource;
  const LsProbe probe = { worker->id, worker->cluster, ls_worker_state_name (worker->state), worker->instance,
                          ls_supervisor_worker_row (sampling->supervisor, worker) };

  ls_sampler_add_probe (sampling->sampler, &probe);
}

static void
add_pool (void *user, gconstpointer resource)
{
  LsSampling *sampling = user;
  const LsPool *pool = resource;
  LsPoolProbe probe = { .name = pool->name, .queued = pool->queued, .running = pool->running, .instance = pool->instance };
  LsPoolTally tally = { .wait_us = LS_PERCENTILES_NONE, .run_us = LS_PERCENTILES_NONE };

  ls_supervisor_take_pool_tally (sampling->supervisor, pool->name, &tally);
  probe.done = tally.done;
  probe.failed = tally.failed;
  probe.wait_us = tally.wait_us;
  probe.run_us = tally.run_us;
  ls_sampler_add_pool (sampling->sampler, &probe);
}

static void
add_task (void *user, gconstpointer resource)
{
  LsSampling *sampling = user;
  const LsTask *task = resource;
  const LsProbe probe = { task->id, NULL, ls_task_state_name (task->state), task->instance, -1 };

  if (!ls_task_state_is_final (task->state))
    ls_sampler_add_probe (sampling->sampler, &probe);
}

static void
roster (void *self, LsSampler *sampler)
{
  LsSampling *sampling = self;

  ls_supervisor_foreach (sampling->supervisor, LS_NOUN_CLUSTER, add_cluster, sampling);
  ls_supervisor_foreach (sampling->supervisor, LS_NOUN_WORKER, add_worker, sampling);
  ls_supervisor_foreach (sampling->supervisor, LS_NOUN_POOL, add_pool, sampling);
  ls_supervisor_foreach (sampling->supervisor, LS_NOUN_TASK, add_task, sampling);
}

/* --- the timer --- */

/* What was measured goes back to the supervisor: clusters whose workers are a range follow their load. */
static void
tell_supervisor (LsSampling *sampling, const LsSample *sample)
{
  for (guint i = 0; i < sample->clusters->len; i++)
    {
      const LsClusterSample *cluster = g_ptr_array_index (sample->clusters, i);
      double mean = ls_sampler_cluster_mean_cpu (sampling->sampler, cluster->name);

      if (!isnan (mean))
        ls_supervisor_cluster_load (sampling->supervisor, cluster->name, mean, cluster->in_flight);
    }
  ls_thread_cpu_tell (sampling->threads, sampling->supervisor);
}

static guint64
unused_of (guint64 rss)
{
  return rss - MIN (rss, ls_memory_in_use ());
}

/* What is left is read at once: by the next sample, more may have come together, and would count as what cannot be given back. */
static guint64
unused_now (void)
{
  LsProcessReader *reader = ls_process_reader_new (getpid ());
  LsProcessFigures figures = { 0 };
  gboolean known = ls_process_reader_read (reader, &figures);

  ls_process_reader_free (reader);
  return known ? unused_of (figures.rss) : 0;
}

static void
return_memory (LsSampling *sampling, guint64 rss)
{
  guint64 unused = unused_of (rss);

  if (sampling->lean == 0 || unused < sampling->lean)
    sampling->lean = unused;
  else if (unused > sampling->lean + RETURN_BYTES)
    {
      ls_return_memory ();
      sampling->lean = unused_now ();
    }
}

static void on_timer (uv_timer_t *timer);

static void
schedule (LsSampling *sampling)
{
  gint64 interval = ls_sampler_interval_ms (sampling->sampler);
  gint64 now = g_get_real_time () / 1000;
  gint64 wait = interval - now % interval;

  /* A timer that fired a little early must not fire again for the same tick. */
  if (wait < interval / 4)
    wait += interval;
  uv_update_time (sampling->timer.loop);
  uv_timer_start (&sampling->timer, on_timer, (guint64) wait, 0);
}

static void
take (LsSampling *sampling)
{
  const LsSample *sample = ls_sampler_take (sampling->sampler, g_get_monotonic_time (), g_get_real_time () / 1000);

  if (sample == NULL)
    return;
  tell_supervisor (sampling, sample);
  sampling->taken (sampling->self, sample);
  return_memory (sampling, sample->agent_rss);
}

static void
on_timer (uv_timer_t *timer)
{
  LsSampling *sampling = timer->data;

  take (sampling);
  schedule (sampling);
}

LsSampling *
ls_sampling_new (uv_loop_t *loop, LsSupervisor *supervisor, const char *epoch, gint64 interval_ms, double budget,
                 void (*taken) (void *self, const LsSample *sample), void *self)
{
  LsSampling *sampling = g_new0 (LsSampling, 1);
  const LsSamplerSources sources = { read_host, open_process, read_process, close_process, own_usage, roster, sampling };

  uv_timer_init (loop, &sampling->timer);
  sampling->timer.data = sampling;
  sampling->supervisor = supervisor;
  sampling->host = ls_host_reader_new ();
  sampling->threads = ls_thread_cpu_new ();
  sampling->sampler = ls_sampler_new (&sources, epoch, interval_ms);
  ls_sampler_set_budget (sampling->sampler, budget);
  sampling->taken = taken;
  sampling->self = self;
  return sampling;
}

LsSampler *
ls_sampling_sampler (LsSampling *sampling)
{
  return sampling->sampler;
}

void
ls_sampling_start (LsSampling *sampling)
{
  take (sampling);
  uv_timer_start (&sampling->timer, on_timer, FIRST_MS, 0);
}

static void
on_closed (uv_handle_t *handle)
{
  LsSampling *sampling = handle->data;

  ls_sampler_free (sampling->sampler);
  ls_host_reader_free (sampling->host);
  ls_thread_cpu_free (sampling->threads);
  if (sampling->closed != NULL)
    sampling->closed (sampling->closed_user);
  g_free (sampling);
}

void
ls_sampling_close (LsSampling *sampling, void (*closed) (void *user), void *user)
{
  sampling->closed = closed;
  sampling->closed_user = user;
  uv_close ((uv_handle_t *) &sampling->timer, on_closed);
}
