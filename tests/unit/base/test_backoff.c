/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
waits_double_from_nothing_to_half_a_minute (void **state)
{
  static const gint64 expected[] = { 0, 250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000 };
  LsBackoff backoff = { 0 };
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    assert_int_equal (ls_backoff_next_ms (&backoff, 0.5), expected[i]);
  for (guint i = 0; i < 1000; i++)
    assert_int_equal (ls_backoff_next_ms (&backoff, 0.5), 30000);
  ls_backoff_reset (&backoff);
  assert_int_equal (ls_backoff_next_ms (&backoff, 0.5), 0);
}

static void
jitter_stays_within_a_fifth (void **state)
{
  LsBackoff low = { .attempts = 3 }, high = { .attempts = 3 }, last = { .attempts = G_MAXUINT };
  assert_int_equal (ls_backoff_next_ms (&low, 0), 800);
  assert_int_equal (ls_backoff_next_ms (&high, 1), 1200);
  assert_int_equal (ls_backoff_next_ms (&last, 7), 36000);
  assert_true (last.attempts == G_MAXUINT);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (waits_double_from_nothing_to_half_a_minute),
    cmocka_unit_test (jitter_stays_within_a_fifth),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
