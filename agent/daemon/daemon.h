/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The agent as a whole: makes the parts, ties them together on one loop, and takes them down in order. */

#include "daemon/options.h"

/* Runs until it is told to end; what main returns: 0, 1 (cannot run) or 2 (the config is wrong). */
int ls_daemon_run (const LsOptions *options);
