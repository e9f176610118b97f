/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "abi/scoreboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* The histogram's promises, and the arithmetic of a row. */

static void
check_value (uint64_t us)
{
  unsigned bucket = ls_histogram_bucket (us);
  assert_true (bucket < LS_HISTOGRAM_BUCKETS);
  uint64_t low = ls_histogram_bucket_low (bucket), middle = ls_histogram_bucket_middle (bucket);
  assert_true (low <= us);
  if (bucket + 1 < LS_HISTOGRAM_BUCKETS)
    assert_true (us < ls_histogram_bucket_low (bucket + 1));
  uint64_t error = middle > us ? middle - us : us - middle;
  assert_true (error * 32 <= us); /* 3.125 % */
}

static void
no_duration_is_off_by_more_than_a_32nd (void **state)
{
  for (uint64_t us = 0; us < 200000; us++)
    check_value (us);
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 1000000; i++)
    {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      check_value ((x & UINT32_MAX) >> (x >> 60));
    }
  check_value (UINT32_MAX);
}

static void
buckets_follow_one_another (void **state)
{
  for (unsigned bucket = 0; bucket < LS_HISTOGRAM_BUCKETS; bucket++)
    {
      uint64_t low = ls_histogram_bucket_low (bucket);
      assert_int_equal (ls_histogram_bucket (low), bucket);
      assert_int_equal (ls_histogram_bucket (ls_histogram_bucket_middle (bucket)), bucket);
      if (bucket > 0)
        {
          assert_true (low > ls_histogram_bucket_low (bucket - 1));
          assert_int_equal (ls_histogram_bucket (low - 1), bucket - 1);
        }
    }
}

static void
an_hour_fits_and_more_counts_in_the_last (void **state)
{
  assert_true (ls_histogram_bucket (3600ull * 1000000) < LS_HISTOGRAM_BUCKETS - 1);
  assert_int_equal (ls_histogram_bucket (UINT32_MAX), LS_HISTOGRAM_BUCKETS - 1);
  assert_int_equal (ls_histogram_bucket (1ull << 32), LS_HISTOGRAM_BUCKETS - 1);
  assert_int_equal (ls_histogram_bucket (UINT64_MAX), LS_HISTOGRAM_BUCKETS - 1);
}

static void
each_answer_counts_once (void **state)
{
  LsScoreboardRow row;
  memset (&row, 0, sizeof row);
  uint64_t codes = 0, latencies = 0;
  for (unsigned code = 0; code < 700; code++)
    ls_scoreboard_count (&row, code, code);
  for (unsigned i = 0; i < LS_SCOREBOARD_CODES; i++)
    codes += row.codes[i];
  for (unsigned i = 0; i < LS_HISTOGRAM_BUCKETS; i++)
    latencies += row.latency[i];
  assert_int_equal (row.requests, 700);
  assert_int_equal (codes, 700);
  assert_int_equal (latencies, 700);
  assert_int_equal (row.latency_sum_us, 699 * 700 / 2);
  assert_int_equal (row.codes[404 - LS_SCOREBOARD_FIRST_CODE], 1);
  assert_int_equal (row.codes[500 - LS_SCOREBOARD_FIRST_CODE], 201); /* and all that are none */
}

/* The layout is a contract with other programs: changing it means a new version. */
static void
the_layout_is_version_1 (void **state)
{
  assert_int_equal (LS_SCOREBOARD_VERSION, 1);
  assert_int_equal (sizeof (LsScoreboardHeader), 64);
  assert_int_equal (offsetof (LsScoreboardRow, pid), 8);
  assert_int_equal (offsetof (LsScoreboardRow, connections), 32);
  assert_int_equal (offsetof (LsScoreboardRow, accepted), 40);
  assert_int_equal (offsetof (LsScoreboardRow, codes), 112);
  assert_int_equal (offsetof (LsScoreboardRow, latency), 112 + 500 * 8);
  assert_int_equal (sizeof (LsScoreboardRow), 112 + 500 * 8 + 464 * 8);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (no_duration_is_off_by_more_than_a_32nd),
    cmocka_unit_test (buckets_follow_one_another),
    cmocka_unit_test (an_hour_fits_and_more_counts_in_the_last),
    cmocka_unit_test (each_answer_counts_once),
    cmocka_unit_test (the_layout_is_version_1),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
