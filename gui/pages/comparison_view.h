/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which way to run a job? The same work done by the threads of a pool, by worker processes, by a child process each and one after the other, measured on
 * the agent's machine, as bars and figures, with one line of advice. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_COMPARISON_VIEW (ls_comparison_view_get_type ())
G_DECLARE_FINAL_TYPE (LsComparisonView, ls_comparison_view, LS, COMPARISON_VIEW, AdwBin)

/* Offers what @pool can run; NULL: nothing. */
void ls_comparison_view_set_pool (LsComparisonView *view, LsStore *store, LsPoolItem *pool);
