/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the last runs of a schedule ended, at a glance: a cell a run, the newest on the right. Done is filled, failed is crossed, skipped is low, stopped is
 * half, and one that runs is outlined. What a cell means stands in its tooltip. */

#include "gui/model/schedule_item.h"

#include <gtk/gtk.h>

#define LS_TYPE_RUN_STRIP (ls_run_strip_get_type ())
G_DECLARE_FINAL_TYPE (LsRunStrip, ls_run_strip, LS, RUN_STRIP, GtkWidget)

/* @runs: LsRunItem, the newest first; as many of them as there is room for are shown. */
void ls_run_strip_set_runs (LsRunStrip *strip, GListModel *runs);
