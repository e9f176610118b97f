/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* libsoup's session gives no connection out of its hands, so this one is made by hand: connect, one request, one head of an answer. */

#include "client/client_private.h"
#include "client/failure.h"

#include "base/error.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#define HEAD_MAX (16 * 1024)
#define PROBLEM_MAX (64 * 1024)
#define TIMEOUT_S 30

/* --- what comes out of it: a stream whose first bytes may have come with the head --- */

#define LS_TYPE_UPGRADED_STREAM (ls_upgraded_stream_get_type ())
G_DECLARE_FINAL_TYPE (LsUpgradedStream, ls_upgraded_stream, LS, UPGRADED_STREAM, GIOStream)

struct _LsUpgradedStream {
  GIOStream parent;
  GIOStream *connection;
  GInputStream *input;      /* buffered, and not to be closed before the connection */
};

G_DEFINE_FINAL_TYPE (LsUpgradedStream, ls_upgraded_stream, G_TYPE_IO_STREAM)

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return LS_UPGRADED_STREAM (stream)->input;
}

static GOutputStream *
get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (LS_UPGRADED_STREAM (stream)->connection);
}

static gboolean
close_both (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (LS_UPGRADED_STREAM (stream)->connection, cancellable, error);
}

static void
ls_upgraded_stream_finalize (GObject *object)
{
  LsUpgradedStream *stream = LS_UPGRADED_STREAM (object);
  g_clear_object (&stream->input);
  g_clear_object (&stream->connection);
  G_OBJECT_CLASS (ls_upgraded_stream_parent_class)->finalize (object);
}

static void
ls_upgraded_stream_class_init (LsUpgradedStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_upgraded_stream_finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = get_input_stream;
  G_IO_STREAM_CLASS (klass)->get_output_stream = get_output_stream;
  G_IO_STREAM_CLASS (klass)->close_fn = close_both;
}

static void
ls_upgraded_stream_init (LsUpgradedStream *stream)
{
}

/* --- the request --- */

typedef struct {
  char *request;
  GIOStream *connection;
  GBufferedInputStream *input;
  gsize head_length;         /* 0: it is not whole yet */
  guint status;
} Upgrade;

static void
upgrade_free (Upgrade *upgrade)
{
  g_free (upgrade->request);
  g_clear_object (&upgrade->input);
  g_clear_object (&upgrade->connection);
  g_free (upgrade);
}

static void
fail (GTask *task, const GError *cause)
{
  LsClient *client = g_task_get_source_object (task);
  g_task_return_error (task, ls_client_failure (client, cause));
}

static void
fail_garbled (GTask *task)
{
  g_task_return_new_error (task, LS_ERROR, LS_ERROR_FAILED, "the agent's answer is not HTTP, or was cut off");
}

static void
problem_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Upgrade *upgrade = g_task_get_task_data (task);
  g_autoptr (GBytes) body = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  g_task_return_error (task, ls_failure_from_answer (upgrade->status, "refused", body));
}

/* 101, or an answer like others. The agent's problems are short: they come with the head, or right after it. */
static void
head_is_whole (GTask *task, const char *head)
{
  Upgrade *upgrade = g_task_get_task_data (task);
  if (!g_str_has_prefix (head, "HTTP/1.1 "))
    {
      fail_garbled (task);
      g_object_unref (task);
      return;
    }
  upgrade->status = (guint) g_ascii_strtoull (head + strlen ("HTTP/1.1 "), NULL, 10);
  g_input_stream_skip (G_INPUT_STREAM (upgrade->input), upgrade->head_length, NULL, NULL);
  if (upgrade->status != 101)
    {
      g_input_stream_read_bytes_async (G_INPUT_STREAM (upgrade->input), PROBLEM_MAX, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), problem_read,
                                       task);
      return;
    }
  g_socket_set_timeout (g_socket_connection_get_socket (G_SOCKET_CONNECTION (upgrade->connection)), 0);
  LsUpgradedStream *stream = g_object_new (LS_TYPE_UPGRADED_STREAM, NULL);
  stream->connection = g_object_ref (upgrade->connection);
  stream->input = g_object_ref (G_INPUT_STREAM (upgrade->input));
  g_task_return_pointer (task, stream, g_object_unref);
  g_object_unref (task);
}

static void
head_came (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Upgrade *upgrade = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gssize got = g_buffered_input_stream_fill_finish (upgrade->input, result, &error);
  gsize length;
  const char *bytes = g_buffered_input_stream_peek_buffer (upgrade->input, &length);
  const char *end = g_strstr_len (bytes, (gssize) length, "\r\n\r\n");
  if (end)
    {
      upgrade->head_length = (gsize) (end - bytes) + 4;
      g_autofree char *head = g_strndup (bytes, (gsize) (end - bytes));
      head_is_whole (task, head);
    }
  else if (got > 0 && length < HEAD_MAX)
    g_buffered_input_stream_fill_async (upgrade->input, -1, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), head_came, task);
  else
    {
      if (error)
        fail (task, error);
      else
        fail_garbled (task);
      g_object_unref (task);
    }
}

static void
request_written (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Upgrade *upgrade = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      g_buffered_input_stream_fill_async (upgrade->input, -1, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), head_came, task);
      return;
    }
  fail (task, error);
  g_object_unref (task);
}

static void
connected (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Upgrade *upgrade = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (!connection)
    {
      fail (task, error);
      g_object_unref (task);
      return;
    }
  upgrade->connection = G_IO_STREAM (connection);
  upgrade->input = G_BUFFERED_INPUT_STREAM (g_buffered_input_stream_new_sized (g_io_stream_get_input_stream (upgrade->connection), HEAD_MAX));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (upgrade->input), FALSE);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (upgrade->connection), upgrade->request, strlen (upgrade->request), G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), request_written, task);
}

void
ls_client_upgrade_async (LsClient *client, const char *path, const char *protocol, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (client, cancellable, callback, user_data);
  Upgrade *upgrade = g_new0 (Upgrade, 1);
  g_autoptr (GError) error = NULL;
  const char *socket_path = ls_client_socket_path (client, &error);
  g_task_set_task_data (task, upgrade, (GDestroyNotify) upgrade_free);
  if (!socket_path)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  upgrade->request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: lineshaft\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", path, protocol);
  g_autoptr (GSocketClient) socket_client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (socket_path);
  g_socket_client_set_timeout (socket_client, TIMEOUT_S);
  g_socket_client_connect_async (socket_client, G_SOCKET_CONNECTABLE (address), cancellable, connected, task);
}

GIOStream *
ls_client_upgrade_finish (LsClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
