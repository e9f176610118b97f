/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Names, who owns which process, and the one way in and out. What the units do with it is in their own files. */

#include "core/supervisor.h"

#include "abi/channel.h"
#include "base/error.h"
#include "core/operations.h"
#include "core/schedule.h"
#include "core/shut_down.h"
#include "core/task_book.h"
#include "core/unit.h"

#include <string.h>

struct LsSupervisor {
  LsPorts ports;
  LsObserver observer;
  LsTimers *timers;
  LsOperations *operations;
  GPtrArray *units;          /* LsUnit, owned, in order of creation */
  GHashTable *by_name;       /* name → LsUnit; one namespace */
  GHashTable *owners;        /* LsInstance → LsUnit: every living child */
  GPtrArray *dropped;        /* LsUnit, owned, until the last leave */
  guint depth;
  gint64 now_ms, wall_ms;    /* of the call that is being made; -1: not asked yet */
  guint64 revision;
  guint64 numbers[LS_NOUN_OPERATION + 1];
  LsShutDown *shut_down;
  LsTaskBook *task_book;
  GHashTable *memories;      /* name → LsSchedule: what was remembered of schedules that are not there yet */
};

guint
ls_instance_key_hash (gconstpointer key)
{
  const LsInstance *instance = key;

  return (guint) instance->pid * 2654435761u ^ (guint) instance->start_time;
}

gboolean
ls_instance_key_equal (gconstpointer a, gconstpointer b)
{
  return ls_instance_equal (*(const LsInstance *) a, *(const LsInstance *) b);
}

static void
unit_free (gpointer data)
{
  LsUnit *unit = data;

  unit->klass->free (unit);
}

static void
wake_at (void *user, gint64 next_ms)
{
  LsSupervisor *supervisor = user;

  supervisor->ports.clock.wake_at (supervisor->ports.clock.self, next_ms);
}

LsSupervisor *
ls_supervisor_new (const LsPorts *ports, const LsObserver *observer)
{
  LsSupervisor *supervisor = g_new0 (LsSupervisor, 1);

  supervisor->ports = *ports;
  if (observer)
    supervisor->observer = *observer;
  supervisor->timers = ls_timers_new ();
  ls_timers_watch (supervisor->timers, wake_at, supervisor);
  supervisor->operations = ls_operations_new ();
  supervisor->units = g_ptr_array_new ();
  supervisor->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  supervisor->owners = g_hash_table_new_full (ls_instance_key_hash, ls_instance_key_equal, g_free, NULL);
  supervisor->dropped = g_ptr_array_new ();
  supervisor->shut_down = ls_shut_down_new (supervisor);
  supervisor->task_book = ls_task_book_new ();
  supervisor->memories = ls_schedule_memories_new ();
  return supervisor;
}

void
ls_supervisor_free (LsSupervisor *supervisor)
{
  if (!supervisor)
    return;
  g_ptr_array_foreach (supervisor->units, (GFunc) (void (*) (void)) unit_free, NULL);
  g_ptr_array_foreach (supervisor->dropped, (GFunc) (void (*) (void)) unit_free, NULL);
  ls_shut_down_free (supervisor->shut_down);
  ls_task_book_free (supervisor->task_book);
  g_ptr_array_unref (supervisor->units);
  g_ptr_array_unref (supervisor->dropped);
  g_hash_table_unref (supervisor->by_name);
  g_hash_table_unref (supervisor->owners);
  g_hash_table_unref (supervisor->memories);
  ls_operations_free (supervisor->operations);
  ls_timers_free (supervisor->timers);
  g_free (supervisor);
}

void
ls_supervisor_shut_down (LsSupervisor *supervisor, gint64 timeout_ms, void (*done) (void *self), void *self)
{
  ls_supervisor_enter (supervisor);
  ls_shut_down_begin (supervisor->shut_down, timeout_ms, done, self);
  ls_supervisor_leave (supervisor);
}

gboolean
ls_supervisor_is_shutting_down (LsSupervisor *supervisor)
{
  return ls_shut_down_has_begun (supervisor->shut_down);
}

gboolean
ls_supervisor_refuse_when_stopping (LsSupervisor *supervisor, GError **error)
{
  if (!ls_supervisor_is_shutting_down (supervisor))
    return FALSE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_CONFLICT, "the agent is stopping: nothing new is started");
  return TRUE;
}

/* --- one way in, one way out --- */

void
ls_supervisor_enter (LsSupervisor *supervisor)
{
  if (supervisor->depth++ == 0)
    supervisor->now_ms = supervisor->wall_ms = -1;
}

void
ls_supervisor_leave (LsSupervisor *supervisor)
{
  g_return_if_fail (supervisor->depth > 0);
  if (supervisor->depth == 1)
    ls_shut_down_advance (supervisor->shut_down);
  if (--supervisor->depth > 0)
    return;
  while (supervisor->dropped->len > 0)
    unit_free (g_ptr_array_steal_index (supervisor->dropped, supervisor->dropped->len - 1));
  ls_operations_forget_old (supervisor->operations, supervisor);
}

/* For happenings only, and last of all: who is told may free the supervisor. */
static void
leave_and_tell (LsSupervisor *supervisor)
{
  ls_supervisor_leave (supervisor);
  if (supervisor->depth == 0)
    ls_shut_down_tell (supervisor->shut_down);
}

void
ls_supervisor_run_timers (LsSupervisor *supervisor)
{
  ls_supervisor_enter (supervisor);
  ls_timers_run (supervisor->timers, ls_supervisor_now_ms (supervisor));
  leave_and_tell (supervisor);
}

static LsUnit *
owner_of (LsSupervisor *supervisor, LsInstance instance)
{
  return g_hash_table_lookup (supervisor->owners, &instance);
}

void
ls_supervisor_child_started (LsSupervisor *supervisor, const char *id, LsInstance instance, const GError *error)
{
  LsUnit *unit = g_hash_table_lookup (supervisor->by_name, id);

  if (!unit || !unit->klass->started)
    return;
  ls_supervisor_enter (supervisor);
  if (instance.pid != 0)
    g_hash_table_replace (supervisor->owners, g_memdup2 (&instance, sizeof instance), unit);
  unit->klass->started (unit, instance, error);
  leave_and_tell (supervisor);
}

void
ls_supervisor_child_notify (LsSupervisor *supervisor, LsInstance instance, LsNotifyKind kind, const char *text)
{
  LsUnit *unit = owner_of (supervisor, instance);

  if (!unit || !unit->klass->notify)
    return;
  ls_supervisor_enter (supervisor);
  unit->klass->notify (unit, instance, kind, text);
  leave_and_tell (supervisor);
}

void
ls_supervisor_child_message (LsSupervisor *supervisor, LsInstance instance, json_t *message)
{
  LsUnit *unit = owner_of (supervisor, instance);

  if (!unit || !unit->klass->message)
    return;
  ls_supervisor_enter (supervisor);
  unit->klass->message (unit, instance, message);
  leave_and_tell (supervisor);
}

gboolean
ls_supervisor_child_line (LsSupervisor *supervisor, LsInstance instance, const char *line, gsize length)
{
  LsUnit *unit = owner_of (supervisor, instance);
  gboolean taken;

  if (!unit || !unit->klass->line)
    return FALSE;
  ls_supervisor_enter (supervisor);
  taken = unit->klass->line (unit, instance, line, length);
  leave_and_tell (supervisor);
  return taken;
}

void
ls_supervisor_child_exited (LsSupervisor *supervisor, LsInstance instance, const LsExit *how)
{
  LsUnit *unit = owner_of (supervisor, instance);

  if (!unit)
    return;      /* an orphan that the reaper adopted */
  ls_supervisor_enter (supervisor);
  g_hash_table_remove (supervisor->owners, &instance);
  unit->klass->exited (unit, instance, how);
  leave_and_tell (supervisor);
}

void
ls_supervisor_child_output (LsSupervisor *supervisor, LsInstance instance, gboolean is_stderr, gsize bytes, gsize dropped)
{
  LsUnit *unit = owner_of (supervisor, instance);

  if (!unit || !unit->klass->output)
    return;
  ls_supervisor_enter (supervisor);
  unit->klass->output (unit, instance, is_stderr, bytes, dropped);
  leave_and_tell (supervisor);
}

/* --- what the units are given --- */

const LsPorts *
ls_supervisor_ports (LsSupervisor *supervisor)
{
  return &supervisor->ports;
}

LsTimers *
ls_supervisor_timers (LsSupervisor *supervisor)
{
  return supervisor->timers;
}

gint64
ls_supervisor_now_ms (LsSupervisor *supervisor)
{
  if (supervisor->depth == 0 || supervisor->now_ms < 0)
    supervisor->now_ms = supervisor->ports.clock.monotonic_ms (supervisor->ports.clock.self);
  return supervisor->now_ms;
}

gint64
ls_supervisor_wall_ms (LsSupervisor *supervisor)
{
  if (supervisor->depth == 0 || supervisor->wall_ms < 0)
    supervisor->wall_ms = supervisor->ports.clock.wall_ms (supervisor->ports.clock.self);
  return supervisor->wall_ms;
}

guint64
ls_supervisor_next_revision (LsSupervisor *supervisor)
{
  return ++supervisor->revision;
}

guint64
ls_supervisor_next_number (LsSupervisor *supervisor, LsNoun noun)
{
  return ++supervisor->numbers[noun];
}

static void
tell_its_schedule (LsSupervisor *supervisor, const LsTask *task)
{
  LsUnit *unit = task->schedule ? ls_supervisor_find_unit (supervisor, LS_NOUN_SCHEDULE, task->schedule) : NULL;

  if (unit)
    ls_schedule_task_changed ((LsScheduleUnit *) unit, task);
}

void
ls_supervisor_changed (LsSupervisor *supervisor, LsNoun noun, LsChangeOp op, gconstpointer resource)
{
  if (supervisor->observer.changed)
    supervisor->observer.changed (supervisor->observer.self, noun, op, resource);
  if (noun == LS_NOUN_TASK)
    tell_its_schedule (supervisor, resource);
}

void
ls_supervisor_user_message (LsSupervisor *supervisor, LsNoun noun, const char *id, json_t *message)
{
  if (supervisor->observer.message)
    supervisor->observer.message (supervisor->observer.self, noun, id, message);
}

char **
ls_supervisor_log_tail (LsSupervisor *supervisor, const char *id, guint n)
{
  return supervisor->observer.log_tail ? supervisor->observer.log_tail (supervisor->observer.self, id, n) : NULL;
}

gboolean
ls_message_is_internal (json_t *message)
{
  const char *cmd = json_string_value (json_object_get (message, "cmd"));

  return cmd && (g_str_has_prefix (cmd, LS_CHANNEL_INTERNAL_NODE) || g_str_has_prefix (cmd, LS_CHANNEL_INTERNAL_OWN));
}

gboolean
ls_supervisor_spawn (LsSupervisor *supervisor, LsUnit *unit, const LsSpawnRequest *request, LsInstance *ret_instance, GError **error)
{
  LsInstance instance = { 0 };

  if (ls_supervisor_refuse_when_stopping (supervisor, error))
    return FALSE;
  if (!supervisor->ports.spawner.spawn (supervisor->ports.spawner.self, request, &instance, error))
    return FALSE;
  supervisor->now_ms = supervisor->wall_ms = -1;      /* that may have taken its time */
  g_hash_table_replace (supervisor->owners, g_memdup2 (&instance, sizeof instance), unit);
  *ret_instance = instance;
  return TRUE;
}

gboolean
ls_supervisor_can_launch (LsSupervisor *supervisor)
{
  return supervisor->ports.spawner.launch != NULL;
}

gboolean
ls_supervisor_launch (LsSupervisor *supervisor, LsUnit *unit, const LsSpawnRequest *request, GError **error)
{
  return !ls_supervisor_refuse_when_stopping (supervisor, error) && supervisor->ports.spawner.launch (supervisor->ports.spawner.self, request, error);
}

LsTaskBook *
ls_supervisor_task_book (LsSupervisor *supervisor)
{
  return supervisor->task_book;
}

GHashTable *
ls_supervisor_schedule_memories (LsSupervisor *supervisor)
{
  return supervisor->memories;
}

LsOperations *
ls_supervisor_operations (LsSupervisor *supervisor)
{
  return supervisor->operations;
}

/* --- names --- */

/* "t42", "j17" and "op-91" are tasks, jobs and operations everywhere: nothing else may be called so. */
static gboolean
reads_as_a_number_of_ours (const char *name)
{
  const char *digits = name[0] == 't' || name[0] == 'j' ? name + 1 : g_str_has_prefix (name, "op-") ? name + 3 : NULL;

  return digits && digits[0] && strspn (digits, "0123456789") == strlen (digits);
}

static const char *
noun_name (LsNoun noun)
{
  static const char *const names[] = { "cluster", "worker", "pool", "job", "buffer", "task", "schedule", "operation" };

  return names[noun];
}

gboolean
ls_supervisor_add_unit (LsSupervisor *supervisor, LsUnit *unit, GError **error)
{
  LsUnit *holder = g_hash_table_lookup (supervisor->by_name, unit->name);

  if (unit->noun != LS_NOUN_TASK && reads_as_a_number_of_ours (unit->name))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s would be taken for the id of a task, job or operation: choose another name", unit->name);
      return FALSE;
    }
  if (holder)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "the name %s is taken by a %s: choose another", unit->name, noun_name (holder->noun));
      return FALSE;
    }
  unit->supervisor = supervisor;
  g_ptr_array_add (supervisor->units, unit);
  g_hash_table_insert (supervisor->by_name, unit->name, unit);
  return TRUE;
}

static gboolean
is_owned_by (gpointer instance, gpointer owner, gpointer unit)
{
  return owner == unit;
}

void
ls_supervisor_drop_unit (LsSupervisor *supervisor, LsUnit *unit)
{
  g_return_if_fail (g_hash_table_lookup (supervisor->by_name, unit->name) == unit);
  g_hash_table_remove (supervisor->by_name, unit->name);
  g_hash_table_foreach_remove (supervisor->owners, is_owned_by, unit);
  g_ptr_array_remove (supervisor->units, unit);
  if (supervisor->depth > 0)
    g_ptr_array_add (supervisor->dropped, unit);
  else
    unit_free (unit);
}

LsUnit *
ls_supervisor_find_unit (LsSupervisor *supervisor, LsNoun noun, const char *name)
{
  LsUnit *unit = g_hash_table_lookup (supervisor->by_name, name);

  return unit && unit->noun == noun ? unit : NULL;
}

void
ls_supervisor_each_unit (LsSupervisor *supervisor, void (*each) (LsUnit *unit, void *user), void *user)
{
  for (guint i = 0; i < supervisor->units->len; i++)
    each (supervisor->units->pdata[i], user);
}
