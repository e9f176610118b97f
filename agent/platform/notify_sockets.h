/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The notify sockets of all children, in a folder that only this user may enter.
 *
 * One is made in the file system and taken away again for each child, unless nobody is left who could know its name: then the next child gets it. */

#include "platform/notify_socket.h"

typedef struct LsNotifySockets LsNotifySockets;

LsNotifySockets *ls_notify_sockets_new (uv_loop_t *loop, GError **error);
/* NULL with an error. The pool's; give it back. */
LsNotifySocket *ls_notify_sockets_take (LsNotifySockets *sockets, LsNotifyHeard heard, void *user, GError **error);
/* @unknown: nobody runs any more who was told its name. Takes NULL for @socket. */
void ls_notify_sockets_give_back (LsNotifySockets *sockets, LsNotifySocket *socket, gboolean unknown);
/* Closes those that wait for a next child. */
void ls_notify_sockets_rest (LsNotifySockets *sockets);
/* Before the loop ends: closes those that wait. What is given back later is closed, too. */
void ls_notify_sockets_close (LsNotifySockets *sockets);
void ls_notify_sockets_free (LsNotifySockets *sockets);      /* removes the folder; takes NULL */
