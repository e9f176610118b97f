/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside job*.c only. */

#include "core/job.h"

/* --- job_queue.c --- */

/* Those that wait: highest priority first, then by number. There are few priorities, and nearly all jobs come and go at an end of theirs. */
typedef struct {
  GArray *levels;              /* one a priority that somebody has, highest first */
  guint length;
} LsJobQueue;

void ls_job_queue_init (LsJobQueue *queue);
void ls_job_queue_clear (LsJobQueue *queue);
void ls_job_queue_push (LsJobQueue *queue, LsPoolJob *job);
void ls_job_queue_remove (LsJobQueue *queue, LsPoolJob *job);      /* nothing if it is not there */
LsPoolJob *ls_job_queue_first (const LsJobQueue *queue);           /* NULL: it is empty */

/* --- job_news.c --- */

/* Who watches jobs is told of each change at once as long as there are few. When there are many, changes of a job become one, and jobs that came
 * and ended meanwhile are not told at all: their number stands in the pool. So ten thousand jobs a second cost readers no more than some hundred. */
typedef struct {
  LsTimer timer;
  GQueue waiting;              /* LsPoolJob */
  double tokens;               /* how many may be told now */
  gint64 filled_ms;
} LsJobNews;

void ls_job_news_init (LsJobNews *news, LsSupervisor *supervisor);
void ls_job_news_clear (LsJobNews *news, LsSupervisor *supervisor);
void ls_job_news_changed (LsPoolJob *job);      /* also that it is new */
void ls_job_news_removed (LsPoolJob *job);
LsJobNews *ls_jobs_news (LsJobs *jobs);

/* --- job_tally.c --- */

/* Durations since the last tally, and all of them in @total. */
typedef struct {
  guint32 buckets[LS_HISTOGRAM_BUCKETS];
  guint n;
} LsDurations;

void ls_durations_add (LsDurations *durations, LsDurationTotals *total, gint64 us);
LsPercentiles ls_durations_take (LsDurations *durations);      /* and starts anew */
