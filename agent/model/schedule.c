/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/schedule.h"

#include "model/codec.h"

static const char *const state_names[] = { "waiting", "running", "paused", NULL };
static const char *const run_state_names[] = { "waiting", "running", "exited", "failed", "stopped", "timed-out", "skipped", NULL };
static const char *const cause_names[] = { "time", "missed", "asked", NULL };

const char *
ls_schedule_state_name (LsScheduleState state)
{
  return state_names[state];
}

const char *
ls_run_state_name (LsRunState state)
{
  return run_state_names[state];
}

gboolean
ls_run_state_is_final (LsRunState state)
{
  return state > LS_RUN_RUNNING;
}

const char *
ls_cause_name (LsCause cause)
{
  return cause_names[cause];
}

LsScheduleRun *
ls_schedule_run_new (LsRunState state, LsCause cause, gint64 at)
{
  LsScheduleRun *run = g_new0 (LsScheduleRun, 1);
  run->state = state;
  run->cause = cause;
  run->at = at;
  run->count = 1;
  return run;
}

void
ls_schedule_run_free (LsScheduleRun *run)
{
  if (!run)
    return;
  g_free (run->task);
  g_free (run->reason);
  g_free (run);
}

static void
free_run (gpointer data)
{
  ls_schedule_run_free (data);
}

LsSchedule *
ls_schedule_new (const char *name)
{
  LsSchedule *schedule = g_new0 (LsSchedule, 1);
  schedule->name = g_strdup (name);
  schedule->origin = LS_ORIGIN_API;
  schedule->runs = g_ptr_array_new_with_free_func (free_run);
  ls_schedule_spec_init (&schedule->spec);
  return schedule;
}

void
ls_schedule_free (LsSchedule *schedule)
{
  if (!schedule)
    return;
  g_free (schedule->name);
  ls_schedule_spec_clear (&schedule->spec);
  g_free (schedule->reason);
  g_ptr_array_unref (schedule->runs);
  g_free (schedule);
}

const LsScheduleRun *
ls_schedule_last_ended (const LsSchedule *schedule)
{
  for (guint i = 0; i < schedule->runs->len; i++)
    {
      const LsScheduleRun *run = g_ptr_array_index (schedule->runs, i);
      if (ls_run_state_is_final (run->state) && run->state != LS_RUN_SKIPPED)
        return run;
    }
  return NULL;
}

/* --- to JSON --- */

static json_t *
run_to_json (const LsScheduleRun *run)
{
  return json_pack ("{s:o,s:o,s:o,s:s,s:{s:o,s:o},s:s,s:o,s:i}",
                    "task", ls_json_string_or_null (run->task),
                    "at", ls_json_int_or_null (run->at),
                    "ended_at", ls_json_int_or_null (run->ended_at),
                    "state", run_state_names[run->state],
                    "exit",
                      "code", ls_codec_exit_code (&run->exit),
                      "signal", ls_codec_exit_signal (&run->exit),
                    "cause", cause_names[run->cause],
                    "reason", ls_json_string_or_null (run->reason),
                    "count", (int) run->count);
}

static json_t *
runs_to_json (const LsSchedule *schedule, guint at_most)
{
  json_t *list = json_array ();
  for (guint i = 0; i < schedule->runs->len && i < at_most; i++)
    json_array_append_new (list, run_to_json (g_ptr_array_index (schedule->runs, i)));
  return list;
}

static json_t *
running_to_json (const LsSchedule *schedule)
{
  json_t *list = json_array ();
  for (guint i = schedule->runs->len; i > 0; i--)
    {
      const LsScheduleRun *run = g_ptr_array_index (schedule->runs, i - 1);
      if (run->state == LS_RUN_RUNNING && run->task)
        json_array_append_new (list, ls_json_string_or_null (run->task));
    }
  return list;
}

static json_t *
to_json (const LsSchedule *schedule, guint runs)
{
  json_t *status = json_pack ("{s:s,s:o,s:o,s:o,s:o,s:o}",
                              "state", state_names[schedule->state],
                              "reason", ls_json_string_or_null (schedule->reason),
                              "next_at", ls_json_int_or_null (schedule->next_at),
                              "last_at", ls_json_int_or_null (schedule->last_at),
                              "running", running_to_json (schedule),
                              "runs", runs_to_json (schedule, runs));
  return json_pack ("{s:s,s:o,s:o,s:s,s:o,s:o}",
                    "kind", "schedule",
                    "name", ls_json_string_or_null (schedule->name),
                    "revision", ls_codec_count (schedule->revision),
                    "origin", ls_origin_names[schedule->origin],
                    "spec", ls_schedule_spec_to_json (&schedule->spec),
                    "status", status);
}

json_t *
ls_schedule_to_json (const LsSchedule *schedule)
{
  return to_json (schedule, LS_SCHEDULE_RUNS_SHOWN);
}

json_t *
ls_schedule_to_json_with_all_runs (const LsSchedule *schedule)
{
  return to_json (schedule, G_MAXUINT);
}

/* --- from JSON --- */

static gboolean
fill_run (json_t *json, LsScheduleRun *run, GError **error)
{
  int state = run->state, cause = run->cause;
  gboolean ended = FALSE;
  if (!ls_json_expect_object (json, "a run of a schedule", error) || !ls_json_get_string (json, "task", &run->task, error) ||
      !ls_codec_get_time (json, "at", &run->at, error) || !ls_codec_get_time (json, "ended_at", &run->ended_at, error) ||
      !ls_codec_get_word (json, "state", run_state_names, &state, error) || !ls_codec_get_word (json, "cause", cause_names, &cause, error) ||
      !ls_json_get_string (json, "reason", &run->reason, error) || !ls_codec_get_guint (json, "count", &run->count, error) ||
      !ls_codec_get_exit (json_object_get (json, "exit"), &run->exit, &ended, error))
    return FALSE;
  if (ended)
    run->exit.at = run->ended_at ? run->ended_at : 1;
  run->state = (LsRunState) state;
  run->cause = (LsCause) cause;
  return TRUE;
}

static gboolean
read_runs (json_t *list, GPtrArray *runs, GError **error)
{
  size_t index;
  json_t *json;
  json_array_foreach (list, index, json)
    {
      LsScheduleRun *run = ls_schedule_run_new (LS_RUN_EXITED, LS_CAUSE_TIME, 0);
      g_ptr_array_add (runs, run);
      if (!fill_run (json, run, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_status (json_t *json, LsSchedule *schedule, GError **error)
{
  int state = schedule->state;
  if (!ls_json_expect_object (json, "the status of a schedule", error) || !ls_codec_get_word (json, "state", state_names, &state, error) ||
      !ls_json_get_string (json, "reason", &schedule->reason, error) || !ls_codec_get_time (json, "next_at", &schedule->next_at, error) ||
      !ls_codec_get_time (json, "last_at", &schedule->last_at, error) || !read_runs (json_object_get (json, "runs"), schedule->runs, error))
    return FALSE;
  schedule->state = (LsScheduleState) state;
  return TRUE;
}

LsSchedule *
ls_schedule_from_json (json_t *json, GError **error)
{
  g_autoptr (LsSchedule) schedule = ls_schedule_new (NULL);
  int origin = schedule->origin;
  if (!ls_codec_require_string (json, "name", "a schedule", &schedule->name, error) ||
      !ls_codec_get_count (json, "revision", &schedule->revision, error) || !ls_codec_get_word (json, "origin", ls_origin_names, &origin, error) ||
      !ls_schedule_spec_read (json_object_get (json, "spec"), FALSE, &schedule->spec, error) ||
      !read_status (json_object_get (json, "status"), schedule, error))
    return NULL;
  schedule->origin = (LsOrigin) origin;
  return g_steal_pointer (&schedule);
}

/* --- the file of its history --- */

json_t *
ls_schedule_memory_to_json (const LsSchedule *schedule)
{
  return json_pack ("{s:s,s:o,s:o,s:o,s:o,s:o}",
                    "kind", "schedule-history",
                    "name", ls_json_string_or_null (schedule->name),
                    "when", ls_json_string_or_null (schedule->spec.when_text),
                    "due_at", ls_json_int_or_null (schedule->due_at),
                    "last_at", ls_json_int_or_null (schedule->last_at),
                    "runs", runs_to_json (schedule, G_MAXUINT));
}

/* Ids of tasks begin anew with each life of the agent, and its tasks ended with it. */
static void
belong_to_the_past (GPtrArray *runs)
{
  for (guint i = runs->len; i > 0; i--)
    {
      LsScheduleRun *run = g_ptr_array_index (runs, i - 1);
      g_clear_pointer (&run->task, g_free);
      if (run->state == LS_RUN_WAITING)
        g_ptr_array_remove_index (runs, i - 1);
      else if (run->state == LS_RUN_RUNNING)
        {
          run->state = LS_RUN_STOPPED;
          g_free (run->reason);
          run->reason = g_strdup ("the agent ended before it did");
        }
    }
}

LsSchedule *
ls_schedule_memory_from_json (json_t *json, GError **error)
{
  g_autoptr (LsSchedule) schedule = ls_schedule_new (NULL);
  if (!ls_codec_require_string (json, "name", "a history", &schedule->name, error) ||
      !ls_codec_require_string (json, "when", "a history", &schedule->spec.when_text, error) ||
      !ls_codec_get_time (json, "due_at", &schedule->due_at, error) || !ls_codec_get_time (json, "last_at", &schedule->last_at, error) ||
      !read_runs (json_object_get (json, "runs"), schedule->runs, error))
    return NULL;
  belong_to_the_past (schedule->runs);
  return g_steal_pointer (&schedule);
}
