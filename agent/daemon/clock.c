/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/clock.h"

static gint64
monotonic_ms (void *self)
{
  return g_get_monotonic_time () / 1000;
}

static gint64
wall_ms (void *self)
{
  return g_get_real_time () / 1000;
}

static double
random_share (void *self)
{
  return g_random_double ();
}

static void
on_timer (uv_timer_t *timer)
{
  LsLoopClock *clock = timer->data;

  ls_supervisor_run_timers (clock->supervisor);
}

static void
wake_at (void *self, gint64 at_ms)
{
  LsLoopClock *clock = self;
  gint64 wait;

  if (uv_is_closing ((uv_handle_t *) &clock->timer))
    return;
  if (at_ms == G_MAXINT64)
    {
      uv_timer_stop (&clock->timer);
      return;
    }
  /* The loop's idea of now may be old when much was done since it last waited. */
  uv_update_time (clock->timer.loop);
  wait = MAX (0, at_ms - monotonic_ms (NULL));
  uv_timer_start (&clock->timer, on_timer, (guint64) wait, 0);
}

/* Somebody may set another zone while the agent runs: the link is looked at again, the file only when it is another. */
static GTimeZone *
time_zone (void *self)
{
  LsLoopClock *clock = self;
  GTimeZone *zone = g_time_zone_new_identifier (g_getenv ("TZ"));

  if (zone == NULL)
    zone = g_time_zone_new_utc ();
  g_clear_pointer (&clock->zone, g_time_zone_unref);
  clock->zone = g_time_zone_ref (zone);
  return zone;
}

void
ls_loop_clock_init (LsLoopClock *clock, uv_loop_t *loop)
{
  uv_timer_init (loop, &clock->timer);
  clock->timer.data = clock;
}

void
ls_loop_clock_clear (LsLoopClock *clock)
{
  g_clear_pointer (&clock->zone, g_time_zone_unref);
}

LsClock
ls_loop_clock_port (LsLoopClock *clock)
{
  return (LsClock) { .monotonic_ms = monotonic_ms, .wall_ms = wall_ms, .wake_at = wake_at, .random = random_share, .time_zone = time_zone, .self = clock };
}
