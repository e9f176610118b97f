/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/task.h"

#include "abi/channel.h"
#include "core/exit_text.h"

#include <signal.h>

#define ENDED_KEPT 1000u
#define STEADY_MS 10000          /* one that ran so long is started again at once */

void
ls_task_arm (LsTaskUnit *task, LsTimer *timer, gint64 in_ms, void (*fire) (void *user))
{
  LsSupervisor *supervisor = task->unit.supervisor;

  ls_timers_arm (ls_supervisor_timers (supervisor), timer, ls_supervisor_now_ms (supervisor) + in_ms, fire, task);
}

void
ls_task_disarm (LsTaskUnit *task, LsTimer *timer)
{
  ls_timers_disarm (ls_supervisor_timers (task->unit.supervisor), timer);
}

void
ls_task_changed (LsTaskUnit *task)
{
  ls_task_disarm (task, &task->announce);
  task->noun->revision = ls_supervisor_next_revision (task->unit.supervisor);
  ls_supervisor_changed (task->unit.supervisor, LS_NOUN_TASK, LS_CHANGE_CHANGED, task->noun);
}

void
ls_task_set_state (LsTaskUnit *task, LsTaskState state, char *reason)
{
  task->noun->state = state;
  g_free (task->noun->reason);
  task->noun->reason = reason;
  ls_task_changed (task);
}

const LsSpawner *
ls_task_spawner (LsTaskUnit *task)
{
  return &ls_supervisor_ports (task->unit.supervisor)->spawner;
}

gboolean
ls_task_is_running (const LsTaskUnit *task)
{
  return task->noun->instance.pid != 0;
}

static char *
seconds (gint64 ms)
{
  return ms % 1000 == 0 ? g_strdup_printf ("%" G_GINT64_FORMAT " s", ms / 1000) : g_strdup_printf ("%" G_GINT64_FORMAT " ms", ms);
}

/* --- ending the process --- */

void
ls_task_signal_group (LsTaskUnit *task, int signal_number)
{
  const LsSpawner *spawner = ls_task_spawner (task);

  /* When it has ended already its exit is on the way: nothing is lost by a signal that cannot be sent. */
  if (ls_task_is_running (task))
    spawner->signal (spawner->self, task->noun->instance, signal_number, TRUE, NULL);
}

static void
does_not_obey (void *user)
{
  ls_task_signal_group (user, SIGKILL);
}

static void
tell_to_end (LsTaskUnit *task, LsTaskAsked asked)
{
  gboolean told = task->asked != LS_TASK_ASKED_NOTHING;

  task->asked = MAX (task->asked, asked);
  if (told)
    return;
  ls_task_signal_group (task, SIGTERM);
  ls_task_arm (task, &task->deadline, task->noun->spec.stop_timeout_ms, does_not_obey);
}

static void
runs_too_long (void *user)
{
  LsTaskUnit *task = user;
  g_autofree char *limit = seconds (task->noun->spec.timeout_ms);

  tell_to_end (task, LS_TASK_ASKED_TIME_OUT);
  ls_task_set_state (task, LS_TASK_RUNNING, g_strdup_printf ("ran longer than %s, is being stopped", limit));
}

/* --- starting --- */

gboolean
ls_task_start (LsTaskUnit *task, GError **error)
{
  const LsTaskSpec *spec = &task->noun->spec;
  g_auto (GStrv) env = g_environ_setenv (g_strdupv (spec->env), LS_ENV_ID, task->unit.name, TRUE);
  LsSpawnRequest request = {
    .id = task->unit.name,
    .argv = (const char *const *) spec->argv,
    .cwd = spec->cwd,
    .env = (const char *const *) env,
    .scoreboard_fd = -1,
    .channel = TRUE,
    .notify = TRUE,
    .stdin_mode = spec->stdin_mode,
    .stdin_text = spec->stdin_text,
  };

  if (!ls_supervisor_spawn (task->unit.supervisor, &task->unit, &request, &task->noun->instance, error))
    return FALSE;
  task->asked = LS_TASK_ASKED_NOTHING;
  task->input_closed = spec->stdin_mode != LS_STDIN_OPEN;
  task->started_ms = ls_supervisor_now_ms (task->unit.supervisor);
  task->noun->started_at = ls_supervisor_wall_ms (task->unit.supervisor);
  task->noun->ended_at = 0;
  task->noun->exit = (LsExit){ 0 };
  task->noun->state = LS_TASK_RUNNING;
  g_clear_pointer (&task->noun->reason, g_free);
  if (spec->timeout_ms > 0)
    ls_task_arm (task, &task->deadline, spec->timeout_ms, runs_too_long);
  return TRUE;
}

/* --- ended --- */

typedef struct {
  guint ended;
  LsTaskUnit *oldest;
} Census;

static void
count_ended (LsUnit *unit, void *user)
{
  Census *census = user;
  LsTaskUnit *task = (LsTaskUnit *) unit;

  if (unit->noun != LS_NOUN_TASK || !ls_task_state_is_final (task->noun->state))
    return;
  census->ended++;
  if (!census->oldest || task->noun->revision < census->oldest->noun->revision)
    census->oldest = task;
}

/* Takes over @reason. May forget an older one. */
static void
end (LsTaskUnit *task, LsTaskState state, char *reason)
{
  LsSupervisor *supervisor = task->unit.supervisor;
  Census census = { 0 };

  ls_task_disarm (task, &task->deadline);
  ls_task_disarm (task, &task->again);
  task->noun->ended_at = ls_supervisor_wall_ms (supervisor);
  ls_task_set_state (task, state, reason);
  if (task->asked == LS_TASK_ASKED_REMOVE)
    {
      ls_task_forget (task);
      return;
    }
  ls_supervisor_each_unit (supervisor, count_ended, &census);
  if (census.ended > ENDED_KEPT)
    ls_task_forget (census.oldest);
}

static void start_again (void *user);

/* Takes over @reason. */
static void
start_later (LsTaskUnit *task, char *reason)
{
  const LsClock *clock = &ls_supervisor_ports (task->unit.supervisor)->clock;
  gint64 wait_ms = ls_backoff_next_ms (&task->backoff, clock->random (clock->self));
  g_autofree char *wait = wait_ms > 0 ? g_strdup_printf ("in %.2g s", (double) wait_ms / 1000) : g_strdup ("at once");
  g_autofree char *why = reason;

  ls_task_set_state (task, LS_TASK_WAITING, g_strdup_printf ("%s, starts again %s", why, wait));
  ls_task_arm (task, &task->again, wait_ms, start_again);
}

static void
start_again (void *user)
{
  LsTaskUnit *task = user;
  g_autoptr (GError) error = NULL;

  task->noun->restarts++;
  if (ls_task_start (task, &error))
    ls_task_changed (task);
  else if (ls_supervisor_is_shutting_down (task->unit.supervisor))
    end (task, LS_TASK_STOPPED, g_strdup ("the agent was stopped"));
  else
    start_later (task, g_strdup_printf ("could not be started (%s)", error->message));
}

static LsTaskState
judge (const LsTaskUnit *task, const LsExit *how, char **ret_reason)
{
  g_autofree char *text = ls_exit_to_text (how);
  g_autofree char *limit = NULL;

  switch (task->asked)
    {
    case LS_TASK_ASKED_TIME_OUT:
      limit = seconds (task->noun->spec.timeout_ms);
      *ret_reason = g_strdup_printf ("ran longer than %s, %s", limit, text);
      return LS_TASK_TIMED_OUT;
    case LS_TASK_ASKED_STOP:
    case LS_TASK_ASKED_REMOVE:
      *ret_reason = g_strdup_printf ("was stopped, %s", text);
      return LS_TASK_STOPPED;
    case LS_TASK_ASKED_END:
      *ret_reason = g_strdup_printf ("the agent was stopped, %s", text);
      return LS_TASK_STOPPED;
    case LS_TASK_ASKED_NOTHING:
      break;
    }
  *ret_reason = g_steal_pointer (&text);
  return how->signal == 0 && how->code == 0 ? LS_TASK_EXITED : LS_TASK_FAILED;
}

static gboolean
wants_another_start (const LsTaskUnit *task, LsTaskState state)
{
  LsRestart policy = task->noun->spec.restart;

  if (state == LS_TASK_STOPPED || policy == LS_RESTART_NEVER)
    return FALSE;
  return policy == LS_RESTART_ALWAYS || state != LS_TASK_EXITED;
}

void
ls_task_exited (LsTaskUnit *task, const LsExit *how)
{
  char *reason = NULL;
  LsTaskState state = judge (task, how, &reason);

  ls_task_disarm (task, &task->deadline);
  task->noun->instance = (LsInstance){ 0 };
  task->noun->exit = *how;
  task->input_closed = TRUE;
  if (ls_supervisor_now_ms (task->unit.supervisor) - task->started_ms >= STEADY_MS)
    ls_backoff_reset (&task->backoff);
  if (wants_another_start (task, state))
    start_later (task, reason);
  else
    end (task, state, reason);
}

void
ls_task_stop (LsTaskUnit *task, LsTaskAsked asked)
{
  if (ls_task_state_is_final (task->noun->state))
    return;
  if (!ls_task_is_running (task))
    {
      task->asked = asked;
      end (task, LS_TASK_STOPPED, g_strdup (asked == LS_TASK_ASKED_END ? "the agent was stopped" : "was stopped before its next start"));
      return;
    }
  tell_to_end (task, asked);
  ls_task_set_state (task, LS_TASK_RUNNING, g_strdup (asked == LS_TASK_ASKED_REMOVE ? "is being removed" : "is being stopped"));
}

void
ls_task_forget (LsTaskUnit *task)
{
  ls_supervisor_changed (task->unit.supervisor, LS_NOUN_TASK, LS_CHANGE_REMOVED, task->noun);
  ls_task_disarm (task, &task->announce);
  ls_supervisor_drop_unit (task->unit.supervisor, &task->unit);
}
