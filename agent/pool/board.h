/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is left of the process when it dies: which jobs ran (abi/job_board.h), and a line on stderr that says whose fault it was. */

/* Maps the board that the environment names, if there is one, and takes the signals that end a process for a fault of its own. */
void ls_board_open (void);

/* Each thread once, before its first job: which one it is, and a stack of its own for the moment when the usual one is full. */
void ls_board_enter_thread (unsigned index);
void ls_board_leave_thread (void);

/* The calling thread begins this job; NULL: it has none. */
void ls_board_set (const char *job);
