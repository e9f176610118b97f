/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Readiness and health as systemd has them (sd_notify(3)): datagrams of KEY=VALUE lines.
 *
 * Each child has a socket of its own, in a directory that only this user can enter. Who spoke is known by the socket,
 * so a helper such as systemd-notify may have exited before its word is read, which the credentials of one socket for all
 * would not survive. */

#include "core/ports.h"

#include <uv.h>

typedef struct LsNotifySocket LsNotifySocket;

/* Once for each line that means something to the agent; @text is the value of STATUS=, else NULL. */
typedef void (*LsNotifyHeard) (void *user, LsNotifyKind kind, const char *text);

/* Parses one datagram. Unknown keys are passed over. Pure. */
void ls_notify_parse (const char *datagram, gsize length, LsNotifyHeard heard, void *user);

/* Bound to @path; the file goes with the socket. */
LsNotifySocket *ls_notify_socket_new (uv_loop_t *loop, const char *path, LsNotifyHeard heard, void *user, GError **error);
const char *ls_notify_socket_path (const LsNotifySocket *socket);
/* Another listener from now on; @heard NULL: what comes is dropped. */
void ls_notify_socket_tell (LsNotifySocket *socket, LsNotifyHeard heard, void *user);
/* Drops what is waiting. */
void ls_notify_socket_empty (LsNotifySocket *socket);
/* Reads what is waiting, without waiting for the loop. */
void ls_notify_socket_drain (LsNotifySocket *socket);
/* Nothing is heard after this; the memory goes when the loop lets go of it. Takes NULL. */
void ls_notify_socket_close (LsNotifySocket *socket);
