/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A schedule as a unit of the supervisor. It has no children: what it starts are tasks, which live on their own. */

#include "core/schedule.h"

void
ls_schedule_changed (LsScheduleUnit *schedule)
{
  ls_schedule_settle (schedule);
  schedule->noun->revision = ls_supervisor_next_revision (schedule->unit.supervisor);
  ls_supervisor_changed (schedule->unit.supervisor, LS_NOUN_SCHEDULE, LS_CHANGE_CHANGED, schedule->noun);
}

LsScheduleUnit *
ls_schedule_unit_new (LsSupervisor *supervisor, const char *name)
{
  LsScheduleUnit *schedule = g_new0 (LsScheduleUnit, 1);

  schedule->unit = (LsUnit){ &ls_schedule_class, supervisor, LS_NOUN_SCHEDULE, g_strdup (name) };
  schedule->noun = ls_schedule_new (name);
  return schedule;
}

static void
exited (LsUnit *unit, LsInstance instance, const LsExit *how)
{
  g_return_if_reached ();
}

static void
shut_down (LsUnit *unit)
{
  LsScheduleUnit *schedule = (LsScheduleUnit *) unit;

  schedule->ending = TRUE;
  ls_schedule_forget_waiting (schedule);
  ls_schedule_plan (schedule);
  ls_schedule_changed (schedule);
}

static void
kill_now (LsUnit *unit)
{
}

static guint
children (LsUnit *unit)
{
  return 0;
}

static void
foreach (LsUnit *unit, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user)
{
  if (noun == LS_NOUN_SCHEDULE)
    each (user, ((LsScheduleUnit *) unit)->noun);
}

static gconstpointer
find (LsUnit *unit, LsNoun noun, const char *id)
{
  return noun == LS_NOUN_SCHEDULE && g_str_equal (unit->name, id) ? ((LsScheduleUnit *) unit)->noun : NULL;
}

static void
free_schedule (LsUnit *unit)
{
  LsScheduleUnit *schedule = (LsScheduleUnit *) unit;

  ls_timers_disarm (ls_supervisor_timers (unit->supervisor), &schedule->timer);
  ls_schedule_free (schedule->noun);
  g_free (schedule->problem);
  g_free (unit->name);
  g_free (schedule);
}

const LsUnitClass ls_schedule_class = {
  .exited = exited,
  .shut_down = shut_down,
  .kill = kill_now,
  .children = children,
  .free = free_schedule,
  .foreach = foreach,
  .find = find,
};
