/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Shared buffers: POSIX shared memory that has a name, of mode 0600, which any process of the same user can map.
 *
 * Each file is locked by us as long as it lives. So what a killed agent left behind can be told from what another one uses, whatever became of
 * its pid: a file that can be locked is nobody's. On systems where shared memory is no file (macOS) there is nothing to find, and nothing is cleaned. */

#include <glib.h>

typedef struct LsSharedBuffers LsSharedBuffers;

LsSharedBuffers *ls_shared_buffers_new (void);      /* removes what agents before us have left */
void ls_shared_buffers_free (LsSharedBuffers *buffers);      /* removes all that are left */

/* @size bytes long, none of them taken. *@ret_path is NULL where it has none. LS_ERROR_IMPOSSIBLE: there is not so much. */
gboolean ls_shared_buffers_create (LsSharedBuffers *buffers, const char *name, guint64 size, char **ret_shm, char **ret_path, GError **error);
/* Takes the memory from @first on. */
gboolean ls_shared_buffers_fill (LsSharedBuffers *buffers, const char *shm, guint64 first, guint64 length, GError **error);
void ls_shared_buffers_remove (LsSharedBuffers *buffers, const char *shm);
