/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Terminals, attached over the API: by several at once, left and come back to. */
#include "model/terminal.h"
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <stdlib.h>
#include <string.h>
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
  };

  return cmocka_run_group_tests (tests, begin, NULL);
}
