/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/input.h"

#include "base/error.h"

#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#define PIECE (64 * 1024)
#define RETRY_MS 50      /* the agent's answer to a full pipe is "try again" */

static gboolean
send_piece (LsCli *cli, const char *path, GBytes *piece, gboolean close, GError **error)
{
  g_autofree char *whole = g_strconcat (path, close ? "/input?close=1" : "/input", NULL);
  for (;;)
    {
      g_autoptr (GError) why = NULL;
      g_autoptr (GInputStream) answer = ls_cli_open (cli, "POST", whole, piece, &why);
      if (answer)
        return TRUE;
      if (!g_error_matches (why, LS_ERROR, LS_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }
      if (!ls_cli_pause (cli, RETRY_MS, error))
        return FALSE;
    }
}

static gboolean
send_own_input (LsCli *cli, const char *path, gboolean close, GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  for (;;)
    {
      g_autoptr (GBytes) piece = g_input_stream_read_bytes (input, PIECE, NULL, error);
      if (!piece)
        return FALSE;
      gboolean ended = g_bytes_get_size (piece) == 0;
      if (ended && !close)
        return TRUE;
      if (!send_piece (cli, path, piece, ended, error))
        return FALSE;
      if (ended)
        return TRUE;
    }
}

gboolean
ls_input_send (LsCli *cli, const char *path, const char *text, gboolean close, GError **error)
{
  if (!text)
    return send_own_input (cli, path, close, error);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GBytes) piece = g_bytes_new (line, strlen (line));
  return send_piece (cli, path, piece, close, error);
}

struct LsInputPump {
  LsClient *client;
  char *path;
  GInputStream *input;
  GCancellable *cancellable;
  GBytes *piece;          /* being sent; empty at the end of input */
  guint retry;
  guint pending;          /* callbacks that will still come */
  gboolean freed;
};

static void read_next (LsInputPump *pump);
static void send_current (LsInputPump *pump);

static void
pump_release (LsInputPump *pump)
{
  if (!pump->freed || pump->pending > 0)
    return;
  g_clear_handle_id (&pump->retry, g_source_remove);
  g_clear_pointer (&pump->piece, g_bytes_unref);
  g_object_unref (pump->input);
  g_object_unref (pump->cancellable);
  g_object_unref (pump->client);
  g_free (pump->path);
  g_free (pump);
}

static gboolean
send_again (gpointer data)
{
  LsInputPump *pump = data;
  pump->retry = 0;
  send_current (pump);
  return G_SOURCE_REMOVE;
}

static void
piece_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  LsInputPump *pump = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) answer = ls_client_open_finish (LS_CLIENT (source), result, &error);
  pump->pending--;
  if (!pump->freed && answer && g_bytes_get_size (pump->piece) > 0)
    read_next (pump);
  else if (!pump->freed && g_error_matches (error, LS_ERROR, LS_ERROR_BUSY))
    pump->retry = g_timeout_add (RETRY_MS, send_again, pump);
  /* Any other answer: the task has ended or takes no input any more. */
  pump_release (pump);
}

static void
send_current (LsInputPump *pump)
{
  gboolean ended = g_bytes_get_size (pump->piece) == 0;
  g_autofree char *path = g_strconcat (pump->path, ended ? "/input?close=1" : "/input", NULL);
  pump->pending++;
  ls_client_open_async (pump->client, "POST", path, pump->piece, "application/octet-stream", pump->cancellable, piece_sent, pump);
}

static void
piece_read (GObject *source, GAsyncResult *result, gpointer data)
{
  LsInputPump *pump = data;
  GBytes *piece = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  pump->pending--;
  if (pump->freed)
    {
      g_clear_pointer (&piece, g_bytes_unref);
      pump_release (pump);
      return;
    }
  g_clear_pointer (&pump->piece, g_bytes_unref);
  /* Input that cannot be read is over. */
  pump->piece = piece ? piece : g_bytes_new_static ("", 0);
  send_current (pump);
}

static void
read_next (LsInputPump *pump)
{
  pump->pending++;
  g_input_stream_read_bytes_async (pump->input, PIECE, G_PRIORITY_DEFAULT, pump->cancellable, piece_read, pump);
}

LsInputPump *
ls_input_pump_new (LsCli *cli, const char *path)
{
  LsInputPump *pump = g_new0 (LsInputPump, 1);
  pump->client = g_object_ref (cli->client);
  pump->path = g_strdup (path);
  pump->input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  pump->cancellable = g_cancellable_new ();
  read_next (pump);
  return pump;
}

void
ls_input_pump_free (LsInputPump *pump)
{
  if (!pump)
    return;
  pump->freed = TRUE;
  g_clear_handle_id (&pump->retry, g_source_remove);
  g_cancellable_cancel (pump->cancellable);
  pump_release (pump);
}
