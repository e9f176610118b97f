/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/notify_sockets.h"

#include "base/error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A socket's path has room for 107 bytes, and its own name comes behind. */
#define LONGEST_FOLDER 86
#define IDLE_MAX 32u

struct LsNotifySockets {
  uv_loop_t *loop;
  char *folder;
  guint64 made;
  GQueue idle;               /* LsNotifySocket: open, and what comes is dropped */
  gboolean closing;
};

/* Only this user may enter it. NULL with errno. */
static char *
make_private_folder (const char *parent)
{
  char *folder = g_build_filename (parent, "lineshaft-notify-XXXXXX", NULL);
  if (strlen (folder) <= LONGEST_FOLDER && g_mkdtemp (folder))
    return folder;
  g_free (folder);
  return NULL;
}

static char *
make_folder (GError **error)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  char *folder = runtime && g_path_is_absolute (runtime) ? make_private_folder (runtime) : NULL;
  /* Root has /run, which is in memory: a socket there is made and removed without a disk. */
  if (!folder && geteuid () == 0)
    folder = make_private_folder ("/run");
  if (!folder)
    folder = make_private_folder (g_get_tmp_dir ());
  if (!folder)
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "a folder for notify sockets cannot be made in \"%s\": %s", g_get_tmp_dir (),
                 g_strerror (errno));
  return folder;
}

LsNotifySockets *
ls_notify_sockets_new (uv_loop_t *loop, GError **error)
{
  char *folder = make_folder (error);
  if (!folder)
    return NULL;
  LsNotifySockets *sockets = g_new0 (LsNotifySockets, 1);
  sockets->loop = loop;
  sockets->folder = folder;
  g_queue_init (&sockets->idle);
  return sockets;
}

LsNotifySocket *
ls_notify_sockets_take (LsNotifySockets *sockets, LsNotifyHeard heard, void *user, GError **error)
{
  LsNotifySocket *socket = g_queue_pop_tail (&sockets->idle);
  if (!socket) {
    g_autofree char *path = g_strdup_printf ("%s/%" G_GUINT64_FORMAT, sockets->folder, ++sockets->made);
    return ls_notify_socket_new (sockets->loop, path, heard, user, error);
  }
  /* What the last words of the one before may have left. */
  ls_notify_socket_empty (socket);
  ls_notify_socket_tell (socket, heard, user);
  return socket;
}

void
ls_notify_sockets_give_back (LsNotifySockets *sockets, LsNotifySocket *socket, gboolean unknown)
{
  if (!socket)
    return;
  if (!unknown || sockets->closing || sockets->idle.length >= IDLE_MAX) {
    ls_notify_socket_close (socket);
    return;
  }
  ls_notify_socket_tell (socket, NULL, NULL);
  g_queue_push_tail (&sockets->idle, socket);
}

void
ls_notify_sockets_rest (LsNotifySockets *sockets)
{
  LsNotifySocket *socket;
  while ((socket = g_queue_pop_head (&sockets->idle)))
    ls_notify_socket_close (socket);
}

void
ls_notify_sockets_close (LsNotifySockets *sockets)
{
  sockets->closing = TRUE;
  ls_notify_sockets_rest (sockets);
}

void
ls_notify_sockets_free (LsNotifySockets *sockets)
{
  if (!sockets)
    return;
  g_rmdir (sockets->folder);
  g_free (sockets->folder);
  g_free (sockets);
}
