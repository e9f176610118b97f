/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The gate to libgtop, which ends the process when it cannot open a file. Two descriptors are held back for it; they are
 * free between begin and end, and without them nothing begins. One thread only. */

#include <glib.h>

/* FALSE: not now. */
gboolean ls_gtop_begin (void);
void ls_gtop_end (void);
