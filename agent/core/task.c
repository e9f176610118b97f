/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/task.h"

#include "abi/channel.h"
#include "base/error.h"
#include "core/exit_text.h"
#include "core/task_book.h"

#include <signal.h>

#define AGAIN_WHEN_FULL_MS 1000   /* without others whose end could be waited for */
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
  task->is_known = TRUE;
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
  /* Shells at a terminal let SIGTERM pass; that the terminal goes away they understand. */
  if (task->noun->spec.pty)
    ls_task_signal_group (task, SIGHUP);
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

void
ls_task_request (const char *id, const LsTaskSpec *spec, char ***env, LsSpawnRequest *ret)
{
  *env = g_environ_setenv (spec->env ? g_strdupv (spec->env) : g_new0 (char *, 1), LS_ENV_ID, id, TRUE);
  /* What the agent was started from is no measure for this terminal. */
  if (spec->pty)
    *env = g_environ_setenv (*env, "TERM", "xterm-256color", FALSE);
  *ret = (LsSpawnRequest) {
    .id = id,
    .argv = (const char *const *) spec->argv,
    .cwd = spec->cwd,
    .env = (const char *const *) *env,
    .scoreboard_fd = -1,
    .channel = TRUE,
    .notify = TRUE,
    .stdin_mode = spec->stdin_mode,
    .stdin_text = spec->stdin_text,
    .stdin_file = spec->stdin_file,
    .pty = spec->pty,
    .window = spec->window,
    .nice = spec->nice,
    .limits = ls_limits_any (&spec->limits) ? &spec->limits : NULL,
  };
}

static void
begins_to_run (LsTaskUnit *task, LsInstance instance)
{
  const LsTaskSpec *spec = &task->noun->spec;
  const LsSpawner *spawner = ls_task_spawner (task);

  task->noun->instance = instance;
  task->asked = LS_TASK_ASKED_NOTHING;
  task->input_closed = spec->stdin_mode != LS_STDIN_OPEN;
  task->started_ms = ls_supervisor_now_ms (task->unit.supervisor);
  task->noun->started_at = ls_supervisor_wall_ms (task->unit.supervisor);
  task->noun->ended_at = 0;
  task->noun->exit = (LsExit){ 0 };
  task->noun->restarts += task->started_before;
  task->started_before = TRUE;
  task->noun->state = LS_TASK_RUNNING;
  if (spawner->containment)
    task->noun->containment = spawner->containment (spawner->self, task->noun->instance);
  g_clear_pointer (&task->noun->reason, g_free);
  if (spec->timeout_ms > 0)
    ls_task_arm (task, &task->deadline, spec->timeout_ms, runs_too_long);
}

/* It has a place. One that nobody waits for an answer about need not hold up the others. */
static gboolean
start (LsTaskUnit *task, GError **error)
{
  LsSupervisor *supervisor = task->unit.supervisor;
  g_auto (GStrv) env = NULL;
  LsSpawnRequest request;
  LsInstance instance;

  ls_task_request (task->unit.name, &task->noun->spec, &env, &request);
  if (task->is_known && ls_supervisor_can_launch (supervisor))
    {
      task->launching = ls_supervisor_launch (supervisor, &task->unit, &request, error);
      g_free (task->noun->reason);
      task->noun->reason = task->launching ? g_strdup ("is being started") : NULL;
      return task->launching;
    }
  if (!ls_supervisor_spawn (supervisor, &task->unit, &request, &instance, error))
    return FALSE;
  begins_to_run (task, instance);
  return TRUE;
}

static void
try_again (void *user)
{
  ls_task_book_go_on (ls_supervisor_task_book (((LsTaskUnit *) user)->unit.supervisor));
}

/* In line, with the reason. Takes over @reason. */
static void
wait_in_line (LsTaskUnit *task, gboolean at_head, char *reason)
{
  LsTaskBook *book = ls_supervisor_task_book (task->unit.supervisor);

  ls_task_book_wait (book, task, at_head);
  task->noun->state = LS_TASK_WAITING;
  g_free (task->noun->reason);
  task->noun->reason = reason;
  if (ls_task_book_running (book) == 0)
    ls_task_arm (task, &task->again, AGAIN_WHEN_FULL_MS, try_again);
}

static void
wait_for_room (LsTaskUnit *task, const GError *why)
{
  wait_in_line (task, TRUE, g_strdup_printf ("waits: %s", why->message));
}

gboolean
ls_task_begin (LsTaskUnit *task, GError **error)
{
  LsTaskBook *book = ls_supervisor_task_book (task->unit.supervisor);
  g_autoptr (GError) why = NULL;

  if (!ls_task_book_enter (book, task))
    {
      wait_in_line (task, FALSE, g_strdup_printf ("waits for a free place: %u tasks run, and tasks-max is %u", ls_task_book_running (book),
                                                  ls_task_book_max (book)));
      return TRUE;
    }
  if (start (task, &why))
    return TRUE;
  ls_task_book_leave (book, task);
  if (g_error_matches (why, LS_ERROR, LS_ERROR_BUSY) && (task->is_known || ls_task_book_running (book) > 0))
    {
      wait_for_room (task, why);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* --- ended --- */

/* Takes over @reason. May forget an older one. */
static void
end (LsTaskUnit *task, LsTaskState state, char *reason)
{
  LsSupervisor *supervisor = task->unit.supervisor;
  LsTaskBook *book = ls_supervisor_task_book (supervisor);
  LsTaskUnit *oldest;

  ls_task_disarm (task, &task->deadline);
  ls_task_disarm (task, &task->again);
  task->noun->ended_at = ls_supervisor_wall_ms (supervisor);
  oldest = ls_task_book_ended (book, task);
  ls_task_set_state (task, state, reason);
  if (task->asked == LS_TASK_ASKED_REMOVE)
    ls_task_forget (task);
  else if (oldest)
    ls_task_forget (oldest);
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
  ls_task_take_turn (user);
}

static void
could_not_start (LsTaskUnit *task, const GError *error)
{
  if (task->asked != LS_TASK_ASKED_NOTHING)
    end (task, LS_TASK_STOPPED, g_strdup ("was stopped before it started"));
  else if (ls_supervisor_is_shutting_down (task->unit.supervisor))
    end (task, LS_TASK_STOPPED, g_strdup ("the agent was stopped"));
  else if (task->started_before && task->noun->spec.restart != LS_RESTART_NEVER)
    start_later (task, g_strdup_printf ("could not be started (%s)", error->message));
  else
    end (task, LS_TASK_FAILED, g_strdup_printf ("could not be started: %s", error->message));
}

void
ls_task_take_turn (LsTaskUnit *task)
{
  g_autoptr (GError) error = NULL;

  task->asked = LS_TASK_ASKED_NOTHING;
  if (!ls_task_begin (task, &error))
    could_not_start (task, error);
  else if (!task->launching)
    ls_task_changed (task);
}

void
ls_task_started (LsTaskUnit *task, LsInstance instance, const GError *error)
{
  LsSupervisor *supervisor = task->unit.supervisor;
  LsTaskBook *book = ls_supervisor_task_book (supervisor);
  LsTaskAsked asked = task->asked;

  task->launching = FALSE;
  if (instance.pid != 0)
    {
      begins_to_run (task, instance);
      if (asked == LS_TASK_ASKED_NOTHING)
        ls_task_changed (task);
      else
        ls_task_stop (task, asked);
      return;
    }
  ls_task_book_leave (book, task);
  if (g_error_matches (error, LS_ERROR, LS_ERROR_BUSY) && asked == LS_TASK_ASKED_NOTHING)
    {
      wait_for_room (task, error);
      ls_task_changed (task);
      return;
    }
  could_not_start (task, error);
  if (!ls_supervisor_is_shutting_down (supervisor))
    ls_task_book_go_on (book);
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
  LsSupervisor *supervisor = task->unit.supervisor;
  LsTaskBook *book = ls_supervisor_task_book (supervisor);
  char *reason = NULL;
  LsTaskState state = judge (task, how, &reason);

  ls_task_disarm (task, &task->deadline);
  task->noun->instance = (LsInstance){ 0 };
  task->noun->exit = *how;
  task->input_closed = TRUE;
  ls_task_book_leave (book, task);
  if (ls_supervisor_now_ms (task->unit.supervisor) - task->started_ms >= STEADY_MS)
    ls_backoff_reset (&task->backoff);
  if (wants_another_start (task, state))
    start_later (task, reason);
  else
    end (task, state, reason);
  if (!ls_supervisor_is_shutting_down (supervisor))
    ls_task_book_go_on (book);
}

void
ls_task_stop (LsTaskUnit *task, LsTaskAsked asked)
{
  if (ls_task_state_is_final (task->noun->state))
    return;
  if (task->launching)
    {
      task->asked = MAX (task->asked, asked);
      return;
    }
  if (!ls_task_is_running (task))
    {
      task->asked = asked;
      end (task, LS_TASK_STOPPED, g_strdup (asked == LS_TASK_ASKED_END ? "the agent was stopped"
                                                                    : task->started_before ? "was stopped before its next start"
                                                                                           : "was stopped before it started"));
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
  ls_task_book_strike (ls_supervisor_task_book (task->unit.supervisor), task);
  ls_supervisor_drop_unit (task->unit.supervisor, &task->unit);
}
