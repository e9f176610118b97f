/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ssh_bridge.h"

#include "base/error.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

struct LsSshBridge {
  GSocketService *service;
  char *directory, *path;
  char **command;              /* argv of ssh */
  GCancellable *cancellable;   /* ends what is under way */
};

/* What ssh could take for an option of its own is not a name. */
static gboolean
is_name (const char *text)
{
  return text && *text && *text != '-';
}

static char **
command_for (const char *address, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *user = uri ? g_uri_get_user (uri) : NULL, *host = uri ? g_uri_get_host (uri) : NULL;
  const char *path = uri ? g_uri_get_path (uri) : "";
  if (!is_name (host) || (user && !is_name (user)) || (*path && !g_str_equal (path, "/")) || g_uri_get_password (uri))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is no address: write ssh://host, ssh://user@host or ssh://user@host:2222", address);
      return NULL;
    }
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_strv_builder_add_many (argv, "ssh", "-T", NULL);
  if (g_uri_get_port (uri) > 0)
    {
      g_autofree char *port = g_strdup_printf ("%d", g_uri_get_port (uri));
      g_strv_builder_add_many (argv, "-p", port, NULL);
    }
  g_autofree char *destination = user ? g_strconcat (user, "@", host, NULL) : g_strdup (host);
  g_strv_builder_add_many (argv, "--", destination, "lineshaft", "dial-stdio", NULL);
  return g_strv_builder_end (argv);
}

typedef struct {
  GIOStream *connection, *pipes;
} Pair;

static void
spliced (GObject *source, GAsyncResult *result, gpointer data)
{
  Pair *pair = data;
  g_io_stream_splice_finish (result, NULL);
  /* With its pipes closed, ssh ends. */
  g_io_stream_close (pair->connection, NULL, NULL);
  g_io_stream_close (pair->pipes, NULL, NULL);
  g_object_unref (pair->connection);
  g_object_unref (pair->pipes);
  g_free (pair);
}

static gboolean
incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  LsSshBridge *bridge = data;
  g_autoptr (GSubprocess) ssh =
    g_subprocess_newv ((const char *const *) bridge->command, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
  if (!ssh)
    {
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
      return TRUE;
    }
  Pair *pair = g_new (Pair, 1);
  pair->connection = g_object_ref (G_IO_STREAM (connection));
  pair->pipes = g_simple_io_stream_new (g_subprocess_get_stdout_pipe (ssh), g_subprocess_get_stdin_pipe (ssh));
  g_io_stream_splice_async (pair->connection, pair->pipes, G_IO_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT, bridge->cancellable, spliced, pair);
  return TRUE;
}

LsSshBridge *
ls_ssh_bridge_new (const char *address, GError **error)
{
  g_auto (GStrv) command = command_for (address, error);
  g_autofree char *directory = command ? g_dir_make_tmp ("lineshaft-XXXXXX", error) : NULL;
  if (!directory)
    return NULL;
  LsSshBridge *bridge = g_new0 (LsSshBridge, 1);
  bridge->command = g_steal_pointer (&command);
  bridge->path = g_build_filename (directory, "agent.sock", NULL);
  bridge->directory = g_steal_pointer (&directory);
  bridge->cancellable = g_cancellable_new ();
  bridge->service = g_socket_service_new ();
  g_autoptr (GSocketAddress) socket_address = g_unix_socket_address_new (bridge->path);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (bridge->service), socket_address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL,
                                      error))
    {
      ls_ssh_bridge_free (bridge);
      return NULL;
    }
  g_signal_connect (bridge->service, "incoming", G_CALLBACK (incoming), bridge);
  return bridge;
}

void
ls_ssh_bridge_free (LsSshBridge *bridge)
{
  if (!bridge)
    return;
  g_signal_handlers_disconnect_by_data (bridge->service, bridge);
  g_socket_service_stop (bridge->service);
  g_socket_listener_close (G_SOCKET_LISTENER (bridge->service));
  g_cancellable_cancel (bridge->cancellable);
  g_unlink (bridge->path);
  g_rmdir (bridge->directory);
  g_object_unref (bridge->service);
  g_object_unref (bridge->cancellable);
  g_strfreev (bridge->command);
  g_free (bridge->directory);
  g_free (bridge->path);
  g_free (bridge);
}

const char *
ls_ssh_bridge_path (const LsSshBridge *bridge)
{
  return bridge->path;
}
