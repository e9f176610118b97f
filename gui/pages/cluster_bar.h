/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One cluster in a line: its state, how many workers, and what can be done with all of them. */

#include "gui/model/store.h"

#include <adwaita.h>

#define LS_TYPE_CLUSTER_BAR (ls_cluster_bar_get_type ())
G_DECLARE_FINAL_TYPE (LsClusterBar, ls_cluster_bar, LS, CLUSTER_BAR, AdwBin)

/* @cluster NULL: none, and the bar is hidden. */
void ls_cluster_bar_set_cluster (LsClusterBar *bar, LsStore *store, LsClusterItem *cluster);
