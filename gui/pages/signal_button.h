/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A button that opens a menu of signals, each with what it usually means. Signal: "picked" (const char *name, "SIGTERM"). */

#include <gtk/gtk.h>

#define LS_TYPE_SIGNAL_BUTTON (ls_signal_button_get_type ())
G_DECLARE_FINAL_TYPE (LsSignalButton, ls_signal_button, LS, SIGNAL_BUTTON, GtkWidget)
