/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The histories of schedules on disk, so that a new life of the agent knows what ran and what was missed: FOLDER/NAME.json, one a schedule.
 *
 * They are read once, at the start, and written by a thread of their own, whole and by renaming: a file is the old one or the new one, never half of
 * it. What changes often is written at most once a second. */

#include "core/supervisor.h"

typedef struct LsScheduleBook LsScheduleBook;

/* NULL with a sentence if the folder cannot be used. */
LsScheduleBook *ls_schedule_book_new (const char *folder, GError **error);
void ls_schedule_book_free (LsScheduleBook *book);      /* after everything is written */
/* Gives all histories to @supervisor. A file that cannot be understood is set aside as NAME.json.bad; @warnings (char *) gets a sentence on each. */
void ls_schedule_book_read (LsScheduleBook *book, LsSupervisor *supervisor, GPtrArray *warnings);
/* A removed schedule takes its history along. */
void ls_schedule_book_changed (LsScheduleBook *book, LsChangeOp op, const LsSchedule *schedule);
/* One sentence if writing has failed since the last call, else NULL. (transfer full) */
char *ls_schedule_book_take_problem (LsScheduleBook *book);
