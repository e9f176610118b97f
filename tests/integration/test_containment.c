/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that a task started ends with it, however far it went away: by control groups, and by ancestry where there are none. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define SOON 10000

static const char *const modes[] = { NULL, "[agent]\ncontainment = ancestry\n" };

static gboolean
is_linux (void)
{
  return g_strcmp0 (g_getenv ("LINESHAFT_TEST_PLATFORM"), "linux") == 0;
}

static void
run (LsTestAgent *agent, const char *spec)
{
  g_autofree char *body = g_strdup_printf ("{\"spec\":%s}", spec);

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", body));
}

/* The pid that the task wrote as its line @index. */
static pid_t
pid_of_line (LsTestAgent *agent, const char *task, guint index)
{
  g_autofree char *target = g_strdup_printf ("/v1/logs?source=%s", task), *path = g_strdup_printf ("items.%u.stream", index);
  g_autofree char *text = g_strdup_printf ("items.%u.text", index);
  json_t *logs = ls_test_until (agent, target, path, "stdout", SOON);
  pid_t pid = (pid_t) g_ascii_strtoll (ls_test_text (logs, text), NULL, 10);

  json_decref (logs);
  assert_true (pid > 1);
  return pid;
}

static void
assert_gone (pid_t pid)
{
  if (ls_test_is_alive (pid))
    fail_msg ("process %d lives on", (int) pid);
}

/* Starts a daemon as they are written: double fork, own session, everything closed, another folder; it ignores what can be ignored. @through: "" or
 * what its commands are run by. The task itself then waits for a line. */
static void
run_daemon (LsTestAgent *agent, const char *through)
{
  g_autofree char *daemon = g_build_filename (agent->folder, "daemon", NULL);
  g_autofree char *text
    = g_strdup_printf ("case $1 in\n"
                       "  '') setsid %s sh $0 fork; read line ;;\n"
                       "  fork) %s sh $0 stay & ;;\n"
                       "  stay) trap : TERM HUP INT; cd /; echo $$; exec >/dev/null 2>&1 </dev/null 3>&-; while :; do sleep 1; done ;;\n"
                       "esac\n", through, through);
  g_autofree char *spec = g_strdup_printf ("{\"argv\":[\"sh\",\"%s\",\"\"],\"stdin\":\"open\"}", daemon);

  assert_true (g_file_set_contents (daemon, text, -1, NULL));
  run (agent, spec);
}

static void
a_daemon_ends_with_its_task (void **state)
{
  for (guint i = 0; is_linux () && i < G_N_ELEMENTS (modes); i++)
    {
      LsTestAgent *agent = *state = ls_test_agent_start (modes[i]);
      pid_t daemon;
      json_t *task;

      run_daemon (agent, "");
      daemon = pid_of_line (agent, "t1", 0);
      assert_true (ls_test_is_alive (daemon));
      json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input", "\n"));
      task = ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON);
      /* When it is said to be over, it is. */
      assert_gone (daemon);
      if (i == 1)
        assert_string_equal (ls_test_text (task, "status.containment"), "ancestry");
      else
        print_message ("# without a wish it is by %s here\n", ls_test_text (task, "status.containment"));
      json_decref (task);
      ls_test_assert_childless (agent->pid);
      ls_test_agent_stop (agent);
      *state = NULL;
    }
  if (!is_linux ())
    print_message ("# not tested: the portable variant has process groups only\n");
}

/* The same without the mark in its environment, while an older task runs that could be its parent, and is not. */
static void
one_that_wiped_its_environment_ends_too (void **state)
{
  for (guint i = 0; is_linux () && i < G_N_ELEMENTS (modes); i++)
    {
      LsTestAgent *agent = *state = ls_test_agent_start (modes[i]);
      pid_t daemon;

      run_daemon (agent, "env -i ");
      daemon = pid_of_line (agent, "t1", 0);
      /* Younger, so none of its children. */
      run (agent, "{\"argv\":[\"sleep\",\"1000\"]}");
      json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input", "\n"));
      json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
      assert_gone (daemon);
      json_decref (ls_test_until (agent, "/v1/tasks/t2", "status.state", "running", SOON));
      ls_test_agent_stop (agent);
      *state = NULL;
    }
}

static void
others_are_left_alone (void **state)
{
  for (guint i = 0; is_linux () && i < G_N_ELEMENTS (modes); i++)
    {
      LsTestAgent *agent = *state = ls_test_agent_start (modes[i]);
      pid_t mine, others;

      run_daemon (agent, "");
      run_daemon (agent, "");
      mine = pid_of_line (agent, "t1", 0);
      others = pid_of_line (agent, "t2", 0);
      json_decref (ls_test_expect (agent, 202, "DELETE", "/v1/tasks/t1", NULL));
      ls_test_until_gone (agent, "/v1/tasks/t1", SOON);
      assert_gone (mine);
      assert_true (ls_test_is_alive (others));
      json_decref (ls_test_expect (agent, 202, "POST", "/v1/tasks/t2/stop", NULL));
      json_decref (ls_test_until (agent, "/v1/tasks/t2", "status.state", "stopped", SOON));
      assert_gone (others);
      ls_test_agent_stop (agent);
      *state = NULL;
    }
}

/* A hundred of them, each a child of the one before, all in sessions of their own, and a task that is killed. */
static void
a_whole_tree_ends (void **state)
{
  for (guint i = 0; is_linux () && i < G_N_ELEMENTS (modes); i++)
    {
      LsTestAgent *agent = *state = ls_test_agent_start (modes[i]);
      g_autofree char *program = g_build_filename (agent->folder, "nest", NULL);
      g_autofree char *spec = g_strdup_printf ("{\"argv\":[\"sh\",\"%s\",\"40\"]}", program);
      pid_t pids[41];

      assert_true (g_file_set_contents (program, "echo $$\n[ $1 -eq 0 ] || setsid sh $0 $(($1 - 1)) &\nsleep 1000\n", -1, NULL));
      run (agent, spec);
      for (guint n = 0; n < G_N_ELEMENTS (pids); n++)
        pids[n] = pid_of_line (agent, "t1", n);
      json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/signal", "{\"signal\":\"KILL\"}"));
      json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "failed", SOON));
      for (guint n = 0; n < G_N_ELEMENTS (pids); n++)
        assert_gone (pids[n]);
      ls_test_assert_childless (agent->pid);
      ls_test_agent_stop (agent);
      *state = NULL;
    }
}

/* The folder of control groups of an agent, NULL if it has none. (transfer full) */
static char *
folder_of (const LsTestAgent *agent)
{
  g_autofree char *command = g_strdup_printf ("find /sys/fs/cgroup -maxdepth 6 -type d -name 'lineshaft-%d-*' 2>/dev/null | head -n 1", (int) agent->pid);
  const char *argv[] = { "sh", "-c", command, NULL };
  char *found = NULL;

  assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &found, NULL, NULL, NULL));
  g_strchomp (found);
  return *found ? found : (g_free (found), NULL);
}

static void
no_group_is_left_behind (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autofree char *folder = folder_of (agent), *killed = NULL, *other = NULL;

  if (folder == NULL)
    {
      print_message ("# not tested: no control groups can be made here\n");
      ls_test_agent_stop (agent);
      *state = NULL;
      return;
    }
  run (agent, "{\"argv\":[\"true\"]}");
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  ls_test_agent_stop (agent);
  assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));

  /* One that is killed leaves it to the next one to clean up. */
  agent = *state = ls_test_agent_start (NULL);
  killed = folder_of (agent);
  assert_non_null (killed);
  kill (agent->pid, SIGKILL);
  assert_true (ls_test_agent_ended (agent, SOON));
  assert_true (g_file_test (killed, G_FILE_TEST_EXISTS));
  ls_test_agent_discard (agent);
  agent = *state = ls_test_agent_start (NULL);
  other = folder_of (agent);
  assert_string_not_equal (other, killed);
  assert_false (g_file_test (killed, G_FILE_TEST_EXISTS));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static int
begin (void **state)
{
  ls_test_become_subreaper ();
  return 0;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (a_daemon_ends_with_its_task, ls_test_teardown),
    cmocka_unit_test_teardown (one_that_wiped_its_environment_ends_too, ls_test_teardown),
    cmocka_unit_test_teardown (others_are_left_alone, ls_test_teardown),
    cmocka_unit_test_teardown (a_whole_tree_ends, ls_test_teardown),
    cmocka_unit_test_teardown (no_group_is_left_behind, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, begin, NULL);
}
