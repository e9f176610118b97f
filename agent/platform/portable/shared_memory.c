/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/shared_memory.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Its name is gone at once: children reach it by the descriptor. It cannot be sealed. macOS allows 31 bytes of name. */
static int
open_nameless (void)
{
  for (guint attempt = 0; attempt < 100; attempt++) {
    g_autofree char *path = g_strdup_printf ("/lineshaft-%08x", g_random_int ());
    int fd = shm_open (path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd >= 0) {
      shm_unlink (path);
      fcntl (fd, F_SETFD, FD_CLOEXEC);
      return fd;
    }
    if (errno != EEXIST)
      return -1;
  }
  return -1;
}

void *
ls_shared_memory_new (const char *name, gsize size, int *ret_fd, GError **error)
{
  int fd = open_nameless ();
  if (fd >= 0 && ftruncate (fd, (off_t) size) == 0) {
    void *memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory != MAP_FAILED) {
      *ret_fd = fd;
      return memory;
    }
  }
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "no shared memory of %" G_GSIZE_FORMAT " bytes for %s: %s", size, name,
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return NULL;
}

void
ls_shared_memory_free (void *memory, gsize size, int fd)
{
  if (memory)
    munmap (memory, size);
  if (fd >= 0)
    close (fd);
}
