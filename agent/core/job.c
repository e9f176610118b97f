/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/job.h"

#include "abi/histogram.h"

#include <math.h>
#include <string.h>

#define ENDED_KEPT 1000u

/* Durations of the jobs that ended since the last tally. */
typedef struct {
  guint32 buckets[LS_HISTOGRAM_BUCKETS];
  guint n;
} Durations;

struct LsJobs {
  LsUnit *pool;
  GHashTable *by_id;           /* id → LsPoolJob */
  GQueue all;                  /* LsPoolJob, owned, oldest first */
  GQueue ended;                /* LsPoolJob, in the order of their ends */
  GSequence *queue;            /* LsPoolJob */
  guint handed;
  guint64 done, failed;
  Durations waits, runs;
};

LsJobs *
ls_jobs_new (LsUnit *pool)
{
  LsJobs *jobs = g_new0 (LsJobs, 1);

  jobs->pool = pool;
  jobs->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&jobs->all);
  g_queue_init (&jobs->ended);
  jobs->queue = g_sequence_new (NULL);
  return jobs;
}

static void
free_job (gpointer data)
{
  LsPoolJob *job = data;

  ls_timers_disarm (ls_supervisor_timers (job->jobs->pool->supervisor), &job->timeout);
  ls_job_free (job->noun);
  g_free (job);
}

void
ls_jobs_free (LsJobs *jobs)
{
  if (!jobs)
    return;
  g_sequence_free (jobs->queue);
  g_hash_table_unref (jobs->by_id);
  g_queue_clear (&jobs->ended);
  g_queue_clear_full (&jobs->all, free_job);
  g_free (jobs);
}

LsUnit *
ls_jobs_pool (LsJobs *jobs)
{
  return jobs->pool;
}

/* --- the queue --- */

static int
compare_urgency (gconstpointer a, gconstpointer b, gpointer user)
{
  const LsPoolJob *x = a, *y = b;

  if (x->noun->priority != y->noun->priority)
    return x->noun->priority > y->noun->priority ? -1 : 1;
  return x->number < y->number ? -1 : x->number > y->number;
}

static void
announce (LsPoolJob *job, LsChangeOp op)
{
  LsSupervisor *supervisor = job->jobs->pool->supervisor;

  if (op != LS_CHANGE_REMOVED)
    job->noun->revision = ls_supervisor_next_revision (supervisor);
  ls_supervisor_changed (supervisor, LS_NOUN_JOB, op, job->noun);
}

LsPoolJob *
ls_jobs_add (LsJobs *jobs, const LsJob *request)
{
  LsSupervisor *supervisor = jobs->pool->supervisor;
  LsPoolJob *job = g_new0 (LsPoolJob, 1);
  g_autofree char *id = NULL;

  job->jobs = jobs;
  job->number = ls_supervisor_next_number (supervisor, LS_NOUN_JOB);
  id = g_strdup_printf ("j%" G_GUINT64_FORMAT, job->number);
  job->noun = ls_job_new (id, jobs->pool->name, request->name);
  job->noun->args = request->args ? g_strdupv (request->args) : g_new0 (char *, 1);
  job->noun->priority = request->priority;
  job->noun->timeout_ms = request->timeout_ms;
  job->noun->state = LS_JOB_QUEUED;
  job->noun->queued_at = ls_supervisor_wall_ms (supervisor);
  job->queued_ms = ls_supervisor_now_ms (supervisor);
  g_queue_push_tail (&jobs->all, job);
  job->link = jobs->all.tail;
  g_hash_table_insert (jobs->by_id, job->noun->id, job);
  job->place = g_sequence_insert_sorted (jobs->queue, job, compare_urgency, NULL);
  announce (job, LS_CHANGE_ADDED);
  return job;
}

LsPoolJob *
ls_jobs_find (LsJobs *jobs, const char *id)
{
  return g_hash_table_lookup (jobs->by_id, id);
}

LsPoolJob *
ls_jobs_first (LsJobs *jobs)
{
  GSequenceIter *first = g_sequence_get_begin_iter (jobs->queue);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

guint
ls_jobs_queued (const LsJobs *jobs)
{
  return (guint) g_sequence_get_length (jobs->queue);
}

guint
ls_jobs_handed (const LsJobs *jobs)
{
  return jobs->handed;
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
unqueue (LsPoolJob *job)
{
  if (job->place)
    g_sequence_remove (g_steal_pointer (&job->place));
}

void
ls_job_hand (LsPoolJob *job)
{
  unqueue (job);
  job->jobs->handed++;
}

gboolean
ls_job_is_handed (const LsPoolJob *job)
{
  return !job->place && !ls_job_state_is_final (job->noun->state);
}

void
ls_job_take_back (LsPoolJob *job)
{
  job->jobs->handed--;
  job->place = g_sequence_insert_sorted (job->jobs->queue, job, compare_urgency, NULL);
}

static void
count_duration (Durations *durations, gint64 ms)
{
  durations->buckets[ls_histogram_bucket ((guint64) MAX (ms, 0) * 1000)]++;
  durations->n++;
}

void
ls_job_start (LsPoolJob *job, guint thread)
{
  LsSupervisor *supervisor = job->jobs->pool->supervisor;

  job->noun->state = LS_JOB_RUNNING;
  job->noun->thread = (int) thread;
  job->noun->attempt++;
  job->noun->started_at = ls_supervisor_wall_ms (supervisor);
  job->started_ms = ls_supervisor_now_ms (supervisor);
  count_duration (&job->jobs->waits, job->started_ms - job->queued_ms);
  announce (job, LS_CHANGE_CHANGED);
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
  announce (job, LS_CHANGE_CHANGED);
}

static void
forget (LsPoolJob *job)
{
  LsJobs *jobs = job->jobs;

  announce (job, LS_CHANGE_REMOVED);
  g_hash_table_remove (jobs->by_id, job->noun->id);
  g_queue_delete_link (&jobs->all, job->link);
  free_job (job);
}

static void
count_end (LsJobs *jobs, const LsPoolJob *job, gint64 now_ms)
{
  jobs->done += job->noun->state == LS_JOB_DONE;
  jobs->failed += job->noun->state == LS_JOB_FAILED || job->noun->state == LS_JOB_TIMED_OUT;
  if (job->noun->started_at > 0)
    count_duration (&jobs->runs, now_ms - job->started_ms);
}

void
ls_job_end (LsPoolJob *job, LsJobState state, json_t *result, const char *error)
{
  LsJobs *jobs = job->jobs;
  LsSupervisor *supervisor = jobs->pool->supervisor;

  if (job->place)
    unqueue (job);
  else
    jobs->handed--;
  ls_timers_disarm (ls_supervisor_timers (supervisor), &job->timeout);
  job->noun->state = state;
  job->noun->ended_at = ls_supervisor_wall_ms (supervisor);
  job->noun->result = result ? json_incref (result) : NULL;
  job->noun->error = g_strdup (error);
  if (state == LS_JOB_DONE)
    {
      job->noun->progress = 1;
      g_clear_pointer (&job->noun->message, g_free);      /* it said how far the job was */
    }
  count_end (jobs, job, ls_supervisor_now_ms (supervisor));
  announce (job, LS_CHANGE_CHANGED);
  g_queue_push_tail (&jobs->ended, job);
  if (jobs->ended.length > ENDED_KEPT)
    forget (g_queue_pop_head (&jobs->ended));
}

void
ls_jobs_remove_all (LsJobs *jobs)
{
  g_queue_clear (&jobs->ended);
  while (jobs->all.head)
    {
      LsPoolJob *job = jobs->all.head->data;

      unqueue (job);
      forget (job);
    }
  jobs->handed = 0;
}

/* --- the tally --- */

/* -1 without any. */
static gint64
percentile_us (const Durations *durations, double share)
{
  guint rank = (guint) ceil (share * durations->n), seen = 0;
  guint bucket = 0;

  if (durations->n == 0)
    return -1;
  while (bucket < LS_HISTOGRAM_BUCKETS - 1 && (seen += durations->buckets[bucket]) < rank)
    bucket++;
  return (gint64) ls_histogram_bucket_middle (bucket);
}

static LsPercentiles
take_percentiles (Durations *durations)
{
  LsPercentiles us = { percentile_us (durations, 0.5), percentile_us (durations, 0.95), percentile_us (durations, 0.99) };

  memset (durations, 0, sizeof *durations);
  return us;
}

void
ls_jobs_take_tally (LsJobs *jobs, LsPoolTally *ret)
{
  ret->done = jobs->done;
  ret->failed = jobs->failed;
  ret->wait_us = take_percentiles (&jobs->waits);
  ret->run_us = take_percentiles (&jobs->runs);
  jobs->done = jobs->failed = 0;
}
