/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The pool's process has ended: who ran, whose fault it was, and what becomes of the jobs.
 *
 * The job whose thread died, or all that ran if nobody knows which, use up a retry or fail. Those that ran beside it lost their work through no
 * fault of their own: if retries were asked for they run again, and none is used up; else they fail as well, for a job that was
 * not said to bear it must not run twice. Only when we ended the process, because a job did not stop at its time, do the others
 * run again in any case. Jobs that had not begun go back to the queue. */

#include "core/exit_text.h"
#include "core/pool.h"

#include <string.h>

typedef struct {
  LsPoolUnit *pool;
  GHashTable *ran;         /* ids, borrowed from the board */
  GHashTable *begun;       /* hashes: these and those that ended, but nobody heard of it */
  char *culprit;           /* its id; NULL: not known */
  char *text;              /* "the pool's process was killed by signal 11" */
} Loss;

static void
read_row (Loss *loss, LsJobBoardRow *row)
{
  guint64 n = MIN (row->n_begun, LS_JOB_BOARD_BEGUN);

  row->job[LS_JOB_BOARD_ID - 1] = '\0';
  if (row->running && row->job[0])
    g_hash_table_add (loss->ran, row->job);
  for (guint64 i = 0; i < n; i++)
    g_hash_table_add (loss->begun, &row->begun[i]);
}

/* The board is the host's, which may have written anything there in its last moments: nothing is followed, only compared. */
static void
read_board (Loss *loss)
{
  LsJobBoard *board = loss->pool->board;
  const GArray *threads = loss->pool->noun->threads;
  guint rows = board ? LS_WORKERS_MAX : 0;

  for (guint i = 0; i < threads->len; i++)
    {
      guint index = g_array_index (threads, LsPoolThread, i).index;

      if (index < rows)
        read_row (loss, ls_job_board_row (board, index));
    }
  if (board && board->crashed > 0 && board->crashed <= rows)
    {
      const LsJobBoardRow *row = ls_job_board_row (board, board->crashed - 1);

      loss->culprit = row->running && row->job[0] ? g_strdup (row->job) : NULL;
    }
}

static gboolean
had_begun (const Loss *loss, const LsPoolJob *job)
{
  guint64 hash = ls_job_board_hash (job->noun->id);

  return job->noun->state == LS_JOB_RUNNING || g_hash_table_contains (loss->ran, job->noun->id) || g_hash_table_contains (loss->begun, &hash);
}

static void
remove_part (LsPoolJob *job)
{
  const LsWorkshop *workshop = &ls_supervisor_ports (ls_jobs_pool (job->jobs)->supervisor)->workshop;

  if (job->noun->output)
    workshop->remove_part (workshop->self, job->noun->output, job->noun->id);
}

/* One of those that ran while the pool was to go on. */
static void
lose_running (Loss *loss, LsPoolJob *job)
{
  LsPoolUnit *pool = loss->pool;
  gboolean guilty = !loss->culprit || g_str_equal (loss->culprit, job->noun->id);
  g_autofree char *text = NULL;

  if (pool->stuck)
    {
      text = g_strdup_printf ("runs again: the pool's process was ended because %s did not stop when asked", pool->stuck);
      ls_pool_retry (pool, job, NULL, text);
    }
  else if (guilty)
    {
      text = g_strdup_printf ("%s while the job ran", loss->text);
      ls_pool_end_or_retry (pool, job, LS_RETRY_CRASH, LS_JOB_FAILED, NULL, text);
    }
  else if ((job->noun->retry_on & LS_RETRY_CRASH) && job->noun->retries > 0)
    {
      text = g_strdup_printf ("runs again: %s in %s", loss->text, loss->culprit);
      ls_pool_retry (pool, job, NULL, text);
    }
  else
    {
      text = g_strdup_printf ("%s in %s while this job ran beside it", loss->text, loss->culprit);
      ls_job_end (job, LS_JOB_FAILED, NULL, NULL, text);
    }
}

static void
lose (LsPoolJob *job, void *user)
{
  Loss *loss = user;
  g_autofree char *error = NULL;
  gboolean forced = loss->pool->stuck && g_str_equal (loss->pool->stuck, job->noun->id);

  if (!job->handed)
    return;
  if (!had_begun (loss, job) && job->asked == LS_JOB_QUEUED)
    {
      ls_job_take_back (job);
      return;
    }
  remove_part (job);
  if (had_begun (loss, job))
    ls_job_had_started (job);
  if (job->asked == LS_JOB_TIMED_OUT)
    {
      error = ls_pool_too_long (job, forced);
      ls_pool_end_or_retry (loss->pool, job, LS_RETRY_TIMEOUT, LS_JOB_TIMED_OUT, NULL, error);
    }
  else if (job->asked != LS_JOB_QUEUED)
    ls_job_end (job, job->asked, NULL, NULL, loss->text);
  else if (loss->pool->goal == LS_POOL_GOAL_RUN)
    lose_running (loss, job);
  else
    ls_pool_end_or_retry (loss->pool, job, LS_RETRY_CRASH, LS_JOB_FAILED, NULL, loss->text);
}

static char *
what_happened (LsPoolUnit *pool, const LsExit *how)
{
  g_autofree char *exit_text = ls_exit_to_text (how);

  switch (pool->goal)
    {
    case LS_POOL_GOAL_RESTART:
      return g_strdup ("the pool was restarted while the job ran");
    case LS_POOL_GOAL_REMOVE:
      return g_strdup ("the pool was removed while the job ran");
    case LS_POOL_GOAL_END:
      return g_strdup ("the agent was stopped while the job ran");
    case LS_POOL_GOAL_RUN:
      break;
    }
  return g_strdup_printf ("the pool's process %s%s", how->signal != 0 ? "was " : "", exit_text);
}

void
ls_pool_host_lost (LsPoolUnit *pool, const LsExit *how)
{
  g_autoptr (GHashTable) ran = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) begun = g_hash_table_new (g_int64_hash, g_int64_equal);
  Loss loss = { pool, ran, begun, NULL, what_happened (pool, how) };

  read_board (&loss);
  pool->lost_to_a_job = pool->stuck != NULL || g_hash_table_size (loss.ran) > 0;
  ls_jobs_foreach_living (pool->jobs, lose, &loss);
  ls_pool_counts_changed (pool);
  g_free (loss.culprit);
  g_free (loss.text);
}
