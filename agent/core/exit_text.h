/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How a process ended, as people read it. */

#include "model/instance.h"

char *ls_exit_to_text (const LsExit *how);      /* "exited with code 1", "killed by signal 9"; (transfer full) */
