/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Terminals: attached over the API by several at once, left and come back to; and by "lineshaft run -t" and "attach" at a terminal of this test. */
#include "model/terminal.h"
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define SOON 15000

/* --- somebody attached over the socket --- */

typedef struct {
  int fd;
  LsTerminalReader *frames;
  GString *output, *errors;
  json_t *exit;
} Attached;

static void
on_frame (void *user, guint type, const char *payload, gsize length)
{
  Attached *attached = user;

  if (type == LS_FRAME_OUTPUT)
    g_string_append_len (attached->output, payload, (gssize) length);
  if (type == LS_FRAME_ERRORS)
    g_string_append_len (attached->errors, payload, (gssize) length);
  if (type == LS_FRAME_EXIT)
    attached->exit = ls_json_parse (payload, length, NULL);
}

static Attached *
attach (const LsTestAgent *agent, const char *task)
{
  g_autofree char *request = g_strdup_printf ("GET /v1/tasks/%s/attach HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: lineshaft-terminal\r\n\r\n", task);
  g_autoptr (GString) head = g_string_new (NULL);
  Attached *attached = g_new0 (Attached, 1);
  char byte;

  attached->fd = ls_test_connect_unix (agent->socket);
  attached->frames = ls_terminal_reader_new (on_frame, attached);
  attached->output = g_string_new (NULL);
  attached->errors = g_string_new (NULL);
  assert_true (ls_test_send_all (attached->fd, request, strlen (request)));
  while (!g_str_has_suffix (head->str, "\r\n\r\n") && ls_test_readable (attached->fd, SOON) && read (attached->fd, &byte, 1) == 1)
    g_string_append_c (head, byte);
  assert_true (g_str_has_prefix (head->str, "HTTP/1.1 101 "));
  return attached;
}

static void
leave (Attached *attached)
{
  close (attached->fd);
  ls_terminal_reader_free (attached->frames);
  g_string_free (attached->output, TRUE);
  g_string_free (attached->errors, TRUE);
  json_decref (attached->exit);
  g_free (attached);
}

static void
type (Attached *attached, const char *text)
{
  g_autoptr (GString) frame = g_string_new (NULL);

  ls_terminal_frame_append (frame, LS_FRAME_INPUT, text, strlen (text));
  assert_true (ls_test_send_all (attached->fd, frame->str, frame->len));
}

static void
resize (Attached *attached, guint16 rows, guint16 columns)
{
  g_autoptr (GString) frame = g_string_new (NULL);

  ls_terminal_window_append (frame, (LsTerminalSize) { rows, columns });
  assert_true (ls_test_send_all (attached->fd, frame->str, frame->len));
}

/* FALSE at the end of the stream. */
static gboolean
receive (Attached *attached)
{
  char bytes[65536];
  ssize_t got;

  assert_true (ls_test_readable (attached->fd, SOON));
  got = read (attached->fd, bytes, sizeof bytes);
  if (got > 0)
    assert_true (ls_terminal_reader_feed (attached->frames, bytes, (gsize) got, NULL));
  return got > 0;
}

static void
until_output (Attached *attached, const char *text)
{
  while (strstr (attached->output->str, text) == NULL)
    if (!receive (attached))
      fail_msg ("“%s” did not come, but: %s", text, attached->output->str);
}

static void
until_end (Attached *attached)
{
  while (receive (attached))
    ;
  assert_non_null (attached->exit);
}

static void
run (LsTestAgent *agent, const char *spec)
{
  g_autofree char *body = g_strdup_printf ("{\"spec\":%s}", spec);

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", body));
}

/* --- over the API --- */

static void
two_share_a_terminal_and_leave_it (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  Attached *one, *two;
  json_t *task;

  run (agent, "{\"argv\":\"tty; stty size; read a; stty size; read b; echo got $a $b; exit 5\",\"pty\":true,\"window\":{\"rows\":30,\"columns\":100}}");
  one = attach (agent, "t1");
  until_output (one, "30 100\r\n");
  assert_non_null (strstr (one->output->str, "/dev/"));
  two = attach (agent, "t1");
  until_output (two, "30 100\r\n");      /* what was there before is shown to who comes later */
  resize (one, 10, 20);
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "spec.window.columns", "20", SOON));
  resize (two, 40, 120);
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "spec.window.columns", "120", SOON));
  type (two, "first\r");
  until_output (one, "40 120\r\n");      /* the size is what the last of them said */
  leave (one);
  type (two, "second\r");
  until_end (two);
  assert_non_null (strstr (two->output->str, "got first second\r\n"));
  assert_int_equal (ls_test_number (two->exit, "exit.code"), 5);
  leave (two);
  task = ls_test_get (agent, "/v1/tasks/t1");
  assert_int_equal (ls_test_number (task, "spec.window.columns"), 120);
  json_decref (task);
  /* One that is over shows its end, and says how it ended. */
  one = attach (agent, "t1");
  until_end (one);
  assert_non_null (strstr (one->output->str, "got first second\r\n"));
  leave (one);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
keys_are_signals_and_ends (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  Attached *one;

  run (agent, "{\"argv\":\"trap 'echo caught' INT; echo up; read a; echo end $?; cat; exit 3\",\"pty\":true}");
  one = attach (agent, "t1");
  until_output (one, "up\r\n");
  type (one, "\003");
  until_output (one, "caught\r\n");
  type (one, "abc\r");
  type (one, "def");
  until_output (one, "def");
  /* The end of input within a line, by the API: what is in the line is read, and then the end. */
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input?close=1", ""));
  until_end (one);
  assert_int_equal (ls_test_number (one->exit, "exit.code"), 3);
  leave (one);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
plain_streams_are_attached_too (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  Attached *one;

  run (agent, "{\"argv\":\"cat; echo oops >&2\",\"stdin\":\"open\"}");
  one = attach (agent, "t1");
  type (one, "hello\n");
  until_output (one, "hello\n");
  type (one, "");
  until_end (one);
  assert_string_equal (one->errors->str, "oops\n");
  leave (one);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* One that does not read keeps neither the others from reading, nor the agent's memory. */
static void
a_slow_reader_costs_nothing (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[agent]\nlog-memory = 256KiB\n");
  Attached *slow;
  gsize before, after;
  json_t *task;

  run (agent, "{\"argv\":\"read go; yes | head -c 30000000\",\"pty\":true}");
  slow = attach (agent, "t1");
  before = ls_test_rss (agent->pid);
  type (slow, "\r");
  task = ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", 60000);
  after = ls_test_rss (agent->pid);
  assert_true (ls_test_number (task, "status.output.stdout_bytes") > 30000000);
  if (LS_TEST_SLOWNESS > 1)
    print_message ("# memory is not measured: a sanitizer keeps what is freed\n");
  else if (after > before + 8 * 1024 * 1024)
    fail_msg ("the agent grew from %zu to %zu bytes", before, after);
  json_decref (task);
  leave (slow);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
nonsense_is_cut_off (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  Attached *one;

  run (agent, "{\"argv\":[\"cat\"],\"pty\":true}");
  one = attach (agent, "t1");
  assert_true (ls_test_send_all (one->fd, "GET / HTTP/1.1\r\n\r\n", 18));
  while (receive (one))
    ;
  assert_null (one->exit);
  leave (one);
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "running", SOON));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* --- at a terminal --- */

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
    cmocka_unit_test_teardown (two_share_a_terminal_and_leave_it, ls_test_teardown),
    cmocka_unit_test_teardown (keys_are_signals_and_ends, ls_test_teardown),
    cmocka_unit_test_teardown (plain_streams_are_attached_too, ls_test_teardown),
    cmocka_unit_test_teardown (a_slow_reader_costs_nothing, ls_test_teardown),
    cmocka_unit_test_teardown (nonsense_is_cut_off, ls_test_teardown),
    cmocka_unit_test_teardown (run_is_at_home_in_a_terminal, ls_test_teardown),
    cmocka_unit_test_teardown (the_terminal_is_as_it_was_whatever_ends_it, ls_test_teardown),
    cmocka_unit_test_teardown (nothing_is_lost_on_the_way, ls_test_teardown),
    cmocka_unit_test_teardown (over_ssh_it_is_the_same, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, begin, NULL);
}
