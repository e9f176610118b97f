/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/coding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

static const LsLayout all = { { { "n", 1, FALSE, LS_CODING_COUNT, LS_MERGE_SUM }, { "mean", 1, FALSE, LS_CODING_SHORT, LS_MERGE_MEAN },
                                { "worst", 1, FALSE, LS_CODING_MILLI, LS_MERGE_WORST }, { "share", 2, TRUE, LS_CODING_SHARE, LS_MERGE_MEAN } }, 4 };

static void
small_whole_numbers_are_exact (void **state)
{
  for (guint i = 0; i < 4096; i++)
    assert_true (ls_short_decode (ls_short_encode (i)) == i);
}

static void
larger_ones_are_close_and_in_order (void **state)
{
  double before = 0;

  for (double value = 4096; value < 4e12; value *= 1.0007)
    {
      double decoded = ls_short_decode (ls_short_encode (value));

      assert_true (fabs (decoded - value) <= value / 4096);
      assert_true (decoded >= before);
      before = decoded;
    }
}

static void
the_extremes_are_bounded (void **state)
{
  assert_true (isnan (ls_short_decode (ls_short_encode (NAN))));
  assert_true (ls_short_decode (ls_short_encode (-5)) == 0);
  assert_true (ls_short_decode (ls_short_encode (INFINITY)) > 4e12);
  assert_false (isnan (ls_short_decode (ls_short_encode (1e300))));
}

static void
a_point_survives_its_record (void **state)
{
  static const double points[][5] = { { 4000000000.0, 300, 1.234, 0.5, 1 }, { 0, 0, 0, 0, 0 }, { NAN, NAN, NAN, NAN, 0.25 } };
  guint8 record[16];
  double back[5];

  assert_int_equal (ls_layout_values (&all), 5);
  assert_int_equal (ls_layout_record_size (&all), 4 + 2 + 2 + 2);
  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    {
      ls_layout_pack (&all, points[i], record);
      ls_layout_unpack (&all, record, back);
      for (guint j = 0; j < 5; j++)
        assert_true (isnan (points[i][j]) ? isnan (back[j]) : fabs (back[j] - points[i][j]) < 0.003);
    }
}

static void
points_merge_by_their_rule (void **state)
{
  double values[5] = { 10, 10, 10, NAN, 0.5 };
  const double second[5] = { 20, 20, 5, 0.5, NAN }, third[5] = { 30, 30, 15, 0.7, 0.5 };

  ls_layout_merge (&all, values, second, 2);
  ls_layout_merge (&all, values, third, 3);
  assert_true (values[0] == 60);
  assert_true (fabs (values[1] - 20) < 1e-9);
  assert_true (values[2] == 15);
  assert_true (values[3] > 0.5 && values[3] < 0.7);
  assert_true (values[4] == 0.5);
}

static void
parts_add_up (void **state)
{
  const double values[5] = { 17, 17, 17, 0.5, NAN };
  double part[5], sum = 0;

  for (guint i = 0; i < 5; i++)
    {
      ls_layout_split (&all, values, 5, i, part);
      assert_true (part[0] == floor (part[0]));
      assert_true (part[1] == 17 && part[2] == 17);
      sum += part[0];
    }
  assert_true (sum == 17);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (small_whole_numbers_are_exact),
    cmocka_unit_test (larger_ones_are_close_and_in_order),
    cmocka_unit_test (the_extremes_are_bounded),
    cmocka_unit_test (a_point_survives_its_record),
    cmocka_unit_test (points_merge_by_their_rule),
    cmocka_unit_test (parts_add_up),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
