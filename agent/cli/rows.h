/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The nouns as rows of tables. Pure. */

#include "cli/snapshot.h"
#include "cli/table.h"
#include "cli/target.h"

/* @now: Unix ms. @only: the words of the command line (NULL or empty: all); a cluster's name also means its workers. */
LsTable *ls_rows_table (const LsSnapshot *snapshot, LsListKind kind, gint64 now, const char *const *only);

/* The runs of a schedule, newest first. */
LsTable *ls_rows_runs_table (const LsSchedule *schedule, gint64 now);

/* Requests of a sample's span, a second; NaN: unknown. */
double ls_rows_per_second (const LsSample *sample, guint64 count);
/* Small texts that tables share; all (transfer full), NULL for unknown. */
char *ls_rows_cores (double cpu);                  /* "0.21" */
char *ls_rows_us (gint64 us);                      /* negative: unknown */
char *ls_rows_range (LsRange range);               /* "4", "2..8" */
char *ls_rows_ago (gint64 at, gint64 now);         /* how long since */
char *ls_rows_exit (const LsExit *how);            /* "exit 3", "SIGKILL" */
guint64 ls_rows_errors (const LsClusterSample *cluster);      /* answers of 500 and more */
