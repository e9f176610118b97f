/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Wishes: the functions of supervisor.h that concern tasks. Each checks everything first, so that what is refused changes nothing. */

#include "base/error.h"
#include "core/task_book.h"

#include <string.h>

#define NAME_MAX_BYTES 128

static LsTaskUnit *
find_task (LsSupervisor *supervisor, const char *id, GError **error)
{
  LsUnit *unit = ls_supervisor_find_unit (supervisor, LS_NOUN_TASK, id);

  if (!unit)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no task %s (any more)", id);
  return (LsTaskUnit *) unit;
}

gboolean
ls_task_check_wish (const char *name, const LsTaskSpec *spec, GError **error)
{
  if (!spec->argv || !spec->argv[0] || !spec->argv[0][0])
    g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no command to run: argv must name a program");
  else if (name && (!name[0] || strlen (name) > NAME_MAX_BYTES || !g_utf8_validate (name, -1, NULL)))
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the name of a task has 1 to %d bytes: leave it out to have the program's", NAME_MAX_BYTES);
  else
    return TRUE;
  return FALSE;
}

/* As far as it can be told before it is started. */
static gboolean
check_request (LsSupervisor *supervisor, const LsTaskSpec *spec, GError **error)
{
  const LsSpawner *spawner = &ls_supervisor_ports (supervisor)->spawner;
  g_auto (GStrv) env = NULL;
  LsSpawnRequest request;

  if (!spawner->check)
    return TRUE;
  ls_task_request ("t0", spec, &env, &request);
  return spawner->check (spawner->self, &request, error);
}

gboolean
ls_task_check_for_later (LsSupervisor *supervisor, const LsTaskSpec *spec, GError **error)
{
  LsTaskSpec later = *spec;      /* borrows */

  if (later.stdin_mode == LS_STDIN_FILE)
    later.stdin_mode = LS_STDIN_NONE;
  return ls_task_check_wish (NULL, &later, error) && check_request (supervisor, &later, error);
}

gboolean
ls_supervisor_check_task (LsSupervisor *supervisor, const char *name, const LsTaskSpec *spec, GError **error)
{
  return !ls_supervisor_refuse_when_stopping (supervisor, error) && ls_task_check_wish (name, spec, error) && check_request (supervisor, spec, error)
         && ls_task_book_has_room (ls_supervisor_task_book (supervisor), error);
}

gboolean
ls_supervisor_run_task (LsSupervisor *supervisor, const char *name, const LsTaskSpec *spec, const LsTask **ret_task, GError **error)
{
  return ls_task_run (supervisor, name, NULL, FALSE, spec, ret_task, error);
}

gboolean
ls_supervisor_queue_task (LsSupervisor *supervisor, const char *name, const LsTaskSpec *spec, const LsTask **ret_task, GError **error)
{
  return ls_task_run (supervisor, name, NULL, TRUE, spec, ret_task, error);
}

gboolean
ls_task_run (LsSupervisor *supervisor, const char *name, const char *schedule, gboolean later, const LsTaskSpec *spec, const LsTask **ret_task,
             GError **error)
{
  g_autofree char *base = NULL;
  g_autofree char *id = NULL;
  LsTaskUnit *task;

  /* Its start says best whether it can be started; only one that has to wait for it is looked at before. */
  if (ls_task_book_is_free (ls_supervisor_task_book (supervisor))
          ? ls_supervisor_refuse_when_stopping (supervisor, error) || !ls_task_check_wish (name, spec, error)
          : !ls_supervisor_check_task (supervisor, name, spec, error))
    return FALSE;
  ls_supervisor_enter (supervisor);
  base = g_path_get_basename (spec->argv[0]);
  id = g_strdup_printf ("t%" G_GUINT64_FORMAT, ls_supervisor_next_number (supervisor, LS_NOUN_TASK));
  task = ls_task_unit_new (supervisor, id, name ? name : base, spec);
  task->noun->schedule = g_strdup (schedule);
  task->is_known = later && ls_supervisor_can_launch (supervisor);
  if (!ls_supervisor_add_unit (supervisor, &task->unit, error))
    {
      ls_task_unit_free (task);
      ls_supervisor_leave (supervisor);
      return FALSE;
    }
  if (!ls_task_begin (task, error))
    {
      ls_supervisor_drop_unit (supervisor, &task->unit);
      ls_supervisor_leave (supervisor);
      return FALSE;
    }
  task->is_known = TRUE;
  ls_supervisor_changed (supervisor, LS_NOUN_TASK, LS_CHANGE_ADDED, task->noun);
  if (ret_task)
    *ret_task = task->noun;
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_stop_task (LsSupervisor *supervisor, const char *id, const LsInstance *instance, GError **error)
{
  LsTaskUnit *task = find_task (supervisor, id, error);

  if (!task)
    return FALSE;
  if (ls_task_state_is_final (task->noun->state))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is over already (%s)", id, ls_task_state_name (task->noun->state));
      return FALSE;
    }
  if (instance && !ls_instance_equal (*instance, task->noun->instance))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "%s is another process by now: look at it again and decide anew", id);
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  ls_task_stop (task, LS_TASK_ASKED_STOP);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_remove_task (LsSupervisor *supervisor, const char *id, GError **error)
{
  LsTaskUnit *task = find_task (supervisor, id, error);

  if (!task)
    return FALSE;
  ls_supervisor_enter (supervisor);
  if (ls_task_state_is_final (task->noun->state))
    ls_task_forget (task);
  else
    ls_task_stop (task, LS_TASK_ASKED_REMOVE);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_task_input (LsSupervisor *supervisor, const char *id, const char *data, gsize length, gboolean close, GError **error)
{
  LsTaskUnit *task = find_task (supervisor, id, error);
  const LsSpawner *spawner;

  if (!task)
    return FALSE;
  if (task->noun->spec.stdin_mode != LS_STDIN_OPEN)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s takes no input: run the command again with stdin open", id);
  else if (!ls_task_is_running (task))
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s does not run (%s)", id, ls_task_state_name (task->noun->state));
  else if (task->input_closed)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "the input of %s was ended already", id);
  else
    {
      spawner = ls_task_spawner (task);
      if (!spawner->input (spawner->self, task->noun->instance, data, length, close, error))
        return FALSE;
      task->input_closed = close && !task->noun->spec.pty;
      return TRUE;
    }
  return FALSE;
}

gboolean
ls_supervisor_task_window (LsSupervisor *supervisor, const char *id, LsTerminalSize window, GError **error)
{
  LsTaskUnit *task = find_task (supervisor, id, error);
  const LsSpawner *spawner;

  if (!task)
    return FALSE;
  spawner = ls_task_spawner (task);
  if (!task->noun->spec.pty)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s has no terminal: run the command again with one", id);
      return FALSE;
    }
  if (ls_task_is_running (task) && spawner->resize && !spawner->resize (spawner->self, task->noun->instance, window, error))
    return FALSE;
  task->noun->spec.window = window;
  ls_task_change_soon (task);
  return TRUE;
}

void
ls_supervisor_set_tasks_max (LsSupervisor *supervisor, guint max)
{
  LsTaskBook *book = ls_supervisor_task_book (supervisor);

  ls_task_book_set_max (book, max);
  ls_supervisor_enter (supervisor);
  if (!ls_supervisor_is_shutting_down (supervisor))
    ls_task_book_go_on (book);
  ls_supervisor_leave (supervisor);
}
