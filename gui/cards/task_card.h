/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A task at a glance: its command, how long it runs, and the last line that it wrote. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_TASK_CARD (ls_task_card_get_type ())
G_DECLARE_FINAL_TYPE (LsTaskCard, ls_task_card, LS, TASK_CARD, AdwBin)

GtkWidget *ls_task_card_new (LsStore *store, LsTaskItem *task);
LsTaskItem *ls_task_card_task (LsTaskCard *card);      /* borrowed */
void ls_task_card_step (LsTaskCard *card, gint64 unix_ms);
