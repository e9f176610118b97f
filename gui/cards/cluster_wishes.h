/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a person can wish of a cluster, from its card or from its page: a call each, and a toast with Undo where something is taken away. */

#include "gui/cards/scaler.h"
#include "gui/model/store.h"

/* @widget: any in the window. */
void ls_cluster_reload (GtkWidget *widget, LsStore *store, LsClusterItem *cluster);
void ls_cluster_start (GtkWidget *widget, LsStore *store, LsClusterItem *cluster);
void ls_cluster_stop (GtkWidget *widget, LsStore *store, LsClusterItem *cluster);
/* The "wish" of @scaler, which shows the truth again when it is refused. */
void ls_cluster_scale (LsScaler *scaler, LsStore *store, LsClusterItem *cluster, guint from, guint target);
