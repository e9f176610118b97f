/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An endpoint: a Unix socket in the file system that this process, and no other, listens on.
 *
 * A lock beside the socket (path + ".lock") is held as long as the endpoint lives, so two agents that start at the same moment cannot
 * both take a socket left behind. */

#include "service/access.h"

typedef struct LsEndpoint LsEndpoint;

/* Mode 0600, or 0660 and the group's where @access has one; folders on the way are made 0700. A socket left behind by an agent that is gone
 * is replaced; if somebody answers there, LS_ERROR_CONFLICT. */
LsEndpoint *ls_endpoint_open (const char *path, const LsAccess *access, GError **error);
/* The same, of an endpoint that this process had before it became another program: the listening descriptor and the lock's, both taken over. Who
 * connected meanwhile waits in its queue. */
LsEndpoint *ls_endpoint_adopt (const char *path, int fd, int lock, const LsAccess *access, GError **error);
/* The counterpart: a copy of the listening descriptor and the lock's, close-on-exec both; from now on neither the socket nor the lock is
 * removed. FALSE: out of descriptors, nothing has changed. */
gboolean ls_endpoint_hand_over (LsEndpoint *endpoint, int *ret_fd, int *ret_lock);
const char *ls_endpoint_path (const LsEndpoint *endpoint);
/* The listening descriptor; the caller owns it from now on. -1 the second time. */
int ls_endpoint_steal_fd (LsEndpoint *endpoint);
/* Removes the socket, if it is still ours, and the lock. */
void ls_endpoint_free (LsEndpoint *endpoint);

/* Where a listening socket that somebody else made is; NULL: nowhere in the file system. (transfer full) */
char *ls_endpoint_path_of (int fd);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsEndpoint, ls_endpoint_free)
