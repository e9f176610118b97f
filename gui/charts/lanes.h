/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The threads of a pool, a lane each: filled by the CPU of a thread that works, empty when it idles. */

#include <gtk/gtk.h>

#include "gui/model/pool_item.h"

#define LS_TYPE_LANES (ls_lanes_get_type ())
G_DECLARE_FINAL_TYPE (LsLanes, ls_lanes, LS, LANES, GtkWidget)

GtkWidget *ls_lanes_new (void);
void ls_lanes_set_pool (LsLanes *lanes, LsPoolItem *pool);
/* A lane is drawn as far as the job in it is done, where that is known. */
void ls_lanes_set_jobs (LsLanes *lanes, GListModel *jobs);
