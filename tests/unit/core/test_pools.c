/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "pool_words.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>

/* --- the process --- */

static void
a_pool_starts_one_process_and_tells_it_its_threads (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation = put (world, 3, 3, 1024);

  assert_int_equal (fake_count (world, "compute"), 1);
  assert_string_equal (fake_env (host (world), "LINESHAFT_ID"), "compute");
  assert_int_equal (told_threads (world), 3);
  assert_int_equal (pool (world)->state, LS_POOL_STARTING);
  assert_int_equal (operation->state, LS_OPERATION_RUNNING);
  threads_up (world, 0, 3);
  fake_ready (world, host (world));
  assert_int_equal (pool (world)->state, LS_POOL_READY);
  assert_int_equal (pool (world)->threads->len, 3);
  assert_int_equal (operation->state, LS_OPERATION_DONE);
}

static void
a_pool_that_cannot_start_leaves_nothing (void **state)
{
  FakeWorld *world = *state;
  LsPoolSpec spec = { .threads = { 2, 2 }, .queue_max = 8 };
  g_autoptr (GError) error = NULL;

  world->spawn_error = g_strdup ("there is no program");
  assert_false (ls_supervisor_put_pool (world->supervisor, "compute", &spec, LS_ORIGIN_API, NULL, &error));
  assert_string_equal (error->message, "there is no program");
  assert_null (pool (world));
  assert_int_equal (world->changes->len, 0);
}

static void
specs_that_cannot_be_are_refused (void **state)
{
  static const LsPoolSpec bad[] = { { { 0, 0 }, 8, NULL }, { { 4, 2 }, 8, NULL } };
  FakeWorld *world = *state;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      assert_false (ls_supervisor_put_pool (world->supervisor, "compute", &bad[i], LS_ORIGIN_API, NULL, &error));
      assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
    }
  assert_int_equal (world->spawned, 0);
}

static void
a_crash_fails_what_ran_keeps_what_waited_and_starts_again (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 2);
  submit (world, 4);
  started (world, "j1", 0);
  assert_handed (world, "j1 j2");
  fake_killed (world, host (world), SIGSEGV);
  assert_int_equal (job (world, "j1")->state, LS_JOB_FAILED);
  assert_string_equal (job (world, "j1")->error, "the pool's process was killed by signal 11 while the job ran");
  assert_int_equal (job (world, "j2")->state, LS_JOB_QUEUED);
  assert_int_equal (pool (world)->threads->len, 0);
  fake_settle (world);
  assert_int_equal (fake_count (world, "compute"), 1);
  threads_up (world, 0, 2);
  fake_ready (world, host (world));
  assert_handed (world, "j2 j3");
  assert_int_equal (pool (world)->restarts, 1);
  assert_string_equal (pool (world)->reason, "killed by signal 11, replaced in 0 ms");
}

static void
a_pool_that_always_crashes_is_failing_and_never_a_hot_loop (void **state)
{
  FakeWorld *world = *state;

  put (world, 1, 1, 8);
  for (guint i = 0; i < 10; i++)
    {
      while (!host (world))
        fake_advance (world, 50);
      fake_exit (world, host (world), 1);
    }
  assert_int_equal (pool (world)->state, LS_POOL_FAILING);
  assert_non_null (strstr (pool (world)->reason, "exited with code 1"));
  assert_true (world->now_ms > 30000);
}

static void
a_process_that_never_becomes_ready_is_killed (void **state)
{
  FakeWorld *world = *state;

  put (world, 1, 1, 8);
  fake_advance (world, 30000);
  assert_true (fake_got_signal (host (world), SIGKILL));
  fake_obey_signals (world);
  assert_string_equal (pool (world)->reason, "was not ready within 30 s");
}

static void
removing_ends_the_process_then_the_pool_and_its_jobs (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 2);
  started (world, "j1", 0);
  assert_true (ls_supervisor_remove_pool (world->supervisor, "compute", NULL));
  assert_int_equal (job (world, "j2")->state, LS_JOB_CANCELLED);
  assert_int_equal (pool (world)->state, LS_POOL_DRAINING);
  assert_true (fake_got_signal (host (world), SIGTERM));
  assert_false (submit_with (world, 0, 0, NULL));
  done (world, "j1");
  assert_int_equal (job (world, "j1")->state, LS_JOB_DONE);
  fake_obey_signals (world);
  assert_null (pool (world));
  assert_null (job (world, "j1"));
  assert_int_equal (fake_changes (world, "removed job"), 2);
  assert_int_equal (fake_changes (world, "removed pool compute"), 1);
}

static void
a_process_that_does_not_end_is_killed_after_its_time (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 1);
  started (world, "j1", 0);
  assert_true (ls_supervisor_restart_pool (world->supervisor, "compute", NULL));
  fake_advance (world, 9999);
  assert_false (fake_got_signal (host (world), SIGKILL));
  fake_advance (world, 1);
  assert_true (fake_got_signal (host (world), SIGKILL));
  fake_obey_signals (world);
  assert_string_equal (job (world, "j1")->error, "the pool was restarted while the job ran");
  assert_int_equal (fake_count (world, "compute"), 1);
  assert_int_equal (pool (world)->state, LS_POOL_STARTING);
  assert_int_equal (pool (world)->restarts, 0);
}

/* --- threads --- */

static void
scaling_is_an_operation_that_ends_with_the_last_thread (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation;

  make_ready (world, 2);
  operation = put (world, 4, 4, 1024);
  assert_string_equal (operation->verb, "scale");
  assert_int_equal (operation->total, 2);
  assert_int_equal (told_threads (world), 4);
  threads_up (world, 2, 3);
  assert_int_equal (operation->done, 1);
  threads_up (world, 3, 4);
  assert_int_equal (operation->state, LS_OPERATION_DONE);
  operation = put (world, 1, 1, 1024);
  for (guint i = 1; i < 4; i++)
    say (world, "{\"cmd\":\"LINESHAFT_THREAD_GONE\",\"index\":%u}", i);
  assert_int_equal (operation->state, LS_OPERATION_DONE);
  assert_int_equal (pool (world)->threads->len, 1);
  assert_null (put (world, 1, 1, 1024));
}

static void
a_newer_wish_overtakes_an_older (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *first, *second;

  make_ready (world, 2);
  first = put (world, 4, 4, 1024);
  second = put (world, 3, 3, 1024);
  assert_int_equal (first->state, LS_OPERATION_FAILED);
  assert_non_null (strstr (first->reason, second->id));
  threads_up (world, 2, 3);
  assert_int_equal (second->state, LS_OPERATION_DONE);
}

static void
a_range_grows_with_the_jobs_and_shrinks_when_they_are_gone (void **state)
{
  FakeWorld *world = *state;

  put (world, 1, 3, 1024);
  threads_up (world, 0, 1);
  fake_ready (world, host (world));
  submit (world, 5);
  assert_int_equal (told_threads (world), 3);
  assert_handed (world, "j1 j2 j3");
  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i);

      started (world, id, 0);
      done (world, id);
    }
  fake_advance (world, 29000);
  assert_int_equal (told_threads (world), 3);
  fake_advance (world, 1000);
  assert_int_equal (told_threads (world), 1);
}

/* --- what goes wrong, and the end --- */

static void
nonsense_from_the_host_changes_nothing (void **state)
{
  static const char *const nonsense[] = {
    "{\"cmd\":\"LINESHAFT_JOB_DONE\"}",
    "{\"cmd\":\"LINESHAFT_JOB_DONE\",\"id\":\"j99\"}",
    "{\"cmd\":\"LINESHAFT_JOB_STARTED\",\"id\":\"j1\",\"thread\":-5}",
    "{\"cmd\":\"LINESHAFT_THREAD\",\"index\":-1}",
    "{\"cmd\":\"LINESHAFT_THREAD_GONE\",\"index\":7}",
    "{\"cmd\":\"LINESHAFT_WHAT\",\"id\":\"j1\"}",
    "{\"cmd\":\"LINESHAFT_JOB_DONE\",\"id\":{}}",
  };
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 1);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    say (world, "%s", nonsense[i]);
  assert_int_equal (job (world, "j1")->state, LS_JOB_QUEUED);
  assert_int_equal (pool (world)->threads->len, 1);
}

static void
shutting_down_waits_for_the_process (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 2);
  started (world, "j1", 0);
  ls_supervisor_shut_down (world->supervisor, 60000, NULL, NULL);
  assert_true (fake_got_signal (host (world), SIGTERM));
  assert_int_equal (job (world, "j2")->state, LS_JOB_CANCELLED);
  fake_obey_signals (world);
  assert_int_equal (pool (world)->state, LS_POOL_STOPPED);
  assert_string_equal (job (world, "j1")->error, "the agent was stopped while the job ran");
}

static void
shutting_down_hurries_jobs_that_take_long (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 1);
  started (world, "j1", 0);
  ls_supervisor_shut_down (world->supervisor, 60000, NULL, NULL);
  fake_advance (world, 2999);
  assert_int_equal (fake_signals (host (world), SIGTERM), 1);
  fake_advance (world, 1);
  assert_int_equal (fake_signals (host (world), SIGTERM), 2);
  cancelled (world, "j1");
  assert_string_equal (job (world, "j1")->error, "the agent was stopped");
  fake_advance (world, 7000);
  assert_true (fake_got_signal (host (world), SIGKILL));
  fake_obey_signals (world);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    TEST (a_pool_starts_one_process_and_tells_it_its_threads),
    TEST (a_pool_that_cannot_start_leaves_nothing),
    TEST (specs_that_cannot_be_are_refused),
    TEST (a_crash_fails_what_ran_keeps_what_waited_and_starts_again),
    TEST (a_pool_that_always_crashes_is_failing_and_never_a_hot_loop),
    TEST (a_process_that_never_becomes_ready_is_killed),
    TEST (removing_ends_the_process_then_the_pool_and_its_jobs),
    TEST (a_process_that_does_not_end_is_killed_after_its_time),
    TEST (scaling_is_an_operation_that_ends_with_the_last_thread),
    TEST (a_newer_wish_overtakes_an_older),
    TEST (a_range_grows_with_the_jobs_and_shrinks_when_they_are_gone),
    TEST (nonsense_from_the_host_changes_nothing),
    TEST (shutting_down_waits_for_the_process),
    TEST (shutting_down_hurries_jobs_that_take_long),
  };

  return cmocka_run_group_tests_name ("pools", tests, NULL, NULL);
}
