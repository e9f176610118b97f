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

/* --- jobs --- */

static void
jobs_run_by_priority_then_in_order_never_more_than_threads (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  assert_true (submit_with (world, 0, 0, NULL));
  assert_true (submit_with (world, 0, 0, NULL));
  assert_true (submit_with (world, 5, 0, NULL));
  assert_true (submit_with (world, 5, 0, NULL));
  assert_true (submit_with (world, -1, 0, NULL));
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *ids = handed (world);
      const char *last = strrchr (ids, ' ') ? strrchr (ids, ' ') + 1 : ids;

      started (world, last, 0);
      assert_int_equal (pool (world)->running, 1);
      assert_int_equal (pool (world)->queued, 4 - i);
      done (world, last);
    }
  assert_handed (world, "j1 j3 j4 j2 j5");
}

static void
a_job_is_followed_from_start_to_result (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 1);
  started (world, "j1", 0);
  assert_int_equal (job (world, "j1")->state, LS_JOB_RUNNING);
  assert_int_equal (job (world, "j1")->attempt, 1);
  assert_string_equal (g_array_index (pool (world)->threads, LsPoolThread, 0).job, "j1");
  say (world, "{\"cmd\":\"LINESHAFT_JOB_PROGRESS\",\"id\":\"j1\",\"progress\":0.42,\"message\":\"420 of 1,000\"}");
  assert_true (job (world, "j1")->progress == 0.42);
  assert_string_equal (job (world, "j1")->message, "420 of 1,000");
  say (world, "{\"cmd\":\"LINESHAFT_JOB_MESSAGE\",\"id\":\"j1\",\"message\":{\"hello\":1}}");
  assert_string_equal (world->messages->pdata[0], "j1 {\"hello\":1}");
  done (world, "j1");
  assert_int_equal (job (world, "j1")->state, LS_JOB_DONE);
  assert_string_equal (job (world, "j1")->result, "{\"count\":168}");
  assert_null (g_array_index (pool (world)->threads, LsPoolThread, 0).job);
}

static void
a_full_queue_is_busy (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;

  put (world, 1, 1, 2);
  threads_up (world, 0, 1);
  fake_ready (world, host (world));
  submit (world, 3);
  assert_false (submit_with (world, 0, 0, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_BUSY));
}

static void
a_queued_job_is_cancelled_at_once_a_running_one_when_it_obeys (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;

  make_ready (world, 1);
  submit (world, 2);
  started (world, "j1", 0);
  assert_true (ls_supervisor_cancel_job (world->supervisor, "j2", NULL));
  assert_int_equal (job (world, "j2")->state, LS_JOB_CANCELLED);
  assert_true (ls_supervisor_cancel_job (world->supervisor, "j1", NULL));
  assert_int_equal (job (world, "j1")->state, LS_JOB_RUNNING);
  assert_int_equal (count_sent (world, "LINESHAFT_CANCEL", "j1"), 1);
  fake_advance (world, 2000);
  assert_non_null (strstr (job (world, "j1")->message, "has not"));
  assert_int_equal (count_sent (world, "LINESHAFT_CANCEL", "j1"), 2);
  cancelled (world, "j1");
  assert_int_equal (job (world, "j1")->state, LS_JOB_CANCELLED);
  assert_false (ls_supervisor_cancel_job (world->supervisor, "j1", &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
}

static void
a_job_past_its_time_is_timed_out (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  assert_true (submit_with (world, 0, 3000, NULL));
  fake_advance (world, 5000);      /* waiting does not count */
  started (world, "j1", 0);
  fake_advance (world, 2999);
  assert_int_equal (count_sent (world, "LINESHAFT_CANCEL", "j1"), 0);
  fake_advance (world, 1);
  assert_int_equal (count_sent (world, "LINESHAFT_CANCEL", "j1"), 1);
  cancelled (world, "j1");
  assert_int_equal (job (world, "j1")->state, LS_JOB_TIMED_OUT);
  assert_string_equal (job (world, "j1")->error, "ran longer than 3 s");
}

static void
a_result_that_was_on_its_way_beats_the_cancellation (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 1);
  started (world, "j1", 0);
  assert_true (ls_supervisor_cancel_job (world->supervisor, "j1", NULL));
  done (world, "j1");
  assert_int_equal (job (world, "j1")->state, LS_JOB_DONE);
  cancelled (world, "j1");
  assert_int_equal (job (world, "j1")->state, LS_JOB_DONE);
}

static void
messages_go_to_running_jobs_only (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (json_t) hello = json_string ("hello");
  g_autoptr (GError) error = NULL;

  make_ready (world, 1);
  submit (world, 2);
  started (world, "j1", 0);
  assert_true (ls_supervisor_send (world->supervisor, "j1", NULL, hello, NULL));
  assert_int_equal (count_sent (world, "LINESHAFT_JOB_MESSAGE", "j1"), 1);
  assert_false (ls_supervisor_send (world->supervisor, "j2", NULL, hello, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  g_clear_error (&error);
  assert_false (ls_supervisor_send (world->supervisor, "compute", NULL, hello, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
}

static void
count_job (void *user, gconstpointer resource)
{
  (*(guint *) user)++;
}

static void
the_last_thousand_jobs_are_remembered (void **state)
{
  FakeWorld *world = *state;
  guint n = 0;

  make_ready (world, 1);
  for (guint i = 1; i <= 1003; i++)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i);

      submit (world, 1);
      started (world, id, 0);
      done (world, id);
    }
  ls_supervisor_foreach (world->supervisor, LS_NOUN_JOB, count_job, &n);
  assert_int_equal (n, 1000);
  assert_null (job (world, "j3"));
  assert_non_null (job (world, "j4"));
}

static void
the_tally_counts_what_ended_since_the_last (void **state)
{
  FakeWorld *world = *state;
  LsPoolTally tally;

  make_ready (world, 1);
  submit (world, 2);
  fake_advance (world, 100);
  started (world, "j1", 0);
  fake_advance (world, 50);
  done (world, "j1");
  ls_supervisor_take_pool_tally (world->supervisor, "compute", &tally);
  assert_int_equal (tally.done, 1);
  assert_in_range (tally.wait_us.p95, 96000, 104000);
  assert_in_range (tally.run_us.p95, 48000, 52000);
  ls_supervisor_take_pool_tally (world->supervisor, "compute", &tally);
  assert_int_equal (tally.done, 0);
  assert_int_equal (tally.run_us.p95, -1);
}

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

/* Thousands of random happenings; after each the books must agree. */
static void
check_books (FakeWorld *world)
{
  const LsPool *noun = pool (world);
  FakeChild *child = host (world);

  assert_int_equal (child ? child->instance.pid : 0, noun->instance.pid);
  assert_true (noun->running <= 4);
  assert_true (fake_count (world, "compute") <= 1);
  for (guint i = 0; i < noun->threads->len; i++)
    {
      const LsPoolThread *thread = &g_array_index (noun->threads, LsPoolThread, i);

      if (thread->job)
        assert_int_equal (job (world, thread->job)->state, LS_JOB_RUNNING);
    }
}

typedef struct {
  FakeWorld *world;
  GRand *rand;
} Life;

static void
do_something (Life *life)
{
  FakeWorld *world = life->world;
  guint what = (guint) g_rand_int_range (life->rand, 0, 12);
  g_autofree char *id = g_strdup_printf ("j%d", g_rand_int_range (life->rand, 1, 400));
  FakeChild *child = host (world);
  const LsJob *noun = job (world, id);
  g_autofree char *sent = child ? handed (world) : g_strdup ("");
  g_autofree char *word = g_strdup_printf ("%s ", id);
  g_autofree char *words = g_strdup_printf ("%s ", sent);

  if (what <= 2)
    submit_with (world, g_rand_int_range (life->rand, -2, 3), g_rand_boolean (life->rand) ? 500 : 0, NULL);
  else if (what == 3)
    ls_supervisor_cancel_job (world->supervisor, id, NULL);
  else if (what == 4 && child && g_rand_int_range (life->rand, 0, 20) == 0)
    fake_killed (world, child, SIGKILL);
  else if (what == 5 && child)
    {
      threads_up (world, 0, 4);
      fake_ready (world, child);
    }
  else if (what == 6)
    put (world, (guint) g_rand_int_range (life->rand, 1, 3), (guint) g_rand_int_range (life->rand, 3, 5), 50);
  else if (what == 7)
    fake_advance (world, g_rand_int_range (life->rand, 0, 400));
  else if (what == 8 && g_rand_int_range (life->rand, 0, 20) == 0)
    ls_supervisor_restart_pool (world->supervisor, "compute", NULL);
  else if (what == 9)
    fake_obey_signals (world);
  else if (child && noun && strstr (words, word) && noun->state == LS_JOB_QUEUED)
    started (world, id, (guint) g_rand_int_range (life->rand, 0, 4));
  else if (child && noun && noun->state == LS_JOB_RUNNING)
    g_rand_boolean (life->rand) ? done (world, id) : cancelled (world, id);
}

static void
random_lives_keep_the_books_right (void **state)
{
  for (guint32 seed = 1; seed <= 20; seed++)
    {
      FakeWorld *world = fake_world_new ();
      Life life = { world, g_rand_new_with_seed (seed) };

      make_ready (world, 2);
      for (guint i = 0; i < 500; i++)
        {
          do_something (&life);
          check_books (world);
        }
      g_rand_free (life.rand);
      fake_world_free (world);
    }
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
    TEST (jobs_run_by_priority_then_in_order_never_more_than_threads),
    TEST (a_job_is_followed_from_start_to_result),
    TEST (a_full_queue_is_busy),
    TEST (a_queued_job_is_cancelled_at_once_a_running_one_when_it_obeys),
    TEST (a_job_past_its_time_is_timed_out),
    TEST (a_result_that_was_on_its_way_beats_the_cancellation),
    TEST (messages_go_to_running_jobs_only),
    TEST (the_last_thousand_jobs_are_remembered),
    TEST (the_tally_counts_what_ended_since_the_last),
    TEST (nonsense_from_the_host_changes_nothing),
    TEST (shutting_down_waits_for_the_process),
    TEST (shutting_down_hurries_jobs_that_take_long),
    cmocka_unit_test (random_lives_keep_the_books_right),
  };

  return cmocka_run_group_tests_name ("pools", tests, NULL, NULL);
}
