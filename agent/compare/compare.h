/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The four ways, one after the other; a signal ends it and all its processes. */

#include "compare/options.h"

/* @program: lineshaft-pool. Returns the exit status: 0, 1 when the job could not be run, 128 + signal. */
int ls_compare_run (const LsCompareOptions *options, const char *program);
