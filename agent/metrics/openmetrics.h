/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* OpenMetrics text, written once a scrape. */

#include "metrics/scoreboard.h"
#include "model/sample.h"

#include <glib.h>

typedef struct {
  const char *cluster;
  const LsCounts *totals;
  guint64 restarts;
  guint ready, wanted, in_flight, connections;
} LsClusterMetrics;

/* The whole exposition, ending in "# EOF". (transfer full) */
char *ls_openmetrics_text (const LsSample *sample, const LsClusterMetrics *clusters, guint n_clusters, guint open_fds, gint64 started_at_ms);
