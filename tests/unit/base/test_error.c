/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
codes_and_statuses_agree (void **state)
{
  for (int code = LS_ERROR_MALFORMED; code <= LS_ERROR_FAILED; code++)
    assert_int_equal (ls_error_from_status (ls_error_to_status ((LsErrorCode) code)), code);
  assert_int_equal (ls_error_to_status (LS_ERROR_IMPOSSIBLE), 422);
}

static void
other_statuses_fall_into_the_nearest_code (void **state)
{
  assert_int_equal (ls_error_from_status (405), LS_ERROR_MALFORMED);
  assert_int_equal (ls_error_from_status (413), LS_ERROR_MALFORMED);
  assert_int_equal (ls_error_from_status (408), LS_ERROR_TIMED_OUT);
  assert_int_equal (ls_error_from_status (503), LS_ERROR_BUSY);
  assert_int_equal (ls_error_from_status (501), LS_ERROR_FAILED);
  assert_int_equal (ls_error_from_status (0), LS_ERROR_FAILED);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (codes_and_statuses_agree),
    cmocka_unit_test (other_statuses_fall_into_the_nearest_code),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
