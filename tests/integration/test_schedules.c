/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Schedules: tasks that start by themselves, and a history that outlives the agent. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <signal.h>
#include <string.h>

#define SOON 20000
#define HOUR (3600 * 1000)
#define EVERY_SECOND "[schedule tick]\nwhen = every 1 s\ncommand = echo hello\n"

static json_int_t
now_ms (void)
{
  return g_get_real_time () / 1000;
}

static void
end (LsTestAgent *agent, int signal_number)
{
  kill (agent->pid, signal_number);
  assert_true (ls_test_agent_ended (agent, SOON));
}

/* The file in which the agent keeps the history of @name. */
static char *
history_of (const LsTestAgent *agent, const char *name)
{
  return g_strdup_printf ("%s/agent.schedules/%s.json", agent->folder, name);
}

/* Moves the mark up to which everything was seen to. */
static void
make_it_look_older (const LsTestAgent *agent, const char *name, json_int_t ms)
{
  g_autofree char *path = history_of (agent, name);
  g_autoptr (json_t) json = json_load_file (path, 0, NULL);

  assert_non_null (json);
  json_object_set_new (json, "due_at", json_integer (ls_test_number (json, "due_at") - ms));
  assert_int_equal (json_dump_file (json, path, 0), 0);
}

static void
runs_come_by_themselves (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (EVERY_SECOND);
  json_t *schedule = ls_test_until (agent, "/v1/schedules/tick", "status.runs.1.state", "exited", SOON);
  json_t *task;

  assert_string_equal (ls_test_text (schedule, "origin"), "config");
  assert_in_range (ls_test_number (schedule, "status.next_at"), now_ms () - 1000, now_ms () + 1500);
  /* One second apart: counted from when they were due, not from when they began. */
  assert_in_range (ls_test_number (schedule, "status.runs.0.at") - ls_test_number (schedule, "status.runs.1.at"), 700, 1300 * LS_TEST_SLOWNESS);
  assert_string_equal (ls_test_text (schedule, "status.runs.1.task"), "t1");
  task = ls_test_get (agent, "/v1/tasks/t1");
  assert_string_equal (ls_test_text (task, "schedule"), "tick");
  assert_string_equal (ls_test_text (task, "name"), "tick");
  json_decref (task);
  json_decref (schedule);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_history_outlives_the_agent (void **state)
{
  static const int ends[] = { SIGTERM, SIGKILL };
  LsTestAgent *agent = *state = ls_test_agent_start ("[schedule slow]\nwhen = daily 03:00\ncommand = sleep 1000\n");

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *path = history_of (agent, "slow");
      g_autofree char *text = NULL;
      gint64 until = g_get_monotonic_time () + SOON * 1000;
      json_t *schedule;

      json_decref (ls_test_expect (agent, 201, "POST", "/v1/schedules/slow/run", NULL));
      /* What is killed writes nothing more: it is on the disk within a moment of its happening. */
      for (; ends[i] == SIGKILL && (text == NULL || strstr (text, "\"running\"") == NULL) && g_get_monotonic_time () < until; g_usleep (10000))
        {
          g_clear_pointer (&text, g_free);
          g_file_get_contents (path, &text, NULL, NULL);
        }
      end (agent, ends[i]);
      ls_test_kill_children ();      /* those of one that could not end them */
      ls_test_agent_start_again (agent);
      schedule = ls_test_get (agent, "/v1/schedules/slow");
      assert_int_equal (json_array_size (ls_test_member (schedule, "status.runs")), i + 1);
      assert_string_equal (ls_test_text (schedule, "status.runs.0.state"), "stopped");
      assert_string_equal (ls_test_text (schedule, "status.runs.0.cause"), "asked");
      assert_true (json_is_null (ls_test_member (schedule, "status.runs.0.task")));
      assert_non_null (strstr (ls_test_text (schedule, "status.runs.0.reason"), ends[i] == SIGKILL ? "the agent ended before it did" : "the agent was stopped"));
      json_decref (schedule);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
what_was_missed_is_skipped_or_made_up_for (void **state)
{
  static const char config[] = "[schedule lazy]\nwhen = every 1 h\ncommand = true\n[schedule keen]\nwhen = every 1 h\ncommand = true\nmissed = once\n"
                               "[schedule fresh]\nwhen = every 1 h\ncommand = true\nmissed = once\n";
  LsTestAgent *agent = *state = ls_test_agent_start (config);
  json_t *schedule;

  end (agent, SIGTERM);
  make_it_look_older (agent, "lazy", 5 * HOUR / 2);
  make_it_look_older (agent, "keen", 5 * HOUR / 2);
  ls_test_agent_start_again (agent);
  schedule = ls_test_until (agent, "/v1/schedules/keen", "status.runs.0.state", "exited", SOON);
  assert_string_equal (ls_test_text (schedule, "status.runs.0.cause"), "missed");
  assert_int_equal (json_array_size (ls_test_member (schedule, "status.runs")), 1);
  /* The grid stays: half an hour is left. */
  assert_in_range (ls_test_number (schedule, "status.next_at") - now_ms (), HOUR / 2 - 60000, HOUR / 2);
  json_decref (schedule);
  schedule = ls_test_until (agent, "/v1/schedules/lazy", "status.runs.0.state", "skipped", SOON);
  assert_string_equal (ls_test_text (schedule, "status.runs.0.cause"), "missed");
  assert_non_null (strstr (ls_test_text (schedule, "status.runs.0.reason"), "the agent was down"));
  json_decref (schedule);
  schedule = ls_test_get (agent, "/v1/schedules/fresh");
  assert_int_equal (json_array_size (ls_test_member (schedule, "status.runs")), 0);
  json_decref (schedule);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_broken_history_is_set_aside (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (EVERY_SECOND);
  g_autofree char *path = history_of (agent, "tick");
  g_autofree char *aside = g_strconcat (path, ".bad", NULL);
  json_t *about;

  json_decref (ls_test_until (agent, "/v1/schedules/tick", "status.runs.0.state", "exited", SOON));
  end (agent, SIGTERM);
  assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  assert_true (g_file_set_contents (path, "{\"name\":\"tick\",\"runs\":[{", -1, NULL));
  ls_test_agent_start_again (agent);
  assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  about = ls_test_get (agent, "/v1/agent");
  assert_non_null (strstr (ls_test_text (about, "warnings.0"), "tick.json cannot be understood"));
  json_decref (about);
  json_decref (ls_test_until (agent, "/v1/schedules/tick", "status.runs.0.state", "exited", SOON));
  /* A schedule that is removed takes its history along. */
  json_decref (ls_test_expect (agent, 204, "DELETE", "/v1/schedules/tick", NULL));
  end (agent, SIGTERM);
  assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  ls_test_agent_free (agent);
  *state = NULL;
}

static void
a_pause_and_the_rule_for_overlaps_hold (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  json_t *schedule;

  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/schedules/slow", "{\"when\":\"every 1 s\",\"argv\":[\"sleep\",\"1000\"],\"paused\":true}"));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/schedules/slow/run", NULL));
  schedule = ls_test_get (agent, "/v1/schedules/slow");
  assert_true (json_is_null (ls_test_member (schedule, "status.next_at")));
  assert_string_equal (ls_test_text (schedule, "status.running.0"), "t1");
  json_decref (schedule);
  json_decref (ls_test_expect (agent, 200, "PATCH", "/v1/schedules/slow", "{\"paused\":false}"));
  schedule = ls_test_until (agent, "/v1/schedules/slow", "status.runs.0.state", "skipped", SOON);
  assert_string_equal (ls_test_text (schedule, "status.runs.0.reason"), "t1 still runs");
  json_decref (schedule);
  json_decref (ls_test_expect (agent, 200, "PATCH", "/v1/schedules/slow", "{\"overlap\":\"replace\"}"));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "stopped", SOON));
  json_decref (ls_test_until (agent, "/v1/tasks/t2", "status.state", "running", SOON));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_config_applies_its_difference (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[schedule a]\nwhen = @daily\ncommand = true\n[schedule b]\nwhen = @daily\ncommand = true\n");
  json_t *answer;

  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/schedules/own", "{\"when\":\"@daily\",\"argv\":[\"true\"]}"));
  ls_test_agent_write_config (agent, "[schedule b]\nwhen = @weekly\ncommand = true\n[schedule c]\nwhen = @daily\ncommand = true\n");
  answer = ls_test_expect (agent, 200, "POST", "/v1/apply", "{\"dry_run\":true}");
  assert_int_equal (json_array_size (ls_test_member (answer, "changes")), 3);
  assert_string_equal (ls_test_text (answer, "changes.0.op"), "change");
  assert_string_equal (ls_test_text (answer, "changes.0.kind"), "schedule");
  assert_string_equal (ls_test_text (answer, "changes.0.name"), "b");
  assert_string_equal (ls_test_text (answer, "changes.1.op"), "create");
  assert_string_equal (ls_test_text (answer, "changes.2.op"), "remove");
  json_decref (answer);
  json_decref (ls_test_expect (agent, 404, "GET", "/v1/schedules/c", NULL));
  json_decref (ls_test_expect (agent, 200, "POST", "/v1/apply", NULL));
  json_decref (ls_test_expect (agent, 404, "GET", "/v1/schedules/a", NULL));
  json_decref (ls_test_expect (agent, 200, "GET", "/v1/schedules/own", NULL));
  answer = ls_test_get (agent, "/v1/schedules/b");
  assert_string_equal (ls_test_text (answer, "spec.when"), "@weekly");
  json_decref (answer);
  answer = ls_test_expect (agent, 200, "POST", "/v1/apply", NULL);
  assert_int_equal (json_array_size (ls_test_member (answer, "changes")), 0);
  json_decref (answer);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
refuses (LsTestAgent *agent, const char *method, const char *target, const char *body, const char *word)
{
  json_t *problem = ls_test_expect (agent, 422, method, target, body);

  if (strstr (ls_test_text (problem, "detail"), word) == NULL)
    fail_msg ("%s does not speak of “%s”: %s", body, word, ls_test_text (problem, "detail"));
  json_decref (problem);
}

/* Whoever makes a schedule hears at once what it could not run. The config is taken: the program may be installed later, and the rest of it is good. */
static void
what_could_not_run_is_refused_or_told (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[schedule early]\nwhen = daily 03:00\ncommand = /nowhere/backup\n");

  json_decref (ls_test_until (agent, "/v1/schedules/early", "status.reason",
                              "it could not run now: there is no program \"/nowhere/backup\"", SOON));
  refuses (agent, "PUT", "/v1/schedules/new", "{\"when\":\"@daily\",\"argv\":[\"no-such-program\"]}", "no-such-program");
  refuses (agent, "PUT", "/v1/schedules/new", "{\"when\":\"@daily\",\"argv\":[\"true\"],\"cwd\":\"/nowhere\"}", "/nowhere");
  json_decref (ls_test_expect (agent, 404, "GET", "/v1/schedules/new", NULL));
  refuses (agent, "PATCH", "/v1/schedules/early", "{\"argv\":[\"no-such-program\"]}", "no-such-program");
  json_decref (ls_test_expect (agent, 200, "PATCH", "/v1/schedules/early", "{\"paused\":true}"));
  /* What it reads may be written by then. */
  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/schedules/new", "{\"when\":\"@daily\",\"argv\":[\"cat\"],\"stdin\":{\"file\":\"/nowhere/today\"}}"));
  json_decref (ls_test_expect (agent, 200, "PATCH", "/v1/schedules/early", "{\"argv\":[\"true\"]}"));
  json_decref (ls_test_until (agent, "/v1/schedules/early", "status.state", "paused", SOON));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* --- the command line --- */

/* Both streams of "lineshaft LINE"; a space in a word is written "_". */
static char *
lineshaft (const LsTestAgent *agent, const char *line, int status)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *out = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  int how;

  g_ptr_array_add (argv, (gpointer) g_getenv ("LINESHAFT_TEST_CLI"));
  g_ptr_array_add (argv, (gpointer) "-H");
  g_ptr_array_add (argv, agent->socket);
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (argv, g_strdelimit (*word, "_", ' '));
  g_ptr_array_add (argv, NULL);
  if (!g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &errors, &how, &error))
    fail_msg ("lineshaft %s: %s", line, error->message);
  if (!WIFEXITED (how) || WEXITSTATUS (how) != status)
    fail_msg ("lineshaft %s: %d instead of %d: %s%s", line, how, status, out, errors);
  return g_strconcat (out, errors, NULL);
}

static void
whoever_applies_a_schedule_that_cannot_run_hears_so (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[schedule good]\nwhen = @daily\ncommand = true\n");

  ls_test_agent_write_config (agent, "[schedule good]\nwhen = @weekly\ncommand = true\n[schedule bad]\nwhen = @daily\ncommand = /nowhere/backup\n");
  g_autofree char *said = lineshaft (agent, "apply", 0);
  assert_non_null (strstr (said, "Applied."));
  assert_non_null (strstr (said, "lineshaft: schedule bad: it could not run now: there is no program \"/nowhere/backup\""));
  assert_null (strstr (said, "schedule good:"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_command_line_knows_schedules (void **state)
{
  static const struct { const char *line; int status; const char *words[3]; } cases[] = {
    { "create schedule backup when=dayly command=true", 2, { "did you mean \"daily\"" } },
    { "create schedule backup command=true", 6, { "when is missing" } },
    { "create schedule backup when=daily_03:00 command=sh_-c_\"exit_3\" --save", 0, { "backup is there", "lineshaft.conf" } },
    { "create schedule backup when=@daily command=true", 6, { "already" } },
    { "list schedules", 0, { "backup", "daily 03:00", "(" } },
    { "list", 0, { "SCHEDULE", "backup" } },
    { "list schedules -o name", 0, { "backup\n" } },
    { "stop backup", 0, { "backup is paused" } },
    { "show backup", 0, { "paused" } },
    { "start backup", 0, { "no longer paused", "it runs in" } },
    { "start backup", 0, { "backup runs now, as t1" } },
    { "set backup when=every_5_min overlap=queue", 0, { "changed" } },
    { "show backup -o json", 0, { "\"every 5 min\"", "\"queue\"" } },
    { "remove backup", 0, { "removed" } },
    { "show backup", 4, { "no cluster, pool or schedule", "task t1 is called so" } },
    { "show nobody", 4, { "no cluster, pool or schedule", "lineshaft list" } },
  };
  LsTestAgent *agent = *state = ls_test_agent_start ("# mine\n");
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *said = lineshaft (agent, cases[i].line, cases[i].status);

      for (guint word = 0; word < G_N_ELEMENTS (cases[i].words) && cases[i].words[word] != NULL; word++)
        if (strstr (said, cases[i].words[word]) == NULL)
          fail_msg ("lineshaft %s: without “%s”: %s", cases[i].line, cases[i].words[word], said);
      if (strcmp (cases[i].line, "start backup") == 0 && strstr (said, "t1") != NULL)
        {
          g_autofree char *shown = NULL;
          g_autofree char *unwell = NULL;

          json_decref (ls_test_until (agent, "/v1/schedules/backup", "status.runs.0.state", "failed", SOON));
          shown = lineshaft (agent, "show backup", 0);
          unwell = lineshaft (agent, "status", 3);
          assert_non_null (strstr (shown, "failed, exit 3"));
          assert_non_null (strstr (unwell, "backup: the last run failed"));
        }
    }
  assert_true (g_file_get_contents (agent->config, &text, NULL, NULL));
  assert_non_null (strstr (text, "# mine\n"));
  assert_non_null (strstr (text, "[schedule backup]\nwhen = daily 03:00\n"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
live_in_tokyo (LsTestAgent *agent)
{
  g_setenv ("TZ", "JST-9", TRUE);
}

/* A window elsewhere previews a rule on the same clock. */
static void
the_agent_says_whose_clock_it_means (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_launch_as ("[schedule backup]\nwhen = daily 03:00\ncommand = true\n", NULL, TRUE, live_in_tokyo);
  json_t *told, *schedule;

  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  told = ls_test_get (agent, "/v1/agent");
  schedule = ls_test_get (agent, "/v1/schedules/backup");
  assert_string_equal (ls_test_text (told, "time_zone"), "JST-9");
  assert_int_equal (ls_test_number (schedule, "status.next_at") % (24 * HOUR), 18 * HOUR);
  json_decref (told);
  json_decref (schedule);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (runs_come_by_themselves, ls_test_teardown),
    cmocka_unit_test_teardown (a_history_outlives_the_agent, ls_test_teardown),
    cmocka_unit_test_teardown (what_was_missed_is_skipped_or_made_up_for, ls_test_teardown),
    cmocka_unit_test_teardown (a_broken_history_is_set_aside, ls_test_teardown),
    cmocka_unit_test_teardown (a_pause_and_the_rule_for_overlaps_hold, ls_test_teardown),
    cmocka_unit_test_teardown (the_config_applies_its_difference, ls_test_teardown),
    cmocka_unit_test_teardown (what_could_not_run_is_refused_or_told, ls_test_teardown),
    cmocka_unit_test_teardown (the_agent_says_whose_clock_it_means, ls_test_teardown),
    cmocka_unit_test_teardown (whoever_applies_a_schedule_that_cannot_run_hears_so, ls_test_teardown),
    cmocka_unit_test_teardown (the_command_line_knows_schedules, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
