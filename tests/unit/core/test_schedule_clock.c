/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Schedules and clocks that do not just tick: sleep, wrong clocks, summer time, other zones, an agent that was down. */

#include "test_schedule.h"

static void
clocks_set_back_repeat_nothing (void **state)
{
  FakeWorld *world = *state;

  put (world, "daily 03:00", LS_OVERLAP_SKIP);
  fake_advance (world, 50 * MINUTE);
  assert_int_equal (world->spawned, 1);
  finish_all (world);
  world->wall_skew_ms -= 30 * MINUTE;
  assert_int_equal (count_starts (world, 2 * HOUR), 0);
  assert_moment (world, schedule (world)->next_at, "2026-11-24 03:00:00");
}

static void
a_clock_that_was_far_ahead_is_believed_when_it_is_right (void **state)
{
  FakeWorld *world = *state;

  world->wall_skew_ms = 400 * (gint64) DAY;
  put (world, "daily 03:00", LS_OVERLAP_SKIP);
  fake_advance (world, HOUR);
  finish_all (world);
  world->wall_skew_ms = 0;
  fake_advance (world, 2 * MINUTE);
  assert_moment (world, schedule (world)->next_at, "2026-11-24 03:00:00");
  assert_int_equal (count_starts (world, 3 * DAY), 3);
}

static void
an_interval_does_not_wait_for_a_clock_that_was_set_back (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 5 min", LS_OVERLAP_SKIP);
  fake_advance (world, 7 * MINUTE);
  finish_all (world);
  world->wall_skew_ms -= 90 * MINUTE;
  assert_in_range (count_starts (world, HOUR), 11, 12);
}

static void
a_clock_set_forward_makes_no_storm (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 5 min", LS_OVERLAP_SKIP);
  fake_advance (world, 6 * MINUTE);
  finish_all (world);
  world->wall_skew_ms += 30 * (gint64) DAY;
  assert_int_equal (count_starts (world, 10 * MINUTE), 2);
  assert_int_equal (schedule (world)->counts[LS_RUN_SKIPPED], 1);
}

static void
what_was_due_in_sleep_is_skipped_or_made_up_for_once (void **state)
{
  FakeWorld *world = *state;

  /* The monotonic clock stands while the computer sleeps. */
  put (world, "0 * * * *", LS_OVERLAP_SKIP);
  world->wall_skew_ms += 8 * HOUR;
  fake_advance (world, MINUTE);
  assert_int_equal (world->spawned, 0);
  assert_int_equal (run (world, 0)->state, LS_RUN_SKIPPED);
  assert_int_equal (run (world, 0)->cause, LS_CAUSE_MISSED);
  assert_moment (world, run (world, 0)->at, "2026-11-23 03:00:00");
  put_as (world, "backup", "0 * * * *", LS_OVERLAP_SKIP, LS_MISSED_ONCE, FALSE, LS_ORIGIN_API);
  world->wall_skew_ms += 8 * HOUR;
  fake_advance (world, MINUTE);
  assert_int_equal (world->spawned, 1);
  assert_int_equal (run (world, 0)->cause, LS_CAUSE_MISSED);
  finish_all (world);
  assert_int_equal (count_starts (world, 2 * HOUR), 2);
}

static void
down_for (FakeWorld *world, gint64 ms, LsMissed missed, const char *when)
{
  g_autoptr (json_t) memory = ls_schedule_memory_to_json (schedule (world));

  assert_true (ls_supervisor_remove_schedule (world->supervisor, "backup", NULL));
  fake_advance (world, ms);
  ls_supervisor_recall_schedule (world->supervisor, ls_schedule_memory_from_json (memory, NULL));
  put_as (world, "backup", when, LS_OVERLAP_SKIP, missed, FALSE, LS_ORIGIN_CONFIG);
  fake_settle (world);
}

static void
what_was_due_while_the_agent_was_down_is_known (void **state)
{
  FakeWorld *world = *state;

  put_as (world, "backup", "daily 03:00", LS_OVERLAP_SKIP, LS_MISSED_SKIP, FALSE, LS_ORIGIN_CONFIG);
  down_for (world, 3 * DAY, LS_MISSED_SKIP, "daily 03:00");
  assert_int_equal (world->spawned, 0);
  assert_int_equal (run (world, 0)->cause, LS_CAUSE_MISSED);
  down_for (world, 3 * DAY, LS_MISSED_ONCE, "daily 03:00");
  assert_int_equal (world->spawned, 1);
  assert_int_equal (run (world, 0)->cause, LS_CAUSE_MISSED);
  finish_all (world);
  /* A short while is no reason to miss anything. */
  assert_moment (world, schedule (world)->next_at, "2026-11-29 03:00:00");
  fake_advance (world, 46 * MINUTE);
  down_for (world, MINUTE, LS_MISSED_SKIP, "daily 03:00");
  assert_int_equal (world->spawned, 2);
  assert_int_equal (run (world, 0)->cause, LS_CAUSE_TIME);
  finish_all (world);
  /* Another rule was not missed before it was there. */
  down_for (world, 3 * DAY, LS_MISSED_ONCE, "daily 04:00");
  assert_int_equal (world->spawned, 2);
}

static void
summer_time_doubles_and_loses_nothing (void **state)
{
  FakeWorld *world = *state;

  world->zone = "Europe/Berlin";
  put (world, "30 2 * * *", LS_OVERLAP_SKIP);
  assert_moment (world, schedule (world)->next_at, "2026-11-24 02:30:00");
  assert_int_equal (count_starts (world, 365 * (gint64) DAY), 365);
}

static void
another_zone_is_noticed (void **state)
{
  FakeWorld *world = *state;

  put (world, "daily 12:00", LS_OVERLAP_SKIP);
  assert_moment (world, schedule (world)->next_at, "2026-11-23 12:00:00");
  world->zone = "America/New_York";
  fake_advance (world, 2 * MINUTE);
  assert_moment (world, schedule (world)->next_at, "2026-11-23 12:00:00");
  assert_int_equal (count_starts (world, 16 * HOUR), 1);
}

static void
many_schedules_wake_the_agent_together (void **state)
{
  FakeWorld *world = *state;
  guint wakes = 0;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("s-%u", i);

      put_as (world, name, "monthly 1 03:00", LS_OVERLAP_SKIP, LS_MISSED_SKIP, FALSE, LS_ORIGIN_API);
      fake_advance (world, 100);
    }
  for (gint64 end = world->now_ms + HOUR; world->now_ms < end; wakes++)
    fake_advance (world, world->wake_ms - world->now_ms);
  assert_in_range (wakes, 59, 61);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    TEST (clocks_set_back_repeat_nothing),
    TEST (a_clock_that_was_far_ahead_is_believed_when_it_is_right),
    TEST (an_interval_does_not_wait_for_a_clock_that_was_set_back),
    TEST (a_clock_set_forward_makes_no_storm),
    TEST (what_was_due_in_sleep_is_skipped_or_made_up_for_once),
    TEST (what_was_due_while_the_agent_was_down_is_known),
    TEST (summer_time_doubles_and_loses_nothing),
    TEST (another_zone_is_noticed),
    TEST (many_schedules_wake_the_agent_together),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
