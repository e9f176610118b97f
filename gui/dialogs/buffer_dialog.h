/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A new shared buffer for a pool. */

#include "gui/dialogs/dialog.h"

#define LS_TYPE_BUFFER_DIALOG (ls_buffer_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsBufferDialog, ls_buffer_dialog, LS, BUFFER_DIALOG, LsDialog)

GtkWindow *ls_buffer_dialog_new (GtkWindow *parent, LsStore *store, const char *pool);
