/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Plumbing for -H ssh://HOST: the other end's "ssh HOST lineshaft dial-stdio" gives it this computer's agent on standard input and output. */

#include "cli/cli.h"
#include "cli/verbs.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  GIOStream *connection;
  GError *error;
  gboolean done;
} Dial;

static void
connected (GObject *source, GAsyncResult *result, gpointer data)
{
  Dial *dial = data;
  dial->connection = G_IO_STREAM (g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &dial->error));
  dial->done = TRUE;
}

static void
spliced (GObject *source, GAsyncResult *result, gpointer data)
{
  Dial *dial = data;
  g_io_stream_splice_finish (result, NULL);
  dial->done = TRUE;
}

int
ls_verb_dial_stdio (LsCli *cli)
{
  Dial dial = { 0 };
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  const char *path = ls_client_address (cli->client);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path + (g_str_has_prefix (path, "unix:") ? strlen ("unix:") : 0));
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), NULL, connected, &dial);
  while (!dial.done)
    g_main_context_iteration (NULL, TRUE);
  if (!dial.connection)
    {
      ls_cli_complain (cli, "no agent answers on %s: %s", ls_client_address (cli->client), dial.error->message);
      g_error_free (dial.error);
      return LS_EXIT_NO_AGENT;
    }
  g_autoptr (GIOStream) connection = dial.connection;
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GOutputStream) output = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  g_autoptr (GIOStream) own = g_simple_io_stream_new (input, output);
  dial.done = FALSE;
  g_io_stream_splice_async (connection, own, G_IO_STREAM_SPLICE_NONE, G_PRIORITY_DEFAULT, NULL, spliced, &dial);
  while (!dial.done)
    g_main_context_iteration (NULL, TRUE);
  return LS_EXIT_OK;
}
