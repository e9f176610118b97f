/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The conversation with the pool's process, by abi/channel.h. */

#include "abi/channel.h"
#include "core/exit_text.h"
#include "core/pool.h"

#include <math.h>

#define OBEY_MS 2000
#define RESEND_MS 50

gboolean
ls_pool_tell (LsPoolUnit *pool, json_t *message, GError **error)
{
  const LsSpawner *spawner = ls_pool_spawner (pool);
  g_autoptr (json_t) owned = message;

  return spawner->send (spawner->self, pool->noun->instance, owned, error);
}

/* --- to the host --- */

static void
send_again (void *user)
{
  ls_pool_hand_out (user);
}

static gboolean
hand (LsPoolUnit *pool, LsPoolJob *job)
{
  json_t *message = json_pack ("{s:s,s:s,s:s,s:o}", "cmd", LS_POOL_JOB, "id", job->noun->id, "name", job->noun->name,
                               "args", ls_json_strv (job->noun->args));

  if (!ls_pool_tell (pool, message, NULL))
    return FALSE;
  ls_job_hand (job);
  return TRUE;
}

void
ls_pool_hand_out (LsPoolUnit *pool)
{
  LsPoolJob *job;

  if (pool->goal == LS_POOL_GOAL_RUN && pool->ready_ms > 0 && !pool->leaving)
    {
      ls_pool_fit_threads (pool);
      while (ls_jobs_handed (pool->jobs) < pool->wanted && (job = ls_jobs_first (pool->jobs)))
        if (!hand (pool, job))
          {
            ls_pool_arm (pool, &pool->resend, RESEND_MS, send_again);
            break;
          }
      if (pool->told != pool->wanted && !pool->resend.where)
        ls_pool_arm (pool, &pool->resend, RESEND_MS, send_again);
    }
  ls_pool_counts_changed (pool);
}

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

/* Asked again, and said: a thread cannot be ended by force without all that run beside it. */
static void
does_not_obey (void *user)
{
  LsPoolJob *job = user;
  g_autofree char *text = g_strdup_printf ("was asked to stop and has not: restart %s to end it", job->noun->pool);

  tell_cancel (job);
  if (g_strcmp0 (job->noun->message, text) != 0)
    ls_job_progress (job, job->noun->progress, text);
  arm_job (job, OBEY_MS, does_not_obey);
}

void
ls_pool_end_job (LsPoolUnit *pool, LsPoolJob *job, LsJobState state, const char *why)
{
  if (ls_job_state_is_final (job->noun->state) || job->asked != LS_JOB_QUEUED)
    return;
  if (!ls_job_is_handed (job))
    {
      ls_job_end (job, state, NULL, why);
      ls_pool_counts_changed (pool);
      return;
    }
  job->asked = state;
  tell_cancel (job);
  arm_job (job, OBEY_MS, does_not_obey);
}

/* --- from the host --- */

static void
ran_too_long (void *user)
{
  LsPoolJob *job = user;

  ls_pool_end_job (pool_of (job), job, LS_JOB_TIMED_OUT, NULL);
}

static void
started (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  json_int_t thread = json_integer_value (json_object_get (message, "thread"));

  if (job->noun->state != LS_JOB_QUEUED || thread < 0 || thread > G_MAXINT)
    return;
  ls_job_start (job, (guint) thread);
  ls_pool_thread_job (pool, (int) thread, job->noun->id);
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

static void
ended (LsPoolUnit *pool, LsPoolJob *job, LsJobState state, json_t *result, const char *error)
{
  if (!ls_job_is_handed (job))
    return;
  ls_pool_thread_job (pool, job->noun->thread, NULL);
  ls_job_end (job, state, result, error);
  ls_pool_hand_out (pool);
}

static char *
too_long (const LsPoolJob *job)
{
  gint64 ms = job->noun->timeout_ms;

  return ms % 1000 == 0 ? g_strdup_printf ("ran longer than %" G_GINT64_FORMAT " s", ms / 1000)
                        : g_strdup_printf ("ran longer than %" G_GINT64_FORMAT " ms", ms);
}

static void
cancelled (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  g_autofree char *error = NULL;

  if (job->asked == LS_JOB_TIMED_OUT)
    error = too_long (job);
  else if (job->asked == LS_JOB_QUEUED)
    error = g_strdup (pool->goal == LS_POOL_GOAL_END ? "the agent was stopped" : "the pool's process ended it");
  ended (pool, job, job->asked == LS_JOB_TIMED_OUT ? LS_JOB_TIMED_OUT : LS_JOB_CANCELLED, NULL, error);
}

static void
done (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  ended (pool, job, LS_JOB_DONE, json_object_get (message, "result"), NULL);
}

static void
failed (LsPoolUnit *pool, LsPoolJob *job, json_t *message)
{
  const char *error = json_string_value (json_object_get (message, "error"));

  ended (pool, job, LS_JOB_FAILED, NULL, error ? error : "the job did not say why");
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

void
ls_pool_heard (LsPoolUnit *pool, json_t *message)
{
  const char *cmd = json_string_value (json_object_get (message, "cmd"));
  json_int_t index = json_integer_value (json_object_get (message, "index"));
  json_int_t tid = json_integer_value (json_object_get (message, "tid"));
  gboolean sane = index >= 0 && index <= LS_WORKERS_MAX;

  if (!ls_message_is_internal (message))
    ls_supervisor_user_message (pool->unit.supervisor, LS_NOUN_POOL, pool->unit.name, message);
  else if (g_str_equal (cmd, LS_POOL_THREAD) && sane)
    ls_pool_thread_up (pool, (guint) index, (pid_t) tid);
  else if (g_str_equal (cmd, LS_POOL_THREAD_GONE) && sane)
    ls_pool_thread_gone (pool, (guint) index);
  else
    heard_of_job (pool, cmd, message);
}

/* --- without the host --- */

static void
lose (LsPoolJob *job, void *user)
{
  const char *text = user;

  if (!ls_job_is_handed (job))
    return;
  if (job->asked != LS_JOB_QUEUED)
    ls_job_end (job, job->asked, NULL, text);
  else if (job->noun->state == LS_JOB_RUNNING)
    ls_job_end (job, LS_JOB_FAILED, NULL, text);
  else
    ls_job_take_back (job);
}

void
ls_pool_host_lost (LsPoolUnit *pool, const LsExit *how)
{
  g_autofree char *exit_text = ls_exit_to_text (how);
  g_autofree char *text = NULL;

  switch (pool->goal)
    {
    case LS_POOL_GOAL_RUN:
      text = g_strdup_printf ("the pool's process %s%s while the job ran", how->signal != 0 ? "was " : "", exit_text);
      break;
    case LS_POOL_GOAL_RESTART:
      text = g_strdup ("the pool was restarted while the job ran");
      break;
    case LS_POOL_GOAL_REMOVE:
      text = g_strdup ("the pool was removed while the job ran");
      break;
    case LS_POOL_GOAL_END:
      text = g_strdup ("the agent was stopped while the job ran");
      break;
    }
  ls_jobs_foreach_living (pool->jobs, lose, text);
  ls_pool_counts_changed (pool);
}
