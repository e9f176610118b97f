/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a pool gets done and what it costs, in figures: jobs a second, the queue, CPU and memory, and how long jobs wait and run (p50, p95, p99). */

#include <adwaita.h>

#include "gui/model/pool_item.h"

#define LS_TYPE_POOL_FIGURES (ls_pool_figures_get_type ())
G_DECLARE_FINAL_TYPE (LsPoolFigures, ls_pool_figures, LS, POOL_FIGURES, AdwBin)

/* Once a sample. @pool NULL: none, what was shown stays. */
void ls_pool_figures_show (LsPoolFigures *figures, LsPoolItem *pool);
