/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which row has which index among the sockets of one SO_REUSEPORT port, and the classic-BPF program that picks one.
 *
 * The kernel keeps the listening sockets of a port in an array: a new one goes to the end, and when one is closed the last
 * takes its place. The table here does the same. A program may return only indexes that exist, since
 * for others the kernel hashes over all sockets, drained ones included. Pure: no sockets here. */

#include "core/ports.h"

#include <linux/filter.h>

typedef struct LsSteering LsSteering;

LsSteering *ls_steering_new (guint rows);
void ls_steering_free (LsSteering *steering);
void ls_steering_add (LsSteering *steering, guint row);
void ls_steering_remove (LsSteering *steering, guint row);
/* -1: it has none. */
int ls_steering_index (const LsSteering *steering, guint row);
guint ls_steering_count (const LsSteering *steering);
/* The row at an index. */
guint ls_steering_row (const LsSteering *steering, guint index);

/* A program that picks among the rows of @shares by weight; rows without a socket are passed over, and if that leaves none, or there are no
 * shares, all are picked alike. (element-type struct sock_filter) (transfer full); empty if there is no socket at all. */
GArray *ls_steering_program (const LsSteering *steering, const LsShare *shares, guint n_shares);
/* The same while @row is about to be closed: valid before and after, so @row and the socket that will move into its place are left
 * out. If that leaves none, the moving one is picked after all. */
GArray *ls_steering_program_without (const LsSteering *steering, const LsShare *shares, guint n_shares, guint row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsSteering, ls_steering_free)
