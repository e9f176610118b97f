/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The CPU of each core, by the core's number, always: up to 16 as sparklines with a percentage, up to 64 as cells filled from the bottom, more as
 * a heat strip of one blue in five steps. */

#include <gtk/gtk.h>

#include "gui/model/series.h"

#define LS_TYPE_CORE_GRID (ls_core_grid_get_type ())
G_DECLARE_FINAL_TYPE (LsCoreGrid, ls_core_grid, LS, CORE_GRID, GtkWidget)

GtkWidget *ls_core_grid_new (void);
/* A new sample in @series, a column a core; borrowed until the next call. NULL: nothing is known. */
void ls_core_grid_step (LsCoreGrid *grid, const LsSeries *series);
