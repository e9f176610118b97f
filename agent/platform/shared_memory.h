/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Memory that children map: a sealed memfd on Linux, POSIX shm elsewhere. */

#include <glib.h>

/* Zeroed, @size bytes, mapped shared and writable; *@ret_fd is close-on-exec and the caller's. NULL with an error. */
void *ls_shared_memory_new (const char *name, gsize size, int *ret_fd, GError **error);
void ls_shared_memory_free (void *memory, gsize size, int fd);
