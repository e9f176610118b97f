/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/socket_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
each_place_has_one_socket (void **state)
{
  static const struct { gboolean in_flatpak, root; const char *path; } cases[] = {
    { FALSE, FALSE, "/run/user/7/lineshaft/agent.sock" },
    { FALSE, TRUE, "/run/lineshaft/agent.sock" },
    { TRUE, FALSE, "/run/user/7/app/org.example.App/agent.sock" },
    { TRUE, TRUE, "/run/user/7/app/org.example.App/agent.sock" },      /* root's window in a sandbox is a window in a sandbox */
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = ls_socket_path_default (cases[i].in_flatpak, cases[i].root, "/run/user/7", "org.example.App");
    assert_string_equal (path, cases[i].path);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test (each_place_has_one_socket) };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
