/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The dialogs as actions of the window: win.new-cluster, win.edit-cluster ('name'), win.remove-cluster ('name'), win.new-pool,
 * win.remove-pool ('name'), win.new-schedule, win.edit-schedule ('name'),
 * win.remove-schedule ('name'), win.run-task, win.submit-job ('pool', "" for any). */

#include <gtk/gtk.h>

void ls_dialogs_install (GtkWidgetClass *window_class);
