/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/agent_notice.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
the_one_that_matters_most_is_told (void **state)
{
  static const struct { const char *version, *own, *sandbox; LsAgentNotice notice; const char *text; } cases[] = {
    { NULL, "0.1.0", NULL, LS_AGENT_FINE, NULL },
    { "0.1.0", "0.1.0", NULL, LS_AGENT_FINE, NULL },
    { "0.0.9", "0.1.0", NULL, LS_AGENT_OLDER, "An older agent (0.0.9) is running" },
    { "0.0.9", "0.1.0", "flatpak", LS_AGENT_OLDER, "An older agent (0.0.9) is running" },
    { "0.1.0", "0.1.0", "flatpak", LS_AGENT_CONFINED, "Only what runs in the sandbox is managed" },
    { "0.2.0", "0.1.0", "flatpak", LS_AGENT_CONFINED, "Only what runs in the sandbox is managed" },
    { "0.2.0", "0.1.0", NULL, LS_AGENT_NEWER, "The agent (0.2.0) is newer than this window (0.1.0)" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    LsAgentNotice notice = ls_agent_notice (cases[i].version, cases[i].own, cases[i].sandbox);
    g_autofree char *text = ls_agent_notice_text (notice, cases[i].version, cases[i].own, FALSE);
    assert_int_equal (notice, cases[i].notice);
    if (cases[i].text)
      assert_string_equal (text, cases[i].text);
    else
      assert_null (text);
  }
  g_autofree char *again = ls_agent_notice_text (LS_AGENT_OLDER, "0.0.9", "0.1.0", TRUE);
  assert_non_null (strstr (again, "still 0.0.9"));
}

static void
a_restart_says_what_ends (void **state)
{
  static const struct { guint workers, jobs, tasks; const char *has, *has_not; } cases[] = {
    { 0, 0, 0, "Nothing runs now", "ends" },
    { 1, 0, 0, "1 worker ends", "task" },
    { 4, 2, 0, "4 workers end", "task" },
    { 4, 2, 1, "1 running task is stopped", "tasks" },
    { 0, 3, 0, "3 jobs of the pools are cancelled", "worker" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = ls_agent_restart_text (cases[i].workers, cases[i].jobs, cases[i].tasks);
    assert_non_null (strstr (text, cases[i].has));
    assert_null (strstr (text, cases[i].has_not));
  }
}

static void
to_be_confined_is_explained_with_what_can_be_done (void **state)
{
  g_autofree char *text = ls_agent_confined_text (NULL), *why = ls_agent_confined_text ("No commands today"),
                  *command = ls_agent_permit_command ("org.example.App");
  assert_non_null (strstr (text, "whole computer"));
  assert_null (strstr (text, "No commands today"));
  assert_non_null (strstr (why, "No commands today"));
  assert_string_equal (command, "flatpak override --user --talk-name=org.freedesktop.Flatpak org.example.App");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_one_that_matters_most_is_told),
    cmocka_unit_test (a_restart_says_what_ends),
    cmocka_unit_test (to_be_confined_is_explained_with_what_can_be_done),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
