/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/endpoint.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128

struct LsEndpoint {
  char *path;
  char *lock_path;
  int lock;
  int fd;
  int number;        /* of the listening descriptor, stolen or not */
  dev_t device;      /* of the socket's file, to remove no other */
  ino_t inode;
};

static gboolean
fail (GError **error, LsErrorCode code, const char *path, const char *what)
{
  g_set_error (error, LS_ERROR, code, "Cannot listen on %s: %s.", path, what);
  return FALSE;
}

static gboolean
fail_running (GError **error, const char *path)
{
  g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT,
               "An agent is already running on %s; stop it first, or give this one another socket with --socket.", path);
  return FALSE;
}

/* Takes the lock. Who ends removes the lock's file, so the one that was locked must still be the one at the path. */
static gboolean
take_lock (LsEndpoint *endpoint, GError **error)
{
  for (guint attempt = 0; attempt < 100; attempt++)
    {
      struct stat held, there;
      int fd = open (endpoint->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

      if (fd < 0)
        return fail (error, LS_ERROR_FAILED, endpoint->path, g_strerror (errno));
      if (flock (fd, LOCK_EX | LOCK_NB) < 0)
        {
          close (fd);
          return fail_running (error, endpoint->path);
        }
      if (fstat (fd, &held) == 0 && stat (endpoint->lock_path, &there) == 0 && held.st_ino == there.st_ino && held.st_dev == there.st_dev)
        {
          endpoint->lock = fd;
          return TRUE;
        }
      close (fd);
    }
  return fail_running (error, endpoint->path);
}

/* Whether a server answers on @address. A full queue is an answer too. */
static gboolean
somebody_answers (const struct sockaddr_un *address)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  gboolean answered = fd >= 0 && (connect (fd, (const struct sockaddr *) address, sizeof *address) == 0 || errno == EAGAIN || errno == EINPROGRESS);

  if (fd >= 0)
    close (fd);
  return answered;
}

static gboolean
clear_way (LsEndpoint *endpoint, const struct sockaddr_un *address, GError **error)
{
  struct stat there;

  if (lstat (endpoint->path, &there) < 0)
    return errno == ENOENT || fail (error, LS_ERROR_FAILED, endpoint->path, g_strerror (errno));
  if (!S_ISSOCK (there.st_mode))
    return fail (error, LS_ERROR_CONFLICT, endpoint->path, "a file that is no socket is in the way");
  if (somebody_answers (address))
    return fail_running (error, endpoint->path);
  if (unlink (endpoint->path) < 0)
    return fail (error, LS_ERROR_FAILED, endpoint->path, g_strerror (errno));
  return TRUE;
}

static gboolean
let_group_in (const LsEndpoint *endpoint, const LsAccess *access, GError **error)
{
  guint group;

  if (!ls_access_has_group (access, &group) || (chown (endpoint->path, (uid_t) -1, group) == 0 && chmod (endpoint->path, 0660) == 0))
    return TRUE;
  return fail (error, LS_ERROR_FAILED, endpoint->path, g_strerror (errno));
}

/* So that no other is removed. */
static void
remember_file (LsEndpoint *endpoint)
{
  struct stat made;

  if (lstat (endpoint->path, &made) < 0)
    return;
  endpoint->device = made.st_dev;
  endpoint->inode = made.st_ino;
}

static gboolean
bind_and_listen (LsEndpoint *endpoint, const struct sockaddr_un *address, const LsAccess *access, GError **error)
{
  /* From the first moment on nobody else can connect: the mode is there with the file. */
  mode_t mask = umask (0177);
  gboolean bound;

  endpoint->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  bound = endpoint->fd >= 0 && bind (endpoint->fd, (const struct sockaddr *) address, sizeof *address) == 0;
  umask (mask);
  if (!bound)
    return fail (error, LS_ERROR_FAILED, endpoint->path, g_strerror (errno));
  endpoint->number = endpoint->fd;
  remember_file (endpoint);
  if (!let_group_in (endpoint, access, error))
    return FALSE;
  if (listen (endpoint->fd, BACKLOG) < 0)
    return fail (error, LS_ERROR_FAILED, endpoint->path, g_strerror (errno));
  return TRUE;
}

/* A folder that was there already keeps its mode: it is somebody's. */
static gboolean
make_folder (const char *folder, const LsAccess *access, GError **error)
{
  guint group;

  if (g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_mkdir_with_parents (folder, 0700) == 0
      && (!ls_access_has_group (access, &group) || (chown (folder, (uid_t) -1, group) == 0 && chmod (folder, 0710) == 0)))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "Cannot make the folder %s for the socket: %s.", folder, g_strerror (errno));
  return FALSE;
}

static LsEndpoint *
endpoint_new (const char *path)
{
  LsEndpoint *endpoint = g_new0 (LsEndpoint, 1);

  endpoint->path = g_strdup (path);
  endpoint->lock_path = g_strconcat (path, ".lock", NULL);
  endpoint->lock = endpoint->fd = endpoint->number = -1;
  return endpoint;
}

LsEndpoint *
ls_endpoint_adopt (const char *path, int fd, int lock, const LsAccess *access, GError **error)
{
  g_autoptr (LsEndpoint) endpoint = endpoint_new (path);

  endpoint->fd = endpoint->number = fd;
  endpoint->lock = lock;
  remember_file (endpoint);
  return let_group_in (endpoint, access, error) ? g_steal_pointer (&endpoint) : NULL;
}

gboolean
ls_endpoint_hand_over (LsEndpoint *endpoint, int *ret_fd, int *ret_lock)
{
  int fd = fcntl (endpoint->number, F_DUPFD_CLOEXEC, 3);

  if (fd < 0)
    return FALSE;
  *ret_fd = fd;
  *ret_lock = endpoint->lock;
  endpoint->lock = -1;
  endpoint->inode = 0;
  return TRUE;
}

LsEndpoint *
ls_endpoint_open (const char *path, const LsAccess *access, GError **error)
{
  g_autoptr (LsEndpoint) endpoint = endpoint_new (path);
  g_autofree char *folder = g_path_get_dirname (path);
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (strlen (path) >= sizeof address.sun_path)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "The path of a socket can have %zu bytes at most; %s has %zu.",
                   sizeof address.sun_path - 1, path, strlen (path));
      return NULL;
    }
  memcpy (address.sun_path, path, strlen (path));
  if (!make_folder (folder, access, error) || !take_lock (endpoint, error) || !clear_way (endpoint, &address, error)
      || !bind_and_listen (endpoint, &address, access, error))
    return NULL;
  return g_steal_pointer (&endpoint);
}

const char *
ls_endpoint_path (const LsEndpoint *endpoint)
{
  return endpoint->path;
}

int
ls_endpoint_steal_fd (LsEndpoint *endpoint)
{
  int fd = endpoint->fd;

  endpoint->fd = -1;
  return fd;
}

void
ls_endpoint_free (LsEndpoint *endpoint)
{
  struct stat there;

  if (endpoint == NULL)
    return;
  if (endpoint->fd >= 0)
    close (endpoint->fd);
  if (endpoint->inode != 0 && lstat (endpoint->path, &there) == 0 && there.st_ino == endpoint->inode && there.st_dev == endpoint->device)
    unlink (endpoint->path);
  if (endpoint->lock >= 0)
    {
      unlink (endpoint->lock_path);
      close (endpoint->lock);
    }
  g_free (endpoint->lock_path);
  g_free (endpoint->path);
  g_free (endpoint);
}

char *
ls_endpoint_path_of (int fd)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  socklen_t length = sizeof address;

  if (getsockname (fd, (struct sockaddr *) &address, &length) < 0 || address.sun_family != AF_UNIX
      || length <= G_STRUCT_OFFSET (struct sockaddr_un, sun_path) || address.sun_path[0] != '/')
    return NULL;
  return g_strndup (address.sun_path, length - G_STRUCT_OFFSET (struct sockaddr_un, sun_path));
}
