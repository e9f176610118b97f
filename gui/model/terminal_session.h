/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The terminal of a task, attached: bytes both ways, and its size.
 *
 * Signals:
 *   "output" (GBytes *bytes)             for the screen, in order
 *   "ended" (const char *exit)           the task did: the JSON of its exit frame; nothing follows
 *   "failed" (const char *sentence)      the agent refused, or is gone; nothing follows */

#include "client/client.h"
#include "model/terminal.h"

#define LS_TYPE_TERMINAL_SESSION (ls_terminal_session_get_type ())
G_DECLARE_FINAL_TYPE (LsTerminalSession, ls_terminal_session, LS, TERMINAL_SESSION, GObject)

/* Attaches at once. (transfer full) */
LsTerminalSession *ls_terminal_session_new (LsClient *client, const char *task);
/* Detaches: the task goes on, no signal follows. */
void ls_terminal_session_close (LsTerminalSession *session);
/* What was typed; kept until the connection stands. FALSE: the task has not read 1 MiB yet, nothing of it was taken. */
gboolean ls_terminal_session_type (LsTerminalSession *session, const char *bytes, gsize length);
void ls_terminal_session_resize (LsTerminalSession *session, LsTerminalSize size);
