/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Is it well? One sentence on the first thing that is not. Pure. */

#include "cli/snapshot.h"

/* NULL: all is well. @only: the words of the command line, NULL or empty for everything. Tasks and jobs that failed count when they were asked for by
 * name: one that failed an hour ago does not make the whole unwell. (transfer full) */
char *ls_health_complaint (const LsSnapshot *snapshot, const char *const *only);
/* The first word of @only that names nothing, or NULL. */
const char *ls_health_unknown (const LsSnapshot *snapshot, const char *const *only);
