/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Very many small jobs: each of them is a job like any other, whatever happens in the middle of the flood. */

#include "pool_words.h"

#include "core/pool.h"

#define N 60u

/* --- words --- */

static void
submit_batch (FakeWorld *world, guint n, int priority, guint retries)
{
  g_autofree LsJob **requests = g_new0 (LsJob *, n);
  guint64 first;

  for (guint i = 0; i < n; i++)
    {
      requests[i] = ls_job_new (NULL, NULL, "primes");
      requests[i]->priority = priority;
      requests[i]->retries = retries;
    }
  assert_true (ls_supervisor_submit_jobs (world->supervisor, "compute", requests, n, &first, NULL));
}

/* From job @from on up to before @to are done, in one line. */
static char *
done_line (guint from, guint to)
{
  GString *line = g_string_new ("{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[");

  for (guint i = from; i < to; i++)
    g_string_append_printf (line, "%s[\"j%u\",0,30,20,19,{\"count\":%u,\"of\":[\"]\\\",}\",[1,{}]]}]", i > from ? "," : "", i, i);
  g_string_append (line, "]}");
  return g_string_free (line, FALSE);
}

static void
are_done (FakeWorld *world, guint from, guint to)
{
  g_autofree char *line = done_line (from, to);

  say (world, "%s", line);
}

/* The host has so many, all of which are short. */
static void
make_flood (FakeWorld *world, guint n)
{
  make_ready (world, 2);
  submit_batch (world, 1, 0, 0);
  are_done (world, 1, 2);      /* so it is known how short they are */
  fake_settle (world);
  submit_batch (world, n - 1, 0, 0);
  fake_settle (world);
}

static void
begins (FakeWorld *world, guint thread, const char *id)
{
  LsJobBoardRow *row = ls_job_board_row (world->job_board, thread);

  g_strlcpy (row->job, id, sizeof row->job);
  row->begun[row->n_begun++ % LS_JOB_BOARD_BEGUN] = ls_job_board_hash (id);
  row->running = 1;
}

static guint
count (FakeWorld *world, LsJobState state)
{
  guint n = 0;

  for (guint i = 1; i <= N; i++)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i);

      n += job (world, id)->state == state;
    }
  return n;
}

/* --- what the host says --- */

static void
our_own_line_needs_no_tree (void **state)
{
  FakeWorld *world = *state;
  g_autofree char *line = done_line (2, N + 1);

  make_flood (world, N);
  assert_true (ls_supervisor_child_line (world->supervisor, host (world)->instance, line, strlen (line)));
  assert_int_equal (count (world, LS_JOB_DONE), N);
}

static void
check_that_they_end (FakeWorld *world)
{
  make_flood (world, N);
  assert_int_equal (count (world, LS_JOB_QUEUED), N - 1);
  are_done (world, 2, N + 1);
  assert_int_equal (count (world, LS_JOB_DONE), N);
  assert_string_equal (job (world, "j17")->result, "{\"count\":17,\"of\":[\"]\\\",}\",[1,{}]]}");
  assert_int_equal (job (world, "j17")->thread, 0);
  assert_int_equal (job (world, "j17")->attempt, 1);
  assert_int_equal (job (world, "j17")->cpu_ms, 0);
  assert_true (job (world, "j17")->progress == 1);
  assert_int_equal (pool (world)->done, N);
  assert_int_equal (pool (world)->queued + pool (world)->running, 0);
}

static void
many_end_with_one_line (void **state)
{
  check_that_they_end (*state);
}

static void
many_end_with_one_line_that_is_parsed_as_all_others (void **state)
{
  ((FakeWorld *) *state)->whole_lines = TRUE;
  check_that_they_end (*state);
}

static void
results_are_what_the_jobs_gave (void **state)
{
  static const char *const results[] = { "{\"a\":[1,2]}", "\"a \\\"quote\\\\\"", "-12.5", "true", "[]", "\"null\"" };
  FakeWorld *world = *state;
  guint n = G_N_ELEMENTS (results);

  make_flood (world, n + 2);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i + 2);

      say (world, "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"%s\",1,1,1,1,%s]]}", id, results[i]);
      assert_string_equal (job (world, id)->result, results[i]);
    }
  say (world, "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"j%u\",1,1,1,1,null]]}", n + 2);
  assert_null (job (world, "j8")->result);
  assert_int_equal (job (world, "j8")->state, LS_JOB_DONE);
}

/* Another host may write it differently. */
static void
a_line_with_blanks_says_the_same (void **state)
{
  FakeWorld *world = *state;

  make_flood (world, 4);
  say (world, "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"j2\",0,30,20,19,1], [\"j3\",0,30,20,19,{ \"a\" : 2 }]]}");
  assert_string_equal (job (world, "j2")->result, "1");
  assert_string_equal (job (world, "j3")->result, "{\"a\":2}");
  assert_int_equal (pool (world)->done, 3);
}

static void
what_is_cut_off_or_makes_no_sense_harms_nobody (void **state)
{
  static const char *const lines[] = {
    "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[]}",
    "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"j99999999999999999999\",0,1,1,1,1]]}",
    "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"j02\",0,1,1,1,1]]}",
    "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"x2\",0,1,1,1,1],[],[2],\"j2\",[\"j2\"]]}",
    "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"j77\",0,1,1,1,1],[\"j78\",99999999,1,1,1,1]]}",
    "{\"cmd\":\"LINESHAFT_JOBS_DONE\",\"jobs\":[[\"j1\",0,1,1,1,1]]}",      /* it is over already */
  };
  FakeWorld *world = *state;
  g_autofree char *line = NULL;

  make_flood (world, 4);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    say (world, "%s", lines[i]);
  assert_string_equal (job (world, "j1")->result, "{\"count\":1,\"of\":[\"]\\\",}\",[1,{}]]}");
  line = done_line (3, 5);
  for (gsize length = 1; length < strlen (line); length++)
    {
      g_autofree char *cut = g_memdup2 (line, length);      /* so that a sanitizer sees who reads on */

      ls_supervisor_child_line (world->supervisor, host (world)->instance, cut, length);
    }
  say (world, "%s", line);
  assert_int_equal (job (world, "j4")->state, LS_JOB_DONE);
  assert_int_equal (pool (world)->done, 3 + (job (world, "j2")->state == LS_JOB_DONE));
}

/* --- in the middle of it --- */

static void
a_crash_takes_what_ran_and_nothing_else (void **state)
{
  FakeWorld *world = *state;
  g_autofree char *ids = NULL;

  make_flood (world, N);
  are_done (world, 2, 40);
  begins (world, 0, "j40");
  begins (world, 1, "j41");
  world->job_board->crashed = 1;
  fake_killed (world, host (world), SIGSEGV);
  assert_int_equal (count (world, LS_JOB_DONE), 39);
  assert_int_equal (count (world, LS_JOB_FAILED), 2);
  assert_int_equal (count (world, LS_JOB_QUEUED), N - 41);
  assert_string_equal (job (world, "j40")->error, "the pool's process was killed by signal 11 while the job ran");
  for (guint i = 0; i < 200 && !host (world); i++)
    fake_advance (world, 10);
  threads_up (world, 0, 2);
  fake_ready (world, host (world));
  fake_settle (world);
  ids = handed (world);
  assert_true (g_str_has_prefix (ids, "j42 j43 j44 "));
  are_done (world, 42, N + 1);
  assert_int_equal (count (world, LS_JOB_DONE), N - 2);
}

static void
one_of_them_can_be_cancelled (void **state)
{
  FakeWorld *world = *state;

  make_flood (world, N);
  are_done (world, 2, 20);
  assert_true (ls_supervisor_cancel_job (world->supervisor, "j30", NULL));
  say (world, "{\"cmd\":\"LINESHAFT_JOB_CANCELLED\",\"id\":\"j30\"}");
  are_done (world, 20, N + 1);      /* it is among them: too late */
  assert_int_equal (job (world, "j30")->state, LS_JOB_CANCELLED);
  assert_int_equal (count (world, LS_JOB_DONE), N - 1);
  assert_int_equal (pool (world)->cancelled, 1);
}

/* --- the queue --- */

static void
the_highest_priority_goes_first_then_the_oldest (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  submit_batch (world, 1, 0, 1);      /* j1 runs */
  submit_batch (world, 2, 0, 0);
  submit_batch (world, 2, 7, 0);
  submit_batch (world, 1, -7, 0);
  submit_batch (world, 1, 7, 0);
  submit_batch (world, 1, 3, 0);
  assert_handed (world, "j1");
  started (world, "j1", 0);
  fake_killed (world, host (world), SIGKILL);      /* and goes back to its place: before j2 */
  for (guint i = 0; i < 200 && !host (world); i++)
    fake_advance (world, 10);
  threads_up (world, 0, 1);
  fake_ready (world, host (world));
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *ids = handed (world);
      const char *last = strrchr (ids, ' ');

      say (world, "{\"cmd\":\"LINESHAFT_JOB_DONE\",\"id\":\"%s\",\"thread\":0,\"wait_us\":1,\"run_us\":900000,\"cpu_us\":1,\"result\":1}", last ? last + 1 : ids);
      fake_settle (world);
    }
  assert_handed (world, "j4 j5 j7 j8 j1 j2 j3 j6");
}

static void
any_order_of_wishes_is_served_in_order (void **state)
{
  FakeWorld *world = *state;
  int priorities[N];
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gint64 last = G_MAXINT64;

  make_ready (world, 1);
  submit_batch (world, 1, 1000, 0);      /* runs */
  for (guint i = 0; i < N; i++)
    submit_batch (world, 1, priorities[i] = g_rand_int_range (random, -3, 4), 0);
  for (guint i = 2; i <= N + 1; i += 5)
    {
      g_autofree char *id = g_strdup_printf ("j%u", i);

      assert_true (ls_supervisor_cancel_job (world->supervisor, id, NULL));
    }
  for (guint left = N - N / 5; left > 0; left--)
    {
      g_autofree char *before = handed (world);
      const char *space = strrchr (before, ' '), *id = space ? space + 1 : before;
      guint number;
      gint64 place;

      say (world, "{\"cmd\":\"LINESHAFT_JOB_DONE\",\"id\":\"%s\",\"thread\":0,\"wait_us\":1,\"run_us\":900000,\"cpu_us\":1,\"result\":1}", id);
      fake_settle (world);
      g_autofree char *after = handed (world);
      number = (guint) g_ascii_strtoull (strrchr (after, ' ') + 2, NULL, 10);
      assert_true (number % 5 != 2);      /* those were cancelled */
      place = (gint64) priorities[number - 2] * 1000 - number;
      assert_true (place < last);
      last = place;
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (our_own_line_needs_no_tree, setup, teardown),
    cmocka_unit_test_setup_teardown (many_end_with_one_line, setup, teardown),
    cmocka_unit_test_setup_teardown (many_end_with_one_line_that_is_parsed_as_all_others, setup, teardown),
    cmocka_unit_test_setup_teardown (results_are_what_the_jobs_gave, setup, teardown),
    cmocka_unit_test_setup_teardown (a_line_with_blanks_says_the_same, setup, teardown),
    cmocka_unit_test_setup_teardown (what_is_cut_off_or_makes_no_sense_harms_nobody, setup, teardown),
    cmocka_unit_test_setup_teardown (a_crash_takes_what_ran_and_nothing_else, setup, teardown),
    cmocka_unit_test_setup_teardown (one_of_them_can_be_cancelled, setup, teardown),
    cmocka_unit_test_setup_teardown (the_highest_priority_goes_first_then_the_oldest, setup, teardown),
    cmocka_unit_test_setup_teardown (any_order_of_wishes_is_served_in_order, setup, teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
