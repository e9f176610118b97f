/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* "lineshaft run -t" and "attach", at a terminal of this test. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define SOON 15000

typedef struct {
  pid_t pid;
  int ours, theirs;
  struct termios before;
  GString *seen;
} Screen;

static void
set_size (Screen *screen, guint16 rows, guint16 columns)
{
  const struct winsize size = { .ws_row = rows, .ws_col = columns };

  assert_int_equal (ioctl (screen->ours, TIOCSWINSZ, &size), 0);
}

G_NORETURN static void
become_command (const LsTestAgent *agent, int theirs, const char *const *words)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) g_getenv ("LINESHAFT_TEST_CLI"));
  g_ptr_array_add (argv, (gpointer) "-H");
  g_ptr_array_add (argv, agent->socket);
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, (gpointer) *words);
  g_ptr_array_add (argv, NULL);
  setsid ();
  ioctl (theirs, TIOCSCTTY, 0);
  for (int fd = 0; fd < 3; fd++)
    dup2 (theirs, fd);
  execv (argv->pdata[0], (char **) argv->pdata);
  _exit (127);
}

static Screen *
open_screen (const LsTestAgent *agent, const char *const *words)
{
  Screen *screen = g_new0 (Screen, 1);

  screen->seen = g_string_new (NULL);
  screen->ours = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  assert_true (grantpt (screen->ours) == 0 && unlockpt (screen->ours) == 0);
  screen->theirs = open (ptsname (screen->ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
  assert_int_equal (tcgetattr (screen->theirs, &screen->before), 0);
  set_size (screen, 33, 111);
  screen->pid = fork ();
  if (screen->pid == 0)
    become_command (agent, screen->theirs, words);
  return screen;
}

static void
until_seen (Screen *screen, const char *text)
{
  while (strstr (screen->seen->str, text) == NULL)
    {
      char bytes[4096];
      ssize_t got = ls_test_readable (screen->ours, SOON) ? read (screen->ours, bytes, sizeof bytes) : 0;

      if (got <= 0)
        fail_msg ("“%s” is not to be seen, but: %s", text, screen->seen->str);
      g_string_append_len (screen->seen, bytes, got);
    }
  g_string_erase (screen->seen, 0, strstr (screen->seen->str, text) - screen->seen->str + (gssize) strlen (text));
}

static void
press (Screen *screen, const char *keys)
{
  assert_int_equal (write (screen->ours, keys, strlen (keys)), strlen (keys));
}

/* Its exit status; the terminal is as it was. */
static int
close_screen (Screen *screen)
{
  struct termios after = { 0 };
  int status = -1, code;

  for (guint waited = 0; waited < SOON && waitpid (screen->pid, &status, WNOHANG) == 0; waited += 5)
    {
      char bytes[4096];

      /* What it still writes must have a place to go. */
      if (ls_test_readable (screen->ours, 5) && read (screen->ours, bytes, sizeof bytes) < 0)
        break;
    }
  assert_int_equal (tcgetattr (screen->theirs, &after), 0);
  assert_int_equal (after.c_lflag, screen->before.c_lflag);
  assert_int_equal (after.c_iflag, screen->before.c_iflag);
  assert_int_equal (after.c_oflag, screen->before.c_oflag);
  close (screen->ours);
  close (screen->theirs);
  g_string_free (screen->seen, TRUE);
  code = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
  g_free (screen);
  return code;
}

#define SCREEN(agent, ...) open_screen (agent, (const char *const[]) { __VA_ARGS__, NULL })

static void
run_is_at_home_in_a_terminal (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  Screen *screen = SCREEN (agent, "run", "-t", "--", "sh", "-c", "trap 'stty size' WINCH; stty size; while :; do read a && echo got $a; [ \"$a\" = bye ] && exit 7; done");

  until_seen (screen, "33 111");
  set_size (screen, 44, 122);
  until_seen (screen, "44 122");
  press (screen, "one\r");
  until_seen (screen, "got one");
  press (screen, "left\r\020\021");
  until_seen (screen, "t1 goes on");
  assert_int_equal (close_screen (screen), 0);
  /* What was typed before the keys has arrived, and is there for who comes back. */
  screen = SCREEN (agent, "attach", "t1");
  until_seen (screen, "got left");
  press (screen, "bye\r");
  assert_int_equal (close_screen (screen), 7);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_terminal_is_as_it_was_whatever_ends_it (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  static const int signals[] = { SIGTERM, SIGHUP, SIGINT };
  Screen *screen = SCREEN (agent, "run", "-t", "--", "sh", "-c", "kill -9 $$");

  assert_int_equal (close_screen (screen), 128 + SIGKILL);
  screen = SCREEN (agent, "run", "-t", "--timeout", "300ms", "--", "sleep", "100");
  assert_int_equal (close_screen (screen), 124);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      screen = SCREEN (agent, "run", "-t", "--", "sh", "-c", "echo up; sleep 100");
      until_seen (screen, "up");
      kill (screen->pid, signals[i]);
      assert_int_equal (close_screen (screen), 128 + signals[i]);
    }
  screen = SCREEN (agent, "run", "-t", "--detach-keys", "ctrl-a,d", "--", "sh", "-c", "echo up; sleep 100");
  until_seen (screen, "up");
  press (screen, "\001d");
  assert_int_equal (close_screen (screen), 0);
  screen = SCREEN (agent, "attach", "t6");
  until_seen (screen, "up");
  kill (agent->pid, SIGKILL);
  assert_int_equal (close_screen (screen), 5);
  assert_true (ls_test_agent_ended (agent, SOON));
  ls_test_kill_children ();
  ls_test_agent_discard (agent);
  *state = NULL;
}

/* Every byte of a long output, and the command's status, also without a terminal here. */
static void
nothing_is_lost_on_the_way (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  const char *argv[] = { g_getenv ("LINESHAFT_TEST_CLI"), "-H", agent->socket, "run", "-t", "--", "sh", "-c", "seq 1 100000; exit 3", NULL };
  g_autofree char *output = NULL, *errors = NULL;
  int status;

  assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors, &status, NULL));
  assert_int_equal (WEXITSTATUS (status), 3);
  assert_string_equal (errors, "");
  assert_int_equal (strlen (output), 588895 + 100000);
  assert_true (g_str_has_suffix (output, "99999\r\n100000\r\n"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* The other computer is this one: "ssh" runs what it is told here. */
static void
over_ssh_it_is_the_same (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autofree char *ssh = g_build_filename (agent->folder, "ssh", NULL), *path = g_strdup_printf ("%s:%s", agent->folder, g_getenv ("PATH"));
  g_autofree char *script
    = g_strdup_printf ("#!/bin/sh\nexec '%s' -H '%s' dial-stdio\n", g_getenv ("LINESHAFT_TEST_CLI"), agent->socket);
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "PATH", path, TRUE);
  g_autofree char *output = NULL, *line = g_build_filename (agent->folder, "line", NULL);
  g_autofree char *command = NULL;
  const char *shell[] = { "sh", "-c", NULL, NULL };
  int status;

  assert_true (g_file_set_contents (ssh, script, -1, NULL));
  assert_int_equal (chmod (ssh, 0755), 0);
  assert_true (g_file_set_contents (line, "hello\n", -1, NULL));
  shell[2] = command = g_strdup_printf ("'%s' -H ssh://there run -t -i -- sh -c 'read a; echo \"<$a>\"; exit 4' < '%s'", g_getenv ("LINESHAFT_TEST_CLI"), line);
  assert_true (g_spawn_sync (NULL, (char **) shell, env, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status, NULL));
  assert_int_equal (WEXITSTATUS (status), 4);
  assert_non_null (strstr (output, "<hello>\r\n"));
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
    cmocka_unit_test_teardown (run_is_at_home_in_a_terminal, ls_test_teardown),
    cmocka_unit_test_teardown (the_terminal_is_as_it_was_whatever_ends_it, ls_test_teardown),
    cmocka_unit_test_teardown (nothing_is_lost_on_the_way, ls_test_teardown),
    cmocka_unit_test_teardown (over_ssh_it_is_the_same, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, begin, NULL);
}
