/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may call: another user's process cannot connect, and a member of the group may look but not touch. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

/* What a child with these ids gets for @method: an HTTP status, or 1000 + errno of its connect. */
static int
ask_as (const LsTestAgent *agent, uid_t uid, gid_t gid, const char *method, const char *target)
{
  int pipes[2], answer = 0;
  pid_t child;

  assert_int_equal (pipe (pipes), 0);
  child = fork ();
  if (child == 0)
    {
      int fd;

      if (geteuid () == 0 && (setgroups (0, NULL) < 0 || setgid (gid) < 0 || setuid (uid) < 0))
        _exit (1);
      fd = ls_test_connect_unix (agent->socket);
      answer = fd < 0 ? 1000 + errno : ls_test_request (fd, method, target, NULL, NULL, 0)->status;
      (void) !write (pipes[1], &answer, sizeof answer);
      _exit (0);
    }
  close (pipes[1]);
  assert_int_equal (read (pipes[0], &answer, sizeof answer), sizeof answer);
  close (pipes[0]);
  waitpid (child, NULL, 0);
  return answer;
}

static mode_t
mode_of (const char *path)
{
  struct stat info;

  assert_int_equal (stat (path, &info), 0);
  return info.st_mode & 0777;
}

static void
another_user_cannot_connect (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);

  assert_int_equal (mode_of (agent->socket), 0600);
  assert_int_equal (ask_as (agent, geteuid (), getegid (), "GET", "/v1/agent"), 200);
  if (geteuid () == 0)
    {
      /* The folder is open, so it is the socket that refuses. */
      chmod (agent->folder, 0711);
      assert_int_equal (ask_as (agent, NOBODY, NOBODY, "GET", "/v1/agent"), 1000 + EACCES);
      /* And were the socket open too, the agent would hang up. */
      chmod (agent->socket, 0666);
      assert_int_equal (ask_as (agent, NOBODY, NOBODY, "GET", "/v1/agent"), 0);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
members_of_the_group_may_look_but_not_touch (void **state)
{
  const struct group *group = geteuid () == 0 ? getgrgid (NOBODY) : getgrgid (getegid ());
  g_autofree char *config = g_strdup_printf ("[agent]\nallow-group = %s\n[cluster web]\nlisten = 127.0.0.1:0\nworkers = 1\n", group->gr_name);
  LsTestAgent *agent = *state = ls_test_agent_start (config);

  assert_int_equal (mode_of (agent->socket), 0660);
  assert_int_equal (ask_as (agent, geteuid (), getegid (), "POST", "/v1/clusters/web/reload"), 202);
  if (geteuid () == 0)
    {
      chmod (agent->folder, 0711);
      assert_int_equal (ask_as (agent, NOBODY, NOBODY, "GET", "/v1/agent"), 200);
      assert_int_equal (ask_as (agent, NOBODY, NOBODY, "HEAD", "/v1/clusters"), 200);
      assert_int_equal (ask_as (agent, NOBODY, NOBODY, "POST", "/v1/clusters/web/reload"), 403);
      assert_int_equal (ask_as (agent, NOBODY, NOBODY, "DELETE", "/v1/clusters/web"), 403);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_second_agent_on_the_socket_is_refused (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[cluster web]\nlisten = 127.0.0.1:0\nworkers = 1\n");
  const char *const arguments[] = { "--socket", agent->socket, NULL };
  LsTestAgent *second = ls_test_agent_launch (NULL, arguments);
  g_autofree char *log = NULL;

  assert_true (ls_test_agent_ended (second, 10000));
  assert_int_equal (WEXITSTATUS (second->status), 1);
  log = ls_test_agent_log (second);
  assert_non_null (strstr (log, "already running"));
  assert_non_null (strstr (log, agent->socket));
  /* The first goes on as if nothing had been. */
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "1", 10000));
  ls_test_agent_discard (second);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
an_agent_that_was_killed_can_be_started_again (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  const char *const arguments[] = { "--socket", agent->socket, NULL };
  LsTestAgent *again;
  json_t *about;

  kill (agent->pid, SIGKILL);
  assert_true (ls_test_agent_ended (agent, 10000));
  again = ls_test_agent_launch (NULL, arguments);
  assert_true (ls_test_agent_says (again, "READY=1", 10000));
  about = ls_test_get (agent, "/v1/agent");
  assert_int_equal (ls_test_number (about, "pid"), again->pid);
  json_decref (about);
  ls_test_agent_free (again);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (another_user_cannot_connect, ls_test_teardown),
    cmocka_unit_test_teardown (members_of_the_group_may_look_but_not_touch, ls_test_teardown),
    cmocka_unit_test_teardown (a_second_agent_on_the_socket_is_refused, ls_test_teardown),
    cmocka_unit_test_teardown (an_agent_that_was_killed_can_be_started_again, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
