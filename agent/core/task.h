/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: a task, from its first start to its last end. Files: task.c (its life), task_class.c (the task as a unit),
 * task_calls.c (wishes), task_book.c (all of them together: who runs, who waits, who has ended). */

#include "base/backoff.h"
#include "core/unit.h"

/* Why the process was told to end. */
typedef enum {
  LS_TASK_ASKED_NOTHING,
  LS_TASK_ASKED_TIME_OUT,
  LS_TASK_ASKED_STOP,
  LS_TASK_ASKED_REMOVE,      /* and then be forgotten */
  LS_TASK_ASKED_END          /* the agent stops */
} LsTaskAsked;

typedef struct {
  LsUnit unit;               /* its name is the id */
  LsTask *noun;
  LsTaskAsked asked;
  gboolean input_closed;
  gboolean has_place;        /* counts among those that run */
  gboolean launching;        /* its process may run already: it will be said soon */
  gboolean started_before;
  gboolean is_known;         /* it has been announced, or will be in any case: what happens to it is told, and not refused */
  GList line_link, ended_link;      /* data NULL: not in that list of the book */
  gint64 started_ms;
  LsBackoff backoff;
  LsTimer deadline;          /* to end by itself, then to obey */
  LsTimer again;
  LsTimer announce;          /* what came a moment ago */
} LsTaskUnit;

LsTaskUnit *ls_task_unit_new (LsSupervisor *supervisor, const char *id, const char *name, const LsTaskSpec *spec);
void ls_task_unit_free (LsTaskUnit *task);

/* task_calls.c */
gboolean ls_task_check_wish (const char *name, const LsTaskSpec *spec, GError **error);
/* Whether a task that starts by itself later could be started now. Its input file may be written by then. */
gboolean ls_task_check_for_later (LsSupervisor *supervisor, const LsTaskSpec *spec, GError **error);
/* As ls_supervisor_run_task does it, or @later as ls_supervisor_queue_task; @schedule (nullable) is what starts it. */
gboolean ls_task_run (LsSupervisor *supervisor, const char *name, const char *schedule, gboolean later, const LsTaskSpec *spec, const LsTask **ret_task,
                      GError **error);

/* task.c */
void ls_task_arm (LsTaskUnit *task, LsTimer *timer, gint64 in_ms, void (*fire) (void *user));
void ls_task_disarm (LsTaskUnit *task, LsTimer *timer);
void ls_task_changed (LsTaskUnit *task);      /* announces it */
void ls_task_change_soon (LsTaskUnit *task);      /* announces it, together with what else changes in a quarter of a second */
void ls_task_set_state (LsTaskUnit *task, LsTaskState state, char *reason);      /* and announces it; takes over @reason */
void ls_task_signal_group (LsTaskUnit *task, int signal_number);
void ls_task_exited (LsTaskUnit *task, const LsExit *how);
/* What the platform is asked for; borrows from the task and from @env, which it makes. */
void ls_task_request (const char *id, const LsTaskSpec *spec, char ***env, LsSpawnRequest *ret);
/* Starts it if there is a place, else it waits in line; FALSE: it cannot be started. Announces nothing. */
gboolean ls_task_begin (LsTaskUnit *task, GError **error);
void ls_task_started (LsTaskUnit *task, LsInstance instance, const GError *error);      /* what became of the launch */
void ls_task_take_turn (LsTaskUnit *task);      /* from the line: starts it, and announces it */
gboolean ls_task_is_running (const LsTaskUnit *task);      /* as far as is known */
/* Ends it for that reason: TERM to the group, and KILL when its time is over; a waiting one ends at once. */
void ls_task_stop (LsTaskUnit *task, LsTaskAsked asked);
void ls_task_forget (LsTaskUnit *task);      /* one that has ended */
const LsSpawner *ls_task_spawner (LsTaskUnit *task);
