/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: the jobs of one pool, from the queue to the last 1,000 that ended (fewer, if they have long results). What a job does
 * to its pool's process, or the process to it, is the pool's business (pool.h). Files: job.c (the life of a job), job_queue.c (which is next), job_news.c (who is told of
 * it and when), job_tally.c (how long they wait and run).
 *
 * There may be hundreds of thousands a second, so a job stands in all its lists by links of its own. */

#include "core/unit.h"

typedef struct LsJobs LsJobs;

typedef struct {
  LsJob *noun;
  LsJobs *jobs;
  guint64 number;              /* order of submission: 17 of "j17" */
  GList in_all, in_ended;
  GList in_queue, in_news;     /* data NULL: it is not there */
  gboolean handed;             /* the host has it */
  LsJobState asked;            /* LS_JOB_CANCELLED or LS_JOB_TIMED_OUT once it was asked to end so; else LS_JOB_QUEUED */
  guint retries_left;
  gsize bytes;                 /* of its args, and of its result once it has ended */
  gint64 queued_ms, handed_ms, started_ms;
  LsTimer timeout;             /* the pool's: how long it may run, then how long it may take to obey; or how long it waits before it is queued again */
  gboolean told;               /* the observer knows of it */
  gboolean shown;              /* somebody listed it: its end must be told, too */
} LsPoolJob;

/* What the host measured; -1: it did not say. */
typedef struct {
  int thread;
  gint64 wait_us;              /* in the host */
  gint64 run_us, cpu_us;
  gint64 output_bytes;
} LsJobFigures;

LsJobs *ls_jobs_new (LsUnit *pool);
void ls_jobs_free (LsJobs *jobs);      /* disarms all timers, tells nobody */
LsUnit *ls_jobs_pool (LsJobs *jobs);

LsPoolJob *ls_jobs_add (LsJobs *jobs, LsJob *request);      /* queues and announces it; takes over @request */
LsPoolJob *ls_jobs_find (LsJobs *jobs, const char *id);
LsPoolJob *ls_jobs_find_number (LsJobs *jobs, guint64 number);
LsPoolJob *ls_jobs_first (LsJobs *jobs);      /* of the queue: highest priority, then oldest; NULL: it is empty */
guint ls_jobs_in_queue (const LsJobs *jobs);
guint ls_jobs_handed (const LsJobs *jobs);      /* those the host has */
guint ls_jobs_living (const LsJobs *jobs);      /* these two, and those that wait to be queued again */
gsize ls_jobs_living_bytes (const LsJobs *jobs);      /* of their args */
void ls_jobs_foreach (LsJobs *jobs, void (*each) (LsPoolJob *job, void *user), void *user);      /* oldest first; @each changes none */
void ls_jobs_foreach_living (LsJobs *jobs, void (*each) (LsPoolJob *job, void *user), void *user);      /* @each may end the one it is given */

void ls_job_hand (LsPoolJob *job);      /* out of the queue, to the host */
void ls_job_take_back (LsPoolJob *job);      /* to its old place in the queue */
void ls_job_start (LsPoolJob *job, const LsJobFigures *figures);
void ls_job_had_started (LsPoolJob *job);      /* its host died before it could say so */
void ls_job_progress (LsPoolJob *job, double progress, const char *message);
/* It shall run once more; @reason says why. It waits outside of the queue until ls_job_queue_again. */
void ls_job_again (LsPoolJob *job, const LsJobFigures *figures, const char *reason);
void ls_job_queue_again (LsPoolJob *job);
/* For good; takes over @result, copies @error; both may be NULL, @figures too. May forget an older one, never @job itself. */
void ls_job_end (LsPoolJob *job, LsJobState state, const LsJobFigures *figures, char *result, const char *error);

/* Everything is removed, and said to be. */
void ls_jobs_remove_all (LsJobs *jobs);
void ls_jobs_take_tally (LsJobs *jobs, LsPoolTally *ret);
const LsPoolTotals *ls_jobs_totals (const LsJobs *jobs);
