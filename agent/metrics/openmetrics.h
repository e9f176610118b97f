/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* OpenMetrics text, written once a scrape.
 *
 * Counters are those of clusters, without a label for the worker: a cluster's totals never go back, while a series a worker would end with
 * its process and take its counts along. What a living worker uses is there as gauges. */

#include "metrics/scoreboard.h"
#include "model/sample.h"
#include "model/schedule.h"

#include <glib.h>

typedef struct {
  const char *cluster;
  const LsCounts *totals;
  guint64 restarts;
  guint ready, wanted, in_flight, connections;
} LsClusterMetrics;

/* Totals of a pool's jobs since it was made; buckets are those of abi/histogram.h. */
typedef struct {
  const char *pool;
  guint64 done, failed, timed_out, cancelled, restarts;
  const guint64 *wait_buckets, *run_buckets;
  guint64 wait_sum_us, run_sum_us;
} LsPoolMetrics;

/* @schedules: LsSchedule; NULL: none. @sample may be NULL before the first: then host and workers are left out. The whole exposition, ending in "# EOF". (transfer full) */
char *ls_openmetrics_text (const LsSample *sample, const LsClusterMetrics *clusters, guint n_clusters, const LsPoolMetrics *pools, guint n_pools,
                           const GPtrArray *schedules, guint open_fds, gint64 started_at_ms);
