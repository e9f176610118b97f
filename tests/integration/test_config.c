/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* The config: read at the start, applied again by its difference, and a wrong one changes nothing. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOON 10000

static void
a_typo_is_told_with_file_and_line (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_launch ("[agent]\n\n[cluster web]\nwrokers = 4\n", NULL);
  g_autofree char *log = NULL;

  assert_true (ls_test_agent_ended (agent, SOON));
  assert_int_equal (WEXITSTATUS (agent->status), 2);
  log = ls_test_agent_log (agent);
  assert_non_null (strstr (log, agent->config));
  assert_non_null (strstr (log, "4"));
  assert_non_null (strstr (log, "workers"));
  assert_false (g_file_test (agent->socket, G_FILE_TEST_EXISTS));
}

static void
wrong_options_are_told (void **state)
{
  static const char *const cases[][3] = {
    { "--log-level", "loud", NULL }, { "--nonsense", NULL, NULL }, { "surplus", NULL, NULL }, { "--config", "/no/such/file.conf", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsTestAgent *agent = *state = ls_test_agent_launch (NULL, cases[i]);
      g_autofree char *log = NULL;

      assert_true (ls_test_agent_ended (agent, SOON));
      assert_int_equal (WEXITSTATUS (agent->status), 2);
      log = ls_test_agent_log (agent);
      assert_true (g_str_has_prefix (log, "lineshaft-agent: "));
      ls_test_agent_free (agent);
      *state = NULL;
    }
}

static void
a_port_that_is_taken_keeps_it_from_starting (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[cluster web]\nlisten = 127.0.0.1:0\nworkers = 1\n");
  g_autofree char *config = g_strdup_printf ("[cluster fine]\nlisten = 127.0.0.1:0\n[cluster other]\nlisten = 127.0.0.1:%u\n",
                                             ls_test_port (agent, "web"));
  LsTestAgent *second = ls_test_agent_launch (config, NULL);
  g_autofree char *log = NULL;

  assert_true (ls_test_agent_ended (second, 20000));
  assert_int_equal (WEXITSTATUS (second->status), 1);
  log = ls_test_agent_log (second);
  assert_non_null (strstr (log, "other"));
  assert_non_null (strstr (log, "127.0.0.1"));
  /* Nothing of it is left, and the first is unharmed. */
  assert_int_equal (ls_test_count_children (getpid ()), 1);
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "1", SOON));
  ls_test_agent_free (agent);
  *state = second;
}

static json_t *
apply (LsTestAgent *agent, int status, const char *text, gboolean dry_run)
{
  g_autoptr (json_t) body = json_pack ("{s:b}", "dry_run", dry_run);
  g_autofree char *request = NULL;

  if (text != NULL)
    json_object_set_new (body, "text", json_string (text));
  request = json_dumps (body, 0);
  return ls_test_expect (agent, status, "POST", "/v1/apply", request);
}

#define FIRST "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n[cluster old]\nworkers = 1\nlisten = 127.0.0.1:0\n[pool compute]\nthreads = 1\n"
#define SECOND "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 3\n[cluster new]\nworkers = 1\nlisten = 127.0.0.1:0\n[pool compute]\nthreads = 1\n"

static const char *
op_of (json_t *answer, const char *name)
{
  gsize i;
  json_t *change;

  json_array_foreach (json_object_get (answer, "changes"), i, change)
    if (strcmp (ls_test_text (change, "name"), name) == 0)
      return ls_test_text (change, "op");
  return "none";
}

static void
only_the_difference_is_applied (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (FIRST);
  json_t *before, *after, *answer;

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "2", SOON));
  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/clusters/mine", "{\"listen\":[\"127.0.0.1:0\"],\"workers\":1}"));
  before = ls_test_get (agent, "/v1/workers/web.1");
  answer = apply (agent, 200, SECOND, TRUE);
  assert_true (json_is_false (json_object_get (answer, "applied")));
  assert_string_equal (op_of (answer, "web"), "change");
  assert_string_equal (op_of (answer, "new"), "create");
  assert_string_equal (op_of (answer, "old"), "remove");
  assert_string_equal (op_of (answer, "compute"), "none");
  assert_string_equal (op_of (answer, "mine"), "none");
  json_decref (answer);
  json_decref (ls_test_expect (agent, 404, "GET", "/v1/clusters/new", NULL));

  ls_test_agent_write_config (agent, SECOND);
  kill (agent->pid, SIGHUP);
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "3", SOON));
  json_decref (ls_test_until (agent, "/v1/clusters/new", "status.ready", "1", SOON));
  json_decref (ls_test_get (agent, "/v1/clusters/mine"));
  /* The workers that did before do still. */
  after = ls_test_get (agent, "/v1/workers/web.1");
  assert_string_equal (ls_test_text (after, "instance"), ls_test_text (before, "instance"));
  json_decref (before);
  json_decref (after);
  ls_test_until_gone (agent, "/v1/clusters/old", SOON);
  answer = apply (agent, 200, NULL, FALSE);
  assert_int_equal (json_array_size (json_object_get (answer, "changes")), 0);
  json_decref (answer);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_wrong_config_changes_nothing (void **state)
{
  static const char *const wrong[] = {
    "[cluster web]\nworkers = many\n",
    "[cluster web]\nworkers = 2\n[cluster web]\nworkers = 3\n",
    "[clutser web]\n",
    "nonsense\n",
  };
  LsTestAgent *agent = *state = ls_test_agent_start (FIRST);
  g_autofree char *taken = NULL;
  json_t *before, *after;

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "ready", SOON));
  json_decref (ls_test_until (agent, "/v1/clusters/old", "status.state", "ready", SOON));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  before = ls_test_get (agent, "/v1/workers");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    json_decref (apply (agent, 400, wrong[i], FALSE));
  /* A step that is refused undoes those before it. */
  taken = g_strdup_printf ("[cluster first]\nlisten = 127.0.0.1:0\nworkers = 1\n[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n"
                           "[cluster other]\nlisten = 127.0.0.1:%u\n", ls_test_port (agent, "web"));
  {
    g_autoptr (json_t) body = json_pack ("{s:s}", "text", taken);
    g_autofree char *request = json_dumps (body, 0);
    g_autoptr (LsTestReply) reply = ls_test_call (agent, "POST", "/v1/apply", NULL, request);

    assert_in_range (reply->status, 400, 499);
    assert_non_null (strstr (reply->body, "other"));
  }
  ls_test_agent_write_config (agent, "[agent]\ninterval = never\n");
  kill (agent->pid, SIGHUP);
  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  for (gint64 until = g_get_monotonic_time () + SOON * 1000;; g_usleep (3000))
    {
      gboolean same;

      after = ls_test_get (agent, "/v1/workers");
      same = json_array_size (json_object_get (after, "items")) == json_array_size (json_object_get (before, "items"));
      if (same)
        break;
      json_decref (after);
      assert_true (g_get_monotonic_time () < until);
    }
  for (guint i = 0; i < json_array_size (json_object_get (before, "items")); i++)
    {
      g_autofree char *path = g_strdup_printf ("items.%u.instance", i);

      assert_string_equal (ls_test_text (before, path), ls_test_text (after, path));
    }
  json_decref (before);
  json_decref (after);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
tasks_of_the_config_start_once (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[task hello]\ncommand = echo hello\n");
  json_t *answer, *tasks = ls_test_until (agent, "/v1/tasks", "items.0.status.state", "exited", SOON);

  assert_string_equal (ls_test_text (tasks, "items.0.name"), "hello");
  json_decref (tasks);
  answer = apply (agent, 200, NULL, FALSE);
  assert_int_equal (json_array_size (json_object_get (answer, "changes")), 0);
  json_decref (answer);
  answer = apply (agent, 200, "[task hello]\ncommand = echo other\n", FALSE);
  assert_string_equal (op_of (answer, "hello"), "change");
  json_decref (answer);
  tasks = ls_test_until (agent, "/v1/tasks", "items.0.status.state", "exited", SOON);
  assert_int_equal (json_array_size (json_object_get (tasks, "items")), 1);
  assert_string_equal (ls_test_text (tasks, "items.0.id"), "t2");
  json_decref (tasks);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (a_typo_is_told_with_file_and_line, ls_test_teardown),
    cmocka_unit_test_teardown (wrong_options_are_told, ls_test_teardown),
    cmocka_unit_test_teardown (a_port_that_is_taken_keeps_it_from_starting, ls_test_teardown),
    cmocka_unit_test_teardown (only_the_difference_is_applied, ls_test_teardown),
    cmocka_unit_test_teardown (a_wrong_config_changes_nothing, ls_test_teardown),
    cmocka_unit_test_teardown (tasks_of_the_config_start_once, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
