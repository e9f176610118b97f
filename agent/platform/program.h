/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From the first word of a command to a file to execute, and from a failure to a sentence. */

#include "platform/launch.h"

/* A name with a slash is taken as it is (relative to the child's folder); others are looked up in @path (NULL: the system's usual one).
 * (transfer full), NULL with an error. */
char *ls_program_find (const char *name, const char *path, GError **error);
/* Why @launch came to nothing. */
void ls_program_explain (const LsLaunch *launch, const LsLaunchFailure *failure, GError **error);
/* Whether @program is there and may be executed in @cwd (NULL-able), in the same sentences. */
gboolean ls_program_check (const char *program, const char *cwd, GError **error);
