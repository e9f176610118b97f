/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The supervisor: every cluster, pool, task, job and operation, and the rules by which they live.
 *
 * One object, driven from one thread. Wishes come in through the functions below, happenings through ls_supervisor_child_*
 * and ls_supervisor_run_timers; effects go out through LsPorts; what changed is told to one observer. All nouns
 * returned are owned by the supervisor and valid until the next call into it.
 *
 * Files: supervisor.c (names, who owns which pid, observer), lookup.c (ids to what they name), cluster.c and slot.c (clusters), pool.c and job.c,
 * task.c and task_book.c, schedule.c (when tasks start by themselves), operations.c, timers.c (one queue of deadlines for all). */

#include "abi/histogram.h"
#include "core/ports.h"
#include "model/buffer.h"
#include "model/cluster.h"
#include "model/operation.h"
#include "model/pool.h"
#include "model/sample.h"
#include "model/schedule.h"
#include "model/task.h"
#include "model/worker.h"

typedef struct LsSupervisor LsSupervisor;

typedef enum { LS_NOUN_CLUSTER, LS_NOUN_WORKER, LS_NOUN_POOL, LS_NOUN_JOB, LS_NOUN_BUFFER, LS_NOUN_TASK, LS_NOUN_SCHEDULE, LS_NOUN_OPERATION } LsNoun;
typedef enum { LS_CHANGE_ADDED, LS_CHANGE_CHANGED, LS_CHANGE_REMOVED } LsChangeOp;

/* May look things up, but changes nothing from inside. */
typedef struct {
  /* @resource is the LsCluster, LsWorker, … of that noun, after the change (before it, for REMOVED). */
  void (*changed) (void *self, LsNoun noun, LsChangeOp op, gconstpointer resource);
  /* A user's message that a worker, job or task sent. */
  void (*message) (void *self, LsNoun noun, const char *id, json_t *message);
  /* The last @n lines that @id wrote, for last_exit.log_tail; (transfer full) strv or NULL. */
  char **(*log_tail) (void *self, const char *id, guint n);
  void *self;
} LsObserver;

LsSupervisor *ls_supervisor_new (const LsPorts *ports, const LsObserver *observer);      /* copies both */
void ls_supervisor_free (LsSupervisor *supervisor);      /* children must have ended, or are left alone */

/* Takes everything down in order: tasks and pools, then clusters by drain; @done once no child is left. Past @timeout_ms all are killed.
 * Asked again while it goes on, only the time changes, to an earlier one. */
void ls_supervisor_shut_down (LsSupervisor *supervisor, gint64 timeout_ms, void (*done) (void *self), void *self);
gboolean ls_supervisor_is_shutting_down (LsSupervisor *supervisor);

/* --- what happened --- */
void ls_supervisor_run_timers (LsSupervisor *supervisor);
/* What became of a launch of the spawner's; pid 0: it could not be started, and @error says why. */
void ls_supervisor_child_started (LsSupervisor *supervisor, const char *id, LsInstance instance, const GError *error);
void ls_supervisor_child_notify (LsSupervisor *supervisor, LsInstance instance, LsNotifyKind kind, const char *text);
void ls_supervisor_child_message (LsSupervisor *supervisor, LsInstance instance, json_t *message);
/* A line of the channel, before it is parsed. TRUE: it was one of those of which there are very many, and it is dealt with. */
gboolean ls_supervisor_child_line (LsSupervisor *supervisor, LsInstance instance, const char *line, gsize length);
void ls_supervisor_child_exited (LsSupervisor *supervisor, LsInstance instance, const LsExit *how);
void ls_supervisor_child_output (LsSupervisor *supervisor, LsInstance instance, gboolean is_stderr, gsize bytes, gsize dropped);
/* What a ready worker uses, 0 … 1 of a core, once a sample: for clusters whose workers are a range. */
void ls_supervisor_cluster_load (LsSupervisor *supervisor, const char *cluster, double mean_cpu, guint in_flight);
/* CPU of a pool's thread, from sampling. */
void ls_supervisor_pool_thread_cpu (LsSupervisor *supervisor, const char *pool, guint index, double cores);

/* --- clusters --- */
/* Creates, or changes to @spec: more or fewer workers at once, another program by a rolling reload. *@ret_operation (nullable out, borrowed)
 * is the operation that the change became, NULL if nothing had to be done. */
gboolean ls_supervisor_put_cluster (LsSupervisor *supervisor, const char *name, const LsClusterSpec *spec, LsOrigin origin,
                                    const LsOperation **ret_operation, GError **error);
gboolean ls_supervisor_remove_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error);
/* Stops its workers but keeps the cluster ("stopped"); a later scale or start brings it back. */
gboolean ls_supervisor_stop_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error);
gboolean ls_supervisor_start_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error);
/* LS_ERROR_CONFLICT names the operation that runs. */
gboolean ls_supervisor_reload_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error);

/* --- workers: @instance NULL means the one that serves now; another than named is LS_ERROR_MISMATCH --- */
gboolean ls_supervisor_restart_worker (LsSupervisor *supervisor, const char *id, const LsInstance *instance,
                                       const LsOperation **ret_operation, GError **error);
gboolean ls_supervisor_drain_worker (LsSupervisor *supervisor, const char *id, const LsInstance *instance,
                                     const LsOperation **ret_operation, GError **error);      /* and scales the cluster down by one */
gboolean ls_supervisor_signal (LsSupervisor *supervisor, const char *id, const LsInstance *instance, int signal_number, GError **error);
                                     /* any worker, pool or task */
gboolean ls_supervisor_send (LsSupervisor *supervisor, const char *id, const LsInstance *instance, json_t *message, GError **error);
                                     /* worker, task, or job */

/* --- pools and jobs --- */
gboolean ls_supervisor_put_pool (LsSupervisor *supervisor, const char *name, const LsPoolSpec *spec, LsOrigin origin,
                                 const LsOperation **ret_operation, GError **error);
/* Other plug-ins of a pool that runs are tried beside it first. TRUE: that goes on now; @told is called once, with why the pool does not get them, or
 * NULL when it changes over. */
gboolean ls_supervisor_await_plugins (LsSupervisor *supervisor, const char *name, void (*told) (void *user, const char *failure), void *user);
gboolean ls_supervisor_remove_pool (LsSupervisor *supervisor, const char *name, GError **error);
gboolean ls_supervisor_restart_pool (LsSupervisor *supervisor, const char *name, GError **error);
/* @request: an LsJob of which what a client submits counts. A full queue is LS_ERROR_BUSY, a name that the pool does not know LS_ERROR_IMPOSSIBLE. */
gboolean ls_supervisor_submit_job (LsSupervisor *supervisor, const char *pool, const LsJob *request, const LsJob **ret_job, GError **error);
/* Several at once: all of them or none, and only when they are taken, taken over. *@ret_first is the number of the first ("j17": 17); the others follow it. */
gboolean ls_supervisor_submit_jobs (LsSupervisor *supervisor, const char *pool, LsJob **requests, guint n, guint64 *ret_first, GError **error);
gboolean ls_supervisor_cancel_job (LsSupervisor *supervisor, const char *id, GError **error);

/* --- shared buffers of pools; @name is the short one, "frame" --- */
/* A large one is made bit by bit, which is an operation; else *@ret_operation is NULL and it is ready. One of that name and size that is there stays. */
gboolean ls_supervisor_put_buffer (LsSupervisor *supervisor, const char *pool, const char *name, guint64 size, const LsOperation **ret_operation,
                                   GError **error);
gboolean ls_supervisor_remove_buffer (LsSupervisor *supervisor, const char *pool, const char *name, GError **error);

/* --- tasks --- */
/* Starts it, or lets it wait for a place when as many run as may. LS_ERROR_BUSY: too many wait already. */
gboolean ls_supervisor_run_task (LsSupervisor *supervisor, const char *name, const LsTaskSpec *spec, const LsTask **ret_task, GError **error);
/* The same for who does not wait for its start: what can only be seen by starting it is told by the task's state. */
gboolean ls_supervisor_queue_task (LsSupervisor *supervisor, const char *name, const LsTaskSpec *spec, const LsTask **ret_task, GError **error);
gboolean ls_supervisor_stop_task (LsSupervisor *supervisor, const char *id, const LsInstance *instance, GError **error);      /* TERM, then KILL */
gboolean ls_supervisor_remove_task (LsSupervisor *supervisor, const char *id, GError **error);      /* stops it first if need be */
gboolean ls_supervisor_task_input (LsSupervisor *supervisor, const char *id, const char *data, gsize length, gboolean close, GError **error);
/* Of its terminal; LS_ERROR_CONFLICT if it has none. One that does not run now gets it at its next start. */
gboolean ls_supervisor_task_window (LsSupervisor *supervisor, const char *id, LsTerminalSize window, GError **error);
/* Whether ls_supervisor_run_task would refuse it, with the same sentence; starts nothing. */
gboolean ls_supervisor_check_task (LsSupervisor *supervisor, const char *name, const LsTaskSpec *spec, GError **error);
/* How many may run at once (LS_TASKS_MAX_DEFAULT); the others wait for their turn, in order. */
#define LS_TASKS_MAX_DEFAULT 512u
void ls_supervisor_set_tasks_max (LsSupervisor *supervisor, guint max);

/* --- schedules --- */
/* Whether the schedule could run what @spec says, if that is new: for who asks now, and can mend it. Nobody asks when the agent starts: put then takes
 * what cannot run yet, and the schedule's reason says so until it can. */
gboolean ls_supervisor_check_schedule (LsSupervisor *supervisor, const char *name, const LsScheduleSpec *spec, GError **error);
/* Creates or changes. A new rule, or the end of a pause, counts from now on. */
gboolean ls_supervisor_put_schedule (LsSupervisor *supervisor, const char *name, const LsScheduleSpec *spec, LsOrigin origin, GError **error);
/* Its tasks that run go on. */
gboolean ls_supervisor_remove_schedule (LsSupervisor *supervisor, const char *name, GError **error);
/* Now, paused or not. *@ret_task (borrowed) is NULL when the run waits for the end of another. LS_ERROR_CONFLICT where overlap forbids it. */
gboolean ls_supervisor_run_schedule (LsSupervisor *supervisor, const char *name, const LsTask **ret_task, GError **error);
/* What an earlier life of the agent wrote down of a schedule (ls_schedule_memory_from_json), before the schedule is put. Takes over @memory. */
void ls_supervisor_recall_schedule (LsSupervisor *supervisor, LsSchedule *memory);

/* --- what there is; lists in creation order, workers by cluster and slot, an older instance before a newer one --- */
/* As one of the functions below has it; NULL: there is none (any more). */
gconstpointer ls_supervisor_find (LsSupervisor *supervisor, LsNoun noun, const char *id);
const LsCluster *ls_supervisor_find_cluster (LsSupervisor *supervisor, const char *name);
const LsWorker *ls_supervisor_find_worker (LsSupervisor *supervisor, const char *id);      /* the newest instance */
const LsPool *ls_supervisor_find_pool (LsSupervisor *supervisor, const char *name);
const LsJob *ls_supervisor_find_job (LsSupervisor *supervisor, const char *id);
const LsSharedBuffer *ls_supervisor_find_buffer (LsSupervisor *supervisor, const char *name);      /* "compute.frame" */
const LsTask *ls_supervisor_find_task (LsSupervisor *supervisor, const char *id);
const LsSchedule *ls_supervisor_find_schedule (LsSupervisor *supervisor, const char *name);
const LsOperation *ls_supervisor_find_operation (LsSupervisor *supervisor, const char *id);
void ls_supervisor_foreach (LsSupervisor *supervisor, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user);

/* For sampling: the scoreboard of a cluster and the row of a worker's instance (-1: none). */
LsScoreboard *ls_supervisor_cluster_scoreboard (LsSupervisor *supervisor, const char *cluster);
int ls_supervisor_worker_row (LsSupervisor *supervisor, const LsWorker *worker);
/* Addresses really bound; NULL-terminated, never NULL for a known cluster. */
const char *const *ls_supervisor_cluster_addresses (LsSupervisor *supervisor, const char *cluster);
/* Everything that a pool's jobs came to since it was made; NULL: there is no such pool. */
typedef struct { guint64 buckets[LS_HISTOGRAM_BUCKETS], sum_us; } LsDurationTotals;
typedef struct { guint64 done, failed, timed_out, cancelled; LsDurationTotals wait, run; } LsPoolTotals;
const LsPoolTotals *ls_supervisor_pool_totals (LsSupervisor *supervisor, const char *pool);
/* Wait- and run-time of the jobs that ended since the last call (reset by it), for the sample. */
typedef struct { guint64 done, failed; LsPercentiles wait_us, run_us; } LsPoolTally;
void ls_supervisor_take_pool_tally (LsSupervisor *supervisor, const char *pool, LsPoolTally *ret_tally);
