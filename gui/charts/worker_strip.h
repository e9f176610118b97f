/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One cell a slot of a cluster, filled from the bottom by CPU: starting is outlined, draining hatched, failed crossed. Two processes in one slot,
 * as in a reload, share its cell. More than 64 slots, or more than there is room for, stand in groups.
 *
 * A cell fades in; clicking one opens its worker on the Clusters page. */

#include <gtk/gtk.h>

#define LS_TYPE_WORKER_STRIP (ls_worker_strip_get_type ())
G_DECLARE_FINAL_TYPE (LsWorkerStrip, ls_worker_strip, LS, WORKER_STRIP, GtkWidget)

GtkWidget *ls_worker_strip_new (void);
/* @workers: LsWorkerItem by slot, as of a cluster. */
void ls_worker_strip_set_workers (LsWorkerStrip *strip, GListModel *workers);
/* A new sample is there. */
void ls_worker_strip_step (LsWorkerStrip *strip);
