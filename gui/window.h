/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The window: header, notices, pages, footer. It owns nothing but widgets; what it shows is in the store.
 *
 * Actions, for buttons and menus anywhere in it: win.show-page ('name'), win.show (('name', 'target')), win.retry, win.start-agent, win.pause,
 * win.search. */

#include <adwaita.h>

#include "gui/model/launcher.h"
#include "gui/model/store.h"

#define LS_TYPE_WINDOW (ls_window_get_type ())
G_DECLARE_FINAL_TYPE (LsWindow, ls_window, LS, WINDOW, AdwApplicationWindow)

/* @launcher NULL: an agent elsewhere, that cannot be started from here. */
LsWindow *ls_window_new (GtkApplication *application, LsStore *store, LsLauncher *launcher);
LsStore *ls_window_store (LsWindow *window);

/* The next three take any widget inside the window. */

/* A line under the header, for a while; @bad ones stay until they are closed. */
void ls_window_notice (GtkWidget *widget, const char *text, gboolean bad);
void ls_window_toast (GtkWidget *widget, AdwToast *toast);      /* (transfer full) @toast */
/* Opens the page @name, for @target if that is not NULL. */
void ls_window_show (GtkWidget *widget, const char *name, const char *target);
