/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/series.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
push (LsSeries *series, gint64 at, float value)
{
  ls_series_push (series, at, 1000, &value);
}

static void
the_newest_has_age_zero (void **state)
{
  g_autoptr (LsSeries) series = ls_series_new (1, 3);
  assert_true (isnan (ls_series_get (series, 0, 0)));
  for (int i = 1; i <= 5; i++)
    push (series, i * 1000, i);
  assert_int_equal (ls_series_length (series), 3);
  assert_true (ls_series_get (series, 0, 0) == 5);
  assert_true (ls_series_get (series, 2, 0) == 3);
  assert_true (isnan (ls_series_get (series, 3, 0)));
  assert_true (ls_series_peak (series, 0, 10) == 5);
}

static void
what_came_before_is_dropped (void **state)
{
  g_autoptr (LsSeries) series = ls_series_new (1, 3);
  push (series, 2000, 2);
  push (series, 2000, 3);
  push (series, 1000, 1);
  assert_int_equal (ls_series_length (series), 1);
  assert_true (ls_series_get (series, 0, 0) == 2);
}

static void
silence_is_a_gap_and_jitter_is_not (void **state)
{
  g_autoptr (LsSeries) series = ls_series_new (1, 10);
  push (series, 1000, 1);
  push (series, 2400, 2);
  assert_int_equal (ls_series_length (series), 2);
  push (series, 6400, 3);
  assert_int_equal (ls_series_length (series), 6);
  assert_true (isnan (ls_series_get (series, 1, 0)));
  assert_int_equal (ls_series_at (series, 1), 5400);
  assert_true (ls_series_get (series, 4, 0) == 2);
}

static void
a_long_silence_fills_no_more_than_there_is_room_for (void **state)
{
  g_autoptr (LsSeries) series = ls_series_new (1, 4);
  push (series, 1000, 1);
  push (series, G_GINT64_CONSTANT (1000000000000), 2);
  assert_int_equal (ls_series_length (series), 4);
  assert_true (ls_series_get (series, 0, 0) == 2);
  assert_true (isnan (ls_series_get (series, 3, 0)));
  assert_true (isnan (ls_series_peak (series, 0, 0)));
}

static void
history_goes_in_between (void **state)
{
  g_autoptr (LsSeries) series = ls_series_new (1, 10), history = ls_series_new (1, 10);
  push (series, 1000, 1);
  push (series, 6000, 60);      /* with gaps at 2000 … 5000 */
  for (int i = 3; i <= 5; i++)
    push (history, i * 1000, i);
  ls_series_merge (series, history, 1000);
  static const float expected[] = { 60, 5, 4, 3 };
  assert_int_equal (ls_series_length (series), 6);
  for (guint age = 0; age < G_N_ELEMENTS (expected); age++)
    assert_true (ls_series_get (series, age, 0) == expected[age]);
  assert_true (ls_series_get (series, 5, 0) == 1);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_newest_has_age_zero),
    cmocka_unit_test (what_came_before_is_dropped),
    cmocka_unit_test (silence_is_a_gap_and_jitter_is_not),
    cmocka_unit_test (a_long_silence_fills_no_more_than_there_is_room_for),
    cmocka_unit_test (history_goes_in_between),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
