/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside client only: an agent on another computer, reached by the user's own ssh.
 *
 * libsoup wants a socket, so there is one in a private folder of ours; each connection to it becomes an "ssh HOST lineshaft dial-stdio",
 * which gives the far agent's socket on its standard input and output. Keys, hosts and questions are ssh's business. */

#include <gio/gio.h>

typedef struct LsSshBridge LsSshBridge;

/* @address: ssh://[user@]host[:port]. The error says what would be right. */
LsSshBridge *ls_ssh_bridge_new (const char *address, GError **error);
void ls_ssh_bridge_free (LsSshBridge *bridge);
const char *ls_ssh_bridge_path (const LsSshBridge *bridge);
