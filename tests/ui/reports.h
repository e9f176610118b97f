/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the address sanitizer finds in a window and in what it starts, kept to be judged: one finding is GLib's own. */

#include <glib.h>

/* For a window's environment: where its reports go. (transfer full); NULL in a build without the sanitizer. */
char **reports_environment (void);
/* Once the window has ended. Whether there were any; the test fails if one is of anything but what GLib keeps. */
gboolean reports_judge (void);
