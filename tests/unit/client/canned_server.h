/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A server on a Unix socket that answers with given bytes, one answer a request in the order given, and remembers what was asked. It runs in threads of
 * its own, so that the client under test has the main loop to itself. */

#include <gio/gio.h>

typedef struct CannedServer CannedServer;

/* @answers: NULL-terminated, borrowed. After an answer that ends in "(hold)" the connection stays open until the server is freed; otherwise it is closed. */
CannedServer *canned_server_new (const char *const *answers);
void canned_server_free (CannedServer *server);
const char *canned_server_path (CannedServer *server);
/* The whole request; NULL if there was none. Valid until the server is freed. */
const char *canned_server_request (CannedServer *server, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CannedServer, canned_server_free)
