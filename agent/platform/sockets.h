/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Listening sockets that the agent owns, and how the kernel spreads connections over them. */

#include "core/ports.h"

typedef struct LsSocketHost LsSocketHost;

LsSocketHost *ls_socket_host_new (void);
void ls_socket_host_free (LsSocketHost *host);
LsSockets ls_socket_host_port (LsSocketHost *host);
gboolean ls_sockets_can_steer (void);      /* FALSE in the portable variant */
