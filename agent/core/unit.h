/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: what the supervisor's parts share.
 *
 * A *unit* is whatever owns children: a cluster, a pool or a task. The supervisor keeps them by name and routes what happens to a child to the
 * unit that owns it.
 *
 * Lifetime: a unit may be dropped from anywhere, also from inside its own callback. It is gone for everyone else at once, and freed when the
 * outermost call into the supervisor has come to its end. A unit disarms its timers before it is dropped: no timer may outlive its unit. */

#include "core/supervisor.h"
#include "core/timers.h"

typedef struct LsUnit LsUnit;

typedef struct {
  /* What became of ls_supervisor_launch; pid 0 and @error: it could not be started. */
  void (*started) (LsUnit *unit, LsInstance instance, const GError *error);
  void (*notify) (LsUnit *unit, LsInstance instance, LsNotifyKind kind, const char *text);
  gboolean (*line) (LsUnit *unit, LsInstance instance, const char *line, gsize length);      /* see ls_supervisor_child_line; may be NULL */
  void (*message) (LsUnit *unit, LsInstance instance, json_t *message);
  void (*exited) (LsUnit *unit, LsInstance instance, const LsExit *how);
  void (*output) (LsUnit *unit, LsInstance instance, gboolean is_stderr, gsize bytes, gsize dropped);
  /* Begin to end every child for good; the supervisor looks at children () after every call until none is left. */
  void (*shut_down) (LsUnit *unit);
  void (*kill) (LsUnit *unit);      /* SIGKILL to all of them, now */
  guint (*children) (LsUnit *unit);
  void (*free) (LsUnit *unit);

  /* What the unit shows; all are optional. @id is that of the resource: "web.3", "compute", "j17". */
  void (*foreach) (LsUnit *unit, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user);
  gconstpointer (*find) (LsUnit *unit, LsNoun noun, const char *id);      /* NULL: not one of this unit's */
  gboolean (*signal) (LsUnit *unit, const char *id, const LsInstance *instance, int signal_number, GError **error);
  gboolean (*send) (LsUnit *unit, const char *id, const LsInstance *instance, json_t *message, GError **error);
} LsUnitClass;

struct LsUnit {
  const LsUnitClass *klass;
  LsSupervisor *supervisor;
  LsNoun noun;             /* LS_NOUN_CLUSTER, LS_NOUN_POOL, LS_NOUN_TASK, LS_NOUN_SCHEDULE */
  char *name;              /* owned */
};

/* Given by supervisor.c to the units. */
const LsPorts *ls_supervisor_ports (LsSupervisor *supervisor);
LsTimers *ls_supervisor_timers (LsSupervisor *supervisor);
/* The clocks are read once a call from outside, and after a process was started: all else that one call does happens at one moment. */
gint64 ls_supervisor_now_ms (LsSupervisor *supervisor);      /* monotonic */
gint64 ls_supervisor_wall_ms (LsSupervisor *supervisor);
guint64 ls_supervisor_next_revision (LsSupervisor *supervisor);      /* one counter for all nouns */
guint64 ls_supervisor_next_number (LsSupervisor *supervisor, LsNoun noun);      /* 1, 2, 3, …: for "t42", "j17", "op-91" */
void ls_supervisor_changed (LsSupervisor *supervisor, LsNoun noun, LsChangeOp op, gconstpointer resource);
void ls_supervisor_user_message (LsSupervisor *supervisor, LsNoun noun, const char *id, json_t *message);
char **ls_supervisor_log_tail (LsSupervisor *supervisor, const char *id, guint n);      /* (transfer full) (nullable) */
guint ls_instance_key_hash (gconstpointer instance);      /* for tables whose keys are LsInstance * */
gboolean ls_instance_key_equal (gconstpointer a, gconstpointer b);
gboolean ls_message_is_internal (json_t *message);      /* an object whose "cmd" begins with NODE_ or LINESHAFT_ */
/* For functions that begin something new: LS_ERROR_CONFLICT while the supervisor takes everything down. */
gboolean ls_supervisor_refuse_when_stopping (LsSupervisor *supervisor, GError **error);      /* TRUE: refused */
/* Spawns and remembers that @unit owns the child. */
gboolean ls_supervisor_spawn (LsSupervisor *supervisor, LsUnit *unit, const LsSpawnRequest *request, LsInstance *ret_instance, GError **error);
gboolean ls_supervisor_can_launch (LsSupervisor *supervisor);
/* As spawn, but @unit, whose name is the request's id, is told later. It may not be dropped until then, and counts the child among its own. */
gboolean ls_supervisor_launch (LsSupervisor *supervisor, LsUnit *unit, const LsSpawnRequest *request, GError **error);
/* Wraps what touches units from outside (a call of supervisor.h, a happening): dropped units are freed at the last leave.
 * Happenings and timers are wrapped already; so a unit's callbacks need not. */
void ls_supervisor_enter (LsSupervisor *supervisor);
void ls_supervisor_leave (LsSupervisor *supervisor);
/* A name may be taken once over clusters, pools and schedules: LS_ERROR_CONFLICT; names that would read as a task, job or operation are LS_ERROR_IMPOSSIBLE.
 * Takes ownership of @unit, when it succeeds. Tells nobody: the unit announces its noun. */
gboolean ls_supervisor_add_unit (LsSupervisor *supervisor, LsUnit *unit, GError **error);
void ls_supervisor_drop_unit (LsSupervisor *supervisor, LsUnit *unit);      /* frees it, later if it is in a callback */
LsUnit *ls_supervisor_find_unit (LsSupervisor *supervisor, LsNoun noun, const char *name);      /* NULL: none of that noun */
void ls_supervisor_each_unit (LsSupervisor *supervisor, void (*each) (LsUnit *unit, void *user), void *user);      /* in order of creation; adds and drops none */

/* The tasks together: see core/task_book.h. */
struct LsTaskBook *ls_supervisor_task_book (LsSupervisor *supervisor);

/* Operations; borrowed, ended ones are kept for a while (the last 100). */
LsOperation *ls_supervisor_begin_operation (LsSupervisor *supervisor, const char *verb, const char *target, guint total);
void ls_supervisor_step_operation (LsSupervisor *supervisor, LsOperation *operation, guint done);
void ls_supervisor_end_operation (LsSupervisor *supervisor, LsOperation *operation, const char *failure);      /* NULL: done */
