/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: a task, from its first start to its last end. Files: task.c (its life), task_class.c (the task as a unit),
 * task_calls.c (wishes). */

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
  gint64 started_ms;
  LsBackoff backoff;
  LsTimer deadline;          /* to end by itself, then to obey */
  LsTimer again;
  LsTimer announce;          /* output that was counted */
} LsTaskUnit;

LsTaskUnit *ls_task_unit_new (LsSupervisor *supervisor, const char *id, const char *name, const LsTaskSpec *spec);
void ls_task_unit_free (LsTaskUnit *task);

/* task.c */
void ls_task_arm (LsTaskUnit *task, LsTimer *timer, gint64 in_ms, void (*fire) (void *user));
void ls_task_disarm (LsTaskUnit *task, LsTimer *timer);
void ls_task_changed (LsTaskUnit *task);      /* announces it */
void ls_task_set_state (LsTaskUnit *task, LsTaskState state, char *reason);      /* and announces it; takes over @reason */
void ls_task_signal_group (LsTaskUnit *task, int signal_number);
void ls_task_exited (LsTaskUnit *task, const LsExit *how);
gboolean ls_task_start (LsTaskUnit *task, GError **error);
gboolean ls_task_is_running (const LsTaskUnit *task);
/* Ends it for that reason: TERM to the group, and KILL when its time is over; a waiting one ends at once. */
void ls_task_stop (LsTaskUnit *task, LsTaskAsked asked);
void ls_task_forget (LsTaskUnit *task);      /* one that has ended */
const LsSpawner *ls_task_spawner (LsTaskUnit *task);
