/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Runs a command as a task, and shows it. */

#include "gui/dialogs/dialog.h"

#define LS_TYPE_TASK_DIALOG (ls_task_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsTaskDialog, ls_task_dialog, LS, TASK_DIALOG, LsDialog)

GtkWindow *ls_task_dialog_new (GtkWindow *parent, LsStore *store);
