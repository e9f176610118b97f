/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Schedules: their tasks, overlaps, pauses, and what is remembered of their runs. */

#include "test_schedule.h"

static void
a_task_starts_when_it_is_due (void **state)
{
  FakeWorld *world = *state;
  const LsTask *task;

  put (world, "daily 03:00", LS_OVERLAP_SKIP);
  assert_int_equal (schedule (world)->state, LS_SCHEDULE_WAITING);
  assert_moment (world, schedule (world)->next_at, "2026-11-23 03:00:00");
  fake_advance (world, 46 * MINUTE);
  assert_int_equal (world->children->len, 0);
  fake_advance (world, MINUTE);
  assert_int_equal (world->children->len, 1);
  task = ls_supervisor_find_task (world->supervisor, "t1");
  assert_string_equal (task->schedule, "backup");
  assert_string_equal (task->name, "backup");
  assert_int_equal (schedule (world)->state, LS_SCHEDULE_RUNNING);
  assert_string_equal (run (world, 0)->task, "t1");
  assert_moment (world, run (world, 0)->at, "2026-11-23 03:00:00");
  assert_moment (world, schedule (world)->next_at, "2026-11-24 03:00:00");
  fake_advance (world, 5 * MINUTE);
  fake_exit (world, fake_child (world, "t1"), 0);
  assert_int_equal (schedule (world)->state, LS_SCHEDULE_WAITING);
  assert_int_equal (run (world, 0)->state, LS_RUN_EXITED);
  assert_int_equal (run (world, 0)->ended_at - run (world, 0)->at, 5 * MINUTE + 21 * SECOND);
  assert_int_equal (schedule (world)->last_at, run (world, 0)->at);
  assert_null (schedule (world)->reason);
  assert_int_equal (count_starts (world, 10 * DAY), 10);
}

static void
a_run_that_fails_is_told (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 10 min", LS_OVERLAP_SKIP);
  fake_advance (world, 10 * MINUTE);
  fake_exit (world, fake_child (world, "t1"), 3);
  assert_int_equal (run (world, 0)->state, LS_RUN_FAILED);
  assert_int_equal (run (world, 0)->exit.code, 3);
  assert_non_null (strstr (schedule (world)->reason, "the last run failed"));
  world->spawn_error = g_strdup ("there is no such program");
  fake_advance (world, 10 * MINUTE);
  assert_int_equal (run (world, 0)->state, LS_RUN_FAILED);
  assert_null (run (world, 0)->task);
  assert_string_equal (run (world, 0)->reason, "there is no such program");
  g_clear_pointer (&world->spawn_error, g_free);
  fake_advance (world, 10 * MINUTE);
  finish_all (world);
  assert_null (schedule (world)->reason);
  assert_int_equal (schedule (world)->counts[LS_RUN_FAILED], 2);
  assert_int_equal (schedule (world)->counts[LS_RUN_EXITED], 1);
}

static void
what_cannot_run_is_told_before_it_should (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  LsScheduleSpec spec;

  world->check_error = g_strdup ("there is no such program");
  put (world, "daily 12:00", LS_OVERLAP_SKIP);      /* as the agent does when it starts */
  assert_string_equal (schedule (world)->reason, "it could not run now: there is no such program");
  assert_int_equal (schedule (world)->state, LS_SCHEDULE_WAITING);

  /* Who asks for another program is refused; who asks for another time, a pause, or the same is not. */
  ls_schedule_spec_init (&spec);
  ls_schedule_spec_copy (&spec, &schedule (world)->spec);
  assert_true (ls_supervisor_check_schedule (world->supervisor, "backup", &spec, &error));
  assert_false (ls_supervisor_check_schedule (world->supervisor, "other", &spec, &error));
  assert_string_equal (error->message, "there is no such program");
  spec.paused = TRUE;
  assert_true (ls_supervisor_check_schedule (world->supervisor, "backup", &spec, NULL));
  g_free (spec.task.argv[0]);
  spec.task.argv[0] = g_strdup ("another");
  assert_false (ls_supervisor_check_schedule (world->supervisor, "backup", &spec, NULL));
  ls_schedule_spec_clear (&spec);

  /* It comes. */
  g_clear_pointer (&world->check_error, g_free);
  fake_advance (world, 2 * MINUTE);
  assert_null (schedule (world)->reason);
}

static void
an_overlap_is_skipped_with_a_reason_and_counted (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 1 min", LS_OVERLAP_SKIP);
  fake_advance (world, 6 * MINUTE);
  assert_int_equal (world->children->len, 1);
  assert_int_equal (schedule (world)->runs->len, 2);
  assert_int_equal (run (world, 0)->state, LS_RUN_SKIPPED);
  assert_string_equal (run (world, 0)->reason, "t1 still runs");
  assert_int_equal (run (world, 0)->count, 5);
  fake_exit (world, fake_child (world, "t1"), 0);
  assert_int_equal (run (world, 1)->state, LS_RUN_EXITED);
  fake_advance (world, MINUTE);
  assert_non_null (fake_child (world, "t2"));
  finish_all (world);
}

static void
one_run_waits_in_the_queue (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 1 min", LS_OVERLAP_QUEUE);
  fake_advance (world, 3 * MINUTE);
  assert_int_equal (world->children->len, 1);
  assert_int_equal (run (world, 0)->state, LS_RUN_SKIPPED);
  assert_string_equal (run (world, 0)->reason, "t1 still runs, and one run waits already");
  assert_int_equal (run (world, 1)->state, LS_RUN_WAITING);
  assert_string_equal (run (world, 1)->reason, "waits for the end of t1");
  fake_exit (world, fake_child (world, "t1"), 0);
  fake_settle (world);
  assert_non_null (fake_child (world, "t2"));
  assert_int_equal (run (world, 1)->state, LS_RUN_RUNNING);
  assert_string_equal (run (world, 1)->task, "t2");
  finish_all (world);
  fake_settle (world);
  assert_int_equal (world->children->len, 0);
}

static void
a_run_replaces_the_one_before (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 1 min", LS_OVERLAP_REPLACE);
  fake_advance (world, 2 * MINUTE);
  assert_true (fake_got_signal (fake_child (world, "t1"), SIGTERM));
  assert_null (fake_child (world, "t2"));
  assert_string_equal (run (world, 0)->reason, "replaces t1");
  fake_obey_signals (world);
  fake_settle (world);
  assert_non_null (fake_child (world, "t2"));
  assert_int_equal (run (world, 1)->state, LS_RUN_STOPPED);
  /* One that does not obey is killed, and no third one queues up behind it. */
  fake_advance (world, MINUTE);
  fake_advance (world, 9 * SECOND);
  assert_int_equal (fake_count (world, "t"), 1);
  fake_advance (world, 2 * SECOND);
  assert_true (fake_got_signal (fake_child (world, "t2"), SIGKILL));
  fake_obey_signals (world);
  fake_settle (world);
  assert_non_null (fake_child (world, "t3"));
  finish_all (world);
}

static void
allowed_overlaps_are_bounded (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 1 s", LS_OVERLAP_ALLOW);
  fake_advance (world, 150 * SECOND);
  assert_int_equal (world->children->len, 100);
  assert_int_equal (run (world, 0)->state, LS_RUN_SKIPPED);
  assert_int_equal (run (world, 0)->count, 50);
  finish_all (world);
}

static void
a_run_can_be_asked_for (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  const LsTask *task = NULL;
  gint64 next;

  put_as (world, "backup", "daily 03:00", LS_OVERLAP_SKIP, LS_MISSED_SKIP, TRUE, LS_ORIGIN_API);
  assert_int_equal (schedule (world)->state, LS_SCHEDULE_PAUSED);
  assert_int_equal (schedule (world)->next_at, 0);
  assert_true (ls_supervisor_run_schedule (world->supervisor, "backup", &task, NULL));
  assert_string_equal (task->id, "t1");
  assert_int_equal (run (world, 0)->cause, LS_CAUSE_ASKED);
  assert_false (ls_supervisor_run_schedule (world->supervisor, "backup", &task, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  assert_non_null (strstr (error->message, "t1 still runs"));
  assert_int_equal (schedule (world)->runs->len, 1);
  finish_all (world);
  put_as (world, "backup", "every 5 min", LS_OVERLAP_QUEUE, LS_MISSED_SKIP, FALSE, LS_ORIGIN_API);
  next = schedule (world)->next_at;
  fake_advance (world, MINUTE);
  assert_true (ls_supervisor_run_schedule (world->supervisor, "backup", &task, NULL));
  assert_true (ls_supervisor_run_schedule (world->supervisor, "backup", &task, NULL));
  assert_null (task);
  assert_int_equal (schedule (world)->next_at, next);      /* the grid stays */
  fake_exit (world, fake_child (world, "t2"), 0);
  fake_settle (world);
  assert_non_null (fake_child (world, "t3"));
  g_clear_error (&error);
  assert_false (ls_supervisor_run_schedule (world->supervisor, "nope", &task, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_UNKNOWN));
  finish_all (world);
}

static void
a_pause_forgets_what_is_due_in_it (void **state)
{
  FakeWorld *world = *state;

  put_as (world, "backup", "daily 03:00", LS_OVERLAP_SKIP, LS_MISSED_ONCE, FALSE, LS_ORIGIN_API);
  put_as (world, "backup", "daily 03:00", LS_OVERLAP_SKIP, LS_MISSED_ONCE, TRUE, LS_ORIGIN_API);
  assert_int_equal (count_starts (world, 3 * DAY), 0);
  put_as (world, "backup", "daily 03:00", LS_OVERLAP_SKIP, LS_MISSED_ONCE, FALSE, LS_ORIGIN_API);
  fake_settle (world);
  assert_int_equal (world->children->len, 0);
  assert_moment (world, schedule (world)->next_at, "2026-11-26 03:00:00");
  assert_int_equal (count_starts (world, DAY), 1);
}

static void
history_is_kept_within_its_bound (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (json_t) json = json_pack ("{s:s,s:[s],s:i}", "when", "every 1 min", "argv", "true", "keep", 3);
  LsScheduleSpec spec;

  assert_true (ls_schedule_spec_from_json (json, &spec, NULL));
  assert_true (ls_supervisor_put_schedule (world->supervisor, "backup", &spec, LS_ORIGIN_API, NULL));
  ls_schedule_spec_clear (&spec);
  count_starts (world, HOUR);
  assert_int_equal (schedule (world)->runs->len, 3);
  assert_true (run (world, 0)->at > run (world, 2)->at);
}

static void
what_was_remembered_comes_back (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (json_t) memory = NULL;
  LsSchedule *recalled;

  put_as (world, "backup", "every 10 min", LS_OVERLAP_ALLOW, LS_MISSED_SKIP, FALSE, LS_ORIGIN_CONFIG);
  fake_advance (world, 10 * MINUTE);
  fake_exit (world, fake_child (world, "t1"), 7);
  fake_advance (world, 10 * MINUTE);
  memory = ls_schedule_memory_to_json (schedule (world));
  finish_all (world);
  assert_true (ls_supervisor_remove_schedule (world->supervisor, "backup", NULL));
  assert_null (ls_supervisor_find_schedule (world->supervisor, "backup"));
  fake_advance (world, 5 * MINUTE);
  recalled = ls_schedule_memory_from_json (memory, NULL);
  assert_non_null (recalled);
  ls_supervisor_recall_schedule (world->supervisor, recalled);
  put_as (world, "backup", "every 10 min", LS_OVERLAP_ALLOW, LS_MISSED_SKIP, FALSE, LS_ORIGIN_CONFIG);
  assert_int_equal (schedule (world)->runs->len, 2);
  assert_null (run (world, 1)->task);
  assert_int_equal (run (world, 1)->exit.code, 7);
  assert_int_equal (run (world, 0)->state, LS_RUN_STOPPED);
  assert_string_equal (run (world, 0)->reason, "the agent ended before it did");
  /* The grid goes on where it was. */
  assert_moment (world, schedule (world)->next_at, "2026-11-23 02:43:21");
}

static void
names_are_one_space (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  LsPoolSpec pool;

  put (world, "@daily", LS_OVERLAP_SKIP);
  ls_pool_spec_init (&pool);
  assert_false (ls_supervisor_put_pool (world->supervisor, "backup", &pool, LS_ORIGIN_API, NULL, &error));
  assert_non_null (strstr (error->message, "taken by a schedule"));
}

static void
nothing_starts_once_the_agent_stops (void **state)
{
  FakeWorld *world = *state;

  put (world, "every 1 s", LS_OVERLAP_QUEUE);
  fake_advance (world, 3 * SECOND);
  assert_int_equal (world->children->len, 1);
  ls_supervisor_shut_down (world->supervisor, 60 * SECOND, NULL, NULL);
  fake_advance (world, 5 * SECOND);
  assert_int_equal (world->spawned, 1);
  fake_obey_signals (world);
  fake_advance (world, 5 * SECOND);
  assert_int_equal (world->spawned, 1);
  assert_int_equal (run (world, 0)->state, LS_RUN_SKIPPED);
  assert_int_equal (run (world, 1)->state, LS_RUN_STOPPED);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    TEST (a_task_starts_when_it_is_due),
    TEST (a_run_that_fails_is_told),
    TEST (what_cannot_run_is_told_before_it_should),
    TEST (an_overlap_is_skipped_with_a_reason_and_counted),
    TEST (one_run_waits_in_the_queue),
    TEST (a_run_replaces_the_one_before),
    TEST (allowed_overlaps_are_bounded),
    TEST (a_run_can_be_asked_for),
    TEST (a_pause_forgets_what_is_due_in_it),
    TEST (history_is_kept_within_its_bound),
    TEST (what_was_remembered_comes_back),
    TEST (names_are_one_space),
    TEST (nothing_starts_once_the_agent_stops),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
