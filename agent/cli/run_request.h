/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* "lineshaft run" and its options as the body of POST /v1/tasks. */

#include "cli/cli.h"

/* (transfer full); NULL with one sentence. */
json_t *ls_run_request (LsCli *cli, GError **error);
/* With -t: whether what is typed goes to it. */
gboolean ls_run_takes_input (LsCli *cli);
