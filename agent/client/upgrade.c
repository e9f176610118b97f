/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* libsoup's session gives no connection out of its hands, so this one is made by hand: connect, one request, one head of an answer. Of what the
 * agent sends no more is taken than the head: the bytes behind it are the stream's. */

#include "client/client_private.h"
#include "client/failure.h"

#include "base/error.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/socket.h>

#define HEAD_MAX (16 * 1024)
#define PROBLEM_MAX (64 * 1024)
#define TIMEOUT_S 30

typedef struct {
  char *request;
  GIOStream *connection;
  GString *head;             /* as far as it has come */
  guint status;
} Upgrade;

static void
upgrade_free (Upgrade *upgrade)
{
  g_free (upgrade->request);
  g_string_free (upgrade->head, TRUE);
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

/* 101, or an answer like others. */
static void
head_is_whole (GTask *task)
{
  Upgrade *upgrade = g_task_get_task_data (task);
  if (!g_str_has_prefix (upgrade->head->str, "HTTP/1.1 "))
    {
      fail_garbled (task);
      g_object_unref (task);
      return;
    }
  upgrade->status = (guint) g_ascii_strtoull (upgrade->head->str + strlen ("HTTP/1.1 "), NULL, 10);
  if (upgrade->status != 101)
    {
      g_input_stream_read_bytes_async (g_io_stream_get_input_stream (upgrade->connection), PROBLEM_MAX, G_PRIORITY_DEFAULT,
                                       g_task_get_cancellable (task), problem_read, task);
      return;
    }
  g_socket_set_timeout (g_socket_connection_get_socket (G_SOCKET_CONNECTION (upgrade->connection)), 0);
  g_task_return_pointer (task, g_object_ref (upgrade->connection), g_object_unref);
  g_object_unref (task);
}

/* Takes what is certainly of the head; FALSE: the connection ended. */
static gboolean
take_head (Upgrade *upgrade, int fd, gboolean *ret_whole)
{
  char bytes[4096];
  gssize got = recv (fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  gsize before = upgrade->head->len;
  if (got < 0 && (errno == EAGAIN || errno == EINTR))
    return TRUE;
  if (got <= 0 || before > HEAD_MAX)
    return FALSE;
  g_string_append_len (upgrade->head, bytes, got);
  const char *end = g_strstr_len (upgrade->head->str + (before > 3 ? before - 3 : 0), -1, "\r\n\r\n");
  if (end)
    g_string_truncate (upgrade->head, (gsize) (end - upgrade->head->str) + 4);
  *ret_whole = end != NULL;
  return recv (fd, bytes, upgrade->head->len - before, MSG_DONTWAIT) == (gssize) (upgrade->head->len - before);
}

static gboolean
head_came (GSocket *socket, GIOCondition condition, gpointer data)
{
  GTask *task = data;
  Upgrade *upgrade = g_task_get_task_data (task);
  gboolean whole = FALSE;
  if (g_task_return_error_if_cancelled (task))
    ;
  else if ((condition & G_IO_IN) == 0 || !take_head (upgrade, g_socket_get_fd (socket), &whole))
    fail_garbled (task);
  else if (!whole)
    return G_SOURCE_CONTINUE;
  else
    {
      head_is_whole (task);
      return G_SOURCE_REMOVE;
    }
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static void
wait_for_head (GTask *task)
{
  Upgrade *upgrade = g_task_get_task_data (task);
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (upgrade->connection));
  g_autoptr (GSource) source = g_socket_create_source (socket, G_IO_IN, g_task_get_cancellable (task));
  g_source_set_callback (source, G_SOURCE_FUNC (head_came), task, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
request_written (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  g_autoptr (GError) error = NULL;
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      wait_for_head (task);
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
  upgrade->head = g_string_new (NULL);
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
