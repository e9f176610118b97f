/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Waiting for what has ended. On Linux that is everything, orphans that a child subreaper adopted included; elsewhere the
 * children that are known. */

#include <glib.h>
#include <sys/resource.h>
#include <sys/types.h>

/* It has ended and is not waited for yet: its pid, and its process group's number, are still its own. */
typedef void (*LsEnding) (void *user, pid_t pid);
/* May start new children. */
typedef void (*LsReaped) (void *user, pid_t pid, int status, const struct rusage *usage);

/* @known: a set whose keys are pids (GINT_TO_POINTER). Never waits for one that still runs. */
void ls_reap (GHashTable *known, LsEnding ending, LsReaped reaped, void *user);
