/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/rows.h"

#include "base/text.h"

#include <math.h>

double
ls_rows_per_second (const LsSample *sample, guint64 count)
{
  if (!sample || sample->span_ms <= 0 || count == G_MAXUINT64)
    return NAN;
  return (double) count * 1000 / (double) sample->span_ms;
}

char *
ls_rows_cores (double cpu)
{
  return isnan (cpu) ? NULL : g_strdup_printf ("%.2f", cpu);
}

char *
ls_rows_us (gint64 us)
{
  return us < 0 ? NULL : ls_format_us ((guint64) us);
}

char *
ls_rows_range (LsRange range)
{
  return range.min == range.max ? g_strdup_printf ("%u", range.min) : g_strdup_printf ("%u..%u", range.min, range.max);
}

char *
ls_rows_ago (gint64 at, gint64 now)
{
  return at == 0 ? NULL : ls_format_elapsed_ms (now - at);
}

char *
ls_rows_exit (const LsExit *how)
{
  if (how->at == 0)
    return NULL;
  if (how->signal == 0)
    return g_strdup_printf ("exit %d", how->code);
  const char *name = ls_signal_name (how->signal);
  return name ? g_strdup (name) : g_strdup_printf ("signal %d", how->signal);
}

guint64
ls_rows_errors (const LsClusterSample *cluster)
{
  guint64 errors = 0;
  for (guint i = 0; i < cluster->codes->len; i++)
    if (g_array_index (cluster->codes, LsCodeCount, i).code >= 500)
      errors += g_array_index (cluster->codes, LsCodeCount, i).count;
  return errors;
}

static gboolean
is_wanted (const char *const *only, const char *name, const char *group)
{
  if (!only || !*only)
    return TRUE;
  return g_strv_contains (only, name) || (group && g_strv_contains (only, group));
}

static void
add_state (LsTable *table, const char *state)
{
  ls_table_add (table, ls_state_tone (state), state);
}

static void
add_count (LsTable *table, double value)
{
  ls_table_take (table, LS_TONE_PLAIN, isnan (value) ? NULL : ls_format_count (value));
}

static void
cluster_row (LsTable *table, const LsSnapshot *snapshot, const LsCluster *cluster, gint64 now)
{
  const LsClusterStatus *status = &cluster->status;
  const LsSample *sample = snapshot->sample;
  const LsClusterSample *figures = sample ? ls_sample_find_cluster (sample, cluster->name) : NULL;
  /* What is bound says more than what was asked: port 0 is a number there. */
  char **addresses = status->addresses && *status->addresses ? status->addresses : cluster->spec.listen;
  g_autofree char *listen = addresses && *addresses ? g_strjoinv (" ", addresses) : NULL;
  g_autofree char *command = cluster->spec.command ? g_strjoinv (" ", cluster->spec.command) : g_strdup ("built-in worker");
  ls_table_add (table, LS_TONE_BOLD, cluster->name);
  add_state (table, ls_cluster_state_name (status->state));
  ls_table_take (table, status->ready < status->wanted ? LS_TONE_BUSY : LS_TONE_PLAIN, g_strdup_printf ("%u/%u", status->ready, status->wanted));
  add_count (table, figures ? ls_rows_per_second (sample, figures->requests) : NAN);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_us (figures->p95_us) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u", status->restarts));
  ls_table_add (table, LS_TONE_PLAIN, listen);
  ls_table_add (table, LS_TONE_PLAIN, command);
}

static void
worker_row (LsTable *table, const LsSnapshot *snapshot, const LsWorker *worker, gint64 now)
{
  const LsWorkerSample *figures = ls_snapshot_worker_sample (snapshot, worker->id, worker->instance);
  ls_table_add (table, LS_TONE_BOLD, worker->id);
  add_state (table, ls_worker_state_name (worker->state));
  ls_table_take (table, LS_TONE_PLAIN, worker->instance.pid ? g_strdup_printf ("%d", (int) worker->instance.pid) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, worker->instance.pid ? ls_rows_ago (worker->started_at, now) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_cores (figures->cpu) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_format_bytes (figures->rss) : NULL);
  add_count (table, figures ? ls_rows_per_second (snapshot->sample, figures->requests) : NAN);
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_exit (&worker->last_exit));
  ls_table_add (table, LS_TONE_PLAIN, worker->reason);
}

static void
pool_row (LsTable *table, const LsSnapshot *snapshot, const LsPool *pool, gint64 now)
{
  const LsPoolSample *figures = snapshot->sample ? ls_sample_find_pool (snapshot->sample, pool->name) : NULL;
  ls_table_add (table, LS_TONE_BOLD, pool->name);
  add_state (table, ls_pool_state_name (pool->state));
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_range (pool->spec.threads));
  ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u", pool->queued));
  ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%u", pool->running));
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_rows_cores (figures->cpu) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, figures ? ls_format_bytes (figures->rss) : NULL);
  ls_table_add (table, LS_TONE_PLAIN, pool->reason);
}

/* Most jobs take less than a second. NULL: it never began. */
static char *
ran_for (const LsJob *job)
{
  gint64 ms = job->ended_at - job->started_at;
  if (job->started_at == 0)
    return NULL;
  return ms > 0 ? ls_format_us ((guint64) ms * 1000) : g_strdup ("< 1 ms");
}

static void
job_row (LsTable *table, const LsSnapshot *snapshot, const LsJob *job, gint64 now)
{
  g_autofree char *args = job->args ? g_strjoinv (" ", job->args) : g_strdup ("");
  ls_table_add (table, LS_TONE_BOLD, job->id);
  ls_table_add (table, LS_TONE_PLAIN, job->pool);
  add_state (table, ls_job_state_name (job->state));
  ls_table_take (table, LS_TONE_PLAIN, isnan (job->progress) ? NULL : g_strdup_printf ("%.0f %%", job->progress * 100));
  ls_table_take (table, LS_TONE_PLAIN, job->ended_at ? ran_for (job) : ls_rows_ago (job->started_at, now));
  ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%s%s%s", job->name, *args ? " " : "", args));
  ls_table_add (table, LS_TONE_PLAIN, job->error ? job->error : job->message ? job->message : job->reason);
}

static void
task_row (LsTable *table, const LsSnapshot *snapshot, const LsTask *task, gint64 now)
{
  g_autofree char *command = task->spec.argv ? g_strjoinv (" ", task->spec.argv) : NULL;
  gint64 end = task->ended_at ? task->ended_at : now;
  ls_table_add (table, LS_TONE_BOLD, task->id);
  ls_table_add (table, LS_TONE_PLAIN, task->name);
  add_state (table, ls_task_state_name (task->state));
  ls_table_take (table, LS_TONE_PLAIN, task->instance.pid ? g_strdup_printf ("%d", (int) task->instance.pid) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_ago (task->started_at, end));
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_exit (&task->exit));
  ls_table_add (table, LS_TONE_PLAIN, command);
}

/* "exited" says more with its code, "skipped" with its number. */
static char *
run_result (const LsScheduleRun *run)
{
  g_autofree char *how = ls_rows_exit (&run->exit);
  if (run->count > 1)
    return g_strdup_printf ("%s %u×", ls_run_state_name (run->state), run->count);
  return run->state == LS_RUN_FAILED && how ? g_strdup_printf ("failed, %s", how) : g_strdup (ls_run_state_name (run->state));
}

static void
add_result (LsTable *table, const LsScheduleRun *run)
{
  gboolean well = run && run->state == LS_RUN_EXITED;
  ls_table_take (table, well ? LS_TONE_GOOD : run ? ls_state_tone (ls_run_state_name (run->state)) : LS_TONE_PLAIN, run ? run_result (run) : NULL);
}

static void
schedule_row (LsTable *table, const LsSnapshot *snapshot, const LsSchedule *schedule, gint64 now)
{
  g_autofree char *command = schedule->spec.task.argv ? g_strjoinv (" ", schedule->spec.task.argv) : NULL;
  g_autofree char *ago = ls_rows_ago (schedule->last_at, now);
  ls_table_add (table, LS_TONE_BOLD, schedule->name);
  ls_table_add (table, schedule->state == LS_SCHEDULE_WAITING ? LS_TONE_PLAIN : ls_state_tone (ls_schedule_state_name (schedule->state)),
                ls_schedule_state_name (schedule->state));
  ls_table_add (table, LS_TONE_PLAIN, schedule->spec.when_text);
  ls_table_take (table, LS_TONE_PLAIN, schedule->next_at ? ls_format_next (schedule->next_at, now) : NULL);
  ls_table_take (table, LS_TONE_PLAIN, ago ? g_strdup_printf ("%s ago", ago) : NULL);
  if (schedule->reason && !ls_schedule_last_ended (schedule))
    ls_table_add (table, LS_TONE_BAD, "cannot run");      /* and show says why */
  else
    add_result (table, ls_schedule_last_ended (schedule));
  ls_table_add (table, LS_TONE_PLAIN, command);
}

LsTable *
ls_rows_runs_table (const LsSchedule *schedule, gint64 now)
{
  static const char *const titles[] = { "RUN", "TASK", "WHY", "RESULT", ">TIME", "~REASON", NULL };
  LsTable *table = ls_table_new (titles);
  for (guint i = 0; i < schedule->runs->len; i++)
    {
      const LsScheduleRun *run = g_ptr_array_index (schedule->runs, i);
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (run->at / 1000);
      g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;
      gint64 end = run->ended_at ? run->ended_at : run->state == LS_RUN_RUNNING ? now : 0;
      ls_table_take (table, LS_TONE_PLAIN, local ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S") : NULL);
      ls_table_add (table, LS_TONE_BOLD, run->task);
      ls_table_add (table, LS_TONE_PLAIN, ls_cause_name (run->cause));
      add_result (table, run);
      ls_table_take (table, LS_TONE_PLAIN, end ? ls_format_elapsed_ms (end - run->at) : NULL);
      ls_table_add (table, LS_TONE_PLAIN, run->state == LS_RUN_EXITED ? NULL : run->reason);
    }
  return table;
}

static void
buffer_row (LsTable *table, const LsSnapshot *snapshot, const LsSharedBuffer *buffer, gint64 now)
{
  ls_table_add (table, LS_TONE_BOLD, buffer->name);
  add_state (table, ls_buffer_state_name (buffer->state));
  ls_table_take (table, LS_TONE_PLAIN, ls_format_bytes (buffer->size));
  ls_table_take (table, LS_TONE_PLAIN, ls_rows_ago (buffer->created_at, now));
  ls_table_add (table, LS_TONE_PLAIN, buffer->path ? buffer->path : buffer->shm);
}

static const char *const cluster_titles[] = { "CLUSTER", "STATE", ">READY", ">REQ/S", ">P95", ">RESTARTS", "~LISTEN", "~COMMAND", NULL };
static const char *const worker_titles[] = { "WORKER", "STATE", ">PID", ">UP", ">CPU", ">RSS", ">REQ/S", "LAST EXIT", "~REASON", NULL };
static const char *const pool_titles[] = { "POOL", "STATE", ">THREADS", ">QUEUED", ">RUNNING", ">CPU", ">RSS", "~REASON", NULL };
static const char *const job_titles[] = { "JOB", "POOL", "STATE", ">DONE", ">TIME", "~WORK", "~MESSAGE", NULL };
static const char *const buffer_titles[] = { "BUFFER", "STATE", ">SIZE", ">AGE", "~PATH", NULL };
static const char *const schedule_titles[] = { "SCHEDULE", "STATE", "WHEN", "NEXT", ">LAST", "RESULT", "~COMMAND", NULL };
static const char *const task_titles[] = { "TASK", "~NAME", "STATE", ">PID", ">TIME", "EXIT", "~COMMAND", NULL };

LsTable *
ls_rows_table (const LsSnapshot *snapshot, LsListKind kind, gint64 now, const char *const *only)
{
  static const char *const *const titles[] = { cluster_titles, worker_titles, pool_titles, job_titles, buffer_titles, task_titles, schedule_titles };
  g_return_val_if_fail (kind < G_N_ELEMENTS (titles), NULL);
  LsTable *table = ls_table_new (titles[kind]);
#define EACH(Type, array, name, group, row)                                                                                                          \
  for (guint i = 0; i < snapshot->array->len; i++)                                                                                                   \
    {                                                                                                                                                \
      const Type *noun = g_ptr_array_index (snapshot->array, i);                                                                                     \
      if (is_wanted (only, noun->name, group))                                                                                                       \
        row (table, snapshot, noun, now);                                                                                                            \
    }
  switch (kind)
    {
    case LS_LIST_CLUSTERS:
      EACH (LsCluster, clusters, name, NULL, cluster_row);
      break;
    case LS_LIST_WORKERS:
      EACH (LsWorker, workers, id, noun->cluster, worker_row);
      break;
    case LS_LIST_POOLS:
      EACH (LsPool, pools, name, NULL, pool_row);
      break;
    case LS_LIST_JOBS:
      EACH (LsJob, jobs, id, noun->pool, job_row);
      break;
    case LS_LIST_BUFFERS:
      EACH (LsSharedBuffer, buffers, name, noun->pool, buffer_row);
      break;
    case LS_LIST_TASKS:
      EACH (LsTask, tasks, id, noun->name, task_row);
      break;
    case LS_LIST_SCHEDULES:
      EACH (LsSchedule, schedules, name, NULL, schedule_row);
      break;
    case LS_LIST_N:
    default:
      break;
    }
  return table;
}
