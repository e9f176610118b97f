/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/host_memory.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* MemAvailable is the third line. */
#define ENOUGH 512

guint64
ls_host_memory_available (const glibtop_mem *memory)
{
  static int fd = -1;
  char text[ENOUGH];
  if (fd < 0)
    fd = open ("/proc/meminfo", O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : pread (fd, text, sizeof text - 1, 0);
  if (got > 0) {
    text[got] = '\0';
    const char *line = strstr (text, "MemAvailable:");
    if (line)
      return g_ascii_strtoull (line + strlen ("MemAvailable:"), NULL, 10) * 1024;
  }
  return memory->free + memory->buffer + memory->cached;
}
