/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Closing the window of an agent that it started: what becomes of what runs. Asked once, and remembered. */

#include <gtk/gtk.h>

/* @choice: "keep", "stop" or "cancel" */
typedef void (*LsCloseAnswered) (GtkWindow *window, const char *choice);

/* @settings nullable: then nothing is remembered. @in_sandbox: where what goes on goes on. */
void ls_close_question_ask (GtkWindow *window, GSettings *settings, gboolean in_sandbox, LsCloseAnswered answered);
