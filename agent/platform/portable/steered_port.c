/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* POSIX cannot choose among sockets of one port, so no steered port ever comes to be here. */

#include "platform/steered_port.h"

#include "base/error.h"
#include "platform/sockets.h"

gboolean
ls_sockets_can_steer (void)
{
  return FALSE;
}

LsSteeredPort *
ls_steered_port_new (LsListenAddress *address, guint rows, GError **error)
{
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "this system cannot steer connections");
  return NULL;
}

void
ls_steered_port_free (LsSteeredPort *port)
{
}

int
ls_steered_port_lend (LsSteeredPort *port, guint row, GError **error)
{
  g_return_val_if_reached (-1);
}

void
ls_steered_port_steer (LsSteeredPort *port, const LsShare *shares, guint n_shares)
{
}

guint
ls_steered_port_waiting (LsSteeredPort *port, guint row)
{
  return 0;
}

guint
ls_steered_port_retire (LsSteeredPort *port, guint row)
{
  return 0;
}
