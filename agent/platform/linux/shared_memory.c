/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/shared_memory.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Sealed, so that no child can make it shorter under our feet. */
static gboolean
give_size (int fd, gsize size)
{
  return ftruncate (fd, (off_t) size) == 0 && fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}

void *
ls_shared_memory_new (const char *name, gsize size, int *ret_fd, GError **error)
{
  int fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd >= 0 && give_size (fd, size)) {
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
