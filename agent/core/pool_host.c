/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The conversation with the pool's process, by abi/channel.h. */

#include "abi/channel.h"
#include "core/pool.h"
#include "model/json.h"

#include <math.h>

#define OBEY_MS 2000             /* LsJobKind asks for steps of a few milliseconds */
#define MEAN_SHARE 0.1           /* of the newest run in the mean */

gboolean
ls_pool_tell (LsPoolUnit *pool, json_t *message, GError **error)
{
  const LsSpawner *spawner = ls_pool_spawner (pool);
  g_autoptr (json_t) owned = message;

  return spawner->send (spawner->self, pool->noun->instance, owned, error);
}

/* --- to the host --- */

static LsPoolUnit *
pool_of (LsPoolJob *job)
{
  return (LsPoolUnit *) ls_jobs_pool (job->jobs);
}

static void
arm_job (LsPoolJob *job, gint64 in_ms, void (*fire) (void *user))
{
  LsSupervisor *supervisor = pool_of (job)->unit.supervisor;

  ls_timers_arm (ls_supervisor_timers (supervisor), &job->timeout, ls_supervisor_now_ms (supervisor) + in_ms, fire, job);
}

static void
tell_cancel (LsPoolJob *job)
{
  ls_pool_tell (pool_of (job), json_pack ("{s:s,s:s}", "cmd", LS_POOL_CANCEL, "id", job->noun->id), NULL);
}

/* A thread cannot be ended without all that run beside it. For one that ran too long that price was accepted when its time was set; one that was
 * cancelled is asked again, and it is said. */
static void
does_not_obey (void *user)
{
  LsPoolJob *job = user;
  LsPoolUnit *pool = pool_of (job);
  g_autofree char *text = NULL;

  if (job->asked == LS_JOB_TIMED_OUT)
    {
      g_free (pool->stuck);
      pool->stuck = g_strdup (job->noun->id);
      ls_pool_kill (pool);
      return;
    }
  tell_cancel (job);
  text = g_strdup_printf ("was asked to stop and has not: restart %s to end it", job->noun->pool);
  if (g_strcmp0 (job->noun->message, text) != 0)
    ls_job_progress (job, job->noun->progress, text);
  arm_job (job, OBEY_MS, does_not_obey);
}

void
ls_pool_end_job (LsPoolUnit *pool, LsPoolJob *job, LsJobState state, const char *why)
{
  if (ls_job_state_is_final (job->noun->state) || job->asked != LS_JOB_QUEUED)
    return;
  if (!job->handed)
    {
      ls_job_end (job, state, NULL, NULL, why);
      ls_pool_counts_changed (pool);
      return;
    }
  job->asked = state;
  tell_cancel (job);
  arm_job (job, OBEY_MS, does_not_obey);
}

/* --- once more --- */

static void
waited_for_its_delay (void *user)
{
  LsPoolJob *job = user;

  ls_job_queue_again (job);
  ls_pool_hand_out (pool_of (job));
}

void
ls_pool_retry (LsPoolUnit *pool, LsPoolJob *job, const LsJobFigures *figures, const char *reason)
{
  gint64 delay_ms = job->noun->retry_delay_ms;

  ls_job_again (job, figures, reason);
  if (delay_ms > 0)
    arm_job (job, delay_ms, waited_for_its_delay);
  else
    ls_job_queue_again (job);
}

void
ls_pool_end_or_retry (LsPoolUnit *pool, LsPoolJob *job, guint on, LsJobState state, const LsJobFigures *figures, const char *error)
{
  gboolean stays = pool->goal == LS_POOL_GOAL_RUN || pool->goal == LS_POOL_GOAL_RESTART;
  g_autofree char *reason = NULL;

  if (!stays || !(job->noun->retry_on & on) || job->retries_left == 0)
    {
      ls_job_end (job, state, figures, NULL, error);
      return;
    }
  reason = g_strdup_printf ("attempt %u of %u follows: %s", job->noun->retries - job->retries_left + 2, job->noun->retries + 1, error);
  job->retries_left--;
  ls_pool_retry (pool, job, figures, reason);
}

/* --- from the host --- */

static void
ran_too_long (void *user)
{
  LsPoolJob *job = user;

  ls_pool_end_job (pool_of (job), job, LS_JOB_TIMED_OUT, NULL);
}

static gint64
number_of (json_t *message, const char *key)
{
  json_t *number = json_object_get (message, key);

  return json_is_integer (number) && json_integer_value (number) >= 0 ? json_integer_value (number) : -1;
}

static LsJobFigures
figures_of (json_t *message)
{
  gint64 thread = number_of (message, "thread");

  return (LsJobFigures) { .thread = thread <= LS_WORKERS_MAX ? (int) thread : -1, .wait_us = number_of (message, "wait_us"), .run_us = number_of (message, "run_us"),
                          .cpu_us = number_of (message, "cpu_us"), .output_bytes = number_of (message, "output_bytes") };
}

static void
started (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  LsJobFigures figures = figures_of (message);

  if (job->noun->state != LS_JOB_QUEUED || !job->handed || figures.thread < 0)
    return;
  ls_job_start (job, &figures);
  ls_pool_thread_job (pool, figures.thread, job->noun->id);
  if (job->noun->timeout_ms > 0 && job->asked == LS_JOB_QUEUED)
    arm_job (job, job->noun->timeout_ms, ran_too_long);
  ls_pool_counts_changed (pool);
}

static void
progressed (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  json_t *progress = json_object_get (message, "progress");
  const char *text = json_string_value (json_object_get (message, "message"));

  if (job->noun->state == LS_JOB_RUNNING && job->asked == LS_JOB_QUEUED)
    ls_job_progress (job, json_is_number (progress) ? CLAMP (json_number_value (progress), 0.0, 1.0) : NAN, text);
}

gboolean
ls_pool_leave_thread (LsPoolUnit *pool, LsPoolJob *job, const LsJobFigures *figures)
{
  if (!job->handed)
    return FALSE;
  ls_pool_thread_job (pool, job->noun->thread, NULL);
  if (figures->run_us >= 0)
    pool->mean_run_us += (MAX ((double) figures->run_us, 1) - pool->mean_run_us) * (pool->mean_run_us > 0 ? MEAN_SHARE : 1);
  return TRUE;
}

char *
ls_pool_too_long (const LsPoolJob *job, gboolean forced)
{
  gint64 ms = job->noun->timeout_ms;
  const char *more = forced ? " and did not stop when asked: the pool's process was ended" : "";

  return ms % 1000 == 0 ? g_strdup_printf ("ran longer than %" G_GINT64_FORMAT " s%s", ms / 1000, more)
                        : g_strdup_printf ("ran longer than %" G_GINT64_FORMAT " ms%s", ms, more);
}

static void
cancelled (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  LsJobFigures figures = figures_of (message);
  g_autofree char *error = NULL;

  if (!ls_pool_leave_thread (pool, job, &figures))
    return;
  if (job->asked == LS_JOB_TIMED_OUT)
    {
      error = ls_pool_too_long (job, FALSE);
      ls_pool_end_or_retry (pool, job, LS_RETRY_TIMEOUT, LS_JOB_TIMED_OUT, &figures, error);
    }
  else
    {
      if (job->asked == LS_JOB_QUEUED)
        error = g_strdup (pool->goal == LS_POOL_GOAL_END ? "the agent was stopped" : "the pool's process ended it");
      ls_job_end (job, LS_JOB_CANCELLED, &figures, NULL, error);
    }
  ls_pool_hand_out_soon (pool);
}

char *
ls_pool_result_text (json_t *result)
{
  return result && !json_is_null (result) ? ls_json_to_text (result) : NULL;
}

static void
done (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  LsJobFigures figures = figures_of (message);

  if (!ls_pool_leave_thread (pool, job, &figures))
    return;
  ls_job_end (job, LS_JOB_DONE, &figures, ls_pool_result_text (json_object_get (message, "result")), NULL);
  ls_pool_hand_out_soon (pool);
}

static void
failed (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  LsJobFigures figures = figures_of (message);
  const char *error = json_string_value (json_object_get (message, "error"));

  if (!ls_pool_leave_thread (pool, job, &figures))
    return;
  if (job->asked == LS_JOB_QUEUED)
    ls_pool_end_or_retry (pool, job, LS_RETRY_FAILURE, LS_JOB_FAILED, &figures, error ? error : "the job did not say why");
  else
    ls_job_end (job, LS_JOB_FAILED, &figures, NULL, error);
  ls_pool_hand_out_soon (pool);
}

static void
said (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  json_t *text = json_object_get (message, "message");

  if (text)
    ls_supervisor_user_message (pool->unit.supervisor, LS_NOUN_JOB, job->noun->id, text);
}

static void
heard_of_job (LsPoolUnit *pool, const char *cmd, json_t *message)
{
  static const struct {
    const char *cmd;
    void (*hear) (LsPoolUnit *pool, LsPoolJob *job, json_t *message);
  } words[] = {
    { LS_POOL_JOB_STARTED, started }, { LS_POOL_JOB_PROGRESS, progressed },   { LS_POOL_JOB_DONE, done },
    { LS_POOL_JOB_FAILED, failed },   { LS_POOL_JOB_CANCELLED, cancelled },   { LS_POOL_JOB_MESSAGE, said },
  };
  const char *id = json_string_value (json_object_get (message, "id"));
  LsPoolJob *job = id ? ls_jobs_find (pool->jobs, id) : NULL;

  for (guint i = 0; job && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (cmd, words[i].cmd))
      {
        words[i].hear (pool, job, message);
        return;
      }
}

static void
take_kinds (LsPoolUnit *pool, json_t *message)
{
  const char *error = json_string_value (json_object_get (message, "error"));
  size_t i;
  json_t *item;

  g_ptr_array_set_size (pool->noun->kinds, 0);
  if (error)
    {
      g_free (pool->refusal);
      pool->refusal = g_strdup (error);
    }
  json_array_foreach (json_object_get (message, "kinds"), i, item)
    {
      LsPoolJobKind *kind = ls_pool_job_kind_from_json (item, NULL);

      if (kind)
        g_ptr_array_add (pool->noun->kinds, kind);
    }
  ls_pool_changed (pool);
}

void
ls_pool_heard (LsPoolUnit *pool, json_t *message)
{
  const char *cmd = json_string_value (json_object_get (message, "cmd"));
  json_int_t index = json_integer_value (json_object_get (message, "index"));
  json_int_t tid = json_integer_value (json_object_get (message, "tid"));
  gboolean sane = index >= 0 && index <= LS_WORKERS_MAX;

  if (!ls_message_is_internal (message))
    ls_supervisor_user_message (pool->unit.supervisor, LS_NOUN_POOL, pool->unit.name, message);
  else if (g_str_equal (cmd, LS_POOL_JOBS_DONE))
    ls_pool_heard_done (pool, message);
  else if (g_str_equal (cmd, LS_POOL_KINDS))
    take_kinds (pool, message);
  else if (g_str_equal (cmd, LS_POOL_THREAD) && sane)
    ls_pool_thread_up (pool, (guint) index, (pid_t) tid);
  else if (g_str_equal (cmd, LS_POOL_THREAD_GONE) && sane)
    ls_pool_thread_gone (pool, (guint) index);
  else
    heard_of_job (pool, cmd, message);
}
