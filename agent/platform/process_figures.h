/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Per-process figures. On Linux a kept-open /proc/PID/stat, read again with pread; elsewhere libgtop. */

#include "model/figures.h"

typedef struct LsProcessReader LsProcessReader;

LsProcessReader *ls_process_reader_new (pid_t pid);      /* never NULL; a pid that is gone reads FALSE */
void ls_process_reader_free (LsProcessReader *reader);
gboolean ls_process_reader_read (LsProcessReader *reader, LsProcessFigures *ret_figures);
/* CPU of one thread of @pid since it began, µs; FALSE where that is not known. */
gboolean ls_thread_cpu_us (pid_t pid, pid_t tid, guint64 *ret_us);
/* Start time of @pid (field 22), 0 if it is gone. */
guint64 ls_process_start_time (pid_t pid);
/* What a process that began just now has as its start time; 0 where that is not known. */
guint64 ls_process_start_time_now (void);
/* Descriptors that this process has open. */
guint ls_process_open_fds (void);
/* Parses the text of a /proc/PID/stat; the name may hold spaces and parentheses. Linux only. */
gboolean ls_process_stat_parse (const char *text, guint64 ticks_per_second, guint64 page_size, LsProcessFigures *ret_figures);
