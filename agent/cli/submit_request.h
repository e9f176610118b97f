/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What `submit POOL JOB ARGS…` asks for, from the words of the command line. */

#include "cli/cli.h"

/* (transfer full) */
json_t *ls_submit_request (LsCli *cli, GError **error);
/* -n COUNT: how many of it; 1 without. "threads" asks the agent how many threads the pool has. */
gboolean ls_submit_copies (LsCli *cli, const char *pool, guint *ret_copies, GError **error);
