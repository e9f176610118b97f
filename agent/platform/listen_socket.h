/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One bound socket, and why there is none. */

#include "platform/listen_address.h"

/* Bound, not listening yet; close-on-exec, non-blocking. @address becomes what was bound (port 0 resolved; IPv4 where ":8080" finds no IPv6).
 * A Unix socket's file that nobody answers on is replaced; the new one is for its user and group (0660). -1 with an error. */
int ls_listen_socket_bind (LsListenAddress *address, gboolean reuse_port, GError **error);
gboolean ls_listen_socket_start (int fd, const LsListenAddress *address, GError **error);
/* Closes, and takes the file of a Unix socket away if it is still this socket's. */
void ls_listen_socket_close (int fd, const LsListenAddress *address);
/* The sentence for errno @code. */
void ls_listen_socket_explain (const LsListenAddress *address, int code, GError **error);
