/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/shared_buffers.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FOLDER "/dev/shm"

struct LsSharedBuffers {
  GHashTable *fds;      /* shm → fd + 1 */
};

static char *
prefix (void)
{
  return g_strdup_printf ("lineshaft-%u-", (guint) geteuid ());
}

/* --- what others left --- */

/* If nobody has it locked: whoever made it is gone then. */
static void
remove_if_left (const char *path)
{
  struct stat status;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  gboolean ours = fd >= 0 && fstat (fd, &status) == 0 && S_ISREG (status.st_mode) && status.st_uid == geteuid ();
  if (ours && flock (fd, LOCK_EX | LOCK_NB) == 0)
    unlink (path);
  if (fd >= 0)
    close (fd);
}

static void
clean (void)
{
  g_autofree char *ours = prefix ();
  GDir *folder = g_dir_open (FOLDER, 0, NULL);
  const char *name;
  if (!folder)
    return;
  while ((name = g_dir_read_name (folder))) {
    g_autofree char *path = g_build_filename (FOLDER, name, NULL);
    if (g_str_has_prefix (name, ours))
      remove_if_left (path);
  }
  g_dir_close (folder);
}

LsSharedBuffers *
ls_shared_buffers_new (void)
{
  LsSharedBuffers *buffers = g_new0 (LsSharedBuffers, 1);
  buffers->fds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  clean ();
  return buffers;
}

/* --- one --- */

static void
let_go (const char *shm, int fd)
{
  shm_unlink (shm);
  close (fd);
}

void
ls_shared_buffers_free (LsSharedBuffers *buffers)
{
  GHashTableIter iter;
  gpointer shm, fd;
  if (!buffers)
    return;
  g_hash_table_iter_init (&iter, buffers->fds);
  while (g_hash_table_iter_next (&iter, &shm, &fd))
    let_go (shm, GPOINTER_TO_INT (fd) - 1);
  g_hash_table_unref (buffers->fds);
  g_free (buffers);
}

/* Its path, if it is a file that others find. (transfer full) (nullable) */
static char *
path_of (const char *shm, int fd)
{
  g_autofree char *path = g_strconcat (FOLDER, shm, NULL);
  struct stat by_fd, by_path;
  if (fstat (fd, &by_fd) == 0 && stat (path, &by_path) == 0 && by_fd.st_ino == by_path.st_ino && by_fd.st_dev == by_path.st_dev)
    return g_steal_pointer (&path);
  return NULL;
}

static gboolean
was_removed (int fd)
{
  struct stat status;
  return fstat (fd, &status) == 0 && status.st_nlink == 0;
}

/* Locked and ours; -1 with errno. */
static int
open_locked (const char *shm)
{
  for (guint attempt = 0; attempt < 10; attempt++) {
    int fd = shm_open (shm, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
      return -1;
    flock (fd, LOCK_EX | LOCK_NB);
    if (!was_removed (fd))      /* by another agent that cleaned just then */
      return fd;
    close (fd);
  }
  errno = EEXIST;
  return -1;
}

/* A name that says whose it is; a short one where long ones are not taken (macOS: 31 bytes). */
static int
open_named (const char *name, char **ret_shm)
{
  g_autofree char *ours = prefix ();
  char *shm = g_strdup_printf ("/%s%d-%s", ours, (int) getpid (), name);
  int fd = open_locked (shm);
  for (guint attempt = 0; fd < 0 && (errno == ENAMETOOLONG || errno == EEXIST) && attempt < 10; attempt++) {
    g_free (shm);
    shm = g_strdup_printf ("/%s%08x", ours, g_random_int ());
    fd = open_locked (shm);
  }
  *ret_shm = shm;
  return fd;
}

static gboolean
has_room (int fd, guint64 size, GError **error)
{
  struct statvfs room;
  if (fstatvfs (fd, &room) < 0 || room.f_blocks == 0)
    return TRUE;      /* it has no limit, or does not tell */
  guint64 left = (guint64) room.f_bavail * room.f_frsize;
  if (size <= left)
    return TRUE;
  g_autofree char *asked = g_format_size_full (size, G_FORMAT_SIZE_IEC_UNITS), *is = g_format_size_full (left, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "shared memory has room for %s, not for %s: remove other buffers, or ask for less", is, asked);
  return FALSE;
}

gboolean
ls_shared_buffers_create (LsSharedBuffers *buffers, const char *name, guint64 size, char **ret_shm, char **ret_path, GError **error)
{
  g_autofree char *shm = NULL;
  int fd = open_named (name, &shm);
  if (fd < 0) {
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "no shared memory for %s: %s", name, g_strerror (errno));
    return FALSE;
  }
  if (!has_room (fd, size, error)) {
    let_go (shm, fd);
    return FALSE;
  }
  if (ftruncate (fd, (off_t) size) < 0) {
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "no shared memory of %" G_GUINT64_FORMAT " bytes for %s: %s", size, name, g_strerror (errno));
    let_go (shm, fd);
    return FALSE;
  }
  *ret_path = path_of (shm, fd);
  *ret_shm = g_strdup (shm);
  g_hash_table_replace (buffers->fds, g_steal_pointer (&shm), GINT_TO_POINTER (fd + 1));
  return TRUE;
}

gboolean
ls_shared_buffers_fill (LsSharedBuffers *buffers, const char *shm, guint64 first, guint64 length, GError **error)
{
  int fd = GPOINTER_TO_INT (g_hash_table_lookup (buffers->fds, shm)) - 1;
  int failed;
  do
    failed = fd >= 0 ? posix_fallocate (fd, (off_t) first, (off_t) length) : EBADF;
  while (failed == EINTR);
  if (failed == 0)
    return TRUE;
  if (failed == ENOSPC || failed == ENOMEM)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "shared memory is full: remove other buffers, or ask for less");
  else
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "shared memory cannot be had: %s", g_strerror (failed));
  return FALSE;
}

void
ls_shared_buffers_remove (LsSharedBuffers *buffers, const char *shm)
{
  int fd = GPOINTER_TO_INT (g_hash_table_lookup (buffers->fds, shm)) - 1;
  if (fd < 0)
    return;
  let_go (shm, fd);
  g_hash_table_remove (buffers->fds, shm);
}
