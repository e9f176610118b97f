/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of jobs: when their process dies, when they fail, when there are very many. */

#include "pool_words.h"

#include "core/pool.h"

/* --- words --- */

/* Submits one of which @wish holds what is not usual. */
static void
submit_wish (FakeWorld *world, LsJob wish)
{
  char name[] = "primes", limit[] = "1000";
  char *args[] = { limit, NULL };
  g_autoptr (GError) error = NULL;

  wish.name = name;
  wish.args = args;
  if (!ls_supervisor_submit_job (world->supervisor, "compute", &wish, NULL, &error))
    fail_msg ("%s", error->message);
}

/* The thread writes down that it begins the job. */
static void
begins (FakeWorld *world, guint thread, const char *id)
{
  LsJobBoardRow *row = ls_job_board_row (world->job_board, thread);

  g_strlcpy (row->job, id, sizeof row->job);
  row->begun[row->n_begun++ % LS_JOB_BOARD_BEGUN] = ls_job_board_hash (id);
  row->running = 1;
}

static void
ends (FakeWorld *world, guint thread)
{
  ls_job_board_row (world->job_board, thread)->running = 0;
}

static void
dies_in (FakeWorld *world, guint thread)
{
  world->job_board->crashed = 1 + thread;
  fake_killed (world, host (world), SIGSEGV);
}

static void
comes_back (FakeWorld *world, guint threads)
{
  fake_settle (world);
  for (guint i = 0; i < 200 && !host (world); i++)
    fake_advance (world, 10);
  assert_non_null (host (world));
  threads_up (world, 0, threads);
  fake_ready (world, host (world));
}

static void
assert_job (FakeWorld *world, const char *id, LsJobState state, const char *error)
{
  const LsJob *it = job (world, id);

  if (it->state != state || g_strcmp0 (it->error, error) != 0)
    fail_msg ("%s is %s: %s (%s)", id, ls_job_state_name (it->state), it->error, it->reason);
}

static void
ran (FakeWorld *world, const char *id, guint run_us)
{
  say (world, "{\"cmd\":\"LINESHAFT_JOB_DONE\",\"id\":\"%s\",\"thread\":0,\"wait_us\":30,\"run_us\":%u,\"cpu_us\":%u,\"result\":1}", id, run_us, run_us);
}

/* --- the process dies --- */

static void
the_board_tells_who_ran_and_whose_fault_it_was (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 2);
  submit (world, 4);
  begins (world, 0, "j1");      /* nobody said so on the channel: it was too late */
  begins (world, 1, "j2");
  dies_in (world, 0);
  assert_job (world, "j1", LS_JOB_FAILED, "the pool's process was killed by signal 11 while the job ran");
  assert_job (world, "j2", LS_JOB_FAILED, "the pool's process was killed by signal 11 in j1 while this job ran beside it");
  assert_job (world, "j3", LS_JOB_QUEUED, NULL);
  comes_back (world, 2);
  assert_handed (world, "j3 j4");
}

static void
a_job_whose_end_nobody_heard_of_does_not_run_twice (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 2);
  submit (world, 2);
  begins (world, 0, "j1");
  ends (world, 0);
  begins (world, 1, "j2");
  dies_in (world, 1);
  assert_job (world, "j1", LS_JOB_FAILED, "the pool's process was killed by signal 11 in j2 while this job ran beside it");
  assert_job (world, "j2", LS_JOB_FAILED, "the pool's process was killed by signal 11 while the job ran");
}

static void
a_board_full_of_nonsense_harms_nobody (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 2);
  started (world, "j1", 0);
  memset (world->job_board, 0xff, ls_job_board_size (1));
  fake_killed (world, host (world), SIGKILL);
  assert_job (world, "j1", LS_JOB_FAILED, "the pool's process was killed by signal 9 while the job ran");
  assert_job (world, "j2", LS_JOB_QUEUED, NULL);
}

static void
a_job_that_always_crashes_uses_up_its_retries_and_its_neighbour_none (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 2);
  submit_wish (world, (LsJob) { .retries = 2, .retry_on = LS_RETRY_CRASH });
  submit_wish (world, (LsJob) { .retries = 1, .retry_on = LS_RETRY_CRASH });
  for (guint i = 1; i <= 3; i++)
    {
      assert_handed (world, "j1 j2");
      started (world, "j1", 0);
      started (world, "j2", 1);
      assert_int_equal (job (world, "j1")->attempt, i);
      begins (world, 0, "j1");
      begins (world, 1, "j2");
      dies_in (world, 0);
      if (i < 3)
        comes_back (world, 2);
    }
  assert_job (world, "j1", LS_JOB_FAILED, "the pool's process was killed by signal 11 while the job ran");
  assert_job (world, "j2", LS_JOB_QUEUED, NULL);
  assert_string_equal (job (world, "j2")->reason, "runs again: the pool's process was killed by signal 11 in j1");
  comes_back (world, 2);
  started (world, "j2", 0);
  done (world, "j2");
  assert_job (world, "j2", LS_JOB_DONE, NULL);
  assert_int_equal (job (world, "j2")->attempt, 4);
  assert_null (job (world, "j2")->reason);
}

static void
a_retried_job_says_why_and_is_told_its_attempt (void **state)
{
  FakeWorld *world = *state;
  json_t *message;

  make_ready (world, 1);
  submit_wish (world, (LsJob) { .retries = 2, .retry_on = LS_RETRY_CRASH });
  started (world, "j1", 0);
  fake_killed (world, host (world), SIGKILL);
  assert_string_equal (job (world, "j1")->reason, "attempt 2 of 3 follows: the pool's process was killed by signal 9 while the job ran");
  comes_back (world, 1);
  message = host (world)->sent->pdata[host (world)->sent->len - 1];
  assert_int_equal (json_integer_value (json_object_get (message, "attempt")), 2);
}

static void
a_crash_that_was_a_jobs_fault_is_no_reason_to_wait (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  for (guint i = 1; i <= 20; i++)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i);

      submit (world, 1);
      started (world, id, 0);
      begins (world, 0, id);
      dies_in (world, 0);
      fake_settle (world);
      assert_non_null (host (world));      /* at once */
      threads_up (world, 0, 1);
      fake_ready (world, host (world));
    }
  assert_int_equal (pool (world)->state, LS_POOL_READY);
  assert_int_equal (pool (world)->restarts, 20);
}

static void
what_was_half_written_is_removed (void **state)
{
  char output[] = "/srv/data.zst";
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit_wish (world, (LsJob) { .output = output });
  started (world, "j1", 0);
  fake_killed (world, host (world), SIGKILL);
  assert_int_equal (world->removed_parts->len, 1);
  assert_string_equal (world->removed_parts->pdata[0], "/srv/data.zst j1");
}

/* --- time is up --- */

static void
a_job_that_does_not_stop_at_its_time_costs_the_process (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 2);
  assert_true (submit_with (world, 0, 3000, NULL));
  submit (world, 2);
  started (world, "j1", 0);
  started (world, "j2", 1);
  fake_advance (world, 3000);
  assert_int_equal (count_sent (world, "LINESHAFT_CANCEL", "j1"), 1);
  fake_advance (world, 1999);
  assert_false (fake_got_signal (host (world), SIGKILL));
  fake_advance (world, 1);
  assert_true (fake_got_signal (host (world), SIGKILL));
  fake_obey_signals (world);
  assert_job (world, "j1", LS_JOB_TIMED_OUT, "ran longer than 3 s and did not stop when asked: the pool's process was ended");
  assert_job (world, "j2", LS_JOB_QUEUED, NULL);
  assert_string_equal (job (world, "j2")->reason, "runs again: the pool's process was ended because j1 did not stop when asked");
  assert_job (world, "j3", LS_JOB_QUEUED, NULL);
  comes_back (world, 2);
  assert_handed (world, "j2 j3");
  assert_string_equal (pool (world)->reason, "ended because j1 did not stop when asked, replaced in 0 ms");
}

static void
a_job_that_timed_out_is_tried_again_if_that_was_asked (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit_wish (world, (LsJob) { .timeout_ms = 1000, .retries = 1, .retry_on = LS_RETRY_TIMEOUT });
  for (guint i = 0; i < 2; i++)
    {
      started (world, "j1", 0);
      fake_advance (world, 1000);
      cancelled (world, "j1");
    }
  assert_job (world, "j1", LS_JOB_TIMED_OUT, "ran longer than 1 s");
  assert_int_equal (job (world, "j1")->attempt, 2);
}

/* --- failures --- */

static void
a_failed_job_waits_its_delay_before_it_is_tried_again (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit_wish (world, (LsJob) { .retries = 1, .retry_on = LS_RETRY_FAILURE | LS_RETRY_CRASH, .retry_delay_ms = 500 });
  started (world, "j1", 0);
  say (world, "{\"cmd\":\"LINESHAFT_JOB_FAILED\",\"id\":\"j1\",\"error\":\"no luck\"}");
  assert_job (world, "j1", LS_JOB_QUEUED, NULL);
  assert_string_equal (job (world, "j1")->reason, "attempt 2 of 2 follows: no luck");
  fake_advance (world, 499);
  assert_handed (world, "j1");
  assert_int_equal (pool (world)->queued, 1);
  fake_advance (world, 1);
  assert_handed (world, "j1 j1");
  started (world, "j1", 0);
  say (world, "{\"cmd\":\"LINESHAFT_JOB_FAILED\",\"id\":\"j1\",\"error\":\"no luck\"}");
  assert_job (world, "j1", LS_JOB_FAILED, "no luck");
}

static void
a_job_that_waits_for_its_next_attempt_can_be_cancelled (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit_wish (world, (LsJob) { .retries = 9, .retry_on = LS_RETRY_FAILURE, .retry_delay_ms = 60000 });
  started (world, "j1", 0);
  say (world, "{\"cmd\":\"LINESHAFT_JOB_FAILED\",\"id\":\"j1\",\"error\":\"no luck\"}");
  assert_true (ls_supervisor_cancel_job (world->supervisor, "j1", NULL));
  assert_job (world, "j1", LS_JOB_CANCELLED, NULL);
  assert_int_equal (pool (world)->queued, 0);
}

/* --- many --- */

static void
short_jobs_are_handed_out_ahead_and_come_back_in_order (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit (world, 30);
  assert_handed (world, "j1");
  ran (world, "j1", 500);      /* ten of these are 5 ms */
  fake_settle (world);
  assert_handed (world, "j1 j2 j3 j4 j5 j6 j7 j8 j9 j10 j11 j12");
  assert_int_equal (pool (world)->running, 1);
  assert_int_equal (pool (world)->queued, 28);
  begins (world, 0, "j2");
  dies_in (world, 0);
  assert_job (world, "j2", LS_JOB_FAILED, "the pool's process was killed by signal 11 while the job ran");
  comes_back (world, 1);
  assert_handed (world, "j3 j4 j5 j6 j7 j8 j9 j10 j11 j12 j13");
  for (guint i = 3; i <= 13; i++)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i);

      ran (world, id, 900000);      /* longer by now: none ahead */
    }
  fake_settle (world);
  assert_int_equal (pool (world)->running, 1);
  assert_int_equal (job (world, "j3")->cpu_ms, 900);
}

static void
what_the_channel_does_not_take_stays_in_the_queue (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 2);
  world->channel_full = TRUE;
  submit (world, 3);
  assert_handed (world, "");
  assert_int_equal (pool (world)->queued, 3);
  world->channel_full = FALSE;
  fake_advance (world, 50);
  assert_handed (world, "j1 j2");
}

static void
many_at_once_are_taken_all_or_none (void **state)
{
  FakeWorld *world = *state;
  LsJob *requests[8];
  g_autoptr (GError) busy = NULL, never = NULL;
  guint64 first = 0;

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    requests[i] = ls_job_new (NULL, NULL, "primes");
  put (world, 1, 1, 6);
  threads_up (world, 0, 1);
  fake_ready (world, host (world));
  assert_true (ls_supervisor_submit_jobs (world->supervisor, "compute", requests, 5, &first, NULL));
  assert_int_equal (first, 1);
  assert_false (ls_supervisor_submit_jobs (world->supervisor, "compute", requests + 5, 3, &first, &busy));
  assert_string_equal (busy->message, "4 jobs wait in compute, 6 may, and 3 were to be added: try again later, or raise queue_max");
  assert_true (g_error_matches (busy, LS_ERROR, LS_ERROR_BUSY));
  assert_true (ls_supervisor_submit_jobs (world->supervisor, "compute", requests + 5, 2, &first, NULL));
  assert_int_equal (first, 6);
  assert_false (ls_supervisor_submit_jobs (world->supervisor, "compute", requests, 8, &first, &never));
  ls_job_free (requests[7]);      /* what is not taken stays the caller's */
  assert_true (g_error_matches (never, LS_ERROR, LS_ERROR_IMPOSSIBLE));
}

static void
a_flood_of_jobs_is_no_flood_of_changes (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  fake_forget_changes (world);
  for (guint i = 1; i <= 5000; i++)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i);

      submit (world, 1);
      ran (world, id, 20);
    }
  fake_advance (world, 3000);
  assert_true (fake_changes (world, "added job") >= 128);
  assert_true (fake_changes (world, "") < 1500);
  assert_int_equal (pool (world)->done, 5000);
  fake_forget_changes (world);
  submit (world, 1);      /* one among few is told as ever */
  assert_int_equal (fake_changes (world, "added job j5001"), 1);
  ran (world, "j5001", 20);
  assert_int_equal (fake_changes (world, "changed job j5001 done"), 1);
}

static void
long_results_and_args_are_kept_within_bounds (void **state)
{
  FakeWorld *world = *state;
  g_autofree char *text = g_strnfill (1000 * 1000, 'x'), *arg = g_strnfill (100 * 1000, 'x');
  char name[] = "primes", *args[] = { arg, NULL };
  LsJob request = { .name = name, .args = args };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  make_ready (world, 1);
  for (guint i = 1; i <= 40; i++)
    {
      submit (world, 1);
      say (world, "{\"cmd\":\"LINESHAFT_JOB_DONE\",\"id\":\"j%u\",\"thread\":0,\"wait_us\":30,\"run_us\":9,\"cpu_us\":9,\"result\":\"%s\"}", i, text);
    }
  assert_null (job (world, "j1"));
  assert_null (job (world, "j7"));
  assert_non_null (job (world, "j8"));
  assert_non_null (job (world, "j40")->result);
  while (ls_supervisor_submit_job (world->supervisor, "compute", &request, NULL, &error) && n < 1000)
    n++;
  assert_int_equal (n, 335);
  assert_int_equal (error->code, LS_ERROR_BUSY);
  assert_string_equal (error->message,
                       "the args of the jobs in compute have 32 MiB and may have no more: try again later, or put what is long into files");
}

static void
a_job_that_lives_is_told_in_the_end (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  fake_forget_changes (world);
  submit (world, 1000);
  assert_true (fake_changes (world, "added job") < 300);
  fake_advance (world, 3000);
  assert_int_equal (fake_changes (world, "added job"), 1000);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (the_board_tells_who_ran_and_whose_fault_it_was, setup, teardown),
    cmocka_unit_test_setup_teardown (a_job_whose_end_nobody_heard_of_does_not_run_twice, setup, teardown),
    cmocka_unit_test_setup_teardown (a_board_full_of_nonsense_harms_nobody, setup, teardown),
    cmocka_unit_test_setup_teardown (a_job_that_always_crashes_uses_up_its_retries_and_its_neighbour_none, setup, teardown),
    cmocka_unit_test_setup_teardown (a_retried_job_says_why_and_is_told_its_attempt, setup, teardown),
    cmocka_unit_test_setup_teardown (a_crash_that_was_a_jobs_fault_is_no_reason_to_wait, setup, teardown),
    cmocka_unit_test_setup_teardown (what_was_half_written_is_removed, setup, teardown),
    cmocka_unit_test_setup_teardown (a_job_that_does_not_stop_at_its_time_costs_the_process, setup, teardown),
    cmocka_unit_test_setup_teardown (a_job_that_timed_out_is_tried_again_if_that_was_asked, setup, teardown),
    cmocka_unit_test_setup_teardown (a_failed_job_waits_its_delay_before_it_is_tried_again, setup, teardown),
    cmocka_unit_test_setup_teardown (a_job_that_waits_for_its_next_attempt_can_be_cancelled, setup, teardown),
    cmocka_unit_test_setup_teardown (short_jobs_are_handed_out_ahead_and_come_back_in_order, setup, teardown),
    cmocka_unit_test_setup_teardown (what_the_channel_does_not_take_stays_in_the_queue, setup, teardown),
    cmocka_unit_test_setup_teardown (many_at_once_are_taken_all_or_none, setup, teardown),
    cmocka_unit_test_setup_teardown (a_flood_of_jobs_is_no_flood_of_changes, setup, teardown),
    cmocka_unit_test_setup_teardown (long_results_and_args_are_kept_within_bounds, setup, teardown),
    cmocka_unit_test_setup_teardown (a_job_that_lives_is_told_in_the_end, setup, teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
