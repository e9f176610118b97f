/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: the parts of a cluster and how they work together.
 *
 *   cluster   N slots of one program; knows how many are wanted and in what state the whole is     cluster.c, cluster_status.c
 *   slot      web.3: keeps one process running, through crashes and replacements                   slot.c, slot_status.c
 *   process   one process in its time: starting, ready, draining                                   process.c
 *   roll      replaces processes by new ones, slot after slot: reload, restart                     roll.c
 *   goal      an operation that ends when the cluster has got there: scale, stop, …                goal.c
 *
 * A happening changes one thing (a process has ended, a slot is wanted) and then lets the cluster *settle*: it starts what is missing, rolls on,
 * steers connections, and tells what has changed, each exactly once. Nothing else starts processes or tells the observer.
 *
 * Rows of the scoreboard belong to a process while it lives. After a crash the slot keeps the row, with its sockets and the connections that wait
 * in them, for the process that takes its place. */

#include "base/backoff.h"
#include "core/autoscale.h"
#include "core/program.h"
#include "core/unit.h"

typedef struct LsClusterUnit LsClusterUnit;
typedef struct LsSlot LsSlot;
typedef struct LsProcess LsProcess;
typedef struct LsRoll LsRoll;
typedef struct LsGoal LsGoal;

typedef enum {
  LS_DRAIN_NONE,
  LS_DRAIN_ASKED,          /* to be steered away */
  LS_DRAIN_STEERED,        /* no new connections; its queues are emptied */
  LS_DRAIN_TOLD            /* SIGTERM; SIGKILL when its time is over */
} LsDrain;

struct LsProcess {
  LsSlot *slot;
  LsProgram *program;
  LsWorker *worker;        /* the noun; one process, one noun */
  gboolean announced, dirty;
  guint row;
  gint64 spawned_ms, ready_at_ms;      /* monotonic */
  char *replaces;          /* "killed by signal 9": how the one before ended; NULL for the first */
  gint64 replaces_ms;      /* when */
  char *doom;              /* why it was killed while it started; NULL */
  gboolean leaving_by_itself;          /* it said STOPPING=1 */
  LsDrain drain;
  gint64 drain_until_ms;
  LsTimer deadline;        /* start or stop time-out */
  LsTimer tick;            /* readiness by living, look at the queues */
};

struct LsSlot {
  LsClusterUnit *cluster;
  guint number;            /* from 1 */
  gboolean wanted;
  LsProgram *program;      /* what its processes run */
  LsProcess *main;         /* serves, or starts to */
  LsProcess *next;         /* starts beside main, to take its place */
  GPtrArray *leaving;      /* LsProcess, draining, the oldest first */
  LsRoll *roll;            /* that replaces its process now; NULL */

  gboolean has_row;        /* kept from a crash */
  guint row;
  LsBackoff backoff;
  LsTimer restart;
  gboolean on_probation;   /* the cluster fails; started when it is tried again */
  guint failures;          /* starts that failed since it was ready last */
  char *ended;             /* how the last process ended: "killed by signal 9"; NULL: nothing to replace */
  gint64 ended_ms;
  LsExit last_exit;
  char **log_tail;
  gint64 wait_ms;          /* as drawn last from the backoff */
  LsWorker *vacant;        /* the noun while no process is there */
  gboolean vacant_new, vacant_dirty;
};

struct LsClusterUnit {
  LsUnit unit;
  LsCluster *noun;
  gboolean announced, dirty;
  LsScoreboard *board;
  guint rows;
  gboolean *row_taken;
  GPtrArray *groups;       /* LsGroup, borrowed: open addresses */
  LsProgram *program;      /* for new slots; NULL: stopped, its addresses are closed */
  guint generation;        /* the last one given */
  GPtrArray *addresses;    /* those of program, really bound; borrowed from its groups, NULL-terminated */
  GPtrArray *slots;        /* LsSlot, owned, by number */
  GHashTable *processes;   /* LsInstance → LsProcess: all that live */
  guint wanted;            /* slots */
  gboolean stopped, removing, shutting_down;
  GPtrArray *rolls;        /* LsRoll, owned, oldest first; at most one reload */
  GPtrArray *goals;        /* LsGoal, owned, oldest first */
  gint64 failed_starts[5]; /* when, the last five */
  guint n_failed_starts;
  char *failing;           /* the sentence, or NULL */
  LsTimer probe;
  LsTimer breath;          /* the next turn of many starts */
  guint started;           /* in this settling */
  char *note;              /* what went wrong last though all is well: a failed reload */
  LsAutoscale autoscale;
  gboolean unsettled;      /* something became due while it settled: once more */
};

/* --- process.c --- */
LsProcess *ls_process_start (LsSlot *slot, LsProgram *program, guint row, GError **error);
void ls_process_free (LsProcess *process);
void ls_process_begin (LsProcess *process);      /* once it stands in its slot: waits for ready, or is ready at once */
void ls_process_is_ready (LsProcess *process, gint64 now_ms);
void ls_process_drain (LsProcess *process);
void ls_process_steered_away (LsProcess *process);
void ls_process_stopping (LsProcess *process);   /* it ends by itself */
void ls_process_kill (LsProcess *process);
void ls_process_status_text (LsProcess *process, const char *text);
gboolean ls_process_serves (const LsProcess *process);      /* may get connections */

/* --- slot.c --- */
LsSlot *ls_slot_new (LsClusterUnit *cluster, guint number);
void ls_slot_free (LsSlot *slot);
void ls_slot_wanted (LsSlot *slot, LsProgram *program);
void ls_slot_unwanted (LsSlot *slot);            /* drains what it has */
void ls_slot_settle (LsSlot *slot);              /* starts its process if it is time */
gboolean ls_slot_is_empty (const LsSlot *slot);
gboolean ls_slot_is_ready (const LsSlot *slot);
void ls_slot_drop_next (LsSlot *slot);           /* the new one goes, main stays */
void ls_slot_retry_now (LsSlot *slot);
void ls_slot_put_on_probation (LsSlot *slot);
gboolean ls_slot_replace (LsSlot *slot, LsProgram *program, LsProcess **ret_process, GError **error);      /* beside or in place of main */
void ls_slot_process_ready (LsSlot *slot, LsProcess *process);
void ls_slot_process_ended (LsSlot *slot, LsProcess *process, const LsExit *how);
void ls_slot_foreach_process (LsSlot *slot, void (*each) (LsProcess *process, void *user), void *user);      /* the oldest first */
LsProcess *ls_slot_newest (const LsSlot *slot);

/* --- slot_status.c --- */
char *ls_slot_failure (LsSlot *slot);            /* "web.3 exited with code 1 before it was ready and wrote “…” last"; (transfer full) */
char *ls_slot_failure_of (LsSlot *slot, const char *ended, char **log_tail);      /* the same of a process; (transfer full) */
char *ls_slot_outlook (const LsSlot *slot);      /* "tried again in 250 ms"; (transfer full) */
LsWorker *ls_slot_vacant (LsSlot *slot);         /* the noun to show when no process is there, brought up to date; NULL: none */
void ls_slot_drop_vacant (LsSlot *slot);

/* --- roll.c --- */
LsRoll *ls_roll_new (LsClusterUnit *cluster, LsProgram *program, LsSlot *only);      /* @only NULL: every slot; begins the operation */
void ls_roll_free (LsRoll *roll);
LsOperation *ls_roll_operation (const LsRoll *roll);
gboolean ls_roll_is_reload (const LsRoll *roll);
void ls_roll_settle (LsRoll *roll);              /* frees it when it has ended */
void ls_roll_process_ready (LsRoll *roll, LsProcess *process, LsProcess *old);      /* @old: that has to go now, NULL */
void ls_roll_process_ended (LsRoll *roll, LsProcess *process, const char *failure);      /* @failure NULL: as it should */
void ls_roll_slot_unwanted (LsRoll *roll);
void ls_roll_abandon (LsRoll *roll, const char *reason);   /* frees it */
LsProgram *ls_roll_before (const LsRoll *roll);            /* what the cluster goes back to; borrowed */
void ls_roll_take_back (LsRoll *roll);           /* a reload that is not wanted any more; frees it */
LsRoll *ls_cluster_reload_of (LsClusterUnit *cluster);     /* NULL: none runs */

gboolean ls_roll_refuse_another (LsRoll *roll, GError **error);      /* TRUE if @roll is not NULL: "op-91 is reloading web" */

/* --- goal.c --- */
LsOperation *ls_goal_begin (LsClusterUnit *cluster, const char *verb, const char *target, guint wanted_before);
void ls_goals_settle (LsClusterUnit *cluster);
void ls_goals_fail (LsClusterUnit *cluster, const char *reason);
void ls_goal_free (LsGoal *goal);
LsOperation *ls_goals_operation (LsClusterUnit *cluster);      /* the newest; NULL: none runs */

/* --- cluster.c --- */
LsClusterUnit *ls_cluster_unit_new (LsSupervisor *supervisor, const char *name, guint slots_max);
void ls_cluster_settle (LsClusterUnit *cluster);
void ls_cluster_steer (LsClusterUnit *cluster);
void ls_cluster_want (LsClusterUnit *cluster, guint wanted);      /* lowest free numbers come, highest go */
void ls_cluster_unwant_slot (LsClusterUnit *cluster, LsSlot *slot);
void ls_cluster_set_program (LsClusterUnit *cluster, LsProgram *program);      /* NULL-able */
const char *const *ls_cluster_addresses (LsClusterUnit *cluster);
LsSlot *ls_cluster_slot (LsClusterUnit *cluster, guint number);      /* NULL: none */
gboolean ls_cluster_may_start (LsClusterUnit *cluster);      /* one more process in this turn of the loop */
gboolean ls_cluster_take_row (LsClusterUnit *cluster, guint *ret_row);
gboolean ls_cluster_has_free_row (LsClusterUnit *cluster);
void ls_cluster_free_row (LsClusterUnit *cluster, guint row);
void ls_cluster_start_failed (LsClusterUnit *cluster, LsSlot *slot);
void ls_cluster_start_succeeded (LsClusterUnit *cluster, gboolean after_failures);

/* --- cluster_class.c: as a unit, what happens to it and what it shows --- */
extern const LsUnitClass ls_cluster_class;
LsProcess *ls_cluster_named_process (LsClusterUnit *cluster, const char *id, const LsInstance *instance, LsSlot **ret_slot, GError **error);

/* --- cluster_status.c --- */
void ls_cluster_tell (LsClusterUnit *cluster);      /* everything that changed */
void ls_cluster_tell_removed_worker (LsClusterUnit *cluster, LsWorker *worker, gboolean announced);
