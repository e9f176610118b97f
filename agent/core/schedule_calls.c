/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Wishes: the functions of supervisor.h that concern schedules. Each checks everything first, so that what is refused changes nothing. */

#include "base/error.h"
#include "base/text.h"
#include "core/schedule.h"
#include "core/task.h"

#include <string.h>

static LsScheduleUnit *
find_schedule (LsSupervisor *supervisor, const char *name, GError **error)
{
  LsUnit *unit = ls_supervisor_find_unit (supervisor, LS_NOUN_SCHEDULE, name);

  if (!unit)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no schedule %s", name);
  return (LsScheduleUnit *) unit;
}

/* --- what an earlier life of the agent knew --- */

static void
free_memory (gpointer schedule)
{
  ls_schedule_free (schedule);
}

GHashTable *
ls_schedule_memories_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_memory);
}

void
ls_supervisor_recall_schedule (LsSupervisor *supervisor, LsSchedule *memory)
{
  g_hash_table_replace (ls_supervisor_schedule_memories (supervisor), memory->name, memory);
}

/* What is remembered under the name of @schedule. Only a schedule of the config goes on with the same rule: what was due since is missed. One that
 * somebody makes now begins now. */
static void
remember (LsScheduleUnit *schedule)
{
  GHashTable *memories = ls_supervisor_schedule_memories (schedule->unit.supervisor);
  LsSchedule *memory = g_hash_table_lookup (memories, schedule->unit.name), *noun = schedule->noun;

  if (!memory)
    return;
  for (guint i = 0; i < memory->runs->len; i++)
    g_ptr_array_add (noun->runs, memory->runs->pdata[i]);
  g_ptr_array_set_free_func (memory->runs, NULL);
  noun->last_at = memory->last_at;
  if (noun->origin == LS_ORIGIN_CONFIG && memory->due_at > 0 && !noun->spec.paused && strcmp (memory->spec.when_text, noun->spec.when_text) == 0)
    noun->due_at = memory->due_at;
  g_hash_table_remove (memories, schedule->unit.name);
}

/* --- putting --- */

static gboolean
create (LsSupervisor *supervisor, const char *name, const LsScheduleSpec *spec, LsOrigin origin, GError **error)
{
  LsScheduleUnit *schedule = ls_schedule_unit_new (supervisor, name);

  ls_schedule_spec_copy (&schedule->noun->spec, spec);
  schedule->noun->origin = origin;
  if (!ls_supervisor_add_unit (supervisor, &schedule->unit, error))
    {
      ls_schedule_class.free (&schedule->unit);
      return FALSE;
    }
  ls_schedule_begin_anew (schedule);
  ls_schedule_look_at_program (schedule);
  remember (schedule);
  ls_schedule_plan (schedule);
  ls_schedule_settle (schedule);
  schedule->noun->revision = ls_supervisor_next_revision (supervisor);
  ls_supervisor_changed (supervisor, LS_NOUN_SCHEDULE, LS_CHANGE_ADDED, schedule->noun);
  return TRUE;
}

static gboolean
same_spec (const LsScheduleSpec *a, const LsScheduleSpec *b)
{
  g_autoptr (json_t) x = ls_schedule_spec_to_json (a);
  g_autoptr (json_t) y = ls_schedule_spec_to_json (b);

  return json_equal (x, y);
}

static gboolean
same_task (const LsScheduleSpec *a, const LsScheduleSpec *b)
{
  g_autoptr (json_t) x = ls_task_spec_to_json (&a->task);
  g_autoptr (json_t) y = ls_task_spec_to_json (&b->task);

  return json_equal (x, y);
}

gboolean
ls_supervisor_check_schedule (LsSupervisor *supervisor, const char *name, const LsScheduleSpec *spec, GError **error)
{
  const LsSchedule *schedule = ls_supervisor_find_schedule (supervisor, name);

  return (schedule && same_task (&schedule->spec, spec)) || ls_task_check_for_later (supervisor, &spec->task, error);
}

static void
change (LsScheduleUnit *schedule, const LsScheduleSpec *spec, LsOrigin origin)
{
  LsSchedule *noun = schedule->noun;
  gboolean anew = strcmp (noun->spec.when_text, spec->when_text) != 0 || (noun->spec.paused && !spec->paused);

  if (same_spec (&noun->spec, spec) && noun->origin == origin)
    return;
  ls_schedule_spec_copy (&noun->spec, spec);
  noun->origin = origin;
  ls_schedule_look_at_program (schedule);
  if (anew)
    ls_schedule_begin_anew (schedule);
  ls_schedule_plan (schedule);
  ls_schedule_changed (schedule);
}

gboolean
ls_supervisor_put_schedule (LsSupervisor *supervisor, const char *name, const LsScheduleSpec *spec, LsOrigin origin, GError **error)
{
  LsScheduleUnit *schedule;
  gboolean put = TRUE;

  if (!ls_name_is_valid (name))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s cannot be a name: a small letter, then up to 31 small letters, digits and hyphens", name);
      return FALSE;
    }
  if (ls_supervisor_refuse_when_stopping (supervisor, error) || !ls_task_check_wish (NULL, &spec->task, error))
    return FALSE;
  ls_supervisor_enter (supervisor);
  schedule = (LsScheduleUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_SCHEDULE, name);
  if (schedule)
    change (schedule, spec, origin);
  else
    put = create (supervisor, name, spec, origin, error);
  ls_supervisor_leave (supervisor);
  return put;
}

gboolean
ls_supervisor_remove_schedule (LsSupervisor *supervisor, const char *name, GError **error)
{
  LsScheduleUnit *schedule = find_schedule (supervisor, name, error);

  if (!schedule)
    return FALSE;
  ls_supervisor_enter (supervisor);
  ls_timers_disarm (ls_supervisor_timers (supervisor), &schedule->timer);
  ls_supervisor_changed (supervisor, LS_NOUN_SCHEDULE, LS_CHANGE_REMOVED, schedule->noun);
  ls_supervisor_drop_unit (supervisor, &schedule->unit);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_run_schedule (LsSupervisor *supervisor, const char *name, const LsTask **ret_task, GError **error)
{
  LsScheduleUnit *schedule = find_schedule (supervisor, name, error);
  const LsTask *task = NULL;
  gboolean done;

  if (!schedule || ls_supervisor_refuse_when_stopping (supervisor, error))
    return FALSE;
  ls_supervisor_enter (supervisor);
  done = ls_schedule_run (schedule, LS_CAUSE_ASKED, ls_supervisor_wall_ms (supervisor), &task, error);
  if (done)
    ls_schedule_changed (schedule);
  *ret_task = task;
  ls_supervisor_leave (supervisor);
  return done;
}
