/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A task as a unit of the supervisor: what happens to its process, and how it is found and reached. */

#include "base/error.h"
#include "core/task_book.h"

#include <signal.h>

#define ANNOUNCE_MS 250

static const LsUnitClass task_class;

/* --- what happens --- */

static void
started (LsUnit *unit, LsInstance instance, const GError *error)
{
  ls_task_started ((LsTaskUnit *) unit, instance, error);
}

static void
exited (LsUnit *unit, LsInstance instance, const LsExit *how)
{
  ls_task_exited ((LsTaskUnit *) unit, how);
}

static void
notify (LsUnit *unit, LsInstance instance, LsNotifyKind kind, const char *text)
{
  LsTaskUnit *task = (LsTaskUnit *) unit;

  if (kind == LS_NOTIFY_STATUS && task->asked == LS_TASK_ASKED_NOTHING && g_strcmp0 (task->noun->reason, text) != 0)
    ls_task_set_state (task, LS_TASK_RUNNING, text && text[0] ? g_strdup (text) : NULL);
}

static void
message (LsUnit *unit, LsInstance instance, json_t *text)
{
  if (!ls_message_is_internal (text))
    ls_supervisor_user_message (unit->supervisor, LS_NOUN_TASK, unit->name, text);
}

static void
announce (void *user)
{
  ls_task_changed (user);
}

void
ls_task_change_soon (LsTaskUnit *task)
{
  if (!task->announce.where)
    ls_task_arm (task, &task->announce, ANNOUNCE_MS, announce);
}

static void
output (LsUnit *unit, LsInstance instance, gboolean is_stderr, gsize bytes, gsize dropped)
{
  LsTaskUnit *task = (LsTaskUnit *) unit;

  *(is_stderr ? &task->noun->stderr_bytes : &task->noun->stdout_bytes) += bytes;
  task->noun->dropped_bytes += dropped;
  ls_task_change_soon (task);
}

static void
shut_down (LsUnit *unit)
{
  ls_task_stop ((LsTaskUnit *) unit, LS_TASK_ASKED_END);
}

static void
kill_now (LsUnit *unit)
{
  ls_task_signal_group ((LsTaskUnit *) unit, SIGKILL);
}

static guint
children (LsUnit *unit)
{
  return ls_task_is_running ((LsTaskUnit *) unit) || ((LsTaskUnit *) unit)->launching;
}

/* --- being found --- */

static void
foreach (LsUnit *unit, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user)
{
  if (noun == LS_NOUN_TASK)
    each (user, ((LsTaskUnit *) unit)->noun);
}

static gconstpointer
find (LsUnit *unit, LsNoun noun, const char *id)
{
  return noun == LS_NOUN_TASK && g_str_equal (unit->name, id) ? ((LsTaskUnit *) unit)->noun : NULL;
}

static gboolean
check_running (LsTaskUnit *task, const LsInstance *instance, GError **error)
{
  if (!ls_task_is_running (task))
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s does not run (%s)", task->unit.name, ls_task_state_name (task->noun->state));
  else if (instance && !ls_instance_equal (*instance, task->noun->instance))
    g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "%s is another process by now: look at it again and decide anew", task->unit.name);
  else
    return TRUE;
  return FALSE;
}

static gboolean
send_signal (LsUnit *unit, const char *id, const LsInstance *instance, int signal_number, GError **error)
{
  LsTaskUnit *task = (LsTaskUnit *) unit;
  const LsSpawner *spawner = ls_task_spawner (task);

  return check_running (task, instance, error) && spawner->signal (spawner->self, task->noun->instance, signal_number, FALSE, error);
}

static gboolean
send_message (LsUnit *unit, const char *id, const LsInstance *instance, json_t *text, GError **error)
{
  LsTaskUnit *task = (LsTaskUnit *) unit;
  const LsSpawner *spawner = ls_task_spawner (task);

  return check_running (task, instance, error) && spawner->send (spawner->self, task->noun->instance, text, error);
}

/* --- beginning and end of the unit --- */

LsTaskUnit *
ls_task_unit_new (LsSupervisor *supervisor, const char *id, const char *name, const LsTaskSpec *spec)
{
  LsTaskUnit *task = g_new0 (LsTaskUnit, 1);

  task->unit = (LsUnit){ &task_class, supervisor, LS_NOUN_TASK, g_strdup (id) };
  task->noun = ls_task_new (id, name);
  ls_task_spec_copy (&task->noun->spec, spec);
  task->noun->state = LS_TASK_WAITING;
  task->noun->revision = ls_supervisor_next_revision (supervisor);
  return task;
}

void
ls_task_unit_free (LsTaskUnit *task)
{
  ls_task_disarm (task, &task->deadline);
  ls_task_disarm (task, &task->again);
  ls_task_disarm (task, &task->announce);
  ls_task_book_strike (ls_supervisor_task_book (task->unit.supervisor), task);
  ls_task_free (task->noun);
  g_free (task->unit.name);
  g_free (task);
}

static void
free_unit (LsUnit *unit)
{
  ls_task_unit_free ((LsTaskUnit *) unit);
}

static const LsUnitClass task_class = {
  .started = started,
  .notify = notify,
  .message = message,
  .exited = exited,
  .output = output,
  .shut_down = shut_down,
  .kill = kill_now,
  .children = children,
  .free = free_unit,
  .foreach = foreach,
  .find = find,
  .signal = send_signal,
  .send = send_message,
};
