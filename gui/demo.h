/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The demo: a cluster, a pool and a task that makes traffic. Nothing of it starts unasked. */

#include <gtk/gtk.h>

#include "gui/model/store.h"

/* The traffic that runs; NULL: none. (transfer none) */
LsTaskItem *ls_demo_task (LsStore *store);
/* Each tells in the window of @widget when it could not. */
void ls_demo_start (GtkWidget *widget, LsStore *store);
void ls_demo_stop (GtkWidget *widget, LsStore *store);
void ls_demo_add_load (GtkWidget *widget, LsStore *store);      /* as much again */
