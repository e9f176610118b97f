/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/arguments.h"
#include "cli/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
assert_text (json_t *json, const char *expected)
{
  g_autofree char *text = json_dumps (json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
  assert_string_equal (text, expected);
  json_decref (json);
}

static void
words_become_one_patch (void **state)
{
  static const char *const words[] = { "workers=2..8", "env=A=1", "env=B=2", "listen=127.0.0.1:80", NULL };
  assert_text (ls_settings_parse (LS_KIND_CLUSTER, words, NULL),
               "{\"env\":{\"A\":\"1\",\"B\":\"2\"},\"listen\":[\"127.0.0.1:80\"],\"workers\":{\"max\":8,\"min\":2}}");
}

static void
a_bad_word_is_refused (void **state)
{
  static const struct {
    const char *word, *sentence;
  } cases[] = {
    { "workers", "\"workers\" is not a setting: write KEY=VALUE, as in workers=4" },
    { "wrokers=4", "a cluster has no setting \"wrokers\": did you mean \"workers\"?" },
    { "workers=x", "workers: \"x\" is not a count: write a whole number from 0 to 4096, a range such as 2..8, or auto" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *words[] = { cases[i].word, NULL };
      g_autoptr (GError) error = NULL;
      assert_null (ls_settings_parse (LS_KIND_CLUSTER, words, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_true (error->domain == LS_USAGE_ERROR);
    }
}

static void
scaling_is_to_or_by (void **state)
{
  static const struct {
    const char *word, *json;
  } cases[] = {
    { "3", "{\"max\":3,\"min\":3}" },     { "+2", "{\"max\":7,\"min\":4}" }, { "-1", "{\"max\":4,\"min\":1}" }, { "-2", "{\"max\":3,\"min\":0}" },
    { "2..8", "{\"max\":8,\"min\":2}" },  { "auto", "\"auto\"" },            { "0", "{\"max\":0,\"min\":0}" },  { "-3", NULL },
    { "+4092", NULL },                    { "+x", NULL },                    { "many", NULL },                  { "8..2", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      json_t *json = ls_settings_scale (cases[i].word, 2, 5, "workers", &error);
      assert_int_equal (json != NULL, cases[i].json != NULL);
      if (json)
        assert_text (json, cases[i].json);
      else
        assert_true (error->domain == LS_USAGE_ERROR);
    }
}

static void
a_saved_group_reads_as_it_was_written (void **state)
{
  static const char *const words[] = { "listen=:80", "env=A=1", NULL };
  g_autofree char *text = ls_settings_group ("cluster", "web", words);
  assert_string_equal (text, "[cluster web]\nlisten = :80\nenv = A=1\n");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (words_become_one_patch),
    cmocka_unit_test (a_bad_word_is_refused),
    cmocka_unit_test (scaling_is_to_or_by),
    cmocka_unit_test (a_saved_group_reads_as_it_was_written),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
