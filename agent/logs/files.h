/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A directory of log files within a budget: parts, rotation, few open at a time. One thread; every call may wait for the disk. */

#include <glib.h>

typedef struct LsLogFiles LsLogFiles;

LsLogFiles *ls_log_files_new (const char *directory, gsize budget);
void ls_log_files_free (LsLogFiles *files);
void ls_log_files_scan (LsLogFiles *files);      /* what earlier runs left counts too */
gboolean ls_log_files_write (LsLogFiles *files, const char *source, const char *data, gsize length, GError **error);
void ls_log_files_forget (LsLogFiles *files, const char *source);
/* Nothing more is to come of it, as far as one knows: its file is open no longer. */
void ls_log_files_close (LsLogFiles *files, const char *source);
gsize ls_log_files_size (const LsLogFiles *files);
