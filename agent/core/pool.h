/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: a pool, its host process, and the threads in it.
 *
 * The queue stays here; the host has as many jobs as the pool wants threads, and of short ones some more, about what the threads do in
 * LS_POOL_AHEAD_US. The job board (abi/job_board.h) tells which of them had begun, so a crash can only take what ran. Files: pool.c (the process:
 * starting, crashing, stopping), pool_class.c (the pool as a unit), pool_threads.c (how many, and the operation that waits for them),
 * pool_hand.c (jobs to the host), pool_host.c (the conversation of abi/channel.h), pool_done.c (its
 * part of which there is most), pool_crash.c (who ran when the host died, and what becomes of them), pool_buffers.c (shared
 * buffers), pool_trial.c (other plug-ins, before the pool changes over to them), pool_calls.c (wishes). */

#include "base/backoff.h"
#include "core/job.h"

#define LS_POOL_AHEAD_US 5000
#define LS_POOL_AHEAD_MAX 1024u      /* fewer than a row of the board remembers */
#define LS_POOL_STOP_MS 10000      /* running jobs have so long to end when their process must */

typedef enum {
  LS_POOL_GOAL_RUN,
  LS_POOL_GOAL_RESTART,      /* end the process, then start another */
  LS_POOL_GOAL_REMOVE,
  LS_POOL_GOAL_END           /* the agent stops */
} LsPoolGoal;

typedef struct LsPoolTrial LsPoolTrial;

typedef struct {
  LsUnit unit;
  LsPool *noun;
  LsJobs *jobs;
  LsPoolGoal goal;
  gboolean leaving;          /* the process was told to end, or said that it does */
  gboolean was_killed;       /* by us, past its time */
  gint64 ready_ms;           /* 0: not since its start */
  char *replaces;            /* how the process before ended, when it crashed */
  gint64 replaces_ms;
  LsBackoff backoff;
  LsTimer deadline;          /* to become ready, or to end */
  LsTimer again;             /* the next start */
  LsTimer announce;          /* counts that changed */
  LsTimer resend;            /* the channel was full, or there is more to hand out */
  LsJobBoard *board;         /* of the living host */
  int board_fd;
  double mean_run_us;        /* of the last jobs; 0: none has ended */
  char *stuck;               /* the job that did not obey and for which the host is ended */
  char *refusal;             /* what the host said it cannot do; then it ends */
  gboolean lost_to_a_job;    /* the last end of the host was a job's fault: no reason to wait */
  GString *lines;            /* pool_hand.c: what is being written */
  GPtrArray *handed;         /* and the jobs in it */
  GPtrArray *buffers;        /* LsPoolBuffer, owned, oldest first */

  guint wanted;              /* threads */
  guint told;                /* what the host was told; 0: nothing */
  LsTimer shrink;
  LsOperation *operation;    /* that waits for the threads; NULL: none */
  LsPoolTrial *trial;        /* pool_trial.c: other plug-ins are being tried; NULL: none */
} LsPoolUnit;

extern const LsUnitClass ls_pool_class;

LsPoolUnit *ls_pool_unit_new (LsSupervisor *supervisor, const char *name);

/* pool.c */
const LsSpawner *ls_pool_spawner (LsPoolUnit *pool);
void ls_pool_arm (LsPoolUnit *pool, LsTimer *timer, gint64 in_ms, void (*fire) (void *user));
void ls_pool_arm_for (LsPoolUnit *pool, LsTimer *timer, gint64 in_ms, void (*fire) (void *user), void *user);
void ls_pool_disarm (LsPoolUnit *pool, LsTimer *timer);
void ls_pool_disarm_all (LsPoolUnit *pool);
void ls_pool_changed (LsPoolUnit *pool);                                            /* announces now */
void ls_pool_counts_changed (LsPoolUnit *pool);                                     /* announces soon, many changes as one */
void ls_pool_set_state (LsPoolUnit *pool, LsPoolState state, const char *reason);      /* announces, if it is another */
gboolean ls_pool_has_process (const LsPoolUnit *pool);
GPtrArray *ls_pool_command (LsPoolUnit *pool, const LsPoolSpec *spec);      /* the host's argv, NULL-terminated, borrowed words; (transfer container) */
gboolean ls_pool_start (LsPoolUnit *pool, GError **error);      /* spawns the host */
void ls_pool_leave (LsPoolUnit *pool, LsPoolGoal goal);         /* ends the process for @goal; at once if there is none */
void ls_pool_kill (LsPoolUnit *pool);
void ls_pool_close_board (LsPoolUnit *pool);
void ls_pool_ready (LsPoolUnit *pool);
void ls_pool_stops_by_itself (LsPoolUnit *pool);                /* somebody else told it to: another one takes over when it is gone */
void ls_pool_exited (LsPoolUnit *pool, const LsExit *how);

/* pool_threads.c */
void ls_pool_fit_threads (LsPoolUnit *pool);      /* as many as the jobs need, within the range; tells the host */
void ls_pool_thread_up (LsPoolUnit *pool, guint index, pid_t tid);
void ls_pool_thread_gone (LsPoolUnit *pool, guint index);
void ls_pool_threads_lost (LsPoolUnit *pool);     /* with the process */
void ls_pool_thread_job (LsPoolUnit *pool, int index, const char *job);      /* NULL: idle */
void ls_pool_begin_operation (LsPoolUnit *pool, const char *verb);
void ls_pool_end_operation (LsPoolUnit *pool, const char *failure);

/* pool_hand.c */
void ls_pool_hand_out (LsPoolUnit *pool);      /* as many jobs as the host shall have */
/* One of many short jobs has ended: as long as the threads have others, new ones are handed out together, when all that came is read. */
void ls_pool_hand_out_soon (LsPoolUnit *pool);

/* pool_host.c */
void ls_pool_heard (LsPoolUnit *pool, json_t *message);
/* What becomes of a job that ended otherwise than done: it runs once more if that was asked for (@on: LsRetryOn), else it ends in @state. */
void ls_pool_end_or_retry (LsPoolUnit *pool, LsPoolJob *job, guint on, LsJobState state, const LsJobFigures *figures, const char *error);
void ls_pool_retry (LsPoolUnit *pool, LsPoolJob *job, const LsJobFigures *figures, const char *reason);      /* in any case */
/* A queued job ends at once, a running one is asked to. */
void ls_pool_end_job (LsPoolUnit *pool, LsPoolJob *job, LsJobState state, const char *why);
/* It gives its thread back. FALSE: we do not know that it ran. */
gboolean ls_pool_leave_thread (LsPoolUnit *pool, LsPoolJob *job, const LsJobFigures *figures);
char *ls_pool_result_text (json_t *result);      /* (transfer full) (nullable) */
/* A job ran longer than it may: its error. @forced: the host had to end for it. (transfer full) */
char *ls_pool_too_long (const LsPoolJob *job, gboolean forced);

/* pool_done.c */
void ls_pool_heard_done (LsPoolUnit *pool, json_t *message);
/* TRUE: @line was a LINESHAFT_JOBS_DONE. */
gboolean ls_pool_heard_line (LsPoolUnit *pool, const char *line, gsize length);

/* pool_crash.c */
void ls_pool_host_lost (LsPoolUnit *pool, const LsExit *how);      /* what ran has failed or runs again, the others wait again */

/* pool_trial.c */
/* The process loads @spec's plug-ins; in the end there is ls_pool_change_over, or the operation has failed and nothing has changed. FALSE: no process. */
gboolean ls_pool_try (LsPoolUnit *pool, const LsPoolSpec *spec, LsOrigin origin, GError **error);
void ls_pool_drop_trial (LsPoolUnit *pool, const char *why);      /* if there is one */
void ls_pool_kill_trial (LsPoolUnit *pool);
/* pool_calls.c */
void ls_pool_change_over (LsPoolUnit *pool, const LsPoolSpec *spec, LsOrigin origin, gboolean is_tried);

/* pool_buffers.c */
void ls_pool_tell_buffers (LsPoolUnit *pool);       /* all that are ready, to a new host */
void ls_pool_remove_buffers (LsPoolUnit *pool, gboolean tell);
const LsSharedBuffer *ls_pool_find_buffer (LsPoolUnit *pool, const char *name);      /* "compute.frame"; NULL: there is none */
void ls_pool_foreach_buffer (LsPoolUnit *pool, void (*each) (void *user, gconstpointer resource), void *user);
gboolean ls_pool_tell (LsPoolUnit *pool, json_t *message, GError **error);      /* takes over @message */
