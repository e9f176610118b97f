/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of schedules share: days pass in microseconds. The world begins on Monday 2026-11-23, 02:13:21 UTC. */

#include "fakes.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static inline int
setup (void **state)
{
  *state = fake_world_new ();
  return 0;
}

static inline int
teardown (void **state)
{
  fake_world_free (*state);
  return 0;
}

static inline void
put_as (FakeWorld *world, const char *name, const char *when, LsOverlap overlap, LsMissed missed, gboolean paused, LsOrigin origin)
{
  g_autoptr (json_t) json = json_pack ("{s:s,s:[s],s:b}", "when", when, "argv", "/usr/local/bin/backup", "paused", paused);
  g_autoptr (GError) error = NULL;
  LsScheduleSpec spec;

  if (!ls_schedule_spec_from_json (json, &spec, &error))
    fail_msg ("spec: %s", error->message);
  spec.overlap = overlap;
  spec.missed = missed;
  if (!ls_supervisor_put_schedule (world->supervisor, name, &spec, origin, &error))
    fail_msg ("put: %s", error->message);
  ls_schedule_spec_clear (&spec);
}

static inline void
put (FakeWorld *world, const char *when, LsOverlap overlap)
{
  put_as (world, "backup", when, overlap, LS_MISSED_SKIP, FALSE, LS_ORIGIN_API);
}

static inline const LsSchedule *
schedule (FakeWorld *world)
{
  const LsSchedule *found = ls_supervisor_find_schedule (world->supervisor, "backup");

  assert_non_null (found);
  return found;
}

static inline const LsScheduleRun *
run (FakeWorld *world, guint index)
{
  if (index >= schedule (world)->runs->len)
    fail_msg ("there are only %u runs", schedule (world)->runs->len);
  return schedule (world)->runs->pdata[index];
}

/* "2026-11-24 03:00:00" of a moment, in the world's zone. */
static inline void
assert_moment (FakeWorld *world, gint64 at, const char *expected)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (world->zone);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autofree char *shown = g_date_time_format (local, "%Y-%m-%d %H:%M:%S");

  assert_string_equal (shown, expected);
}

/* All that run exit well, at once. */
static inline void
finish_all (FakeWorld *world)
{
  while (world->children->len > 0)
    fake_exit (world, world->children->pdata[0], 0);
}

/* How many tasks were started within @ms, each of which ends within a minute. */
static inline guint
count_starts (FakeWorld *world, gint64 ms)
{
  guint before = world->spawned;

  for (gint64 gone = 0; gone < ms; gone += MINUTE)
    {
      fake_advance (world, MINUTE);
      finish_all (world);
    }
  return world->spawned - before;
}
