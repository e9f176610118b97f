/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The jobs that this host knows by name: its own, and what plug-ins bring along. Filled before the first thread starts, read by all after. */

#include "abi/job.h"

#include <stdbool.h>
#include <stddef.h>

const LsJobKind *ls_jobs_find (const char *name);      /* NULL: unknown */

/* For people: "primes LIMIT". Returns @text. */
const char *ls_jobs_list (char *text, size_t size);

/* Adds those of a plug-in; FALSE: *ret_doubled is the name of one that is there already, and none is added. */
bool ls_jobs_add (const LsJobPlugin *plugin, const char *path, const char **ret_doubled);
void ls_jobs_clear (void);      /* forgets what was added */

/* One after the other, from 0; NULL: there are no more. *ret_plugin is the path that it came from, NULL for the host's own. */
const LsJobKind *ls_jobs_at (size_t index, const char **ret_plugin);
