/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/text.h"

#include <signal.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
signals_have_names_and_numbers (void **state)
{
  static const struct {
    const char *text;
    int number;
  } cases[] = {
    { "SIGTERM", SIGTERM }, { "TERM", SIGTERM }, { "term", SIGTERM }, { "15", 15 }, { "sighup", SIGHUP }, { "9", 9 },
    { "SIGTREM", -1 },      { "", -1 },          { "0", -1 },         { "-9", -1 }, { "999", -1 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int number = -1;
      assert_int_equal (ls_signal_from_text (cases[i].text, &number, NULL), cases[i].number > 0);
      assert_int_equal (number, cases[i].number);
    }
}

static void
a_typo_is_answered_with_the_signal_meant (void **state)
{
  int number;
  g_autoptr (GError) error = NULL;
  assert_false (ls_signal_from_text ("SIGTREM", &number, &error));
  assert_string_equal (error->message, "\"SIGTREM\" is not a signal: did you mean SIGTERM?");
}

static void
unknown_numbers_have_no_name (void **state)
{
  assert_string_equal (ls_signal_name (SIGKILL), "SIGKILL");
  assert_null (ls_signal_name (0));
  assert_null (ls_signal_name (1000));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (signals_have_names_and_numbers),
    cmocka_unit_test (a_typo_is_answered_with_the_signal_meant),
    cmocka_unit_test (unknown_numbers_have_no_name),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
