/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/host_memory.h"

guint64
ls_host_memory_available (const glibtop_mem *memory)
{
  return memory->free + memory->buffer + memory->cached;
}
