/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One TCP address of a steered cluster: a listening socket for each row, and the kernel's choice among them. Only where
 * ls_sockets_can_steer (). */

#include "core/ports.h"
#include "platform/listen_address.h"

typedef struct LsSteeredPort LsSteeredPort;

/* Takes the port, and keeps it for this user while no row has a socket. @address becomes what was bound. */
LsSteeredPort *ls_steered_port_new (LsListenAddress *address, guint rows, GError **error);
void ls_steered_port_free (LsSteeredPort *port);
/* The socket of @row; opened if it is not open. Connections come to it by the last ls_steered_port_steer. -1 with an error. */
int ls_steered_port_lend (LsSteeredPort *port, guint row, GError **error);
void ls_steered_port_steer (LsSteeredPort *port, const LsShare *shares, guint n_shares);
guint ls_steered_port_waiting (LsSteeredPort *port, guint row);
/* Closes the row's socket. Returns how many waiting connections went with it. */
guint ls_steered_port_retire (LsSteeredPort *port, guint row);
