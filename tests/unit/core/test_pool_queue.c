/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The jobs of a pool: their order, how they are followed, ended and remembered. */

#include "pool_words.h"

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

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    TEST (jobs_run_by_priority_then_in_order_never_more_than_threads),
    TEST (a_job_is_followed_from_start_to_result),
    TEST (a_full_queue_is_busy),
    TEST (a_queued_job_is_cancelled_at_once_a_running_one_when_it_obeys),
    TEST (a_job_past_its_time_is_timed_out),
    TEST (a_result_that_was_on_its_way_beats_the_cancellation),
    TEST (messages_go_to_running_jobs_only),
    TEST (the_last_thousand_jobs_are_remembered),
    TEST (the_tally_counts_what_ended_since_the_last),
  };

  return cmocka_run_group_tests_name ("pool queue", tests, NULL, NULL);
}
