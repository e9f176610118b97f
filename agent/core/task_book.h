/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: all tasks of a supervisor together.
 *
 * So many may run at once that pids and descriptors last; the others stand in line and take their turn when one has ended. Of those that have
 * ended the last thousand are remembered. */

#include "core/task.h"

typedef struct LsTaskBook LsTaskBook;

LsTaskBook *ls_task_book_new (void);
void ls_task_book_free (LsTaskBook *book);
void ls_task_book_set_max (LsTaskBook *book, guint max);
guint ls_task_book_max (const LsTaskBook *book);
guint ls_task_book_running (const LsTaskBook *book);
/* LS_ERROR_BUSY when nobody more can be taken in. */
gboolean ls_task_book_has_room (const LsTaskBook *book, GError **error);

gboolean ls_task_book_is_free (const LsTaskBook *book);      /* the next one can start at once */
/* Takes a place. FALSE: there is none, or others were first. */
gboolean ls_task_book_enter (LsTaskBook *book, LsTaskUnit *task);
/* At the end of the line, or at its head if it had its turn and could not start yet. */
void ls_task_book_wait (LsTaskBook *book, LsTaskUnit *task, gboolean at_head);
/* Gives its place back and leaves the line, if it has one or stands there. The next take their turn with ls_task_book_go_on. */
void ls_task_book_leave (LsTaskBook *book, LsTaskUnit *task);
void ls_task_book_go_on (LsTaskBook *book);
/* One that has ended; the oldest such is returned when there are too many, to be forgotten, else NULL. */
LsTaskUnit *ls_task_book_ended (LsTaskBook *book, LsTaskUnit *task);
/* It is no more: out of every list. */
void ls_task_book_strike (LsTaskBook *book, LsTaskUnit *task);
