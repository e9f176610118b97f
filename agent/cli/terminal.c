/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/terminal.h"

#include "cli/winch.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define CHUNK (16 * 1024)
#define LEAVE_MS 1000
#define OUT_MAX (256 * 1024)      /* typed (or piped) and not sent: then we read no more for a while */

typedef struct {
  const LsTerminalWish *wish;
  GIOStream *stream;
  GCancellable *cancellable;
  LsTerminalReader *frames;
  struct termios before;
  gboolean is_raw;
  LsDetachKeys keys;
  GString *out;            /* frames to be sent */
  GBytes *sending;
  guint pending;           /* callbacks that will still come */
  guint input, ends[3];
  LsTerminalEnd *end;
  gboolean input_ended;
  gboolean leaving;        /* once what was typed before is on its way */
  guint patience;
  gboolean over;
} Terminal;

static void send_out (Terminal *terminal);
static void watch_input (Terminal *terminal);

static void
finish (Terminal *terminal, LsTerminalOutcome outcome)
{
  if (terminal->over)
    return;
  terminal->over = TRUE;
  terminal->end->outcome = outcome;
}

/* --- this terminal --- */

gboolean
ls_terminal_own_size (LsTerminalSize *ret)
{
  static const int fds[] = { STDOUT_FILENO, STDIN_FILENO, STDERR_FILENO };
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      struct winsize size;
      if (ioctl (fds[i], TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        continue;
      *ret = (LsTerminalSize) { size.ws_row, size.ws_col };
      return TRUE;
    }
  return FALSE;
}

static void
make_raw (Terminal *terminal)
{
  if (!terminal->wish->has_terminal || !terminal->wish->takes_input || tcgetattr (STDIN_FILENO, &terminal->before) != 0)
    return;
  struct termios raw = terminal->before;
  cfmakeraw (&raw);
  terminal->is_raw = tcsetattr (STDIN_FILENO, TCSANOW, &raw) == 0;
}

static void
restore (Terminal *terminal)
{
  if (terminal->is_raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &terminal->before);
  terminal->is_raw = FALSE;
}

static void
write_here (Terminal *terminal, int fd, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, bytes, length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          finish (terminal, LS_TERMINAL_DETACHED);
          return;
        }
      bytes += n;
      length -= (gsize) n;
    }
}

/* --- to the agent --- */

static void
sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Terminal *terminal = data;
  gboolean done = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  terminal->pending--;
  g_clear_pointer (&terminal->sending, g_bytes_unref);
  /* That the agent is gone, or only the task, is what reading finds out. */
  if (!done || terminal->over)
    return;
  if (terminal->leaving && terminal->out->len == 0)
    finish (terminal, LS_TERMINAL_DETACHED);
  send_out (terminal);
  watch_input (terminal);
}

static void
send_out (Terminal *terminal)
{
  gsize length;
  if (terminal->sending || terminal->out->len == 0 || terminal->over)
    return;
  terminal->sending = g_string_free_to_bytes (terminal->out);
  terminal->out = g_string_new (NULL);
  const char *bytes = g_bytes_get_data (terminal->sending, &length);
  terminal->pending++;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (terminal->stream), bytes, length, G_PRIORITY_DEFAULT, terminal->cancellable, sent,
                                   terminal);
}

static gboolean
has_no_patience (gpointer data)
{
  Terminal *terminal = data;
  terminal->patience = 0;
  finish (terminal, LS_TERMINAL_DETACHED);
  return G_SOURCE_REMOVE;
}

static void
leave (Terminal *terminal)
{
  terminal->leaving = terminal->input_ended = TRUE;
  if (terminal->sending)
    terminal->patience = g_timeout_add (LEAVE_MS, has_no_patience, terminal);
  else
    finish (terminal, LS_TERMINAL_DETACHED);
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  Terminal *terminal = data;
  char bytes[CHUNK];
  gssize n = read (fd, bytes, sizeof bytes);
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    {
      terminal->input = 0;
      terminal->input_ended = TRUE;
      if (terminal->is_raw)
        finish (terminal, LS_TERMINAL_DETACHED);      /* hung up */
      ls_terminal_frame_append (terminal->out, LS_FRAME_INPUT, "", 0);
      send_out (terminal);
      return G_SOURCE_REMOVE;
    }
  g_autoptr (GString) typed = g_string_new (NULL);
  gboolean leaves = FALSE;
  if (terminal->is_raw)
    leaves = ls_detach_keys_scan (&terminal->keys, bytes, (gsize) n, typed);
  else
    g_string_append_len (typed, bytes, n);
  ls_terminal_bytes_append (terminal->out, LS_FRAME_INPUT, typed->str, typed->len);
  send_out (terminal);
  if (leaves)
    leave (terminal);
  else if (terminal->out->len < OUT_MAX)
    return G_SOURCE_CONTINUE;
  terminal->input = 0;
  return G_SOURCE_REMOVE;
}

static void
watch_input (Terminal *terminal)
{
  if (!terminal->wish->takes_input || terminal->input || terminal->input_ended || terminal->out->len >= OUT_MAX)
    return;
  terminal->input = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, terminal);
}

static void
send_size (gpointer data)
{
  Terminal *terminal = data;
  LsTerminalSize size;
  if (!terminal->wish->has_terminal || !ls_terminal_own_size (&size))
    return;
  ls_terminal_window_append (terminal->out, size);
  send_out (terminal);
}

/* A program that is told of a size that it has does nothing; so first of another. */
static void
send_first_size (Terminal *terminal)
{
  LsTerminalSize size;
  if (terminal->wish->redraw && terminal->wish->has_terminal && ls_terminal_own_size (&size) && size.rows > 1)
    ls_terminal_window_append (terminal->out, (LsTerminalSize) { (guint16) (size.rows - 1), size.columns });
  send_size (terminal);
}

/* --- from the agent --- */

static void
on_frame (void *user, guint type, const char *payload, gsize length)
{
  Terminal *terminal = user;
  if (type == LS_FRAME_OUTPUT)
    write_here (terminal, STDOUT_FILENO, payload, length);
  else if (type == LS_FRAME_ERRORS)
    write_here (terminal, STDERR_FILENO, payload, length);
  else if (type == LS_FRAME_EXIT && !terminal->end->exit && (terminal->end->exit = ls_json_parse (payload, length, NULL)))
    finish (terminal, LS_TERMINAL_ENDED);
}

static void
received (GObject *source, GAsyncResult *result, gpointer data)
{
  Terminal *terminal = data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize length = 0;
  const char *text = bytes ? g_bytes_get_data (bytes, &length) : NULL;
  terminal->pending--;
  if (length == 0 || !ls_terminal_reader_feed (terminal->frames, text, length, NULL))
    finish (terminal, LS_TERMINAL_LOST);
  if (terminal->over)
    return;
  terminal->pending++;
  g_input_stream_read_bytes_async (G_INPUT_STREAM (source), 4 * CHUNK, G_PRIORITY_DEFAULT, terminal->cancellable, received, terminal);
}

/* --- beginning and end --- */

static const int end_signals[] = { SIGTERM, SIGHUP, SIGINT };

static gboolean
on_signal (gpointer data, guint i)
{
  Terminal *terminal = data;
  terminal->end->signal = end_signals[i];
  finish (terminal, LS_TERMINAL_SIGNALLED);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_terminate (gpointer data)
{
  return on_signal (data, 0);
}

static gboolean
on_hangup (gpointer data)
{
  return on_signal (data, 1);
}

static gboolean
on_interrupt (gpointer data)
{
  return on_signal (data, 2);
}

typedef struct {
  GIOStream *stream;
  GError *error;
  gboolean done;
} Attaching;

static void
attached (GObject *source, GAsyncResult *result, gpointer data)
{
  Attaching *attaching = data;
  attaching->stream = ls_client_upgrade_finish (LS_CLIENT (source), result, &attaching->error);
  attaching->done = TRUE;
}

static GIOStream *
attach (LsCli *cli, const LsTerminalWish *wish, GError **error)
{
  g_autofree char *path = g_strconcat (wish->path, "/attach", NULL);
  Attaching attaching = { 0 };
  ls_client_upgrade_async (cli->client, path, LS_TERMINAL_PROTOCOL, NULL, attached, &attaching);
  while (!attaching.done)
    g_main_context_iteration (NULL, TRUE);
  if (attaching.error)
    g_propagate_error (error, attaching.error);
  return attaching.stream;
}

static void
let_go (Terminal *terminal)
{
  g_clear_handle_id (&terminal->input, g_source_remove);
  g_clear_handle_id (&terminal->patience, g_source_remove);
  g_cancellable_cancel (terminal->cancellable);
  while (terminal->pending > 0)
    g_main_context_iteration (NULL, TRUE);
  g_io_stream_close (terminal->stream, NULL, NULL);
  g_clear_pointer (&terminal->sending, g_bytes_unref);
  g_string_free (terminal->out, TRUE);
  ls_terminal_reader_free (terminal->frames);
  g_object_unref (terminal->cancellable);
  g_object_unref (terminal->stream);
}

gboolean
ls_terminal_run (LsCli *cli, const LsTerminalWish *wish, LsTerminalEnd *ret, GError **error)
{
  static const GSourceFunc ends[] = { on_terminate, on_hangup, on_interrupt };
  GIOStream *stream = attach (cli, wish, error);
  if (!stream)
    return FALSE;
  *ret = (LsTerminalEnd) { LS_TERMINAL_LOST, 0, NULL };
  Terminal terminal = { .wish = wish, .stream = stream, .cancellable = g_cancellable_new (), .keys = wish->keys, .out = g_string_new (NULL), .end = ret };
  terminal.frames = ls_terminal_reader_new (on_frame, &terminal);
  signal (SIGPIPE, SIG_IGN);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    terminal.ends[i] = g_unix_signal_add (end_signals[i], ends[i], &terminal);
  make_raw (&terminal);
  ls_winch_watch (send_size, &terminal);
  send_first_size (&terminal);
  watch_input (&terminal);
  terminal.pending++;
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (stream), 4 * CHUNK, G_PRIORITY_DEFAULT, terminal.cancellable, received, &terminal);
  while (!terminal.over)
    g_main_context_iteration (NULL, TRUE);
  ls_winch_unwatch ();
  restore (&terminal);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    g_source_remove (terminal.ends[i]);
  let_go (&terminal);
  return TRUE;
}

static int
status_of_exit (LsCli *cli, const LsTerminalWish *wish, json_t *told)
{
  const char *state = json_string_value (json_object_get (told, "state"));
  json_t *how = json_object_get (told, "exit"), *code = json_object_get (how, "code");
  const char *signal_name = json_string_value (json_object_get (how, "signal"));
  int number = 0;
  if (g_strcmp0 (state, "timed-out") == 0)
    {
      ls_cli_complain (cli, "%s was stopped: its time was over", wish->id);
      return LS_EXIT_TIMED_OUT;
    }
  if (json_is_integer (code))
    return (int) json_integer_value (code);
  if (signal_name && ls_signal_from_text (signal_name, &number, NULL))
    return 128 + number;
  const char *reason = json_string_value (json_object_get (told, "reason"));
  ls_cli_complain (cli, "%s failed: %s", wish->id, reason ? reason : "the agent gives no reason");
  return LS_EXIT_FAILED;
}

int
ls_terminal_status (LsCli *cli, const LsTerminalWish *wish, const LsTerminalEnd *end)
{
  switch (end->outcome)
    {
    case LS_TERMINAL_ENDED:
      return status_of_exit (cli, wish, end->exit);
    case LS_TERMINAL_DETACHED:
      if (!cli->quiet)
        g_printerr ("\n%s goes on: \"lineshaft attach %s\" comes back to it\n", wish->id, wish->id);
      return LS_EXIT_OK;
    case LS_TERMINAL_SIGNALLED:
      return 128 + end->signal;
    case LS_TERMINAL_LOST:
    default:
      ls_cli_complain (cli, "the agent went away, and the terminal of %s with it", wish->id);
      return LS_EXIT_NO_AGENT;
    }
}
