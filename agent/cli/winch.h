/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The window has another size now: SIGWINCH, in the main loop. For one user at a time. */

#include <glib.h>

void ls_winch_watch (void (*resized) (gpointer user), gpointer user);
void ls_winch_unwatch (void);
