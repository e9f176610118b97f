/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The worker's row of the scoreboard; a private one when nobody looks. */

#include "abi/scoreboard.h"

/* Maps @fd and takes row @row of it. Returns 0, or a negative errno: -EPROTO for a layout that is not ours, -ERANGE for a row
 * that is not there. *@ret_row stays valid for the life of the process. */
int ls_worker_row_map (int fd, unsigned row, LsScoreboardRow **ret_row);

/* A row that only this process sees. */
LsScoreboardRow *ls_worker_row_private (void);
