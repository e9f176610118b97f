/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A cluster at a glance: its state, requests, a sparkline, its workers, and how many there are to be. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_CLUSTER_CARD (ls_cluster_card_get_type ())
G_DECLARE_FINAL_TYPE (LsClusterCard, ls_cluster_card, LS, CLUSTER_CARD, AdwBin)

GtkWidget *ls_cluster_card_new (LsStore *store, LsClusterItem *cluster);
LsClusterItem *ls_cluster_card_cluster (LsClusterCard *card);      /* borrowed */
/* A new sample is there. */
void ls_cluster_card_step (LsClusterCard *card, gint64 now_ms);
void ls_cluster_card_set_hint (LsClusterCard *card, gboolean shown);
