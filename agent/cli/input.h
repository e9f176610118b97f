/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Bytes for a task's standard input, in pieces that the agent takes; when the task reads slowly, we wait. */

#include "cli/cli.h"

/* @path: of the task. @text and a line end, or for NULL all of our own standard input. @close: ends the task's input after that. */
gboolean ls_input_send (LsCli *cli, const char *path, const char *text, gboolean close, GError **error);

/* Passes our standard input on while the main loop runs, its end too; stops quietly when the task has ended. */
typedef struct LsInputPump LsInputPump;
LsInputPump *ls_input_pump_new (LsCli *cli, const char *path);
void ls_input_pump_free (LsInputPump *pump);
