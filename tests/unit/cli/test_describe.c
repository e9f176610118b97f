/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/describe.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
numbers_are_read_by_their_keys (void **state)
{
  g_autoptr (json_t) json = json_pack ("{s:s,s:{s:i,s:i},s:I,s:i,s:i,s:n,s:[s,s],s:[],s:I,s:b}", "name", "web", "workers", "min", 2, "max", 8, "started_at",
                                       (json_int_t) 1795400000000, "ready_ms", 38, "p95_us", 1300, "reason", "listen", ":80", ":81", "plugins", "max_rss",
                                       (json_int_t) 4194304, "pty", 0);
  g_autofree char *text = ls_describe (json, 1795400065000, FALSE);
  assert_string_equal (text, "name            web\n"
                             "workers         2..8\n"
                             "started         2026-11-23 02:13:20 (1:05 ago)\n"
                             "ready           38 ms\n"
                             "p95             1.30 ms\n"
                             "reason          –\n"
                             "listen          :80 :81\n"
                             "plugins         –\n"
                             "max rss         4.00 MiB\n"
                             "pty             no\n");
}

static void
members_are_indented_and_last_lines_stay_lines (void **state)
{
  g_autoptr (json_t) json = json_pack ("{s:{s:s,s:[s,s]},s:[{s:i}]}", "last_exit", "signal", "SIGKILL", "log_tail", "one", "two", "threads", "index", 0);
  g_autofree char *text = ls_describe (json, 0, FALSE);
  assert_string_equal (text, "last exit\n"
                             "  signal          SIGKILL\n"
                             "  log tail\n"
                             "    one\n"
                             "    two\n"
                             "threads[0]\n"
                             "  index           0\n");
}

static void
states_have_their_colour (void **state)
{
  g_autoptr (json_t) json = json_pack ("{s:s}", "state", "failing");
  g_autofree char *text = ls_describe (json, 0, TRUE);
  assert_non_null (strstr (text, "\033[31mfailing\033[0m"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (numbers_are_read_by_their_keys),
    cmocka_unit_test (members_are_indented_and_last_lines_stay_lines),
    cmocka_unit_test (states_have_their_colour),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
