/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From a rule to its next moment. All is in seconds; a *local* second is what the clock on the wall shows, counted as if it were UTC. */

#include "base/when.h"

#define HOUR 3600
#define DAY 86400
#define EVERY_HOUR 0xffffffu
#define EPOCH_JULIAN 719163          /* GDate counts from year 1 */
#define HORIZON_DAYS (50 * 366)      /* a 29 February that is a Monday can be 40 years away */

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0);
}

static gint64
offset_at (GTimeZone *zone, gint64 at)
{
  return g_time_zone_get_offset (zone, g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, at));
}

/* The moment at which the wall shows @local: the first of two, and when there is none, the first moment after the gap. */
static gint64
moment_of (GTimeZone *zone, gint64 local)
{
  gint64 before = offset_at (zone, local - DAY), after = offset_at (zone, local + DAY);
  gint64 early = local - MAX (before, after), late = local - MIN (before, after);

  if (offset_at (zone, early) == MAX (before, after))
    return early;
  if (before >= after || offset_at (zone, late) == before)
    return late;
  /* The clock jumps forward somewhere in (early, late]. */
  while (late - early > 1)
    {
      gint64 middle = early + (late - early) / 2;

      if (offset_at (zone, middle) == before)
        early = middle;
      else
        late = middle;
    }
  return late;
}

static gboolean
has_day (const LsWhen *when, gint64 day)
{
  GDate date;
  gboolean by_date, by_weekday;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) (day + EPOCH_JULIAN));
  if (!(when->months >> g_date_get_month (&date) & 1))
    return FALSE;
  by_date = when->days >> g_date_get_day (&date) & 1;
  by_weekday = when->weekdays >> (g_date_get_weekday (&date) % 7) & 1;
  return when->either_day ? by_date || by_weekday : by_date && by_weekday;
}

static gint64
first_day (const LsWhen *when, gint64 from, gint64 to)
{
  while (from < to && !has_day (when, from))
    from++;
  return from;
}

/* Times of day: each local minute once, in the order of the local clock, which is also that of their moments. */
static gint64
next_time_of_day (const LsWhen *when, GTimeZone *zone, gint64 after)
{
  gint64 local = after + offset_at (zone, after);
  gint64 today = floor_div (local, DAY), end = today + HORIZON_DAYS;

  for (gint64 day = first_day (when, today, end); day < end; day = first_day (when, day + 1, end))
    for (gint64 minute = 0; minute < DAY / 60; minute++)
      {
        gint64 candidate = day * DAY + minute * 60;
        gint64 moment;

        if (!(when->hours >> (minute / 60) & 1) || !(when->minutes >> (minute % 60) & 1) || candidate < local - 60)
          continue;
        moment = moment_of (zone, candidate);
        if (moment > after)
          return moment;
      }
  return -1;
}

/* Every hour: whatever minute the wall shows, as time goes by. */
static gint64
next_minute (const LsWhen *when, GTimeZone *zone, gint64 after)
{
  gint64 end = after + (gint64) HORIZON_DAYS * DAY;

  for (gint64 at = (floor_div (after, 60) + 1) * 60; at < end;)
    {
      gint64 local = at + offset_at (zone, at);
      gint64 day = floor_div (local, DAY);

      if (has_day (when, day))
        {
          if (when->minutes >> (floor_div (local, 60) % 60) & 1)
            return at;
          at += 60;
        }
      else if (has_day (when, day - 1) && local - day * DAY < 2 * HOUR)
        at += 60;      /* a clock set back over midnight shows the day before once more */
      else
        at = MAX (at + 60, moment_of (zone, first_day (when, day + 1, day + HORIZON_DAYS) * DAY));
    }
  return -1;
}

gboolean
ls_when_is_time_of_day (const LsWhen *when)
{
  return when->every_ms == 0 && when->hours != EVERY_HOUR;
}

gint64
ls_when_next (const LsWhen *when, GTimeZone *zone, gint64 base_ms, gint64 after_ms)
{
  gint64 after, next;

  if (when->every_ms > 0)
    return base_ms + (floor_div (MAX (after_ms - base_ms, 0), when->every_ms) + 1) * when->every_ms;
  after = floor_div (after_ms, 1000);
  next = ls_when_is_time_of_day (when) ? next_time_of_day (when, zone, after) : next_minute (when, zone, after);
  return next < 0 ? LS_WHEN_NEVER : next * 1000;
}
