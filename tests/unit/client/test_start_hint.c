/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/start_hint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
each_place_has_its_own_way (void **state)
{
  static const struct { LsStartPlace place; const char *hint; } cases[] = {
    { { .default_socket = TRUE }, "start one with lineshaft-agent" },
    { { .default_socket = TRUE, .has_unit = TRUE }, "start it with \"systemctl --user start lineshaft-agent\"" },
    { { .default_socket = TRUE, .has_unit = TRUE, .root = TRUE }, "start it with \"systemctl start lineshaft-agent\"" },
    { { .default_socket = TRUE, .in_flatpak = TRUE }, "open the window, which starts one" },
    { { .has_unit = TRUE }, "start one there with \"lineshaft-agent --socket /s\"" },
    { { .in_flatpak = TRUE }, "start one there with \"lineshaft-agent --socket /s\"" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *hint = ls_start_hint (&cases[i].place, "/s");
      assert_string_equal (hint, cases[i].hint);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test (each_place_has_its_own_way) };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
