/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is due, and when the next run is. */

#include "core/schedule.h"
#include "core/task.h"

static gint64
wall_ms (LsScheduleUnit *schedule)
{
  return ls_supervisor_wall_ms (schedule->unit.supervisor);
}

static GTimeZone *
time_zone (LsScheduleUnit *schedule)
{
  const LsClock *clock = &ls_supervisor_ports (schedule->unit.supervisor)->clock;

  return clock->time_zone ? clock->time_zone (clock->self) : g_time_zone_new_utc ();
}

void
ls_schedule_begin_anew (LsScheduleUnit *schedule)
{
  schedule->noun->due_at = wall_ms (schedule);
}

/* The mark never lies in the future for long. An interval whose clock was set back goes on from now; what is due by the clock is not repeated, unless it
 * would be silent for hours. */
static void
believe_clock (LsScheduleUnit *schedule, gint64 now)
{
  const LsWhen *when = &schedule->noun->spec.when;
  gint64 ahead = schedule->noun->due_at - now;
  gint64 bearable = when->every_ms > 0 ? 0 : ls_when_is_time_of_day (when) ? LS_SCHEDULE_BACK_MS : LS_SCHEDULE_BACK_EVERY_HOUR_MS;

  if (ahead > bearable)
    schedule->noun->due_at = now;
}

gboolean
ls_schedule_look_at_program (LsScheduleUnit *schedule)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *before = g_steal_pointer (&schedule->problem);

  if (!ls_task_check_for_later (schedule->unit.supervisor, &schedule->noun->spec.task, &why))
    schedule->problem = g_strdup (why->message);
  return g_strcmp0 (before, schedule->problem) != 0;
}

static void
look (void *user)
{
  LsScheduleUnit *schedule = user;
  LsSchedule *noun = schedule->noun;
  gint64 now = wall_ms (schedule), due = noun->next_at;
  gboolean is_due = due != 0 && now >= due;
  /* What was missing may have come. */
  gboolean is_mended = schedule->problem && ls_schedule_look_at_program (schedule);

  if (schedule->start_waiting)
    ls_schedule_start_waiting (schedule);
  if (is_due)
    {
      /* The grid of an interval stays where it is, however late this is. */
      noun->due_at = noun->spec.when.every_ms > 0 ? now - (now - due) % noun->spec.when.every_ms : now;
      if (now - due <= LS_SCHEDULE_LATE_MS)
        ls_schedule_run (schedule, LS_CAUSE_TIME, due, NULL, NULL);
      else if (noun->spec.missed == LS_MISSED_ONCE)
        ls_schedule_run (schedule, LS_CAUSE_MISSED, due, NULL, NULL);
      else
        ls_schedule_skip (schedule, LS_CAUSE_MISSED, due, "nothing ran at that time: the agent was down, the computer slept, or its clock was set");
    }
  ls_schedule_plan (schedule);
  if (is_due || is_mended || noun->next_at != due)
    ls_schedule_changed (schedule);
}

static void
set_timer (LsScheduleUnit *schedule, gint64 in_ms)
{
  LsSupervisor *supervisor = schedule->unit.supervisor;

  ls_timers_arm (ls_supervisor_timers (supervisor), &schedule->timer, ls_supervisor_now_ms (supervisor) + in_ms, look, schedule);
}

void
ls_schedule_look_now (LsScheduleUnit *schedule)
{
  set_timer (schedule, 0);
}

/* All schedules look at the same moments: a hundred wake the agent no more often than one. */
static gint64
until_next_look (LsScheduleUnit *schedule)
{
  return LS_SCHEDULE_LOOK_MS - ls_supervisor_now_ms (schedule->unit.supervisor) % LS_SCHEDULE_LOOK_MS;
}

void
ls_schedule_plan (LsScheduleUnit *schedule)
{
  LsSchedule *noun = schedule->noun;
  g_autoptr (GTimeZone) zone = time_zone (schedule);
  gint64 now = wall_ms (schedule), next;

  if (schedule->ending || noun->spec.paused)
    {
      noun->next_at = 0;
      if (schedule->start_waiting)
        ls_schedule_look_now (schedule);
      else
        ls_timers_disarm (ls_supervisor_timers (schedule->unit.supervisor), &schedule->timer);
      return;
    }
  believe_clock (schedule, now);
  next = ls_when_next (&noun->spec.when, zone, noun->due_at, noun->due_at);
  noun->next_at = next == LS_WHEN_NEVER ? 0 : next;
  set_timer (schedule, schedule->start_waiting ? 0 : MAX (MIN (next - now, until_next_look (schedule)), 0));
}
