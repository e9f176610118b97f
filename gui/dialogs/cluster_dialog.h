/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A new cluster, or the settings of one that is there: then only what was changed is sent. */

#include "gui/dialogs/dialog.h"

#define LS_TYPE_CLUSTER_DIALOG (ls_cluster_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsClusterDialog, ls_cluster_dialog, LS, CLUSTER_DIALOG, LsDialog)

/* @cluster NULL: a new one. */
GtkWindow *ls_cluster_dialog_new (GtkWindow *parent, LsStore *store, LsClusterItem *cluster);
