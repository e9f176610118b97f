/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The runs of a schedule: begun, waiting, skipped, over. */

#include "base/error.h"
#include "core/schedule.h"
#include "core/task.h"

static LsScheduleRun *
run_at (const LsScheduleUnit *schedule, guint index)
{
  return schedule->noun->runs->pdata[index];
}

static LsScheduleRun *
find_waiting (const LsScheduleUnit *schedule)
{
  for (guint i = 0; i < schedule->noun->runs->len; i++)
    if (run_at (schedule, i)->state == LS_RUN_WAITING)
      return run_at (schedule, i);
  return NULL;
}

guint
ls_schedule_count_running (const LsScheduleUnit *schedule)
{
  guint n = 0;

  for (guint i = 0; i < schedule->noun->runs->len; i++)
    n += run_at (schedule, i)->state == LS_RUN_RUNNING;
  return n;
}

/* The task of the newest run that goes on. */
static const char *
running_task (const LsScheduleUnit *schedule)
{
  for (guint i = 0; i < schedule->noun->runs->len; i++)
    if (run_at (schedule, i)->state == LS_RUN_RUNNING)
      return run_at (schedule, i)->task;
  return "a run";
}

static LsScheduleRun *
add_run (LsScheduleUnit *schedule, LsRunState state, LsCause cause, gint64 at)
{
  LsScheduleRun *run = ls_schedule_run_new (state, cause, at);

  g_ptr_array_insert (schedule->noun->runs, 0, run);
  return run;
}

static void
end_run (LsScheduleUnit *schedule, LsScheduleRun *run, LsRunState state, const char *reason)
{
  run->state = state;
  g_free (run->reason);
  run->reason = g_strdup (reason);
  schedule->noun->counts[state]++;
}

/* --- skipped --- */

void
ls_schedule_skip (LsScheduleUnit *schedule, LsCause cause, gint64 due_at, const char *reason)
{
  LsScheduleRun *newest = schedule->noun->runs->len > 0 ? run_at (schedule, 0) : NULL;

  /* A rule of every second beside a run of an hour must not push all that was out of the history. */
  if (newest && newest->state == LS_RUN_SKIPPED && newest->cause == cause && g_strcmp0 (newest->reason, reason) == 0)
    {
      newest->count++;
      newest->at = due_at;
      schedule->noun->counts[LS_RUN_SKIPPED]++;
      return;
    }
  end_run (schedule, add_run (schedule, LS_RUN_WAITING, cause, due_at), LS_RUN_SKIPPED, reason);
}

/* Takes over @reason. One that was asked for is an error, and no run. */
static gboolean
refuse (LsScheduleUnit *schedule, LsCause cause, gint64 due_at, char *reason, const char *remedy, GError **error)
{
  g_autofree char *why = reason;

  if (cause == LS_CAUSE_ASKED)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s cannot run now: %s; %s", schedule->unit.name, why, remedy);
  else
    ls_schedule_skip (schedule, cause, due_at, why);
  return FALSE;
}

/* --- begun --- */

static void
starts (LsScheduleUnit *schedule, LsScheduleRun *run, const LsTask *task)
{
  run->state = LS_RUN_RUNNING;
  run->task = g_strdup (task->id);
  /* One that stands in line for a place has not started yet. */
  run->at = schedule->noun->last_at = ls_supervisor_wall_ms (schedule->unit.supervisor);
  g_clear_pointer (&run->reason, g_free);
}

static gboolean
start_task (LsScheduleUnit *schedule, const LsTask **ret_task, GError **error)
{
  return ls_task_run (schedule->unit.supervisor, schedule->unit.name, schedule->unit.name, TRUE, &schedule->noun->spec.task, ret_task, error);
}

static gboolean
begin (LsScheduleUnit *schedule, LsCause cause, gint64 due_at, const LsTask **ret_task, GError **error)
{
  g_autoptr (GError) why = NULL;
  const LsTask *task = NULL;

  if (start_task (schedule, &task, &why))
    {
      g_clear_pointer (&schedule->problem, g_free);
      starts (schedule, add_run (schedule, LS_RUN_WAITING, cause, due_at), task);
      if (ret_task)
        *ret_task = task;
      return TRUE;
    }
  if (cause != LS_CAUSE_ASKED && !ls_supervisor_is_shutting_down (schedule->unit.supervisor))
    {
      LsScheduleRun *run = add_run (schedule, LS_RUN_WAITING, cause, due_at);

      run->ended_at = schedule->noun->last_at = due_at;
      end_run (schedule, run, LS_RUN_FAILED, why->message);
    }
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

void
ls_schedule_start_waiting (LsScheduleUnit *schedule)
{
  LsScheduleRun *run = find_waiting (schedule);
  g_autoptr (GError) why = NULL;
  const LsTask *task = NULL;

  schedule->start_waiting = FALSE;
  if (!run || ls_schedule_count_running (schedule) > 0 || schedule->ending)
    return;
  if (start_task (schedule, &task, &why))
    starts (schedule, run, task);
  else
    {
      run->ended_at = schedule->noun->last_at = ls_supervisor_wall_ms (schedule->unit.supervisor);
      end_run (schedule, run, LS_RUN_FAILED, why->message);
    }
  ls_schedule_changed (schedule);
}

void
ls_schedule_forget_waiting (LsScheduleUnit *schedule)
{
  LsScheduleRun *run = find_waiting (schedule);

  if (run)
    g_ptr_array_remove (schedule->noun->runs, run);
  schedule->start_waiting = FALSE;
}

/* --- overlaps --- */

static void
wait_for_end (LsScheduleUnit *schedule, LsCause cause, gint64 due_at, const char *how)
{
  g_autofree char *reason = g_strdup_printf ("%s %s", how, running_task (schedule));

  add_run (schedule, LS_RUN_WAITING, cause, due_at)->reason = g_steal_pointer (&reason);
}

static void
stop_running (LsScheduleUnit *schedule)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < schedule->noun->runs->len; i++)
    if (run_at (schedule, i)->state == LS_RUN_RUNNING)
      g_ptr_array_add (ids, g_strdup (run_at (schedule, i)->task));
  for (guint i = 0; i < ids->len; i++)
    ls_supervisor_stop_task (schedule->unit.supervisor, ids->pdata[i], NULL, NULL);
}

gboolean
ls_schedule_run (LsScheduleUnit *schedule, LsCause cause, gint64 due_at, const LsTask **ret_task, GError **error)
{
  guint running = ls_schedule_count_running (schedule);
  gboolean waiting = find_waiting (schedule) != NULL;

  if (running == 0 && !waiting)
    return begin (schedule, cause, due_at, ret_task, error);
  switch (schedule->noun->spec.overlap)
    {
    case LS_OVERLAP_ALLOW:
      if (running < LS_SCHEDULE_RUNNING_MAX)
        return begin (schedule, cause, due_at, ret_task, error);
      return refuse (schedule, cause, due_at, g_strdup_printf ("%u of its runs go on already", running), "stop some of them first", error);
    case LS_OVERLAP_QUEUE:
      if (waiting)
        return refuse (schedule, cause, due_at, g_strdup_printf ("%s still runs, and one run waits already", running_task (schedule)),
                       "wait until that has started", error);
      wait_for_end (schedule, cause, due_at, "waits for the end of");
      return TRUE;
    case LS_OVERLAP_REPLACE:
      if (waiting)
        return refuse (schedule, cause, due_at, g_strdup_printf ("%s is still being stopped for another run", running_task (schedule)),
                       "wait until that has started", error);
      wait_for_end (schedule, cause, due_at, "replaces");
      stop_running (schedule);
      return TRUE;
    case LS_OVERLAP_SKIP:
    default:
      return refuse (schedule, cause, due_at, g_strdup_printf ("%s still runs", running_task (schedule)),
                     "stop it first, or let overlap be queue, replace or allow", error);
    }
}

/* --- over --- */

void
ls_schedule_task_changed (LsScheduleUnit *schedule, const LsTask *task)
{
  for (guint i = 0; i < schedule->noun->runs->len; i++)
    {
      LsScheduleRun *run = run_at (schedule, i);

      if (run->state != LS_RUN_RUNNING || g_strcmp0 (run->task, task->id) != 0 || !ls_task_state_is_final (task->state))
        continue;
      run->ended_at = task->ended_at;
      run->exit = task->exit;
      /* Both have the same words in the same order. */
      end_run (schedule, run, (LsRunState) task->state, task->reason);
      if (find_waiting (schedule) && ls_schedule_count_running (schedule) == 0 && !schedule->ending)
        {
          schedule->start_waiting = TRUE;
          ls_schedule_look_now (schedule);
        }
      ls_schedule_changed (schedule);
      return;
    }
}

static char *
what_is_wrong (const LsScheduleUnit *schedule)
{
  const LsScheduleRun *last = ls_schedule_last_ended (schedule->noun);

  if (schedule->problem)
    return g_strdup_printf ("it could not run now: %s", schedule->problem);
  if (!last || (last->state != LS_RUN_FAILED && last->state != LS_RUN_TIMED_OUT))
    return NULL;
  return g_strdup_printf ("the last run %s: %s", last->state == LS_RUN_FAILED ? "failed" : "took too long", last->reason ? last->reason : "nobody knows why");
}

/* Those that go on or wait are never forgotten. */
static void
forget_old (LsScheduleUnit *schedule)
{
  GPtrArray *runs = schedule->noun->runs;
  guint over = 0;

  for (guint i = 0; i < runs->len; i++)
    over += ls_run_state_is_final (run_at (schedule, i)->state);
  for (guint i = runs->len; i > 0 && over > schedule->noun->spec.keep; i--)
    if (ls_run_state_is_final (run_at (schedule, i - 1)->state))
      {
        g_ptr_array_remove_index (runs, i - 1);
        over--;
      }
}

void
ls_schedule_settle (LsScheduleUnit *schedule)
{
  LsSchedule *noun = schedule->noun;

  noun->state = ls_schedule_count_running (schedule) > 0 ? LS_SCHEDULE_RUNNING : noun->spec.paused ? LS_SCHEDULE_PAUSED : LS_SCHEDULE_WAITING;
  g_free (noun->reason);
  noun->reason = what_is_wrong (schedule);
  forget_old (schedule);
}
