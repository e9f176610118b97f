/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *folder;

static int
make_folder (void **state)
{
  folder = g_dir_make_tmp ("lineshaft-config-XXXXXX", NULL);
  return folder == NULL;
}

static int
remove_folder (void **state)
{
  g_rmdir (folder);
  g_free (folder);
  return 0;
}

typedef struct { const char *before, *kind, *name, *settings[7], *after; } Case;

static void
only_the_group_changes (void **state)
{
  static const Case cases[] = {
    { NULL, "cluster", "web", { "workers", "4" }, "[cluster web]\nworkers = 4\n" },
    { "", "pool", "p", { "threads", "2" }, "[pool p]\nthreads = 2\n" },
    { "# mine\n[agent]\ninterval = 2s", "pool", "p", { "threads", "2" }, "# mine\n[agent]\ninterval = 2s\n\n[pool p]\nthreads = 2\n" },
    { "[cluster web]\n# why four\nworkers=4\nbalance = shared\n\n# next\n[pool p]\nthreads=1\n", "cluster", "web", { "workers", "8", "io-threads", "2" },
      "[cluster web]\n# why four\nworkers = 8\nio-threads = 2\n\n# next\n[pool p]\nthreads=1\n" },
    { "[cluster web]\r\nworkers = 1\r\n", "cluster", "web", { "workers", "2", "balance", "shared" }, "[cluster web]\r\nworkers = 2\r\nbalance = shared\r\n" },
    { "\xef\xbb\xbf[pool p]\nthreads = 1", "pool", "p", { "queue-max", "7" }, "\xef\xbb\xbf[pool p]\nqueue-max = 7\n" },
    { "[pool p]", "pool", "p", { "queue-max", "7" }, "[pool p]\nqueue-max = 7\n" },
    { "[task t]\ncommand = a\n", "task", "t", { "command", "printf 'a\\n'" }, "[task t]\ncommand = printf 'a\\\\n'\n" },
  };
  g_autofree char *path = g_build_filename (folder, "x.conf", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;

      if (cases[i].before != NULL)
        assert_true (g_file_set_contents (path, cases[i].before, -1, NULL));
      assert_true (ls_config_save_group (path, cases[i].kind, cases[i].name, cases[i].settings, &error));
      assert_true (g_file_get_contents (path, &after, NULL, NULL));
      assert_string_equal (after, cases[i].after);
      g_unlink (path);
    }
}

static void
nothing_is_written_that_would_not_load (void **state)
{
  static const char *const bad[] = { "wokers", "4", NULL };
  g_autofree char *path = g_build_filename (folder, "x.conf", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *after = NULL;

  assert_true (g_file_set_contents (path, "[agent]\n", -1, NULL));
  assert_false (ls_config_save_group (path, "cluster", "web", bad, &error));
  assert_non_null (strstr (error->message, "did you mean \"workers\"?"));
  assert_true (g_file_get_contents (path, &after, NULL, NULL));
  assert_string_equal (after, "[agent]\n");
  g_unlink (path);
}

static void
a_value_comes_back_as_it_was (void **state)
{
  static const char *const values[] = { "echo a", " echo edge ", "printf 'a\tb\\n\\\\'", "printf 'two\nlines'", "sh -c 'echo # no comment'" };
  g_autofree char *path = g_build_filename (folder, "x.conf", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const char *const settings[] = { "command", values[i], NULL };
      g_auto (GStrv) argv = NULL;
      g_autoptr (LsConfig) config = NULL;
      const LsConfigTask *task;

      assert_true (ls_config_save_group (path, "task", "t", settings, NULL));
      config = ls_config_load (path, NULL);
      assert_non_null (config);
      task = config->tasks->pdata[0];
      if (strpbrk (values[i], "\\\n#") == NULL)
        {
          assert_true (g_shell_parse_argv (values[i], NULL, &argv, NULL));
          assert_true (g_strv_equal ((const char *const *) argv, (const char *const *) task->spec.argv));
        }
      else
        {
          /* Handed to a shell as it is, or split. */
          g_autofree char *joined = g_strjoinv (" ", task->spec.argv);
          assert_non_null (joined);
        }
      g_unlink (path);
    }
}

static void
a_link_stays_a_link (void **state)
{
  static const char *const settings[] = { "threads", "2", NULL };
  g_autofree char *path = g_build_filename (folder, "x.conf", NULL);
  g_autofree char *link = g_build_filename (folder, "link.conf", NULL);
  g_autofree char *text = NULL;

  assert_true (g_file_set_contents (path, "[agent]\n", -1, NULL));
  assert_int_equal (symlink ("x.conf", link), 0);
  assert_true (ls_config_save_group (link, "pool", "p", settings, NULL));
  assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  assert_true (g_file_get_contents (path, &text, NULL, NULL));
  assert_string_equal (text, "[agent]\n\n[pool p]\nthreads = 2\n");
  g_unlink (link);
  g_unlink (path);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (only_the_group_changes),
    cmocka_unit_test (nothing_is_written_that_would_not_load),
    cmocka_unit_test (a_value_comes_back_as_it_was),
    cmocka_unit_test (a_link_stays_a_link),
  };
  return cmocka_run_group_tests (tests, make_folder, remove_folder);
}
