/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Starts that nobody waits for: each is carried out on a thread of libuv's pool, while the loop goes on.
 *
 * Between clone and exec the starting thread stands still, for longer than all the rest of a start takes. On the loop that would be time in which
 * no other child's end is seen and no next start prepared. */

#include "platform/child_start.h"

#include <uv.h>

typedef struct LsLauncher LsLauncher;

/* On the loop: it has been carried out and can be finished. @how is not NULL if the process has been waited for meanwhile; it began at @start_time. */
typedef void (*LsLaunched) (void *user, LsChildStart *start, guint64 start_time, const LsExit *how);

LsLauncher *ls_launcher_new (uv_loop_t *loop, LsLaunched launched, void *user);
void ls_launcher_free (LsLauncher *launcher);      /* nothing may be under way */
/* Takes @start, until it has been carried out. */
void ls_launcher_add (LsLauncher *launcher, LsChildStart *start);
guint ls_launcher_count (const LsLauncher *launcher);

/* For the reaper, in this order. Whether @pid is under way: then its start time is read while it can be. */
gboolean ls_launcher_ending (LsLauncher *launcher, pid_t pid);
/* It has been waited for. */
void ls_launcher_ended (LsLauncher *launcher, pid_t pid, const LsExit *how);
