/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: a schedule, which starts tasks when the clock says so. Files: schedule.c (what is due, and when the next run is),
 * schedule_runs.c (runs: begun, waiting, skipped, over), schedule_class.c (the schedule as a unit), schedule_calls.c (wishes).
 *
 * Two clocks are at work. When a run is due is a matter of the clock on the wall, which people set, which jumps twice a year and which goes on while
 * the computer sleeps; timers only know the monotonic one. So nobody sleeps longer than LS_SCHEDULE_LOOK_MS: then the wall's clock is looked at again,
 * and the next run is found anew.
 *
 * noun->due_at is the mark up to which all that was due has been seen to: nothing is due twice. It is written down with the history, so that the next
 * life of the agent can tell what was missed. */

#include "core/unit.h"

#define LS_SCHEDULE_LOOK_MS 60000
/* A run that is late by more was missed: the agent was down, or the computer slept. */
#define LS_SCHEDULE_LATE_MS 90000
/* A clock set back by no more than this repeats nothing: times of day, and every-hour rules. By more: it was wrong before, and is believed now. */
#define LS_SCHEDULE_BACK_MS (3 * 3600 * 1000)
#define LS_SCHEDULE_BACK_EVERY_HOUR_MS (5 * 60 * 1000)
/* With overlap = allow: no more at once. */
#define LS_SCHEDULE_RUNNING_MAX 100u

typedef struct {
  LsUnit unit;
  LsSchedule *noun;
  LsTimer timer;           /* the next look at the clock */
  char *problem;           /* why it could not run when that was looked at last; NULL: it could */
  gboolean start_waiting;  /* the one that waits is to start with the next look */
  gboolean ending;         /* the agent stops */
} LsScheduleUnit;

extern const LsUnitClass ls_schedule_class;

/* schedule_calls.c; the supervisor keeps them */
GHashTable *ls_schedule_memories_new (void);
GHashTable *ls_supervisor_schedule_memories (LsSupervisor *supervisor);

/* schedule_class.c */
LsScheduleUnit *ls_schedule_unit_new (LsSupervisor *supervisor, const char *name);
void ls_schedule_changed (LsScheduleUnit *schedule);      /* settles and announces it */

/* schedule.c */
/* Forgets what was due: the rule is new, or a pause is over. */
void ls_schedule_begin_anew (LsScheduleUnit *schedule);
/* Whether what it runs is there; tells nobody. TRUE: the answer is another than before. */
gboolean ls_schedule_look_at_program (LsScheduleUnit *schedule);
/* Finds the next run and sets the timer; tells nobody. */
void ls_schedule_plan (LsScheduleUnit *schedule);
void ls_schedule_look_now (LsScheduleUnit *schedule);     /* with the next turn of the timers */

/* schedule_runs.c */
/* A run is due, or asked for: it starts, waits or is skipped, by the rule for overlaps. *@ret_task (nullable) is what was started. With cause asked, one
 * that is refused or cannot be started is an error, and no run. */
gboolean ls_schedule_run (LsScheduleUnit *schedule, LsCause cause, gint64 due_at, const LsTask **ret_task, GError **error);
void ls_schedule_start_waiting (LsScheduleUnit *schedule);
void ls_schedule_skip (LsScheduleUnit *schedule, LsCause cause, gint64 due_at, const char *reason);
void ls_schedule_forget_waiting (LsScheduleUnit *schedule);
/* One of its tasks changed. */
void ls_schedule_task_changed (LsScheduleUnit *schedule, const LsTask *task);
guint ls_schedule_count_running (const LsScheduleUnit *schedule);
/* State, reason and the number of runs that are kept. */
void ls_schedule_settle (LsScheduleUnit *schedule);
