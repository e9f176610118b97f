/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A schedule: a command that becomes a task again and again, when the clock says so. */

#include "base/when.h"
#include "model/cluster.h"
#include "model/task.h"

#define LS_SCHEDULE_KEEP_MAX 1000
/* So many of its runs a schedule shows in lists and events; all that are kept are shown where it is asked for alone. */
#define LS_SCHEDULE_RUNS_SHOWN 12

/* What becomes of a run that is due while one before still runs. */
typedef enum { LS_OVERLAP_SKIP, LS_OVERLAP_QUEUE, LS_OVERLAP_REPLACE, LS_OVERLAP_ALLOW } LsOverlap;
/* What becomes of runs that were due while the agent was down or the computer slept. */
typedef enum { LS_MISSED_SKIP, LS_MISSED_ONCE } LsMissed;

typedef struct {
  char *when_text;
  LsWhen when;             /* what it means */
  LsTaskSpec task;         /* JSON: its members stand beside the others */
  LsOverlap overlap;
  LsMissed missed;
  gboolean paused;
  guint keep;              /* runs to remember; 50 */
} LsScheduleSpec;

typedef enum { LS_CAUSE_TIME, LS_CAUSE_MISSED, LS_CAUSE_ASKED } LsCause;

/* The names are those of task states, and skipped. */
typedef enum { LS_RUN_WAITING, LS_RUN_RUNNING, LS_RUN_EXITED, LS_RUN_FAILED, LS_RUN_STOPPED, LS_RUN_TIMED_OUT, LS_RUN_SKIPPED, LS_RUN_STATES } LsRunState;

typedef struct {
  char *task;              /* NULL: none was started, or in an earlier life of the agent */
  gint64 at;               /* Unix ms: its start; when it was due, if it has none */
  gint64 ended_at;         /* 0: not yet */
  LsRunState state;
  LsExit exit;             /* at = 0: none */
  LsCause cause;
  char *reason;            /* NULL */
  guint count;             /* of skipped ones in a row for the same reason; else 1 */
} LsScheduleRun;

typedef enum { LS_SCHEDULE_WAITING, LS_SCHEDULE_RUNNING, LS_SCHEDULE_PAUSED } LsScheduleState;

typedef struct {
  char *name;
  guint64 revision;
  LsOrigin origin;
  LsScheduleSpec spec;
  LsScheduleState state;
  char *reason;            /* what was wrong with the last run; NULL */
  gint64 next_at;          /* 0: none */
  gint64 last_at;          /* start of the last run; 0: none yet */
  gint64 due_at;           /* up to here all that was due has been seen to; the base of an interval. Not in the API, but in the file of its history */
  GPtrArray *runs;         /* LsScheduleRun, newest first */
  guint64 counts[LS_RUN_STATES];      /* ended so in this life of the agent; not in the API */
} LsSchedule;

void ls_schedule_spec_init (LsScheduleSpec *spec);
void ls_schedule_spec_clear (LsScheduleSpec *spec);
void ls_schedule_spec_copy (LsScheduleSpec *to, const LsScheduleSpec *from);
gboolean ls_schedule_spec_from_json (json_t *json, LsScheduleSpec *ret, GError **error);
json_t *ls_schedule_spec_to_json (const LsScheduleSpec *spec);

LsSchedule *ls_schedule_new (const char *name);
void ls_schedule_free (LsSchedule *schedule);
json_t *ls_schedule_to_json (const LsSchedule *schedule);            /* with the newest runs */
json_t *ls_schedule_to_json_with_all_runs (const LsSchedule *schedule);
LsSchedule *ls_schedule_from_json (json_t *json, GError **error);
const char *ls_schedule_state_name (LsScheduleState state);

LsScheduleRun *ls_schedule_run_new (LsRunState state, LsCause cause, gint64 at);
void ls_schedule_run_free (LsScheduleRun *run);
const char *ls_run_state_name (LsRunState state);
gboolean ls_run_state_is_final (LsRunState state);
const char *ls_cause_name (LsCause cause);
/* The newest run that was really made and is over; NULL: none. */
const LsScheduleRun *ls_schedule_last_ended (const LsSchedule *schedule);

/* What the agent remembers of it in a file. Back from there, runs have no task, and those that had not ended were stopped. (transfer full) */
json_t *ls_schedule_memory_to_json (const LsSchedule *schedule);
/* A schedule of which only name, spec.when_text, due_at, last_at and runs are there. */
LsSchedule *ls_schedule_memory_from_json (json_t *json, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsSchedule, ls_schedule_free)
