/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Listening sockets that the agent owns, and how the kernel spreads connections over them.
 *
 * Steered: TCP addresses get a socket for each row, Unix sockets are shared all the same, since they refuse SO_REUSEPORT. Where
 * ls_sockets_can_steer () is FALSE, a steered cluster's TCP addresses are shared too: the kernel wakes whoever is quick, steer
 * and waiting have nothing to say, and everything else holds. Port: no sockets here; every other balance: shared. */

#include "core/ports.h"

typedef struct LsSocketHost LsSocketHost;

LsSocketHost *ls_socket_host_new (void);
void ls_socket_host_free (LsSocketHost *host);
LsSockets ls_socket_host_port (LsSocketHost *host);
gboolean ls_sockets_can_steer (void);      /* FALSE in the portable variant, and where the kernel refuses */
