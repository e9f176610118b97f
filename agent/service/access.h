/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Who may call: the sockets and, on every connection, the credentials of the peer.
 *
 * The agent's own user and root may control. With a group set, its members may read (GET and HEAD). Nobody else gets past
 * the connection. */

#include "http/server.h"

#include <glib.h>

typedef struct LsAccess LsAccess;

typedef enum { LS_ACCESS_NONE, LS_ACCESS_READ, LS_ACCESS_CONTROL } LsAccessLevel;

typedef gboolean (*LsPeerFunc) (int fd, guint *ret_uid, guint *ret_gid);

/* @group NULL: nobody else. An unknown group is an error. */
LsAccess *ls_access_new (const char *group, LsPeerFunc peer, GError **error);
void ls_access_free (LsAccess *access);

LsAccessLevel ls_access_level (LsAccess *access, guint uid, guint gid);

/* As the HTTP layer's `opened`: what is found stays with the connection. */
bool ls_access_admit (LsAccess *access, LsHttpConnection *connection, void **ret_context);
/* LS_ERROR_FORBIDDEN if the connection's level does not allow the exchange's method. */
gboolean ls_access_check (const LsHttpExchange *exchange, GError **error);

/* The group that may read; FALSE: none. */
gboolean ls_access_has_group (const LsAccess *access, guint *ret_group);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsAccess, ls_access_free)
