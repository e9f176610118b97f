/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The files of the log store, written by a thread of their own.
 *
 * A source has SOURCE.log and up to three older parts; a part is at most a sixteenth of the budget, so one source never takes more than a
 * quarter of it. Over the budget, the files that were not written for longest go first. Few are open at a time. Each run of
 * the agent begins a new part. */

#include <glib.h>

typedef struct LsLogDisk LsLogDisk;

LsLogDisk *ls_log_disk_new (const char *directory, gsize budget, GError **error);
void ls_log_disk_free (LsLogDisk *disk);      /* after everything is written */
/* Hands a copy of @data to the writer. FALSE: the disk is too slow, nothing was taken. A line in the file says so first if @lost_before. */
gboolean ls_log_disk_write (LsLogDisk *disk, const char *source, const char *data, gsize length, guint64 lost_before);
/* Its file need not be open any longer. */
void ls_log_disk_close (LsLogDisk *disk, const char *source);
void ls_log_disk_forget (LsLogDisk *disk, const char *source);
void ls_log_disk_flush (LsLogDisk *disk);
/* One sentence if writing has failed since the last call, else NULL. (transfer full) */
char *ls_log_disk_take_problem (LsLogDisk *disk);
