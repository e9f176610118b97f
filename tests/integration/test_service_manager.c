/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent as a service manager sees it, and what its children and other programs find of it. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOON 10000

static void
ask_for_watchdog (LsTestAgent *agent)
{
  g_setenv ("WATCHDOG_USEC", "100000", TRUE);
}

static void
it_tells_its_states (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_launch_as (NULL, NULL, TRUE, ask_for_watchdog);

  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  assert_true (ls_test_agent_says (agent, "WATCHDOG=1", SOON));
  assert_true (ls_test_agent_says (agent, "WATCHDOG=1", SOON));
  kill (agent->pid, SIGHUP);
  assert_true (ls_test_agent_says (agent, "RELOADING=1", SOON));
  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  kill (agent->pid, SIGTERM);
  assert_true (ls_test_agent_says (agent, "STOPPING=1", SOON));
  assert_true (ls_test_agent_ended (agent, SOON));
  assert_int_equal (agent->status, 0);
}

static void
hand_socket_over (LsTestAgent *agent)
{
  ls_test_hand_socket_over (agent);
  g_setenv ("LOGS_DIRECTORY", agent->folder, TRUE);
}

static void
it_answers_on_a_socket_that_it_is_handed (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_launch_as (NULL, NULL, FALSE, hand_socket_over);
  g_autofree char *expected = NULL;
  json_t *about, *task;

  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  about = ls_test_get (agent, "/v1/agent");
  assert_int_equal (ls_test_number (about, "pid"), agent->pid);
  assert_string_equal (ls_test_text (about, "sockets.0"), agent->socket);
  json_decref (about);
  /* What was the manager's word to the agent is none to its children. */
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"echo [$LISTEN_FDS$LISTEN_PID$WATCHDOG_USEC$LOGS_DIRECTORY] $LINESHAFT_SOCKET\"}}"));
  expected = g_strdup_printf ("[] %s", agent->socket);
  task = ls_test_until (agent, "/v1/logs?source=t1", "items.0.text", expected, SOON);
  json_decref (task);
  kill (agent->pid, SIGTERM);
  assert_true (ls_test_agent_ended (agent, SOON));
  assert_int_equal (agent->status, 0);
}

/* The file is the manager's: the agent does not change it, and says when its group cannot come in. */
static void
it_says_whom_a_handed_socket_keeps_out (void **state)
{
  const struct group *group = getgrgid (getegid ());
  g_autofree char *config = g_strdup_printf ("[agent]\nallow-group = %s\n", group->gr_name);
  LsTestAgent *agent = *state = ls_test_agent_launch_as (config, NULL, FALSE, hand_socket_over);
  json_t *about;

  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  about = ls_test_get (agent, "/v1/agent");
  assert_non_null (strstr (ls_test_text (about, "warnings.0"), "SocketMode=0660"));
  json_decref (about);
  assert_int_equal (chmod (agent->socket, 0660), 0);
  kill (agent->pid, SIGHUP);
  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  about = ls_test_get (agent, "/v1/agent");
  assert_int_equal (json_array_size (json_object_get (about, "warnings")), 0);
  json_decref (about);
  kill (agent->pid, SIGTERM);
  assert_true (ls_test_agent_ended (agent, SOON));
  /* It is the manager's, and whoever calls next starts the agent again. */
  assert_true (g_file_test (agent->socket, G_FILE_TEST_EXISTS));
}

static void
children_find_their_agent (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"echo $LINESHAFT_SOCKET $LINESHAFT_ID\"}}"));
  {
    g_autofree char *expected = g_strdup_printf ("%s t1", agent->socket);

    json_decref (ls_test_until (agent, "/v1/logs?source=t1", "items.0.text", expected, SOON));
  }
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_flatpak_of_its_id_finds_it_too (void **state)
{
  const char *const arguments[] = { "--app-id", "org.example.App", NULL };
  LsTestAgent *agent = *state = ls_test_agent_launch (NULL, arguments);
  g_autofree char *place = g_build_filename (agent->folder, "app", "org.example.App", "agent.sock", NULL);
  g_autoptr (LsTestReply) reply = NULL;

  assert_true (ls_test_agent_says (agent, "READY=1", SOON));
  reply = ls_test_request (ls_test_connect_unix (place), "GET", "/v1/agent", NULL, NULL, 0);
  assert_int_equal (reply->status, 200);
  assert_string_equal (ls_test_text (reply->json, "sockets.0"), agent->socket);
  assert_string_equal (ls_test_text (reply->json, "sockets.1"), place);
  ls_test_agent_stop (agent);
  *state = NULL;
  assert_false (g_file_test (place, G_FILE_TEST_EXISTS));
}

static void
its_version_and_help_need_nothing (void **state)
{
  static const struct { const char *const arguments[2]; const char *word; } cases[] = {
    { { "--version", NULL }, "lineshaft-agent " },
    { { "--help", NULL }, "--socket" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsTestAgent *agent = *state = ls_test_agent_launch (NULL, cases[i].arguments);
      g_autofree char *said = NULL;

      assert_true (ls_test_agent_ended (agent, SOON));
      assert_int_equal (agent->status, 0);
      said = ls_test_agent_log (agent);
      assert_non_null (strstr (said, cases[i].word));
      ls_test_agent_free (agent);
      *state = NULL;
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (it_tells_its_states, ls_test_teardown),
    cmocka_unit_test_teardown (it_answers_on_a_socket_that_it_is_handed, ls_test_teardown),
    cmocka_unit_test_teardown (it_says_whom_a_handed_socket_keeps_out, ls_test_teardown),
    cmocka_unit_test_teardown (children_find_their_agent, ls_test_teardown),
    cmocka_unit_test_teardown (a_flatpak_of_its_id_finds_it_too, ls_test_teardown),
    cmocka_unit_test_teardown (its_version_and_help_need_nothing, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
