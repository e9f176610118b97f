/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A new schedule, or another spec for one. While a rule is typed its next runs are shown, or what is wrong with it. */

#include "gui/dialogs/dialog.h"

#define LS_TYPE_SCHEDULE_DIALOG (ls_schedule_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsScheduleDialog, ls_schedule_dialog, LS, SCHEDULE_DIALOG, LsDialog)

GtkWindow *ls_schedule_dialog_new (GtkWindow *parent, LsStore *store, LsScheduleItem *schedule);      /* NULL: a new one */
