/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Percentiles, advice and options: pure functions. */

#include "compare/advice.h"
#include "compare/options.h"
#include "compare/times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* --- times --- */

static void
percentiles_are_nearest_ranks (void **state)
{
  LsTimes times = { 0 };
  assert_int_equal (ls_times_percentile (&times, 50), 0);
  ls_times_add (&times, 7);
  assert_int_equal (ls_times_percentile (&times, 50), 7);
  assert_int_equal (ls_times_percentile (&times, 99), 7);
  ls_times_add (&times, 9);
  ls_times_add (&times, 8);
  assert_int_equal (ls_times_percentile (&times, 50), 8);
  assert_int_equal (ls_times_percentile (&times, 99), 9);
  ls_times_clear (&times);
  for (uint64_t i = 1000; i > 0; i--)
    ls_times_add (&times, i);
  assert_int_equal (ls_times_percentile (&times, 50), 500);
  assert_int_equal (ls_times_percentile (&times, 99), 990);
  assert_int_equal (ls_times_percentile (&times, 100), 1000);
  assert_int_equal (ls_times_percentile (&times, 0), 1);
  ls_times_add (&times, 2000);
  assert_int_equal (ls_times_percentile (&times, 100), 2000);
  ls_times_clear (&times);
}

/* --- advice --- */

typedef struct {
  double threads, processes, children, in_turn;      /* jobs a second; 0: none was done */
  const char *parts[3];
} AdviceCase;

static LsRow
row_of (LsWayKind way, double per_second)
{
  return (LsRow) { .way = way, .at_once = 4, .processes = way == LS_WAY_PROCESSES ? 4 : 1, .jobs = per_second > 0 ? 100 : 0, .per_second = per_second,
                   .memory = way == LS_WAY_PROCESSES ? 24000000 : 8000000, .start_us = 3100 };
}

static void
advice_follows_the_figures (void **state)
{
  static const AdviceCase cases[] = {
    { 4000, 3900, 300, 1000, { "Take the threads of a pool: 4.0 times one after the other", "takes 33 % of the memory of 4 worker processes", "costs 3.1 ms beside its work and gets 8 %" } },
    { 3600, 3900, 300, 1000, { "Take the threads of a pool: 3.6 times", "", "" } },
    { 2000, 3900, 300, 1000, { "Take worker processes: 3.9 times one after the other, and 1.9 times what the threads", "gets 8 %", "" } },
    { 4, 4, 3.9, 1, { "Take the threads of a pool", "A child process a job is nearly as quick (98 %): take tasks", "" } },
    { 1050, 1040, 200, 1000, { "Side by side gains nothing here: one thread does 95 % of what 4 do.", "", "" } },
    { 0, 0, 0, 0, { "No job was done in time", "", "" } },
    { 0, 3900, 300, 1000, { "Take worker processes: 3.9 times", "", "" } },
    { 4000, 0, 0, 1000, { "Take the threads of a pool: 4.0 times", "No job was done by a child process", "" } },
    { 4000, 3900, 300, 0, { "Take the threads of a pool", "", "" } },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const AdviceCase *each = &cases[i];
    const LsRow rows[LS_WAYS] = { row_of (LS_WAY_THREADS, each->threads), row_of (LS_WAY_PROCESSES, each->processes),
                                  row_of (LS_WAY_CHILDREN, each->children), row_of (LS_WAY_IN_TURN, each->in_turn) };
    char text[1024];
    ls_advice (rows, text, sizeof text);
    for (size_t part = 0; part < 3; part++) {
      if (strstr (text, each->parts[part] != NULL ? each->parts[part] : "") == NULL)
        print_error ("case %zu: “%s” does not say “%s”\n", i, text, each->parts[part]);
      assert_non_null (strstr (text, each->parts[part] != NULL ? each->parts[part] : ""));
    }
    assert_int_equal (text[strlen (text) - 1], '.');
  }
}

static void
too_little_work_is_said (void **state)
{
  LsRow rows[LS_WAYS] = { row_of (LS_WAY_THREADS, 4000), row_of (LS_WAY_PROCESSES, 3900), row_of (LS_WAY_CHILDREN, 1), row_of (LS_WAY_IN_TURN, 1000) };
  char text[1024];
  for (unsigned i = 0; i < LS_WAYS; i++)
    rows[i].wall_us = 2000000;
  assert_string_equal (ls_advice_about_time (rows, text, sizeof text), "");
  rows[LS_WAY_PROCESSES].wall_us = 1300;
  rows[LS_WAY_PROCESSES].jobs = 5;
  assert_string_equal (ls_advice_about_time (rows, text, sizeof text), " 5 jobs in 1.3 ms say little: leave the count out, or take a larger one.");
  ls_advice (rows, text, sizeof text);
  assert_non_null (strstr (text, "gets less than 1 % of the throughput"));
}

static void
a_busy_machine_is_said (void **state)
{
  char text[256];
  assert_string_equal (ls_advice_about_load (0, 4, text, sizeof text), "");
  assert_string_equal (ls_advice_about_load (1.9, 4, text, sizeof text), "");
  assert_string_equal (ls_advice_about_load (12.34, 4, text, sizeof text),
                       " But this machine was busy with other work (a load of 12.3 on 4 cores): compare again when it is quiet.");
  assert_non_null (strstr (ls_advice_about_load (0.6, 1, text, sizeof text), "on 1 core):"));
}

/* --- options --- */

#define READ(options, ...) \
  read_words ((const char *const[]) { "lineshaft-compare", __VA_ARGS__ }, sizeof ((const char *const[]) { "lineshaft-compare", __VA_ARGS__ }) / sizeof (char *), options)

static char why[256];

static bool
read_words (const char *const *words, size_t n, LsCompareOptions *options)
{
  return ls_compare_options_read ((int) n, words, options, why, sizeof why);
}

static void
words_are_a_job_and_its_arguments (void **state)
{
  LsCompareOptions options;
  static const char *const none[] = { "lineshaft-compare" };
  assert_true (read_words (none, 1, &options));
  assert_string_equal (options.job, "primes");
  assert_int_equal (options.n_args, 1);
  assert_true (READ (&options, "-n", "40", "--threads", "3", "--time", "5", "--plugin", "a", "--plugin", "b", "matrix", "-1", "--threads"));
  assert_int_equal (options.count, 40);
  assert_int_equal (options.threads, 3);
  assert_int_equal (options.time_ms, 5000);
  assert_int_equal (options.n_plugins, 2);
  assert_string_equal (options.job, "matrix");
  assert_int_equal (options.n_args, 2);
  assert_string_equal (options.args[1], "--threads");
  assert_true (READ (&options, "--", "-odd"));
  assert_string_equal (options.job, "-odd");
  assert_true (READ (&options, "--help", "--nonsense"));
  assert_true (options.help);
}

static void
nonsense_is_refused_with_what_would_be_right (void **state)
{
  LsCompareOptions options;
  assert_false (READ (&options, "-n", "0"));
  assert_string_equal (why, "-n takes a whole number from 1 to 100000, not \"0\"");
  assert_false (READ (&options, "--threads", "257"));
  assert_non_null (strstr (why, "from 1 to 256"));
  assert_false (READ (&options, "--time", "1.5"));
  assert_non_null (strstr (why, "the seconds for each way"));
  assert_false (READ (&options, "-n", "99999999999999999999"));
  assert_false (READ (&options, "-n"));
  assert_string_equal (why, "a word is missing after -n");
  assert_false (READ (&options, "--fast"));
  assert_non_null (strstr (why, "there is no option --fast"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (percentiles_are_nearest_ranks),
    cmocka_unit_test (advice_follows_the_figures),
    cmocka_unit_test (too_little_work_is_said),
    cmocka_unit_test (a_busy_machine_is_said),
    cmocka_unit_test (words_are_a_job_and_its_arguments),
    cmocka_unit_test (nonsense_is_refused_with_what_would_be_right),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
