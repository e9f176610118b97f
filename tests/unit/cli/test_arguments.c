/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/arguments.h"
#include "cli/verbs.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static LsArguments *
parse (const char *line, GError **error)
{
  static char **words;
  g_strfreev (words);
  words = g_strsplit (line, " ", -1);
  return ls_arguments_parse ((const char *const *) words, ls_common_options, ls_verbs, error);
}

static void
good_lines_are_taken_apart (void **state)
{
  static const struct {
    const char *line, *verb, *words, *option, *value;
  } cases[] = {
    { "status", "status", "", NULL, NULL },
    { "ls clusters", "list", "clusters", NULL, NULL },
    { "rm web t4", "remove", "web t4", NULL, NULL },
    { "-H /s status", "status", "", "host", "/s" },
    { "status -H /s web", "status", "web", "host", "/s" },
    { "status --host=/s", "status", "", "host", "/s" },
    { "status -H/s", "status", "", "host", "/s" },
    { "-o json list", "list", "", "output", "json" },
    { "list -o json -o name", "list", "", "output", "name" },
    { "scale web -2", "scale", "web -2", NULL, NULL },
    { "scale web +2 --no-wait", "scale", "web +2", "no-wait", NULL },
    { "send t4 -", "send", "t4 -", NULL, NULL },
    { "logs -fn20 web", "logs", "web", "lines", "20" },
    { "logs -f -n 20 web", "logs", "web", "follow", NULL },
    { "run ls -l", "run", "ls -l", NULL, NULL },
    { "run -d -- ls -l", "run", "ls -l", "detach", NULL },
    { "run -e A=1 -- env", "run", "env", "env", "A=1" },
    { "run ls -- -q", "run", "ls -- -q", NULL, NULL },
    { "send web -- --close", "send", "web --close", NULL, NULL },
    { "kill -s HUP web.1", "kill", "web.1", "signal", "HUP" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsArguments) arguments = parse (cases[i].line, &error);
      if (!arguments)
        fail_msg ("%s: %s", cases[i].line, error->message);
      g_autofree char *words = g_strjoinv (" ", (char **) ls_arguments_words (arguments));
      assert_string_equal (ls_arguments_verb (arguments)->name, cases[i].verb);
      assert_string_equal (words, cases[i].words);
      if (cases[i].option)
        assert_true (ls_arguments_has (arguments, cases[i].option));
      if (cases[i].value)
        assert_string_equal (ls_arguments_text (arguments, cases[i].option), cases[i].value);
    }
}

static void
bad_lines_are_refused_with_what_would_be_right (void **state)
{
  static const struct {
    const char *line, *sentence;
  } cases[] = {
    { "statsu", "unknown verb \"statsu\": did you mean status?" },
    { "frobnicate", "unknown verb \"frobnicate\": \"lineshaft help\" lists what there is" },
    { "dial-stdo", "unknown verb \"dial-stdo\": \"lineshaft help\" lists what there is" },
    { "status --hots /s", "status has no option --hots: did you mean --host?" },
    { "status -x", "status has no option -x: see \"lineshaft help status\"" },
    { "-x", "lineshaft has no option -x: see \"lineshaft help\"" },
    { "logs -n", "--lines needs a value: --lines LINES" },
    { "status --quiet=yes", "--quiet takes no value" },
    { "scale web", "scale needs more words: lineshaft scale CLUSTER|POOL N|+N|-N|A..B|auto" },
    { "list a b", "list takes fewer words: lineshaft list [KIND]" },
    { "run", "run needs more words: lineshaft run [-d] [-i] [-t] -- COMMAND…" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      assert_null (parse (cases[i].line, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_true (error->domain == LS_USAGE_ERROR);
    }
}

static void
options_may_be_given_again (void **state)
{
  g_autoptr (LsArguments) arguments = parse ("run -e A=1 -e B=2 -- env", NULL);
  const char *const *values = ls_arguments_texts (arguments, "env");
  assert_string_equal (values[0], "A=1");
  assert_string_equal (values[1], "B=2");
  assert_null (values[2]);
  assert_null (ls_arguments_texts (arguments, "cwd")[0]);
  assert_null (ls_arguments_text (arguments, "cwd"));
}

static void
every_verb_is_complete (void **state)
{
  for (const LsVerb *verb = ls_verbs; verb->name; verb++)
    {
      assert_non_null (verb->run);
      assert_non_null (verb->usage);
      assert_non_null (verb->help);
      assert_true (verb->min <= verb->max);
      for (const LsOption *option = verb->options; option && option->name; option++)
        for (const LsOption *common = ls_common_options; common->name; common++)
          {
            assert_string_not_equal (option->name, common->name);
            assert_true (!option->letter || option->letter != common->letter);
          }
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (good_lines_are_taken_apart),
    cmocka_unit_test (bad_lines_are_refused_with_what_would_be_right),
    cmocka_unit_test (options_may_be_given_again),
    cmocka_unit_test (every_verb_is_complete),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
