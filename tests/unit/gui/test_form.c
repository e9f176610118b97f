/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static json_t *
json (const char *text)
{
  json_t *value = json_loads (text, JSON_DECODE_ANY, NULL);
  assert_non_null (value);
  return value;
}

static void
only_what_was_changed_is_in_the_patch (void **state)
{
  static const struct { const char *before, *after, *patch; } cases[] = {
    { "{}", "{}", "{}" },
    { "{\"a\":1,\"b\":[1,2]}", "{\"a\":1,\"b\":[1,2]}", "{}" },
    { "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":3}", "{\"b\":3}" },
    { "{\"a\":1}", "{\"a\":1,\"b\":3}", "{\"b\":3}" },
    { "{\"a\":1,\"b\":2}", "{\"a\":1}", "{\"b\":null}" },
    { "{\"a\":[1,2]}", "{\"a\":[2,1]}", "{\"a\":[2,1]}" },
    { "{\"w\":{\"min\":1,\"max\":4}}", "{\"w\":{\"min\":1,\"max\":8}}", "{\"w\":{\"max\":8}}" },
    { "{\"e\":{\"A\":\"1\",\"B\":\"2\"}}", "{\"e\":{\"B\":\"2\",\"C\":\"3\"}}", "{\"e\":{\"A\":null,\"C\":\"3\"}}" },
    { "{\"a\":{\"b\":1}}", "{\"a\":7}", "{\"a\":7}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (json_t) before = json (cases[i].before), after = json (cases[i].after), expected = json (cases[i].patch);
    g_autoptr (json_t) patch = ls_form_changes (before, after);
    assert_true (json_equal (patch, expected));
    g_autoptr (json_t) merged = ls_json_merge_patch (before, patch);
    assert_true (json_equal (merged, after));
  }
}

static void
commands_are_quoted_only_where_they_must_be (void **state)
{
  static const struct { const char *argv[4]; const char *text; } cases[] = {
    { { NULL }, "" },
    { { "/usr/bin/node", "server.js" }, "/usr/bin/node server.js" },
    { { "gunicorn", "app:app", "--workers=2" }, "gunicorn app:app --workers=2" },
    { { "/bin/sh", "-c", "echo $HOME" }, "/bin/sh -c 'echo $HOME'" },
    { { "echo", "", "two words" }, "echo '' 'two words'" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = ls_form_command_text ((char **) cases[i].argv);
    assert_string_equal (text, cases[i].text);
    g_auto (GStrv) again = NULL;
    if (*text)
      assert_true (g_shell_parse_argv (text, NULL, &again, NULL) && g_strv_equal ((const char *const *) again, cases[i].argv));
  }
  g_autofree char *none = ls_form_command_text (NULL);
  assert_string_equal (none, "");
}

static void
settings_are_read_and_blank_ones_left_out (void **state)
{
  static const struct { LsKind kind; const char *key, *text, *spec; } cases[] = {
    { LS_KIND_CLUSTER, "command", "  ", "{}" },
    { LS_KIND_CLUSTER, "command", "node 'my server.js'", "{\"command\":[\"node\",\"my server.js\"]}" },
    { LS_KIND_CLUSTER, "listen", "127.0.0.1:8080, [::1]:8080", "{\"listen\":[\"127.0.0.1:8080\",\"[::1]:8080\"]}" },
    { LS_KIND_TASK, "command", " ls -l ", "{\"argv\":[\"ls\",\"-l\"]}" },
    { LS_KIND_TASK, "command", "ls | wc -l", "{\"argv\":\"ls | wc -l\"}" },
    { LS_KIND_TASK, "cwd", "/tmp", "{\"cwd\":\"/tmp\"}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (json_t) spec = json_object (), expected = json (cases[i].spec);
    assert_true (ls_form_put (spec, cases[i].kind, cases[i].key, cases[i].text, NULL));
    assert_true (json_equal (spec, expected));
  }
}

static void
wrong_settings_are_refused_with_a_sentence (void **state)
{
  static const struct { LsKind kind; const char *key, *text, *part; } cases[] = {
    { LS_KIND_CLUSTER, "listen", "localhost:8080", "localhost" },
    { LS_KIND_CLUSTER, "cwd", "tmp", "tmp" },
    { LS_KIND_TASK, "command", "echo 'open", "echo" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (json_t) spec = json_object ();
    assert_false (ls_form_put (spec, cases[i].kind, cases[i].key, cases[i].text, &error));
    assert_non_null (error);
    assert_non_null (strstr (error->message, cases[i].part));
    assert_int_equal (json_object_size (spec), 0);
  }
}

static void
variables_stand_one_a_line (void **state)
{
  g_autoptr (json_t) expected = json ("{\"A\":\"1\",\"B\":\"two words = 2\",\"C\":\"\"}");
  g_autoptr (json_t) read = ls_form_read_variables ("A=1\n\n  B=two words = 2\nC=\n", NULL);
  g_autoptr (json_t) none = ls_form_read_variables (" \n", NULL);
  assert_true (json_equal (read, expected));
  assert_int_equal (json_object_size (none), 0);
}

static void
a_line_that_is_no_variable_is_named (void **state)
{
  static const char *const texts[] = { "A=1\nB", "A=1\n=2" };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    assert_null (ls_form_read_variables (texts[i], &error));
    assert_non_null (error);
    assert_non_null (strstr (error->message, "2"));
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (only_what_was_changed_is_in_the_patch),
    cmocka_unit_test (commands_are_quoted_only_where_they_must_be),
    cmocka_unit_test (settings_are_read_and_blank_ones_left_out),
    cmocka_unit_test (wrong_settings_are_refused_with_a_sentence),
    cmocka_unit_test (variables_stand_one_a_line),
    cmocka_unit_test (a_line_that_is_no_variable_is_named),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
