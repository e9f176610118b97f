/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/sandbox.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gui/model/launcher.h"

#define COMMIT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define APP "/var/lib/flatpak/app/org.example.App/x86_64/stable/" COMMIT "/files"
#define RUNTIME "/var/lib/flatpak/runtime/org.example.Platform/x86_64/1/" COMMIT "/files"

static const char info[] = "[Application]\nname=org.example.App\nruntime=runtime/org.example.Platform/x86_64/1\n\n"
                           "[Instance]\ninstance-id=7\ninstance-path=/home/ann/.var/app/org.example.App\napp-path=" APP
                           "\nruntime-path=" RUNTIME "\n";

static LsSandbox *
example (void)
{
  LsSandbox *sandbox = ls_sandbox_parse (info, "/home/ann/.var/app/org.example.App/data", NULL);
  assert_non_null (sandbox);
  return sandbox;
}

static void
what_it_says_of_itself_is_read (void **state)
{
  g_autoptr (LsSandbox) sandbox = example ();
  assert_string_equal (sandbox->app_id, "org.example.App");
  assert_string_equal (sandbox->app_on_host, APP);
  assert_string_equal (sandbox->runtime_on_host, RUNTIME);
  assert_string_equal (sandbox->data_on_host, "/home/ann/.var/app/org.example.App/data");
}

static void
one_that_does_not_say_where_it_is_is_told (void **state)
{
  static const char *const texts[] = { "", "nonsense", "[Application]\nname=a\n", "[Application]\nname=a\n[Instance]\napp-path=/a\nruntime-path=/b\n",
                                       "[Application]\nname=a\n[Instance]\napp-path=/a\ninstance-path=/c\n" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    assert_null (ls_sandbox_parse (texts[i], "/data", &error));
    assert_non_null (error);
  }
}

static void
no_file_is_no_sandbox_and_no_mistake (void **state)
{
  g_autoptr (GError) error = NULL;
  assert_null (ls_sandbox_read ("/nowhere/.flatpak-info", "/data", &error));
  assert_null (error);
}

static void
where_an_agent_is_started_is_decided_once (void **state)
{
  g_autoptr (LsSandbox) sandbox = example ();
  assert_int_equal (ls_launcher_place (NULL, FALSE), LS_PLACE_HERE);
  assert_int_equal (ls_launcher_place (NULL, TRUE), LS_PLACE_HERE);
  assert_int_equal (ls_launcher_place (sandbox, FALSE), LS_PLACE_HOST);
  assert_int_equal (ls_launcher_place (sandbox, TRUE), LS_PLACE_INSIDE);
}

static void
paths_in_it_have_one_on_the_host (void **state)
{
  static const struct { const char *inside, *on_host; } cases[] = {
    { "/app/bin/lineshaft-agent", APP "/bin/lineshaft-agent" },
    { "/app", APP },
    { "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", RUNTIME "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" },
    { "/home/ann/.var/app/org.example.App/data/lineshaft", "/home/ann/.var/app/org.example.App/data/lineshaft" },
    { "/application/x", NULL },
    { "/etc/passwd", NULL },
    { "/", NULL },
  };
  g_autoptr (LsSandbox) sandbox = example ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *on_host = ls_sandbox_on_host (sandbox, cases[i].inside);
    if (cases[i].on_host)
      assert_string_equal (on_host, cases[i].on_host);
    else
      assert_null (on_host);
  }
}

static void
only_a_version_has_an_active_one_beside_it (void **state)
{
  static const struct { const char *path, *active; } cases[] = {
    { APP, "/var/lib/flatpak/app/org.example.App/x86_64/stable/active/files" },
    { "/var/lib/flatpak/app/org.example.App/x86_64/stable/active/files", NULL },
    { "/home/ann/build/files", NULL },
    { "/x/" COMMIT "/other", NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *active = ls_sandbox_active (cases[i].path);
    if (cases[i].active)
      assert_string_equal (active, cases[i].active);
    else
      assert_null (active);
  }
}

static void
a_wrapper_names_no_library_of_the_host (void **state)
{
  static const char *const libraries[] = { "/app/lib", "/usr/lib/x86_64-linux-gnu", NULL };
  g_autoptr (LsSandbox) sandbox = example ();
  g_autofree char *text = ls_sandbox_wrapper (sandbox, "/app/libexec/lineshaft/lineshaft-worker", "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
                                              libraries, NULL);
  assert_string_equal (text, "#!/bin/sh\n"
                             "# Runs outside of the sandbox of org.example.App with what is inside of it. Each window writes this file anew.\n"
                             "app='" APP "'\n"
                             "[ -d \"$app\" ] || app='/var/lib/flatpak/app/org.example.App/x86_64/stable/active/files'\n"
                             "runtime='" RUNTIME "'\n"
                             "[ -d \"$runtime\" ] || runtime='/var/lib/flatpak/runtime/org.example.Platform/x86_64/1/active/files'\n"
                             "exec \"$runtime\"'/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2' --inhibit-cache --argv0 \"$0\" --library-path "
                             "\"$app\"'/lib':\"$runtime\"'/lib/x86_64-linux-gnu' \"$app\"'/libexec/lineshaft/lineshaft-worker' \"$@\"\n");
}

static void
a_program_from_elsewhere_is_refused (void **state)
{
  static const char *const libraries[] = { "/app/lib", NULL };
  g_autoptr (LsSandbox) sandbox = example ();
  g_autoptr (GError) error = NULL;
  assert_null (ls_sandbox_wrapper (sandbox, "/opt/lineshaft-agent", "/usr/lib/ld.so", libraries, &error));
  assert_non_null (strstr (error->message, "/opt/lineshaft-agent is not a part of the Flatpak"));
}

static void
make_program (const char *folder, const char *name, int mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  assert_true (g_file_set_contents (path, "x", -1, NULL));
  assert_int_equal (g_chmod (path, mode), 0);
}

static void
each_program_but_the_window_gets_a_wrapper (void **state)
{
  g_autofree char *top = g_dir_make_tmp ("lineshaft-XXXXXX", NULL), *bin = g_build_filename (top, "bin", NULL), *data = g_build_filename (top, "data", NULL);
  g_autoptr (LsSandbox) sandbox = example ();
  g_autoptr (GError) error = NULL;
  const char *const folders[] = { "/nowhere", bin, "", NULL };
  assert_int_equal (g_mkdir (bin, 0700), 0);
  make_program (bin, "lineshaft-agent", 0755);
  make_program (bin, "lineshaft-worker", 0755);
  make_program (bin, "lineshaft-dashboard", 0755);
  make_program (bin, "lineshaft-notes", 0644);
  make_program (bin, "other", 0755);
  g_free (sandbox->app);
  sandbox->app = g_strdup (top);
  g_free (sandbox->data);
  sandbox->data = g_strdup (data);
  g_autofree char *on_host = ls_sandbox_write_wrappers (sandbox, folders, &error);
  assert_null (error);
  assert_string_equal (on_host, "/home/ann/.var/app/org.example.App/data/lineshaft/host");
  static const struct { const char *name; gboolean there; } cases[] = {
    { "lineshaft-agent", TRUE }, { "lineshaft-worker", TRUE }, { "lineshaft-dashboard", FALSE }, { "lineshaft-notes", FALSE }, { "other", FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_build_filename (data, "lineshaft", "host", cases[i].name, NULL), *program = g_build_filename (bin, cases[i].name, NULL);
    assert_int_equal (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE), cases[i].there);
    g_unlink (path);
    g_unlink (program);
  }
  const char *const nothing[] = { bin, NULL };
  assert_null (ls_sandbox_write_wrappers (sandbox, nothing, &error));
  assert_non_null (error);
  g_autofree char *host = g_build_filename (data, "lineshaft", "host", NULL), *own = g_build_filename (data, "lineshaft", NULL);
  const char *const left[] = { host, own, data, bin, top };
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    assert_int_equal (g_rmdir (left[i]), 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (what_it_says_of_itself_is_read),
    cmocka_unit_test (one_that_does_not_say_where_it_is_is_told),
    cmocka_unit_test (no_file_is_no_sandbox_and_no_mistake),
    cmocka_unit_test (where_an_agent_is_started_is_decided_once),
    cmocka_unit_test (paths_in_it_have_one_on_the_host),
    cmocka_unit_test (only_a_version_has_an_active_one_beside_it),
    cmocka_unit_test (a_wrapper_names_no_library_of_the_host),
    cmocka_unit_test (a_program_from_elsewhere_is_refused),
    cmocka_unit_test (each_program_but_the_window_gets_a_wrapper),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
