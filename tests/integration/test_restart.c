/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* An update under a running agent: it is told to begin anew, and becomes the new program in the same process. */

#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define SOON 20000
#define OLDER "0.0.9"

static const char config[] = "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n";

/* The agent of before; what it finds when it looks for its programs is this build. */
static void
become_older (LsTestAgent *agent)
{
  const char *now = g_getenv ("LINESHAFT_TEST_AGENT");
  g_autofree char *folder = g_path_get_dirname (now), *parts = g_path_get_dirname (folder);
  g_autofree char *programs = g_strdup_printf ("%s/daemon:%s/worker:%s/pool", parts, parts, parts);
  const char *older = g_getenv ("LINESHAFT_TEST_OLDER");

  g_setenv ("LINESHAFT_LIBEXEC_DIR", programs, TRUE);
  execl (older, older, "--config", agent->config, "--socket", agent->socket, NULL);
  _exit (127);
}

static LsTestAgent *
start_older (const char *text)
{
  LsTestAgent *agent = ls_test_agent_launch_as (text, NULL, TRUE, become_older);

  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  return agent;
}

static char *
about (const LsTestAgent *agent, const char *member)
{
  json_t *json = ls_test_get (agent, "/v1/agent");
  char *text = g_strdup (ls_test_text (json, member));

  json_decref (json);
  return text;
}

/* Asks without a pause until another run answers. Nobody may ever be refused: at worst a call that was under way is cut. */
static void
ask_until_another_run (const LsTestAgent *agent, const char *epoch)
{
  gint64 end = g_get_monotonic_time () + SOON * 1000 * LS_TEST_SLOWNESS;
  gboolean another = FALSE;

  while (!another)
    {
      int fd = ls_test_connect_unix (agent->socket);
      g_autoptr (LsTestReply) reply = NULL;

      if (fd < 0)
        fail_msg ("there was no agent for a moment: %s", g_strerror (errno));
      reply = ls_test_request (fd, "GET", "/v1/agent", NULL, NULL, 0);
      another = reply->status == 200 && strcmp (ls_test_text (reply->json, "epoch"), epoch) != 0;
      assert_true (g_get_monotonic_time () < end);
    }
}

static void
restart (const LsTestAgent *agent)
{
  g_autofree char *epoch = about (agent, "epoch");
  json_t *going = ls_test_expect (agent, 202, "POST", "/v1/agent/restart", NULL);

  assert_true (json_is_true (json_object_get (going, "stopping")));
  json_decref (going);
  ask_until_another_run (agent, epoch);
}

static void
the_new_program_takes_the_place_of_the_old_one (void **state)
{
  LsTestAgent *agent = *state = start_older (config);
  g_autofree char *before = about (agent, "version"), *after = NULL;
  json_t *json;

  assert_string_equal (before, OLDER);
  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/clusters/extra", "{\"listen\":[\"127.0.0.1:0\"],\"workers\":{\"min\":1,\"max\":1}}"));
  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/pools/compute", "{\"threads\":{\"min\":2,\"max\":2}}"));
  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/schedules/own", "{\"when\":\"@daily\",\"argv\":[\"true\"]}"));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/schedules/own/run", NULL));
  json_decref (ls_test_until (agent, "/v1/schedules/own", "status.runs.0.state", "exited", SOON));
  json_decref (ls_test_expect (agent, 202, "PATCH", "/v1/clusters/web", "{\"workers\":{\"min\":3,\"max\":3}}"));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"sleep\",\"1000\"]}}"));
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "3", SOON));
  restart (agent);

  after = about (agent, "version");
  assert_string_equal (after, LS_VERSION);
  json = ls_test_get (agent, "/v1/agent");
  assert_int_equal (ls_test_number (json, "pid"), agent->pid);
  assert_string_equal (ls_test_text (json, "sockets.0"), agent->socket);
  json_decref (json);

  /* What was made or changed through the API runs again; a task is over. */
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "3", SOON));
  json_decref (ls_test_until (agent, "/v1/clusters/extra", "status.ready", "1", SOON));
  json = ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON);
  assert_string_equal (ls_test_text (json, "origin"), "api");
  json_decref (json);
  json_decref (ls_test_until (agent, "/v1/schedules/own", "status.runs.0.state", "exited", SOON));
  json_decref (ls_test_expect (agent, 404, "GET", "/v1/tasks/t1", NULL));
  assert_int_equal (ls_test_count_children (agent->pid), 5);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* The window's demo is a text that no file holds. */
static void
tasks_that_were_to_go_on_go_on (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[task file]\ncommand = sleep 1001\n");
  json_t *tasks;

  json_decref (ls_test_expect (agent, 200, "POST", "/v1/apply", "{\"text\":\"[task demo]\\ncommand = sleep 1002\\n[task brief]\\ncommand = true\\n\"}"));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"name\":\"server\",\"spec\":{\"argv\":[\"sleep\",\"1003\"],\"restart\":\"always\"}}"));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"name\":\"once\",\"spec\":{\"argv\":[\"sleep\",\"1004\"]}}"));
  json_decref (ls_test_until (agent, "/v1/tasks?state=exited", "items.0.name", "brief", SOON));
  restart (agent);
  tasks = ls_test_until (agent, "/v1/tasks", "items.2.name", "server", SOON);
  assert_int_equal (json_array_size (ls_test_member (tasks, "items")), 3);
  assert_string_equal (ls_test_text (tasks, "items.0.name"), "file");
  assert_string_equal (ls_test_text (tasks, "items.1.name"), "demo");
  assert_string_equal (ls_test_text (tasks, "items.1.spec.argv.1"), "1002");
  assert_string_equal (ls_test_text (tasks, "items.1.status.state"), "running");
  json_decref (tasks);
  /* It is still the one that the text asked for. */
  tasks = ls_test_expect (agent, 200, "POST", "/v1/apply", "{\"text\":\"[task demo]\\ncommand = sleep 1002\\n\",\"dry_run\":true}");
  assert_int_equal (json_array_size (ls_test_member (tasks, "changes")), 1);
  assert_string_equal (ls_test_text (tasks, "changes.0.name"), "file");
  json_decref (tasks);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_service_manager_sees_a_reload (void **state)
{
  LsTestAgent *agent = *state = start_older (NULL);

  restart (agent);
  assert_true (ls_test_agent_says (agent, "RELOADING=1", SOON));
  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_socket_stays_its_own (void **state)
{
  LsTestAgent *agent = *state = start_older (NULL), *second;
  const char *const arguments[] = { "--socket", agent->socket, NULL };
  g_autofree char *lock = g_strconcat (agent->socket, ".lock", NULL), *said = NULL, *path = g_strdup (agent->socket);

  restart (agent);
  restart (agent);      /* and once more: nothing is lost on the way */
  second = ls_test_agent_launch (NULL, arguments);
  assert_true (ls_test_agent_ended (second, SOON));
  assert_int_not_equal (second->status, 0);
  said = ls_test_agent_log (second);
  assert_non_null (strstr (said, "already running"));
  ls_test_agent_discard (second);
  kill (agent->pid, SIGTERM);
  assert_true (ls_test_agent_ended (agent, SOON));
  assert_int_equal (agent->status, 0);
  assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  assert_false (g_file_test (lock, G_FILE_TEST_EXISTS));
}

static void
sockets_of_a_service_manager_are_kept (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_launch_as (NULL, NULL, FALSE, ls_test_hand_socket_over);

  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  restart (agent);
  restart (agent);
  kill (agent->pid, SIGTERM);
  assert_true (ls_test_agent_ended (agent, SOON));
  assert_int_equal (agent->status, 0);
}

static void
what_could_not_start_again_is_refused_and_nothing_stops (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (config);
  json_t *before = ls_test_until (agent, "/v1/clusters/web", "status.ready", "2", SOON), *after;
  json_t *worker = ls_test_get (agent, "/v1/workers/web.1"), *same;

  json_decref (before);
  ls_test_agent_write_config (agent, "[cluster web]\nlisten = nowhere\n");
  after = ls_test_expect (agent, 422, "POST", "/v1/agent/restart", NULL);
  assert_non_null (strstr (ls_test_text (after, "detail"), "not restarted, since its config has a mistake"));
  json_decref (after);
  same = ls_test_get (agent, "/v1/workers/web.1");
  assert_string_equal (ls_test_text (worker, "instance"), ls_test_text (same, "instance"));
  json_decref (worker);
  json_decref (same);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_api_ends_it_too (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (config);

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "2", SOON));
  json_decref (ls_test_expect (agent, 202, "POST", "/v1/agent/stop", NULL));
  assert_true (ls_test_agent_ended (agent, SOON));
  assert_int_equal (agent->status, 0);
}

static void
going_down_it_is_not_restarted (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[cluster slow]\ncommand = sh -c 'trap \"\" TERM; echo deaf; while :; do sleep 1; done'\nready = started\n"
                                                     "workers = 1\nstop-timeout = 3s\n");
  json_t *problem;

  /* Not before it has shut its ears: its process runs a while before that. */
  json_decref (ls_test_until (agent, "/v1/logs?source=slow.1", "items.0.text", "deaf", SOON));
  json_decref (ls_test_expect (agent, 202, "POST", "/v1/agent/stop", NULL));
  problem = ls_test_expect (agent, 409, "POST", "/v1/agent/restart", NULL);
  assert_non_null (strstr (ls_test_text (problem, "detail"), "being taken down already"));
  json_decref (problem);
  kill (agent->pid, SIGINT);      /* a second one, at once */
  kill (agent->pid, SIGINT);
  assert_true (ls_test_agent_ended (agent, SOON));
}

/* --- by the command line --- */

static char *
tell (const LsTestAgent *agent, const char *words, int expected)
{
  g_autofree char *command = g_strdup_printf ("%s --host %s %s", g_getenv ("LINESHAFT_TEST_CLI"), agent->socket, words);
  g_autofree char *out = NULL, *err = NULL;
  int status;

  assert_true (g_spawn_command_line_sync (command, &out, &err, &status, NULL));
  if (!WIFEXITED (status) || WEXITSTATUS (status) != expected)
    fail_msg ("“%s” ended with %d: %s%s", words, WEXITSTATUS (status), out, err);
  return g_strconcat (out, err, NULL);
}

static void
the_command_line_tells_and_restarts (void **state)
{
  LsTestAgent *agent = *state = start_older (config);
  g_autofree char *status = NULL, *restarted = NULL, *shown = NULL, *after = NULL, *both = NULL, *none = NULL, *stopped = NULL;

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "2", SOON));
  status = tell (agent, "status", 0);
  assert_non_null (strstr (status, "the agent is older (" OLDER ") than this command (" LS_VERSION ")"));
  restarted = tell (agent, "restart --agent", 0);
  assert_non_null (strstr (restarted, "the agent is restarted: version " LS_VERSION));
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "2", SOON));
  after = tell (agent, "status", 0);
  assert_null (strstr (after, "older"));
  shown = tell (agent, "show --agent", 0);
  assert_non_null (strstr (shown, LS_VERSION));
  both = tell (agent, "restart --agent web", 2);
  none = tell (agent, "restart", 2);
  assert_non_null (strstr (none, "--agent"));
  stopped = tell (agent, "stop --agent", 0);
  assert_non_null (strstr (stopped, "the agent is stopped"));
  assert_true (ls_test_agent_ended (agent, SOON));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (the_new_program_takes_the_place_of_the_old_one, ls_test_teardown),
    cmocka_unit_test_teardown (tasks_that_were_to_go_on_go_on, ls_test_teardown),
    cmocka_unit_test_teardown (a_service_manager_sees_a_reload, ls_test_teardown),
    cmocka_unit_test_teardown (the_socket_stays_its_own, ls_test_teardown),
    cmocka_unit_test_teardown (sockets_of_a_service_manager_are_kept, ls_test_teardown),
    cmocka_unit_test_teardown (what_could_not_start_again_is_refused_and_nothing_stops, ls_test_teardown),
    cmocka_unit_test_teardown (the_api_ends_it_too, ls_test_teardown),
    cmocka_unit_test_teardown (going_down_it_is_not_restarted, ls_test_teardown),
    cmocka_unit_test_teardown (the_command_line_tells_and_restarts, ls_test_teardown),
  };
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
