/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/resource_limits.h"
#include "model/spec_text.h"
#include "codec_check.h"

static void
text_becomes_json (void **state)
{
  static const struct { const char *text, *json; } cases[] = {
    { "nofile=1024 as=512M", "{'nofile':1024,'as':536870912}" },
    { "core=0:unlimited, cpu=2min", "{'core':{'soft':0,'hard':'unlimited'},'cpu':120}" },
    { "stack=infinity nproc=5", "{'stack':'unlimited','nproc':5}" },
    { "cpu=1500ms", "{'cpu':2}" },
    { "", "{}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      json_t *json = ls_limits_text_to_json (cases[i].text, &error);
      assert_null (error);
      assert_json_equal (json, json_from (cases[i].json));
    }
}

static void
bad_text_is_refused_with_a_sentence (void **state)
{
  static const struct { const char *text, *sentence; } cases[] = {
    { "nofile", "\"nofile\" is not a limit: write NAME=VALUE, as in nofile=1024 or as=512M" },
    { "nofil=3", "there is no limit \"nofil\", did you mean \"nofile\"? the limits are nofile, core, as, cpu, fsize, nproc, stack, memlock, data" },
    { "zzzz=3", "there is no limit \"zzzz\": the limits are nofile, core, as, cpu, fsize, nproc, stack, memlock, data" },
    { "core=9:5", "the soft limit core cannot be higher than the hard one" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      assert_null (ls_limits_text_to_json (cases[i].text, &error));
      assert_string_equal (error->message, cases[i].sentence);
    }
  for (const char *const *text = (const char *const[]) { "nofile=", "nofile=-1", "nofile=1x", "as=5Q", "nofile=1:", NULL }; *text; text++)
    {
      g_autoptr (GError) error = NULL;
      assert_null (ls_limits_text_to_json (*text, &error));
      assert_non_null (error);
    }
}

static void
settings_of_a_task_are_written_as_people_do (void **state)
{
  static const struct { const char *key, *value, *json; } good[] = {
    { "stdin", "/etc/hosts", "{'stdin':{'file':'/etc/hosts'}}" }, { "stdin", "open", "{'stdin':'open'}" },
    { "pty", "yes", "{'pty':true}" },                             { "window", "100x30", "{'window':{'rows':30,'columns':100}}" },
    { "nice", "-5", "{'nice':-5}" },                              { "limits", "nofile=64", "{'limits':{'nofile':64}}" },
  };
  static const struct { const char *key, *value; } bad[] = {
    { "stdin", "hosts" }, { "pty", "perhaps" }, { "window", "24" }, { "window", "0x3" }, { "nice", "20" }, { "nice", "-21" }, { "nice", "" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      json_t *json = ls_spec_text_to_json (LS_KIND_TASK, good[i].key, good[i].value, &error);
      assert_null (error);
      assert_json_equal (json, json_from (good[i].json));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      assert_null (ls_spec_text_to_json (LS_KIND_TASK, bad[i].key, bad[i].value, &error));
      assert_true (g_str_has_prefix (error->message, bad[i].key));
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (text_becomes_json),
    cmocka_unit_test (bad_text_is_refused_with_a_sentence),
    cmocka_unit_test (settings_of_a_task_are_written_as_people_do),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
