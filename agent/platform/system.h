/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Odds and ends of the operating system. */

#include <glib.h>

const char *ls_platform_name (void);                 /* "linux" or "portable" */
gboolean ls_become_subreaper (void);                 /* FALSE where there is none */
void ls_name_process (const char *name);             /* as ps shows it, first 15 characters */
void ls_raise_fd_limit (void);                       /* soft to hard; children get the old one back */
void ls_restore_fd_limit (void);                     /* what it was; for a child before exec, so async-signal-safe */
/* uid (and gid) of the peer of a Unix socket. */
gboolean ls_peer_credentials (int fd, guint *ret_uid, guint *ret_gid);
/* Our own cost so far: CPU µs and wake-ups (voluntary context switches). */
void ls_own_usage (guint64 *ret_cpu_us, guint64 *ret_wakeups);

/* Bytes of the heap that somebody holds; 0 where the C library does not say. */
guint64 ls_memory_in_use (void);
/* Gives what lies unused between what is used back to the system; a few milliseconds for tens of MiB. Nothing where the C library cannot. */
void ls_return_memory (void);
