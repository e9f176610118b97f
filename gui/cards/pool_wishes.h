/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A pool's state in a person's words, and what one can wish of it, from its card or from its page. */

#include "gui/cards/scaler.h"
#include "gui/model/store.h"

/* "2 of 4 busy"; (transfer full). */
char *ls_pool_state_text (const LsPool *pool);
/* What @scaler shows of @pool, and its "wish". */
void ls_pool_show_scale (LsScaler *scaler, const LsPool *pool);
void ls_pool_scale (LsScaler *scaler, LsStore *store, LsPoolItem *pool, guint target);
void ls_pool_restart (GtkWidget *widget, LsStore *store, LsPoolItem *pool);
