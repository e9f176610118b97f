/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: the jobs of one pool, from the queue to the last 1,000 that ended. What a job does to its pool's process, or
 * the process to it, is the pool's business (pool.h). */

#include "core/unit.h"

typedef struct LsJobs LsJobs;

typedef struct {
  LsJob *noun;
  LsJobs *jobs;
  guint64 number;              /* order of submission */
  GSequenceIter *place;        /* in the queue; NULL: the host has it, or it has ended */
  GList *link;                 /* in the list of all */
  LsJobState asked;            /* LS_JOB_CANCELLED or LS_JOB_TIMED_OUT once it was asked to end so; else LS_JOB_QUEUED */
  gint64 queued_ms, started_ms;
  LsTimer timeout;             /* the pool's: how long it may run, then how long it may take to obey */
} LsPoolJob;

LsJobs *ls_jobs_new (LsUnit *pool);
void ls_jobs_free (LsJobs *jobs);      /* disarms all timers, tells nobody */
LsUnit *ls_jobs_pool (LsJobs *jobs);

LsPoolJob *ls_jobs_add (LsJobs *jobs, const LsJob *request);      /* queues and announces it */
LsPoolJob *ls_jobs_find (LsJobs *jobs, const char *id);
LsPoolJob *ls_jobs_first (LsJobs *jobs);      /* of the queue: highest priority, then oldest; NULL: it is empty */
guint ls_jobs_queued (const LsJobs *jobs);
guint ls_jobs_handed (const LsJobs *jobs);      /* those the host has */
void ls_jobs_foreach (LsJobs *jobs, void (*each) (LsPoolJob *job, void *user), void *user);      /* oldest first; @each changes none */
void ls_jobs_foreach_living (LsJobs *jobs, void (*each) (LsPoolJob *job, void *user), void *user);      /* @each may end the one it is given */

void ls_job_hand (LsPoolJob *job);      /* out of the queue, to the host */
void ls_job_take_back (LsPoolJob *job);      /* to its old place in the queue */
gboolean ls_job_is_handed (const LsPoolJob *job);
void ls_job_start (LsPoolJob *job, guint thread);
void ls_job_progress (LsPoolJob *job, double progress, const char *message);
/* For good; @result and @error are copied and may be NULL. May forget an older one, never @job itself. */
void ls_job_end (LsPoolJob *job, LsJobState state, json_t *result, const char *error);

/* Everything is removed, and said to be. */
void ls_jobs_remove_all (LsJobs *jobs);
void ls_jobs_take_tally (LsJobs *jobs, LsPoolTally *ret);
