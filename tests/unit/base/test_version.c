/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/version.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int
sign (int value)
{
  return (value > 0) - (value < 0);
}

static void
versions_are_compared_by_their_numbers (void **state)
{
  static const struct { const char *a, *b; int order; } cases[] = {
    { "0.1.0", "0.1.0", 0 },   { "0.0.9", "0.1.0", -1 },    { "0.10.0", "0.9.0", 1 }, { "1", "1.0.0", 0 },
    { "1.0", "1.0.1", -1 },    { "0.2.0~rc1", "0.2.0", -1 }, { "0.2.0~rc1", "0.2.0~rc2", -1 }, { "0.2.0~rc1", "0.1.9", 1 },
    { NULL, "0.0.1", -1 },     { NULL, NULL, 0 },           { "", "0", 0 },           { "0.1.", "0.1", -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_int_equal (sign (ls_version_compare (cases[i].a, cases[i].b)), cases[i].order);
    assert_int_equal (sign (ls_version_compare (cases[i].b, cases[i].a)), -cases[i].order);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test (versions_are_compared_by_their_numbers) };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
