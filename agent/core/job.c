/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/job_parts.h"

#include <math.h>

#define ENDED_KEPT 1000u
#define ENDED_BYTES (32u * 1024 * 1024)      /* of their args and results: the oldest go first */

struct LsJobs {
  LsUnit *pool;
  GHashTable *by_number;       /* number → LsPoolJob */
  GQueue all;                  /* LsPoolJob, owned, oldest first */
  GQueue ended;                /* LsPoolJob, in the order of their ends */
  LsJobQueue queue;
  guint handed;
  gsize living_bytes, ended_bytes;
  LsJobNews news;
  guint64 done, failed;        /* since the last tally */
  LsDurations waits, runs;
  LsPoolTotals totals;
};

LsJobs *
ls_jobs_new (LsUnit *pool)
{
  LsJobs *jobs = g_new0 (LsJobs, 1);

  jobs->pool = pool;
  jobs->by_number = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_queue_init (&jobs->all);
  g_queue_init (&jobs->ended);
  ls_job_queue_init (&jobs->queue);
  ls_job_news_init (&jobs->news, pool->supervisor);
  return jobs;
}

static void
free_job (LsPoolJob *job)
{
  ls_timers_disarm (ls_supervisor_timers (job->jobs->pool->supervisor), &job->timeout);
  ls_job_free (job->noun);
  g_free (job);
}

void
ls_jobs_free (LsJobs *jobs)
{
  if (!jobs)
    return;
  ls_job_news_clear (&jobs->news, jobs->pool->supervisor);
  ls_job_queue_clear (&jobs->queue);
  g_hash_table_unref (jobs->by_number);
  while (jobs->all.head)
    free_job (g_queue_pop_head_link (&jobs->all)->data);
  g_free (jobs);
}

LsUnit *
ls_jobs_pool (LsJobs *jobs)
{
  return jobs->pool;
}

LsJobNews *
ls_jobs_news (LsJobs *jobs)
{
  return &jobs->news;
}

/* --- the queue --- */

/* "j17" (transfer full) */
static char *
id_of (guint64 number)
{
  char text[24], *at = text + sizeof text;

  *--at = '\0';
  do
    *--at = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  *--at = 'j';
  return g_strdup (at);
}

LsPoolJob *
ls_jobs_add (LsJobs *jobs, LsJob *request)
{
  LsSupervisor *supervisor = jobs->pool->supervisor;
  LsPoolJob *job = g_new0 (LsPoolJob, 1);

  job->jobs = jobs;
  job->number = ls_supervisor_next_number (supervisor, LS_NOUN_JOB);
  job->noun = request;
  job->noun->id = id_of (job->number);
  job->noun->pool = g_strdup (jobs->pool->name);
  if (!request->args)
    request->args = g_new0 (char *, 1);
  job->bytes = ls_job_args_bytes (job->noun->args);
  jobs->living_bytes += job->bytes;
  job->noun->queued_at = ls_supervisor_wall_ms (supervisor);
  job->retries_left = request->retries;
  job->queued_ms = ls_supervisor_now_ms (supervisor);
  job->in_all.data = job;
  g_queue_push_tail_link (&jobs->all, &job->in_all);
  g_hash_table_insert (jobs->by_number, &job->number, job);
  ls_job_queue_push (&jobs->queue, job);
  ls_job_news_changed (job);
  return job;
}

LsPoolJob *
ls_jobs_find_number (LsJobs *jobs, guint64 number)
{
  return g_hash_table_lookup (jobs->by_number, &number);
}

LsPoolJob *
ls_jobs_find (LsJobs *jobs, const char *id)
{
  LsPoolJob *job = *id == 'j' ? ls_jobs_find_number (jobs, g_ascii_strtoull (id + 1, NULL, 10)) : NULL;

  return job && g_str_equal (job->noun->id, id) ? job : NULL;
}

LsPoolJob *
ls_jobs_first (LsJobs *jobs)
{
  return ls_job_queue_first (&jobs->queue);
}

guint
ls_jobs_in_queue (const LsJobs *jobs)
{
  return jobs->queue.length;
}

guint
ls_jobs_handed (const LsJobs *jobs)
{
  return jobs->handed;
}

guint
ls_jobs_living (const LsJobs *jobs)
{
  return jobs->all.length - jobs->ended.length;
}

gsize
ls_jobs_living_bytes (const LsJobs *jobs)
{
  return jobs->living_bytes;
}

void
ls_jobs_foreach (LsJobs *jobs, void (*each) (LsPoolJob *job, void *user), void *user)
{
  for (GList *at = jobs->all.head; at; at = at->next)
    each (at->data, user);
}

void
ls_jobs_foreach_living (LsJobs *jobs, void (*each) (LsPoolJob *job, void *user), void *user)
{
  g_autoptr (GPtrArray) living = g_ptr_array_new ();

  for (GList *at = jobs->all.head; at; at = at->next)
    if (!ls_job_state_is_final (((LsPoolJob *) at->data)->noun->state))
      g_ptr_array_add (living, at->data);
  for (guint i = 0; i < living->len; i++)
    each (living->pdata[i], user);
}

/* --- one job --- */

static void
leave_queue (LsPoolJob *job)
{
  ls_job_queue_remove (&job->jobs->queue, job);
}

static void
leave_host (LsPoolJob *job)
{
  job->jobs->handed -= job->handed;
  job->handed = FALSE;
}

void
ls_job_hand (LsPoolJob *job)
{
  leave_queue (job);
  job->handed = TRUE;
  job->handed_ms = ls_supervisor_now_ms (job->jobs->pool->supervisor);
  job->jobs->handed++;
}

void
ls_job_take_back (LsPoolJob *job)
{
  leave_host (job);
  ls_job_queue_push (&job->jobs->queue, job);
}

static void
begin (LsPoolJob *job, const LsJobFigures *figures)
{
  LsSupervisor *supervisor = job->jobs->pool->supervisor;
  gint64 ran_ms = figures && figures->run_us > 0 ? figures->run_us / 1000 : 0;
  gint64 wait_us;

  job->noun->state = LS_JOB_RUNNING;
  job->noun->thread = figures ? figures->thread : -1;
  job->noun->attempt++;
  job->noun->started_at = ls_supervisor_wall_ms (supervisor) - ran_ms;
  job->started_ms = ls_supervisor_now_ms (supervisor) - ran_ms;
  wait_us = (job->started_ms - job->queued_ms) * 1000;
  if (figures && figures->wait_us >= 0)      /* our clock tells milliseconds, the host's what is left */
    wait_us = (job->handed_ms - job->queued_ms) * 1000 + figures->wait_us;
  ls_durations_add (&job->jobs->waits, &job->jobs->totals.wait, wait_us);
}

void
ls_job_start (LsPoolJob *job, const LsJobFigures *figures)
{
  begin (job, figures);
  ls_job_news_changed (job);
}

void
ls_job_had_started (LsPoolJob *job)
{
  if (job->noun->state == LS_JOB_QUEUED)
    begin (job, NULL);
}

void
ls_job_progress (LsPoolJob *job, double progress, const char *message)
{
  job->noun->progress = progress;
  if (message)
    {
      g_free (job->noun->message);
      job->noun->message = g_strdup (message);
    }
  ls_job_news_changed (job);
}

static void
forget (LsPoolJob *job)
{
  LsJobs *jobs = job->jobs;

  ls_job_news_removed (job);
  g_hash_table_remove (jobs->by_number, &job->number);
  g_queue_unlink (&jobs->all, &job->in_all);
  free_job (job);
}

/* The end of one attempt. */
static void
count_run (LsPoolJob *job, const LsJobFigures *figures)
{
  LsJobs *jobs = job->jobs;
  gint64 now_ms = ls_supervisor_now_ms (jobs->pool->supervisor);

  if (job->noun->started_at == 0)
    return;
  if (figures && figures->cpu_us >= 0)
    job->noun->cpu_ms = (figures->cpu_us + 500) / 1000;
  if (figures && figures->output_bytes >= 0)
    job->noun->output_bytes = (guint64) figures->output_bytes;
  ls_durations_add (&jobs->runs, &jobs->totals.run, figures && figures->run_us >= 0 ? figures->run_us : (now_ms - job->started_ms) * 1000);
}

static void
begin_if_untold (LsPoolJob *job, const LsJobFigures *figures)
{
  if (job->noun->state == LS_JOB_QUEUED && figures && figures->thread >= 0)
    begin (job, figures);
}

void
ls_job_again (LsPoolJob *job, const LsJobFigures *figures, const char *reason)
{
  LsSupervisor *supervisor = job->jobs->pool->supervisor;

  begin_if_untold (job, figures);
  count_run (job, figures);
  ls_timers_disarm (ls_supervisor_timers (supervisor), &job->timeout);
  leave_queue (job);
  leave_host (job);
  job->asked = LS_JOB_QUEUED;
  job->noun->state = LS_JOB_QUEUED;
  job->noun->thread = -1;
  job->noun->progress = NAN;
  job->noun->started_at = 0;
  g_clear_pointer (&job->noun->message, g_free);
  g_free (job->noun->reason);
  job->noun->reason = g_strdup (reason);
  job->queued_ms = ls_supervisor_now_ms (supervisor);
  ls_job_news_changed (job);
}

void
ls_job_queue_again (LsPoolJob *job)
{
  if (!job->in_queue.data)
    ls_job_queue_push (&job->jobs->queue, job);
}

static void
count_end (LsPoolJob *job, LsJobState state)
{
  LsJobs *jobs = job->jobs;

  jobs->done += state == LS_JOB_DONE;
  jobs->failed += state == LS_JOB_FAILED || state == LS_JOB_TIMED_OUT;
  jobs->totals.done += state == LS_JOB_DONE;
  jobs->totals.failed += state == LS_JOB_FAILED;
  jobs->totals.timed_out += state == LS_JOB_TIMED_OUT;
  jobs->totals.cancelled += state == LS_JOB_CANCELLED;
}

/* The last that ended, however much it has to say, and before it as many as there is room for. */
static void
keep_ended (LsJobs *jobs, LsPoolJob *job)
{
  jobs->living_bytes -= job->bytes;
  job->bytes += job->noun->result ? strlen (job->noun->result) : 0;
  jobs->ended_bytes += job->bytes;
  job->in_ended.data = job;
  g_queue_push_tail_link (&jobs->ended, &job->in_ended);
  while (jobs->ended.length > ENDED_KEPT || (jobs->ended_bytes > ENDED_BYTES && jobs->ended.length > 1))
    {
      LsPoolJob *oldest = g_queue_pop_head_link (&jobs->ended)->data;

      jobs->ended_bytes -= oldest->bytes;
      forget (oldest);
    }
}

void
ls_job_end (LsPoolJob *job, LsJobState state, const LsJobFigures *figures, char *result, const char *error)
{
  LsJobs *jobs = job->jobs;
  LsSupervisor *supervisor = jobs->pool->supervisor;

  begin_if_untold (job, figures);
  leave_queue (job);
  leave_host (job);
  ls_timers_disarm (ls_supervisor_timers (supervisor), &job->timeout);
  count_run (job, figures);
  count_end (job, state);
  job->noun->state = state;
  job->noun->ended_at = ls_supervisor_wall_ms (supervisor);
  job->noun->result = result;
  job->noun->error = g_strdup (error);
  g_clear_pointer (&job->noun->reason, g_free);      /* it waits no more */
  if (state == LS_JOB_DONE)
    {
      job->noun->progress = 1;
      g_clear_pointer (&job->noun->message, g_free);      /* it said how far the job was */
    }
  ls_job_news_changed (job);
  keep_ended (jobs, job);
}

void
ls_jobs_remove_all (LsJobs *jobs)
{
  while (jobs->ended.head)
    g_queue_pop_head_link (&jobs->ended);
  while (jobs->all.head)
    {
      LsPoolJob *job = jobs->all.head->data;

      leave_queue (job);
      forget (job);
    }
  jobs->handed = 0;
  jobs->living_bytes = jobs->ended_bytes = 0;
}

/* --- the tally --- */

void
ls_jobs_take_tally (LsJobs *jobs, LsPoolTally *ret)
{
  ret->done = jobs->done;
  ret->failed = jobs->failed;
  ret->wait_us = ls_durations_take (&jobs->waits);
  ret->run_us = ls_durations_take (&jobs->runs);
  jobs->done = jobs->failed = 0;
}

const LsPoolTotals *
ls_jobs_totals (const LsJobs *jobs)
{
  return &jobs->totals;
}
