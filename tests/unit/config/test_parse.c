/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/config.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

static const char *demo_conf;

static LsConfig *
parse (const char *text, GError **error)
{
  return ls_config_parse (text, strlen (text), "x.conf", error);
}

static void
an_empty_file_is_the_defaults (void **state)
{
  static const char *const texts[] = { "", "\n\n", "# only a comment", "; old style\n#\n", "\xef\xbb\xbf", "[agent]\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsConfig) config = parse (texts[i], &error);

      assert_non_null (config);
      assert_int_equal (config->agent.interval_ms, 1000);
      assert_int_equal (config->agent.history_memory, 4 * 1024 * 1024);
      assert_int_equal (config->agent.log_memory, 2 * 1024 * 1024);
      assert_int_equal (config->agent.log_disk, 64 * 1024 * 1024);
      assert_true (config->agent.sampling_budget == 0.02);
      assert_null (config->agent.allow_group);
      assert_int_equal (config->clusters->len + config->pools->len + config->tasks->len, 0);
    }
}

static void
every_kind_of_group_is_read (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsConfig) config = parse ("[agent]\ninterval = 500ms\nhistory-memory = 8MiB\nsampling-budget = 5%\nallow-group = adm\n"
                                       "\n# a comment\n[cluster web]\nlisten = 127.0.0.1:8080\nworkers = 2..8\nbalance = shared\n"
                                       "[cluster  api]\ncommand = node app.js --name \"two words\"\nenv = A=1 B=\"x y\"\n"
                                       "[pool compute]\nthreads=3\n[task hello]\ncommand = echo hello\nrestart = on-failure",
                                       &error);
  assert_non_null (config);
  assert_int_equal (config->agent.interval_ms, 500);
  assert_int_equal (config->agent.history_memory, 8 * 1024 * 1024);
  assert_true (config->agent.sampling_budget > 0.0499 && config->agent.sampling_budget < 0.0501);
  assert_string_equal (config->agent.allow_group, "adm");

  assert_int_equal (config->clusters->len, 2);
  const LsConfigCluster *web = config->clusters->pdata[0], *api = config->clusters->pdata[1];
  assert_string_equal (web->name, "web");
  assert_int_equal (web->spec.workers.min, 2);
  assert_int_equal (web->spec.workers.max, 8);
  assert_int_equal (web->spec.balance, LS_BALANCE_SHARED);
  assert_string_equal (api->name, "api");
  assert_string_equal (api->spec.command[3], "two words");
  assert_string_equal (api->spec.env[1], "B=x y");
  assert_int_equal (((LsConfigPool *) config->pools->pdata[0])->spec.threads.max, 3);
  assert_string_equal (((LsConfigTask *) config->tasks->pdata[0])->spec.argv[1], "hello");
  assert_int_equal (((LsConfigTask *) config->tasks->pdata[0])->spec.restart, LS_RESTART_ON_FAILURE);
}

static void
line_ends_and_a_byte_order_mark_do_not_matter (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsConfig) config = parse ("\xef\xbb\xbf[cluster web]\r\nworkers = 3\r\n\r\n; end\r\nbalance = shared", &error);

  assert_non_null (config);
  assert_int_equal (((LsConfigCluster *) config->clusters->pdata[0])->spec.workers.max, 3);
}

static void
escapes_are_undone (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsConfig) config = parse ("[task t]\ncommand = printf 'a\\\\n'\n", &error);

  assert_non_null (config);
  assert_string_equal (((LsConfigTask *) config->tasks->pdata[0])->spec.argv[1], "a\\n");
}

static void
a_schedule_is_a_command_and_a_time (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsConfig) config = parse ("[schedule backup]\ncommand = /usr/local/bin/backup -v\nwhen = */10 8-18 * * mon-fri\noverlap = queue\nmissed = once\n"
                                       "paused = yes\nkeep = 7\ntimeout = 1h\n", &error);
  const LsScheduleSpec *spec;

  assert_non_null (config);
  assert_int_equal (config->schedules->len, 1);
  assert_string_equal (((LsConfigSchedule *) config->schedules->pdata[0])->name, "backup");
  spec = &((LsConfigSchedule *) config->schedules->pdata[0])->spec;
  assert_string_equal (spec->when_text, "*/10 8-18 * * mon-fri");
  assert_int_equal (spec->overlap, LS_OVERLAP_QUEUE);
  assert_int_equal (spec->missed, LS_MISSED_ONCE);
  assert_true (spec->paused);
  assert_int_equal (spec->keep, 7);
  assert_string_equal (spec->task.argv[1], "-v");
  assert_int_equal (spec->task.timeout_ms, 3600000);
}

static void
the_demo_is_valid (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsConfig) config = ls_config_load (demo_conf, &error);

  assert_non_null (config);
  assert_int_equal (config->clusters->len, 1);
  assert_int_equal (config->pools->len, 1);
  assert_int_equal (config->tasks->len, 1);
  assert_string_equal (((LsConfigTask *) config->tasks->pdata[0])->spec.argv[0], "lineshaft-load");
}

static void
what_is_wrong_is_said_with_its_line (void **state)
{
  static const struct { const char *text, *line, *words[3]; } cases[] = {
    { "[cluster web]\n\nwokers = 4\n", "x.conf:3: ", { "wokers", "did you mean \"workers\"?" } },
    { "[cluster web]\nworkers = -1\n", "x.conf:2: ", { "workers", "-1" } },
    { "# top\n[cluster web]\nworkers = 1000000000\n", "x.conf:3: ", { "workers" } },
    { "[cluster web]\nworkers = 5..2\n", "x.conf:2: ", { "workers" } },
    { "[cluster web]\nslots-max = 9999\n", "x.conf:2: ", { "slots-max must be" } },
    { "[cluster web]\nio-threads = 4\nworkers = 65\n", "x.conf:3: ", { "workers" } },
    { "[cluster web]\nstop-timeout = 9000d\n", "x.conf:2: ", { "stop-timeout" } },
    { "[cluster web]\nlisten = 127.0.0.1:80808\n", "x.conf:2: ", { "80808" } },
    { "[schedule s]\ncommand = true\n", "x.conf:1: ", { "needs a time", "when = daily 03:00" } },
    { "[schedule s]\nwhen = @daily\n", "x.conf:1: ", { "needs a command" } },
    { "[schedule s]\ncommand = true\n\nwhen = dayly\n", "x.conf:4: ", { "when: \"dayly\"", "did you mean \"daily\"" } },
    { "[schedule s]\nwhen = 0 0 * * 9\ncommand = true\n", "x.conf:2: ", { "field 5" } },
    { "[schedule s]\nwhen = @daily\ncommand = true\nkeep = 5000\n", "x.conf:4: ", { "keep", "1000" } },
    { "[schedule s]\nwhen = @daily\ncommand = true\noverlap = wait\n", "x.conf:4: ", { "overlap", "queue" } },
    { "[schedule s]\nwehn = @daily\ncommand = true\n", "x.conf:2: ", { "wehn", "did you mean \"when\"" } },
    { "[cluster web]\nbalance = steerd\n", "x.conf:2: ", { "balance" } },
    { "[clutser web]\n", "x.conf:1: ", { "did you mean [cluster web]?" } },
    { "[something]\n", "x.conf:1: ", { "[something] is not a group", "[cluster NAME]" } },
    { "[cluster]\n", "x.conf:1: ", { "needs a name" } },
    { "[agent me]\n", "x.conf:1: ", { "no name" } },
    { "[cluster Web]\n", "x.conf:1: ", { "\"Web\" cannot be a name" } },
    { "[cluster web.1]\n", "x.conf:1: ", { "\"web.1\" cannot be a name" } },
    { "[cluster web]\n[pool web]\n", "x.conf:2: ", { "taken by [cluster web] at line 1" } },
    { "[schedule web]\nwhen=@daily\ncommand=true\n[task web]\ncommand=true\n", "x.conf:4: ", { "taken by [schedule web] at line 1" } },
    { "[cluster web]\n[pool p]\n[cluster   web]\n", "x.conf:3: ", { "[cluster web] is there twice, first at line 1" } },
    { "[pool p]\nthreads = 1\nthreads = 2\n", "x.conf:3: ", { "set twice in [pool p], first at line 2" } },
    { "workers = 4\n", "x.conf:1: ", { "before any group" } },
    { "[cluster web]\nworkers 4\n", "x.conf:2: ", { "neither a group", "workers = 4" } },
    { "[cluster web\n", "x.conf:1: ", { "neither a group" } },
    { "[cluster web] # mine\n", "x.conf:1: ", { "text after [cluster web]", "# mine" } },
    { "[]\n", "x.conf:1: ", { "not a group" } },
    { "[[agent]]\n", "x.conf:1: ", { "]" } },
    { "[agent]\n= 4\n", "x.conf:2: ", { "not the name of a setting" } },
    { "[agent]\ninterval[de] = 4\n", "x.conf:2: ", { "not the name of a setting" } },
    { "[agent]\ninterval = 1s # every second\n", "x.conf:2: ", { "comment behind it", "lines of their own" } },
    { "[agent]\ninterval = 10ms\n", "x.conf:2: ", { "interval = 10ms", "200ms" } },
    { "[agent]\ninterval = soon\n", "x.conf:2: ", { "interval", "soon" } },
    { "[agent]\nhistory-memory = 4XB\n", "x.conf:2: ", { "history-memory" } },
    { "[agent]\nhistory-memory = 1\n", "x.conf:2: ", { "256KiB" } },
    { "[agent]\nintervall = 1s\n", "x.conf:2: ", { "did you mean \"interval\"?" } },
    { "[agent]\nallow-group = a\\d\n", "x.conf:2: ", { "backslash" } },
    { "[task t]\ntimeout = 1s\n", "x.conf:1: ", { "[task t] needs a command" } },
    { "[pool p]\nthreads = none\n", "x.conf:2: ", { "threads" } },
    { "[agent]\n\n# \xff\n", "x.conf:3: ", { "UTF-8" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LsConfig) config = parse (cases[i].text, &error);

      if (config != NULL)
        fail_msg ("accepted: %s", cases[i].text);
      assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MALFORMED));
      if (!g_str_has_prefix (error->message, cases[i].line))
        fail_msg ("%s\nhas not the line %s: %s", cases[i].text, cases[i].line, error->message);
      for (guint word = 0; word < 3 && cases[i].words[word] != NULL; word++)
        if (strstr (error->message, cases[i].words[word]) == NULL)
          fail_msg ("%s\nlacks \"%s\": %s", cases[i].text, cases[i].words[word], error->message);
      if (strchr (error->message, '\n') != NULL)
        fail_msg ("more than one line: %s", error->message);
    }
}

static void
a_nul_byte_is_refused (void **state)
{
  static const char text[] = "[agent]\nallow-group = a\0b\n";
  g_autoptr (GError) error = NULL;

  assert_null (ls_config_parse (text, sizeof text - 1, "x.conf", &error));
  assert_non_null (strstr (error->message, "x.conf:2: "));
}

static void
a_file_that_is_too_large_is_refused (void **state)
{
  g_autofree char *text = g_strnfill (2 * 1024 * 1024, '#');
  g_autoptr (GError) error = NULL;

  assert_null (parse (text, &error));
  assert_non_null (strstr (error->message, "at most 1048576"));
}

static void
a_file_that_cannot_be_read_says_why (void **state)
{
  g_autoptr (GError) missing = NULL, folder = NULL;

  assert_null (ls_config_load ("/nonexistent/lineshaft.conf", &missing));
  assert_true (g_error_matches (missing, LS_ERROR, LS_ERROR_UNKNOWN));
  assert_non_null (strstr (missing->message, "/nonexistent/lineshaft.conf"));
  assert_null (ls_config_load (g_get_tmp_dir (), &folder));
  assert_non_null (strstr (folder->message, "directory"));
}

int
main (int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (an_empty_file_is_the_defaults),
    cmocka_unit_test (every_kind_of_group_is_read),
    cmocka_unit_test (line_ends_and_a_byte_order_mark_do_not_matter),
    cmocka_unit_test (escapes_are_undone),
    cmocka_unit_test (a_schedule_is_a_command_and_a_time),
    cmocka_unit_test (the_demo_is_valid),
    cmocka_unit_test (what_is_wrong_is_said_with_its_line),
    cmocka_unit_test (a_nul_byte_is_refused),
    cmocka_unit_test (a_file_that_is_too_large_is_refused),
    cmocka_unit_test (a_file_that_cannot_be_read_says_why),
  };

  demo_conf = argv[1];
  return cmocka_run_group_tests (tests, NULL, NULL);
}
