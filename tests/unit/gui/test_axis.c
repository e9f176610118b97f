/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/axis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
maxima_are_round (void **state)
{
  static const struct { double value; gboolean binary; double expected; } cases[] = {
    { 0, FALSE, 1 }, { -3, FALSE, 1 }, { NAN, FALSE, 1 }, { 1, FALSE, 1 }, { 1.01, FALSE, 2 }, { 4.2, FALSE, 5 }, { 6.5, FALSE, 8 },
    { 8.1, FALSE, 10 }, { 1190, FALSE, 2000 }, { 0.031, FALSE, 0.04 }, { 1000, FALSE, 1000 },
    { 1024, TRUE, 1024 }, { 1025, TRUE, 1536 }, { 1600, TRUE, 2048 }, { 8589934592.0, TRUE, 8589934592.0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_true (fabs (ls_axis_round (cases[i].value, cases[i].binary) - cases[i].expected) < 1e-9 * cases[i].expected);
}

static void
grows_at_once (void **state)
{
  LsAxis axis = { .floor = 10 };
  assert_true (ls_axis_update (&axis, 0, 1000));
  assert_true (axis.maximum == 10);
  assert_true (ls_axis_update (&axis, 470, 2000));
  assert_true (axis.maximum == 500);
  assert_false (ls_axis_update (&axis, 480, 3000));
}

static void
shrinks_after_half_a_minute_to_what_was_enough (void **state)
{
  LsAxis axis = { .floor = 1 };
  ls_axis_update (&axis, 900, 0);
  assert_false (ls_axis_update (&axis, 90, 1000));
  assert_false (ls_axis_update (&axis, 190, 2000));
  assert_false (ls_axis_update (&axis, 20, 30999));
  assert_true (axis.maximum == 1000);
  assert_true (ls_axis_update (&axis, 20, 31000));
  assert_true (axis.maximum == 200);
}

static void
a_peak_in_between_starts_the_wait_again (void **state)
{
  LsAxis axis = { .floor = 1 };
  ls_axis_update (&axis, 900, 0);
  ls_axis_update (&axis, 90, 1000);
  ls_axis_update (&axis, 900, 20000);
  ls_axis_update (&axis, 90, 21000);
  assert_false (ls_axis_update (&axis, 90, 50000));
  assert_true (ls_axis_update (&axis, 90, 51000));
}

static void
the_grid_stands_at_round_values (void **state)
{
  static const struct { double maximum; gboolean binary; guint parts; } cases[] = {
    { 1, FALSE, 4 }, { 200, FALSE, 4 }, { 3000, FALSE, 3 }, { 0.05, FALSE, 2 }, { 60, FALSE, 3 }, { 80, FALSE, 4 }, { 4096, TRUE, 4 }, { 1536, TRUE, 3 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_int_equal (ls_axis_parts (cases[i].maximum, cases[i].binary), cases[i].parts);
    assert_in_range (cases[i].parts - 1, 0, 3);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (maxima_are_round),
    cmocka_unit_test (grows_at_once),
    cmocka_unit_test (shrinks_after_half_a_minute_to_what_was_enough),
    cmocka_unit_test (a_peak_in_between_starts_the_wait_again),
    cmocka_unit_test (the_grid_stands_at_round_values),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
