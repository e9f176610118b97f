/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One pool in a line: its state, how many threads, and what can be done with it. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_POOL_BAR (ls_pool_bar_get_type ())
G_DECLARE_FINAL_TYPE (LsPoolBar, ls_pool_bar, LS, POOL_BAR, AdwBin)

/* @pool NULL: none. */
void ls_pool_bar_set_pool (LsPoolBar *bar, LsStore *store, LsPoolItem *pool);
