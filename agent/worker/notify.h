/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Readiness and health, told to whoever started us: one datagram of KEY=VALUE lines to NOTIFY_SOCKET (sd_notify(3)). Does
 * nothing when nobody listens, and never blocks. */

/* Returns 0, also when there is no NOTIFY_SOCKET, or a negative errno. */
int ls_worker_notify (const char *state);
