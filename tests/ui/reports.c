/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/support/check.h"

#include "reports.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder;      /* a file a process; NULL: no window was started */

char **
reports_environment (void)
{
  if (LS_TEST_SLOWNESS == 1)
    return NULL;
  char **environment = g_get_environ ();
  const char *given = g_environ_getenv (environment, "ASAN_OPTIONS");
  if (folder == NULL)
    folder = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  g_autofree char *options = g_strdup_printf ("%s%slog_path=%s/report", given != NULL ? given : "", given != NULL ? ":" : "", folder);
  return g_environ_setenv (environment, "ASAN_OPTIONS", options, TRUE);
}

/* GLib keeps its first block of 2048 quarks on purpose when it needs a second one, which some windows do. It was allocated before main, and its stack has
 * no name but g_malloc: a suppression of that would suppress everything. */
static char *
without_quarks (const char *report)
{
  g_autoptr (GRegex) block = g_regex_new ("Direct leak of 16384 byte\\(s\\) in 1 object\\(s\\) allocated from:\n"
                                          " +#0 [^\n]*malloc[^\n]*\n +#1 [^\n]* in g_malloc [^\n]*\n\n", 0, 0, NULL);

  return g_regex_replace_literal (block, report, -1, 0, "", 0, NULL);
}

static void
judge (const char *report)
{
  g_autofree char *rest = without_quarks (report);

  if (strstr (rest, "LeakSanitizer: detected memory leaks") != NULL && strstr (rest, " leak of ") == NULL)
    return;
  g_printerr ("%s\n", report);
  fail_msg ("a sanitizer found something in the window or in what it started");
}

gboolean
reports_judge (void)
{
  g_autofree char *looked_at = g_steal_pointer (&folder);
  g_autoptr (GDir) names = looked_at != NULL ? g_dir_open (looked_at, 0, NULL) : NULL;
  g_autoptr (GString) reports = g_string_new (NULL);

  for (const char *name; names != NULL && (name = g_dir_read_name (names)) != NULL;) {
    g_autofree char *path = g_build_filename (looked_at, name, NULL), *report = NULL;
    assert_true (g_file_get_contents (path, &report, NULL, NULL));
    g_string_append (reports, report);
    g_remove (path);
  }
  if (looked_at != NULL)
    g_rmdir (looked_at);
  if (reports->len > 0)
    judge (reports->str);
  return reports->len > 0;
}
