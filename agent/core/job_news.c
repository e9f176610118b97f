/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/job_parts.h"

#define TOKENS 256.0             /* told at once, after a quiet time */
#define TOKENS_A_SECOND 1000.0
#define RESERVE 128.0            /* below it, those that have ended already stay untold */
#define FLUSH_MS 50

static LsSupervisor *
supervisor_of (LsPoolJob *job)
{
  return ls_jobs_pool (job->jobs)->supervisor;
}

void
ls_job_news_init (LsJobNews *news, LsSupervisor *supervisor)
{
  g_queue_init (&news->waiting);
  news->tokens = TOKENS;
  news->filled_ms = ls_supervisor_now_ms (supervisor);
}

void
ls_job_news_clear (LsJobNews *news, LsSupervisor *supervisor)
{
  ls_timers_disarm (ls_supervisor_timers (supervisor), &news->timer);
  while (news->waiting.head)
    g_queue_pop_head_link (&news->waiting)->data = NULL;
}

static void
fill (LsJobNews *news, LsSupervisor *supervisor)
{
  gint64 now = ls_supervisor_now_ms (supervisor);

  news->tokens = MIN (TOKENS, news->tokens + (double) (now - news->filled_ms) * TOKENS_A_SECOND / 1000);
  news->filled_ms = now;
}

static void
tell (LsPoolJob *job)
{
  LsChangeOp op = job->told ? LS_CHANGE_CHANGED : LS_CHANGE_ADDED;

  ls_jobs_news (job->jobs)->tokens--;
  job->told = TRUE;
  ls_supervisor_changed (supervisor_of (job), LS_NOUN_JOB, op, job->noun);
}

static void
flush (void *user)
{
  LsJobs *jobs = user;
  LsJobNews *news = ls_jobs_news (jobs);
  LsSupervisor *supervisor = ls_jobs_pool (jobs)->supervisor;

  fill (news, supervisor);
  while (news->tokens >= 1 && news->waiting.head)
    {
      LsPoolJob *job = news->waiting.head->data;

      g_queue_pop_head_link (&news->waiting)->data = NULL;
      if (job->told || job->shown || !ls_job_state_is_final (job->noun->state) || news->tokens > RESERVE)
        tell (job);
    }
  if (news->waiting.head)
    ls_timers_arm (ls_supervisor_timers (supervisor), &news->timer, ls_supervisor_now_ms (supervisor) + FLUSH_MS, flush, jobs);
}

void
ls_job_news_changed (LsPoolJob *job)
{
  LsJobNews *news = ls_jobs_news (job->jobs);
  LsSupervisor *supervisor = supervisor_of (job);

  job->noun->revision = ls_supervisor_next_revision (supervisor);
  if (job->in_news.data)
    return;
  fill (news, supervisor);
  if (news->tokens >= 1 && !news->waiting.head)
    {
      tell (job);
      return;
    }
  job->in_news.data = job;
  g_queue_push_tail_link (&news->waiting, &job->in_news);
  if (!news->timer.where)
    ls_timers_arm (ls_supervisor_timers (supervisor), &news->timer, ls_supervisor_now_ms (supervisor) + FLUSH_MS, flush, job->jobs);
}

void
ls_job_news_removed (LsPoolJob *job)
{
  if (job->in_news.data)
    g_queue_unlink (&ls_jobs_news (job->jobs)->waiting, &job->in_news);
  if (job->told || job->shown)
    ls_supervisor_changed (supervisor_of (job), LS_NOUN_JOB, LS_CHANGE_REMOVED, job->noun);
}
