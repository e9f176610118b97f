/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One bar, as long as its part of the longest. The number stands beside it, in a label of its own. */

#include <gtk/gtk.h>

#define LS_TYPE_BAR (ls_bar_get_type ())
G_DECLARE_FINAL_TYPE (LsBar, ls_bar, LS, BAR, GtkWidget)

/* @part: 0 … 1; NaN: nothing is drawn. @strong: the one that is looked for. */
void ls_bar_set (LsBar *bar, double part, gboolean strong);
