/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A terminal without a screen: our side, and the child's. Both are close-on-exec, and ours does not block. */

#include "model/terminal.h"

/* 0, or -1 with errno. */
int ls_pseudo_terminal_open (LsTerminalSize window, int *ret_ours, int *ret_theirs);
int ls_pseudo_terminal_resize (int ours, LsTerminalSize window);
/* What is to be typed so that the one who reads a line from the terminal sees the end of its input; 0: there is no such key now. */
char ls_pseudo_terminal_end_key (int ours);
