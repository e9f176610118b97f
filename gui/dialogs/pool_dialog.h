/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A new pool of threads. */

#include "gui/dialogs/dialog.h"

#define LS_TYPE_POOL_DIALOG (ls_pool_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsPoolDialog, ls_pool_dialog, LS, POOL_DIALOG, LsDialog)

GtkWindow *ls_pool_dialog_new (GtkWindow *parent, LsStore *store);
