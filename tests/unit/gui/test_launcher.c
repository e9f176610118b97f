/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/launcher.h"

#include <glib/gstdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A folder with agent/daemon/ and gui/ in it, the agent's program in the first if @filled. */
static char *
make_tree (gboolean filled)
{
  char *top = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  g_autofree char *agent = g_build_filename (top, "agent", "daemon", NULL), *gui = g_build_filename (top, "gui", NULL);
  g_autofree char *program = g_build_filename (agent, "lineshaft-agent", NULL);
  assert_int_equal (g_mkdir_with_parents (agent, 0700), 0);
  assert_int_equal (g_mkdir (gui, 0700), 0);
  if (filled) {
    assert_true (g_file_set_contents (program, "#!/bin/sh\n", -1, NULL));
    assert_int_equal (g_chmod (program, 0755), 0);
  }
  return top;
}

static void
remove_tree (char *top)
{
  g_autofree char *agent = g_build_filename (top, "agent", "daemon", NULL), *gui = g_build_filename (top, "gui", NULL);
  g_autofree char *program = g_build_filename (agent, "lineshaft-agent", NULL);
  g_unlink (program);
  g_rmdir (agent);
  g_autofree char *parent = g_path_get_dirname (agent);
  g_rmdir (parent);
  g_rmdir (gui);
  g_rmdir (top);
  g_free (top);
}

static void
the_environment_comes_first (void **state)
{
  char *named = make_tree (TRUE), *own = make_tree (TRUE);
  g_autofree char *list = g_strdup_printf ("/nowhere:%s/agent/daemon", named), *gui = g_build_filename (own, "gui", NULL);
  g_autofree char *found = ls_launcher_find_agent (list, gui, NULL);
  assert_non_null (found);
  /* As a process list will show it. */
  g_autofree char *wanted = g_build_filename (named, "agent", "daemon", "lineshaft-agent", NULL);
  assert_string_equal (found, wanted);
  remove_tree (named);
  remove_tree (own);
}

static void
the_build_tree_is_found_from_the_own_folder (void **state)
{
  char *own = make_tree (TRUE);
  g_autofree char *gui = g_build_filename (own, "gui", NULL);
  g_autofree char *found = ls_launcher_find_agent (NULL, gui, "/nowhere");
  assert_non_null (found);
  assert_true (g_file_test (found, G_FILE_TEST_IS_EXECUTABLE));
  remove_tree (own);
}

static void
nowhere_is_said (void **state)
{
  char *own = make_tree (FALSE);
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_setenv ("PATH", "/nowhere", TRUE);
  assert_null (ls_launcher_find_agent ("", own, "/nowhere"));
  g_setenv ("PATH", path ? path : "", TRUE);
  remove_tree (own);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_environment_comes_first),
    cmocka_unit_test (the_build_tree_is_found_from_the_own_folder),
    cmocka_unit_test (nowhere_is_said),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
