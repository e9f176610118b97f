/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "load/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static LsTally tally, before, since;

static int
setup (void **state)
{
  tally = before = (LsTally) { 0 };
  return 0;
}

static void
each_request_is_counted_once (void **state)
{
  ls_tally_count (&tally, LS_OUTCOME_ANSWERED, 200, 100);
  ls_tally_count (&tally, LS_OUTCOME_ANSWERED, 404, 300);
  ls_tally_count (&tally, LS_OUTCOME_RESET, 0, 50);
  ls_tally_count (&tally, LS_OUTCOME_CUT_SHORT, 200, 50);
  assert_int_equal (ls_tally_answered (&tally), 2);
  assert_int_equal (ls_tally_failed (&tally), 2);
  assert_int_equal (tally.codes[100], 1);
  assert_int_equal (tally.codes[304], 1);
  assert_int_equal (tally.latency_max_us, 300);
}

static void
percentiles_are_close_and_never_past_the_maximum (void **state)
{
  assert_int_equal (ls_tally_percentile (&tally, 0.5), 0);
  for (uint64_t us = 1; us <= 1000; us++)
    ls_tally_count (&tally, LS_OUTCOME_ANSWERED, 200, us);
  assert_in_range (ls_tally_percentile (&tally, 0.5), 484, 516);
  assert_in_range (ls_tally_percentile (&tally, 0.99), 958, 1000);
  assert_true (ls_tally_percentile (&tally, 1) <= tally.latency_max_us);
}

static void
a_difference_is_what_came_since (void **state)
{
  ls_tally_count (&tally, LS_OUTCOME_ANSWERED, 200, 10);
  before = tally;
  ls_tally_count (&tally, LS_OUTCOME_ANSWERED, 500, 20);
  ls_tally_count (&tally, LS_OUTCOME_REFUSED, 0, 0);
  ls_tally_difference (&tally, &before, &since);
  assert_int_equal (ls_tally_answered (&since), 1);
  assert_int_equal (since.codes[400], 1);
  assert_int_equal (since.codes[100], 0);
  assert_int_equal (ls_tally_failed (&since), 1);
}

/* What @write makes of the tally. */
static char *
written (void (*write) (const LsReport *report, FILE *out))
{
  static LsLoadOptions options = { .url = "http://127.0.0.1/\"", .connections = 2 };
  static LsTraffic traffic = { .opened = 1234567 };
  LsReport report = { .options = &options, .tally = &tally, .traffic = &traffic, .started = 3, .elapsed_us = 2000000 };
  char *text;
  size_t length;
  FILE *out = open_memstream (&text, &length);
  write (&report, out);
  fclose (out);
  return text;
}

static void
the_result_is_told_in_json_and_in_words (void **state)
{
  ls_tally_count (&tally, LS_OUTCOME_ANSWERED, 200, 10);
  ls_tally_count (&tally, LS_OUTCOME_ANSWERED, 304, 20);
  ls_tally_count (&tally, LS_OUTCOME_CUT_SHORT, 0, 0);
  char *json = written (ls_report_write_json);
  assert_non_null (strstr (json, "\"url\":\"http://127.0.0.1/\\\"\""));
  assert_non_null (strstr (json, "\"codes\":{\"200\":1,\"304\":1}"));
  assert_non_null (strstr (json, "\"cut_short\":1"));
  assert_non_null (strstr (json, "\"per_second\":1.0"));
  free (json);
  char *text = written (ls_report_write_text);
  assert_non_null (strstr (text, "3 requests in 2.00 s: 1.0 answers a second"));
  assert_non_null (strstr (text, "1 (cut short 1)"));
  assert_non_null (strstr (text, "1,234,567 opened"));
  free (text);
}

static void
no_answers_have_no_latency (void **state)
{
  char *json = written (ls_report_write_json);
  assert_non_null (strstr (json, "\"latency_us\":null"));
  free (json);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup (name, setup)
  const struct CMUnitTest tests[] = {
    TEST (each_request_is_counted_once),
    TEST (percentiles_are_close_and_never_past_the_maximum),
    TEST (a_difference_is_what_came_since),
    TEST (the_result_is_told_in_json_and_in_words),
    TEST (no_answers_have_no_latency),
  };
  return cmocka_run_group_tests_name ("tally", tests, NULL, NULL);
}
