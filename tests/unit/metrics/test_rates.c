/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/rates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

static void
a_core_share_is_between_nothing_and_all (void **state)
{
  static const struct { LsCoreTimes before, after; double share; } cases[] = {
    { { 100, 1000 }, { 150, 1100 }, 0.5 },
    { { 100, 1000 }, { 200, 1100 }, 1 },
    { { 100, 1000 }, { 100, 1100 }, 0 },
    { { 100, 1000 }, { 90, 1100 }, 0 },          /* went back */
    { { 100, 1000 }, { 110, 1000 }, 0 },         /* no time passed */
    { { 100, 1000 }, { 110, 900 }, 0 },
    { { 100, 1000 }, { 300, 1100 }, 1 },         /* more than there was */
    { { 0, 0 }, { 0, 0 }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_true (fabs (ls_core_share (&cases[i].before, &cases[i].after) - cases[i].share) < 1e-9);
}

static void
cores_used_are_never_negative (void **state)
{
  assert_true (ls_cores_used (1000, 501000, 1000000) == 0.5);
  assert_true (ls_cores_used (0, 4000000, 1000000) == 4);
  assert_true (ls_cores_used (1000, 0, 1000000) == 0);
  assert_true (isnan (ls_cores_used (0, 1000, 0)));
}

static void
the_interval_stretches_with_the_cost_and_comes_back (void **state)
{
  LsPace pace = { .asked_ms = 1000, .budget = 0.02 };

  for (guint i = 0; i < 20; i++)
    ls_pace_add_cost (&pace, 100);
  assert_int_equal (ls_pace_interval_ms (&pace), 1000);

  for (guint i = 0; i < 40; i++)
    ls_pace_add_cost (&pace, 70000);             /* 70 ms: 1.75 % of four seconds */
  assert_int_equal (ls_pace_interval_ms (&pace), 4000);

  for (guint i = 0; i < 40; i++)
    ls_pace_add_cost (&pace, 100);
  assert_int_equal (ls_pace_interval_ms (&pace), 1000);
}

static void
the_interval_has_an_end (void **state)
{
  LsPace pace = { .asked_ms = 1000, .budget = 0.02 };

  ls_pace_add_cost (&pace, 1e12);
  assert_in_range (ls_pace_interval_ms (&pace), 16000, 60000);
}

static void
the_interval_does_not_flutter (void **state)
{
  LsPace pace = { .asked_ms = 1000, .budget = 0.02 };
  guint changes = 0;
  gint64 last = 0;

  for (guint i = 0; i < 200; i++)
    {
      ls_pace_add_cost (&pace, i % 2 ? 19000 : 21500);
      changes += i > 20 && ls_pace_interval_ms (&pace) != last;
      last = ls_pace_interval_ms (&pace);
    }
  assert_int_equal (changes, 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_core_share_is_between_nothing_and_all),
    cmocka_unit_test (cores_used_are_never_negative),
    cmocka_unit_test (the_interval_stretches_with_the_cost_and_comes_back),
    cmocka_unit_test (the_interval_has_an_end),
    cmocka_unit_test (the_interval_does_not_flutter),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
