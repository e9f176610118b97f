/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Waiting for what has ended. On Linux that is everything, orphans that a child subreaper adopted included; elsewhere the
 * children that are known. */

#include <glib.h>
#include <sys/resource.h>
#include <sys/types.h>

/* May start new children. */
typedef void (*LsReaped) (void *user, pid_t pid, int status, const struct rusage *usage);

/* @known: a set whose keys are pids (GINT_TO_POINTER). Never waits for one that still runs. */
void ls_reap (GHashTable *known, LsReaped reaped, void *user);
