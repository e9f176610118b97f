/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* "lineshaft compare": a task that everybody sees, and a table for who asked. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* "lineshaft -H … WORDS"; the words come apart at spaces. */
static int
say (const LsTestAgent *agent, const char *words, char **ret_said, char **ret_complaint)
{
  g_autofree char *line = g_strdup_printf ("%s -H %s %s", g_getenv ("LINESHAFT_TEST_CLI"), agent->socket, words);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, ret_said, ret_complaint, &status, &error))
    fail_msg ("%s", error->message);
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

static void
the_table_has_four_ways_and_an_advice (void **state)
{
  static const char *const parts[] = { "primes 20000, 2 at once", "JOBS/S", "P50", "P99", "CPU", "MEMORY", "START-UP", "\nthreads of a pool ",
                                       "\nworker processes ", "\na child process a job ", "\none after the other ", " each " };
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autofree char *said = NULL, *complaint = NULL;

  assert_int_equal (say (agent, "compare primes 20000 -n 40 --threads 2", &said, &complaint), 0);
  assert_string_equal (complaint, "");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (!strstr (said, parts[i]))
      fail_msg ("“%s” is not in:\n%s", parts[i], said);
  /* Each did all of them, in the last column. */
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);
  guint whole = 0;
  for (char **line = lines; *line; line++)
    whole += g_str_has_suffix (*line, "  40");
  assert_int_equal (whole, 4);
  assert_true (strstr (said, "Take ") || strstr (said, "Side by side gains nothing"));
  json_t *task = ls_test_get (agent, "/v1/tasks/t1");
  assert_string_equal (ls_test_text (task, "name"), "compare");
  assert_string_equal (ls_test_text (task, "status.state"), "exited");
  json_decref (task);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_same_as_json (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autofree char *said = NULL;

  assert_int_equal (say (agent, "compare -n 4 matrix 100 -o json", &said, NULL), 0);
  json_t *json = json_loads (said, 0, NULL);
  assert_non_null (json);
  assert_string_equal (ls_test_text (json, "job"), "matrix");
  assert_int_equal (json_array_size (json_object_get (json, "rows")), 4);
  assert_int_equal (ls_test_number (json, "rows.2.jobs"), 4);
  assert_string_equal (ls_test_text (json, "rows.3.way"), "in-turn");
  assert_true (strlen (ls_test_text (json, "advice")) > 20);
  json_decref (json);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_job_that_cannot_be_run_is_said (void **state)
{
  static const struct {
    const char *words, *sentence;
    int status;
  } cases[] = {
    { "compare primes many", "lineshaft: primes takes one whole number", 1 },
    { "compare juggle", "There is no job “juggle” here", 1 },
    { "compare checksum /nowhere", "“/nowhere” cannot be read: No such file or directory.", 1 },
    { "compare -n none primes", "--count is a whole number from 1 to 100000, not \"none\"", 2 },
  };
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *complaint = NULL;
      assert_int_equal (say (agent, cases[i].words, NULL, &complaint), cases[i].status);
      if (!strstr (complaint, cases[i].sentence))
        fail_msg ("%s: %s", cases[i].words, complaint);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* Ctrl+C here, or "lineshaft stop" by somebody else: nothing of it goes on. */
static void
it_can_be_stopped_by_who_asked_and_by_others (void **state)
{
  for (guint i = 0; i < 2; i++)
    {
      LsTestAgent *agent = *state = ls_test_agent_start (NULL);
      const char *argv[] = { g_getenv ("LINESHAFT_TEST_CLI"), "-H", agent->socket, "compare", "-n", "1000", "primes", "1000000000000", NULL };
      g_autoptr (GError) error = NULL;
      GPid pid;
      int status;

      if (!g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, &error))
        fail_msg ("%s", error->message);
      json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "running", 20000));
      if (i == 0)
        {
          /* Its first word is there once it follows, and so it listens to signals. */
          g_autofree char *log = NULL;
          for (guint tries = 0; tries < 2000 && !(log && strstr (log, "progress")); tries++)
            {
              g_autoptr (LsTestReply) reply = ls_test_call (agent, "GET", "/v1/tasks/t1/output?stream=stdout", NULL, NULL);
              g_free (log);
              log = g_strndup (reply->body, reply->length);
              g_usleep (10000);
            }
          kill (pid, SIGINT);
        }
      else
        {
          g_autofree char *said = NULL;
          assert_int_equal (say (agent, "stop t1", &said, NULL), 0);
        }
      assert_int_equal (waitpid (pid, &status, 0), pid);
      assert_int_equal (WEXITSTATUS (status), i == 0 ? 130 : 1);
      ls_test_agent_stop (agent); /* leaves no child behind */
      *state = NULL;
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (the_table_has_four_ways_and_an_advice, ls_test_teardown),
    cmocka_unit_test_teardown (the_same_as_json, ls_test_teardown),
    cmocka_unit_test_teardown (a_job_that_cannot_be_run_is_said, ls_test_teardown),
    cmocka_unit_test_teardown (it_can_be_stopped_by_who_asked_and_by_others, ls_test_teardown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
