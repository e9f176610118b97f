/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The terminal of a task: what it draws, and every key that is pressed in it. Ctrl+Shift+C and Ctrl+Shift+V copy and paste, and Ctrl+Shift+Tab leaves it
 * for the next widget; while it has the focus the window's own shortcuts rest, since they are the program's.
 *
 * Built without VTE it says so and how to reach the terminal instead. */

#include <adwaita.h>

#include "client/client.h"

#define LS_TYPE_TERMINAL_VIEW (ls_terminal_view_get_type ())
G_DECLARE_FINAL_TYPE (LsTerminalView, ls_terminal_view, LS, TERMINAL_VIEW, AdwBin)

void ls_terminal_view_attach (LsTerminalView *view, LsClient *client, const char *task);
void ls_terminal_view_detach (LsTerminalView *view);      /* the task goes on */
