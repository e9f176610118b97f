/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A pool at a glance: jobs a second, the queue, and a lane a thread. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_POOL_CARD (ls_pool_card_get_type ())
G_DECLARE_FINAL_TYPE (LsPoolCard, ls_pool_card, LS, POOL_CARD, AdwBin)

GtkWidget *ls_pool_card_new (LsStore *store, LsPoolItem *pool);
LsPoolItem *ls_pool_card_pool (LsPoolCard *card);      /* borrowed */
void ls_pool_card_step (LsPoolCard *card);
