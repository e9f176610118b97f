/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "canned_server.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

#define HOLD "(hold)"

struct CannedServer {
  GSocketService *service;
  char *directory, *path;
  GMutex lock;
  GPtrArray *requests;
  const char *const *answers;
  guint answered;
  GCancellable *ending;
};

/* Head and body as Content-Length says. */
static char *
read_request (GInputStream *input, GCancellable *cancellable)
{
  g_autoptr (GString) request = g_string_new (NULL);
  for (;;)
    {
      const char *end = strstr (request->str, "\r\n\r\n");
      const char *length = end ? strstr (request->str, "Content-Length: ") : NULL;
      gsize body = length && length < end ? (gsize) g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10) : 0;
      if (end && request->len >= (gsize) (end - request->str) + 4 + body)
        return g_strdup (request->str);
      char bytes[4096];
      gssize n = g_input_stream_read (input, bytes, sizeof bytes, cancellable, NULL);
      if (n <= 0)
        return NULL;
      g_string_append_len (request, bytes, n);
    }
}

static gboolean
serve (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user)
{
  CannedServer *server = user;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char *request = read_request (input, server->ending);
  if (!request)
    return TRUE;
  g_mutex_lock (&server->lock);
  g_ptr_array_add (server->requests, request);
  const char *answer = server->answers[server->answered];
  if (answer)
    server->answered++;
  g_mutex_unlock (&server->lock);
  gboolean hold = answer && g_str_has_suffix (answer, HOLD);
  if (answer)
    g_output_stream_write_all (output, answer, strlen (answer) - (hold ? strlen (HOLD) : 0), NULL, server->ending, NULL);
  char byte;
  if (hold)
    g_input_stream_read (input, &byte, 1, server->ending, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

CannedServer *
canned_server_new (const char *const *answers)
{
  CannedServer *server = g_new0 (CannedServer, 1);
  g_mutex_init (&server->lock);
  server->answers = answers;
  server->requests = g_ptr_array_new_with_free_func (g_free);
  server->ending = g_cancellable_new ();
  server->directory = g_dir_make_tmp ("lineshaft-test-XXXXXX", NULL);
  server->path = g_build_filename (server->directory, "agent.sock", NULL);
  server->service = g_threaded_socket_service_new (8);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (server->path);
  g_autoptr (GError) error = NULL;
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error))
    g_error ("%s: %s", server->path, error->message);
  g_signal_connect (server->service, "run", G_CALLBACK (serve), server);
  g_socket_service_start (server->service);
  return server;
}

void
canned_server_free (CannedServer *server)
{
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_cancellable_cancel (server->ending);
  /* The threads of the service hold references to it: the last one gone means that none is left. */
  g_object_add_weak_pointer (G_OBJECT (server->service), (gpointer *) &server->service);
  g_object_unref (server->service);
  while (g_atomic_pointer_get (&server->service))
    g_main_context_iteration (NULL, FALSE);
  g_unlink (server->path);
  g_rmdir (server->directory);
  g_object_unref (server->ending);
  g_ptr_array_unref (server->requests);
  g_mutex_clear (&server->lock);
  g_free (server->path);
  g_free (server->directory);
  g_free (server);
}

const char *
canned_server_path (CannedServer *server)
{
  return server->path;
}

const char *
canned_server_request (CannedServer *server, guint index)
{
  g_mutex_lock (&server->lock);
  const char *request = index < server->requests->len ? g_ptr_array_index (server->requests, index) : NULL;
  g_mutex_unlock (&server->lock);
  return request;
}
