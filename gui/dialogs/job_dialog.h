/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Submits a job to a pool, and shows it. */

#include "gui/dialogs/dialog.h"

#define LS_TYPE_JOB_DIALOG (ls_job_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LsJobDialog, ls_job_dialog, LS, JOB_DIALOG, LsDialog)

/* @pool: the one to choose at first; "" or NULL: any. */
GtkWindow *ls_job_dialog_new (GtkWindow *parent, LsStore *store, const char *pool);
