/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Title and legend of a chart: beside each other where both fit, else the legend below. */

#include <gtk/gtk.h>

#define LS_TYPE_HEADER_LAYOUT (ls_header_layout_get_type ())
G_DECLARE_FINAL_TYPE (LsHeaderLayout, ls_header_layout, LS, HEADER_LAYOUT, GtkLayoutManager)

GtkLayoutManager *ls_header_layout_new (void);
