/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What goes between the agent and a child: output, input, channel, notify socket. */

#include "harness.h"

#include "base/error.h"
#include "platform/child.h"
#include "platform/process_figures.h"
#include "platform/stream.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static Harness *harness;

static int
setup (void **state)
{
  harness = harness_new ();
  return 0;
}

static int
teardown (void **state)
{
  harness_free (harness);
  return 0;
}

static gboolean
send_input (Seen *seen, const char *text, gsize length, gboolean close_after, GError **error)
{
  return harness->spawner.input (harness->spawner.self, seen->instance, text, length, close_after, error);
}

static gboolean
send_json (Seen *seen, const char *text, GError **error)
{
  g_autoptr (json_t) message = json_loads (text, JSON_DECODE_ANY, NULL);
  return harness->spawner.send (harness->spawner.self, seen->instance, message, error);
}

/* --- output --- */

static void
output_is_whole_in_order_and_before_the_exit (void **state)
{
  LsSpawnRequest request = SHELL ("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i + 1)); done; echo oops >&2");
  Seen *seen = run (harness, &request);
  g_autoptr (GString) expected = g_string_new (NULL);
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (expected, "line %u\n", i);
  assert_true (g_string_equal (seen->output, expected));
  assert_string_equal (seen->errors->str, "oops\n");
  assert_false (seen->spoke_after_exit);
}

static void
any_byte_comes_through (void **state)
{
  LsSpawnRequest request = SHELL ("printf 'a\\000b\\377\\n'");
  Seen *seen = run (harness, &request);
  assert_int_equal (seen->output->len, 5);
  assert_memory_equal (seen->output->str, "a\0b\377\n", 5);
}

static gboolean
has_flooded (gpointer data)
{
  return ((Seen *) data)->output->len > 4 * LS_STREAM_READ_SIZE;
}

static gsize
longest_turn (Seen *flooding)
{
  gsize longest = 0;
  for (guint i = 0; i < 50; i++) {
    gsize before = flooding->output->len;
    uv_run (&harness->loop, UV_RUN_ONCE);
    longest = MAX (longest, flooding->output->len - before);
    g_string_truncate (flooding->output, 0);
  }
  return longest;
}

static void
a_flood_takes_one_buffer_a_turn_and_starves_nobody (void **state)
{
  LsSpawnRequest flood = SHELL ("exec cat /dev/zero");
  LsSpawnRequest quiet = SHELL ("read line; echo got $line");
  quiet.stdin_mode = LS_STDIN_OPEN;
  Seen *flooding = start (harness, &flood);
  Seen *other = start (harness, &quiet);
  wait_until (harness, has_flooded, flooding);
  assert_in_range (longest_turn (flooding), 1, LS_STREAM_READ_SIZE);
  assert_true (send_input (other, "it\n", 3, FALSE, NULL));
  wait_for_exit (harness, other);
  assert_string_equal (other->output->str, "got it\n");
  assert_true (harness->spawner.signal (harness->spawner.self, flooding->instance, SIGKILL, FALSE, NULL));
  wait_for_exit (harness, flooding);
}

/* --- a grandchild that stays --- */

/* Somebody who is not one of its own has its output open, as one to whom the pipe was passed. */
static int
hold_output_of (const Seen *seen)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd/1", (int) seen->instance.pid);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  assert_true (fd >= 0);
  return fd;
}

static void
another_holds_the_exit_up_for_a_moment_only (void **state)
{
  LsSpawnRequest request = SHELL ("echo up; read line; exit 6");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  wait_for_output (harness, seen, "up\n");
  int held = hold_output_of (seen);
  send_input (seen, "\n", 1, FALSE, NULL);
  wait_for_exit (harness, seen);      /* which gives up although the pipe is open */
  assert_int_equal (seen->how.code, 6);
  close (held);
}

static void
what_another_wrote_in_that_moment_is_kept (void **state)
{
  LsSpawnRequest request = SHELL ("echo up; read line; exit 0");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  wait_for_output (harness, seen, "up\n");
  int held = hold_output_of (seen);
  send_input (seen, "\n", 1, FALSE, NULL);
  let_pass (harness, 50);
  assert_int_equal (write (held, "late\n", 5), 5);
  wait_for_exit (harness, seen);
  assert_non_null (strstr (seen->output->str, "late"));
  close (held);
}

static gint64
time_exit_ms (void)
{
  LsSpawnRequest request = SHELL ("echo up; read line");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  wait_for_output (harness, seen, "up");
  gint64 before = g_get_monotonic_time ();
  send_input (seen, NULL, 0, TRUE, NULL);
  wait_for_exit (harness, seen);
  return (seen->exited_us - before) / 1000;
}

static void
an_exit_without_grandchildren_is_told_at_once (void **state)
{
  gint64 fastest_ms = G_MAXINT64;      /* of a few, since the machine may be busy */
  for (guint i = 0; i < 5; i++)
    fastest_ms = MIN (fastest_ms, time_exit_ms ());
  assert_in_range (fastest_ms, 0, LS_CHILD_LINGER_MS / 2);
}

/* --- input --- */

static void
without_input_it_reads_the_end (void **state)
{
  LsSpawnRequest request = SHELL ("cat; echo end");
  assert_string_equal (run (harness, &request)->output->str, "end\n");
}

static void
text_is_written_whole_and_then_the_end (void **state)
{
  g_autofree char *text = g_strnfill (3 * 1024 * 1024, 'x');
  LsSpawnRequest request = SHELL ("wc -c");
  request.stdin_mode = LS_STDIN_TEXT;
  request.stdin_text = text;
  assert_int_equal (atoi (run (harness, &request)->output->str), 3 * 1024 * 1024);
}

static void
open_input_goes_on_until_it_is_closed (void **state)
{
  g_autoptr (GError) error = NULL;
  LsSpawnRequest request = SHELL ("cat");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  assert_true (send_input (seen, "one ", 4, FALSE, NULL));
  wait_for_output (harness, seen, "one ");
  assert_true (send_input (seen, "two", 3, TRUE, NULL));
  assert_false (send_input (seen, "three", 5, FALSE, &error));
  assert_int_equal (error->code, LS_ERROR_CONFLICT);
  wait_for_exit (harness, seen);
  assert_string_equal (seen->output->str, "one two");
}

static void
input_for_one_that_does_not_read_is_bounded (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *chunk = g_strnfill (100 * 1024, 'x');
  LsSpawnRequest request = SHELL ("read go <&3; wc -c");
  int gate[2];
  gsize accepted = 0;
  assert_int_equal (pipe2 (gate, O_CLOEXEC), 0);
  request.listen_fds = gate;
  request.n_listen_fds = 1;
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  while (accepted < 8 * LS_STREAM_QUEUE_MAX && send_input (seen, chunk, 100 * 1024, FALSE, &error))
    accepted += 100 * 1024;
  assert_int_equal (error->code, LS_ERROR_BUSY);
  assert_in_range (accepted, LS_STREAM_QUEUE_MAX - 100 * 1024, LS_STREAM_QUEUE_MAX + 200 * 1024);
  assert_int_equal (write (gate[1], "\n", 1), 1);
  assert_true (send_input (seen, NULL, 0, TRUE, NULL));
  wait_for_exit (harness, seen);
  assert_int_equal ((gsize) atoi (seen->output->str), accepted);
  close (gate[0]);
  close (gate[1]);
}

static void
input_that_was_not_asked_for_is_refused (void **state)
{
  g_autoptr (GError) error = NULL;
  LsSpawnRequest request = SHELL ("read go <&3");
  int gate[2];
  assert_int_equal (pipe2 (gate, O_CLOEXEC), 0);
  request.listen_fds = gate;
  request.n_listen_fds = 1;
  Seen *seen = start (harness, &request);
  assert_false (send_input (seen, "x", 1, FALSE, &error));
  assert_string_equal (error->message, "t1 was started without an open input");
  g_clear_error (&error);
  assert_false (send_json (seen, "1", &error));
  assert_string_equal (error->message, "t1 was started without a channel");
  close (gate[1]);
  wait_for_exit (harness, seen);
  close (gate[0]);
}

/* --- channel --- */

static void
messages_go_both_ways (void **state)
{
  LsSpawnRequest request = SHELL ("read line <&3; echo \"[$line,\" | tr -d '\\n' >&3; echo '\"text\"]' >&3; echo 42 >&3");
  request.channel = TRUE;
  Seen *seen = start (harness, &request);
  assert_true (send_json (seen, "{\"number\":1}", NULL));
  wait_for_exit (harness, seen);
  assert_int_equal (seen->messages->len, 2);
  assert_string_equal (g_ptr_array_index (seen->messages, 0), "[{\"number\":1},\"text\"]");
  assert_string_equal (g_ptr_array_index (seen->messages, 1), "42");
}

static void
lines_that_are_not_json_are_dropped_and_the_channel_lives (void **state)
{
  g_test_expect_message ("lineshaft", G_LOG_LEVEL_WARNING, "t1 wrote a line to its channel that is not JSON*");
  LsSpawnRequest request = SHELL ("echo hello >&3; echo '{\"half\":' >&3; echo '{\"whole\":1}' >&3");
  request.channel = TRUE;
  Seen *seen = run (harness, &request);
  assert_int_equal (seen->messages->len, 1);
  assert_string_equal (g_ptr_array_index (seen->messages, 0), "{\"whole\":1}");
  g_test_assert_expected_messages ();
}

static void
a_message_for_one_that_does_not_read_is_refused_at_last (void **state)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (100 * 1024, 'x');
  g_autofree char *message = g_strconcat ("\"", text, "\"", NULL);
  LsSpawnRequest request = SHELL ("read go");
  request.channel = TRUE;
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  guint sent = 0;
  while (sent < 100 && send_json (seen, message, &error))
    sent++;
  assert_in_range (sent, 9, 20);
  assert_int_equal (error->code, LS_ERROR_BUSY);
  send_input (seen, NULL, 0, TRUE, NULL);
  wait_for_exit (harness, seen);
}

static void
a_node_script_speaks_it_as_it_is (void **state)
{
  char folder[] = "/tmp/lineshaft-test-XXXXXX";
  assert_non_null (g_mkdtemp (folder));
  g_autofree char *script = g_build_filename (folder, "echo.js", NULL);
  assert_true (g_file_set_contents (script,
                                    "process.on('message', m => { process.send({ answer: m.question + 1 }, () => process.disconnect()); });\n"
                                    "process.send('up');\n",
                                    -1, NULL));
  const char *const argv[] = { "node", script, NULL };
  LsSpawnRequest request = { .id = "web.1", .argv = argv, .scoreboard_fd = -1, .channel = TRUE };
  Seen *seen = start (harness, &request);
  wait_for_messages (harness, seen, 1);
  assert_string_equal (g_ptr_array_index (seen->messages, 0), "\"up\"");
  assert_true (send_json (seen, "{\"question\":41}", NULL));
  wait_for_exit (harness, seen);
  assert_string_equal (seen->errors->str, "");
  assert_int_equal (seen->how.code, 0);
  assert_int_equal (seen->messages->len, 2);
  assert_string_equal (g_ptr_array_index (seen->messages, 1), "{\"answer\":42}");
  g_unlink (script);
  g_rmdir (folder);
}

/* --- notify --- */

/* A datagram from the child itself; node cannot send one, and sh neither. */
#define NOTIFY(text) "python3 -c \"import os, socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(b'" text "', os.environ['NOTIFY_SOCKET'])\""

static void
readiness_and_status_are_heard (void **state)
{
  LsSpawnRequest request = SHELL (NOTIFY ("READY=1\\nSTATUS=warm = yes\\nMAINPID=1\\nX_OTHER=2") "; read line");
  request.notify = TRUE;
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  wait_for_note (harness, seen, "READY STATUS=warm = yes ");
  send_input (seen, NULL, 0, TRUE, NULL);
  wait_for_exit (harness, seen);
  assert_string_equal (seen->notes->str, "READY STATUS=warm = yes ");
}

static void
the_last_word_is_heard_before_the_exit (void **state)
{
  LsSpawnRequest request = SHELL (NOTIFY ("WATCHDOG=1") "; exec " NOTIFY ("STOPPING=1\\n"));
  request.notify = TRUE;
  Seen *seen = run (harness, &request);
  assert_string_equal (seen->notes->str, "WATCHDOG STOPPING ");
  assert_false (seen->spoke_after_exit);
}

static void
a_barrier_is_released (void **state)
{
  /* As sd_notify_barrier does it: a pipe's end goes along, and its other end sees it closed. */
  static const char script[]
    = "import os, socket, select, array\n"
      "r, w = os.pipe()\n"
      "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
      "s.connect(os.environ['NOTIFY_SOCKET'])\n"
      "s.send(b'READY=1')\n"
      "s.sendmsg([b'BARRIER=1'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [w]))])\n"
      "os.close(w)\n"
      "print('released' if select.select([r], [], [], 4)[0] else 'stuck')\n";
  const char *const argv[] = { "python3", "-c", script, NULL };
  LsSpawnRequest request = { .id = "t1", .argv = argv, .scoreboard_fd = -1, .notify = TRUE };
  Seen *seen = run (harness, &request);
  assert_string_equal (seen->errors->str, "");
  assert_string_equal (seen->output->str, "released\n");
  assert_string_equal (seen->notes->str, "READY ");
}

static void
descriptors_sent_over_the_channel_are_not_kept (void **state)
{
  static const char script[]
    = "import os, socket, array\n"
      "s = socket.socket(fileno=int(os.environ['NODE_CHANNEL_FD']))\n"
      "for i in range(20): s.sendmsg([b'1\\n'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))])\n"
      "s.send(b'\"done\"\\n')\n"
      "s.recv(1)\n";
  const char *const argv[] = { "python3", "-c", script, NULL };
  LsSpawnRequest request = { .id = "t1", .argv = argv, .scoreboard_fd = -1, .channel = TRUE };
  Seen *seen = start (harness, &request);
  guint before = ls_process_open_fds ();
  wait_for_messages (harness, seen, 21);
  assert_int_equal (ls_process_open_fds (), before);
  assert_true (send_json (seen, "1", NULL));
  wait_for_exit (harness, seen);
}

/* --- closing early --- */

static void
closing_while_children_run_kills_nothing (void **state)
{
  LsSpawnRequest request = SHELL ("read go <&3");
  Harness *early = harness_new ();
  int gate[2];
  assert_int_equal (pipe2 (gate, O_CLOEXEC), 0);
  request.listen_fds = gate;
  request.n_listen_fds = 1;
  request.channel = request.notify = TRUE;
  Seen *seen = start (early, &request);
  pid_t pid = seen->instance.pid;
  ls_children_close (early->children, NULL, NULL);
  uv_run (&early->loop, UV_RUN_DEFAULT);
  assert_int_equal (uv_loop_close (&early->loop), 0);
  assert_int_equal (kill (pid, 0), 0);
  assert_int_equal (kill (pid, SIGKILL), 0);
  assert_int_equal (waitpid (pid, NULL, 0), pid);
  g_ptr_array_unref (early->seen);
  g_free (early);
  close (gate[0]);
  close (gate[1]);
}

int
main (void)
{
#define WITH_CHILDREN(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    WITH_CHILDREN (output_is_whole_in_order_and_before_the_exit),
    WITH_CHILDREN (any_byte_comes_through),
    WITH_CHILDREN (a_flood_takes_one_buffer_a_turn_and_starves_nobody),
    WITH_CHILDREN (another_holds_the_exit_up_for_a_moment_only),
    WITH_CHILDREN (what_another_wrote_in_that_moment_is_kept),
    WITH_CHILDREN (an_exit_without_grandchildren_is_told_at_once),
    WITH_CHILDREN (without_input_it_reads_the_end),
    WITH_CHILDREN (text_is_written_whole_and_then_the_end),
    WITH_CHILDREN (open_input_goes_on_until_it_is_closed),
    WITH_CHILDREN (input_for_one_that_does_not_read_is_bounded),
    WITH_CHILDREN (input_that_was_not_asked_for_is_refused),
    WITH_CHILDREN (messages_go_both_ways),
    WITH_CHILDREN (lines_that_are_not_json_are_dropped_and_the_channel_lives),
    WITH_CHILDREN (a_message_for_one_that_does_not_read_is_refused_at_last),
    WITH_CHILDREN (a_node_script_speaks_it_as_it_is),
    WITH_CHILDREN (readiness_and_status_are_heard),
    WITH_CHILDREN (the_last_word_is_heard_before_the_exit),
    WITH_CHILDREN (a_barrier_is_released),
    WITH_CHILDREN (descriptors_sent_over_the_channel_are_not_kept),
    cmocka_unit_test (closing_while_children_run_kills_nothing),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
