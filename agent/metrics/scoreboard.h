/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The agent's side of the scoreboard (abi/scoreboard.h): one a cluster, with what ended processes left folded in. */

#include "abi/scoreboard.h"

#include <glib.h>

typedef struct LsScoreboard LsScoreboard;

/* Totals of a cluster or of one row. */
typedef struct {
  /* requests is always the sum of codes. */
  guint64 accepted, requests, bytes_in, bytes_out, latency_sum_us;
  guint64 codes[LS_SCOREBOARD_CODES];
  guint64 latency[LS_HISTOGRAM_BUCKETS];
} LsCounts;

/* @memory holds at least ls_scoreboard_size (@rows) zeroed bytes, behind descriptor @fd; @release gets both back. */
gsize ls_scoreboard_size (guint rows);
LsScoreboard *ls_scoreboard_new (guint rows, void *memory, int fd, void (*release) (void *memory, gsize size, int fd));
void ls_scoreboard_free (LsScoreboard *board);
int ls_scoreboard_fd (const LsScoreboard *board);
guint ls_scoreboard_rows (const LsScoreboard *board);
const LsScoreboardRow *ls_scoreboard_row (const LsScoreboard *board, guint row);
/* The process of @row ended: adds its counts to the cluster's and zeroes the row. */
void ls_scoreboard_fold (LsScoreboard *board, guint row);
/* The cluster since it began: ended processes and living rows. Never goes back, whatever a worker writes into its row. */
void ls_scoreboard_totals (LsScoreboard *board, LsCounts *ret_counts);

/* A *span* is what was counted since ls_scoreboard_next_span: the time between two samples. Ended processes are in the cluster's. */
void ls_scoreboard_read (LsScoreboard *board);                                      /* looks at all living rows */
const LsCounts *ls_scoreboard_span (const LsScoreboard *board);
const LsCounts *ls_scoreboard_row_span (const LsScoreboard *board, guint row);      /* NULL: nobody counts in that row */
void ls_scoreboard_next_span (LsScoreboard *board);

/* What is open now, over all living rows. */
typedef struct {
  guint connections, in_flight;
  gint64 io_size, io_active, io_queued;      /* -1: unknown of at least one process, or there is none */
} LsGauges;
void ls_scoreboard_gauges (const LsScoreboard *board, LsGauges *ret_gauges);
/* The duration below which a share @q (0 … 1) of the counts lies, µs; -1 if there are none. */
gint64 ls_histogram_quantile (const guint64 buckets[LS_HISTOGRAM_BUCKETS], double q);
