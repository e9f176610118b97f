/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /metrics: OpenMetrics, for Prometheus and its kin. */
#include "metrics/openmetrics.h"

#include "service/routes.h"
#include "service/state.h"

#include <string.h>

#define OPENMETRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

typedef struct {
  LsSupervisor *supervisor;
  const LsSample *sample;
  GArray *clusters;      /* LsClusterMetrics */
  GArray *pools;         /* LsPoolMetrics */
} Scrape;

static void
add_cluster (void *user, gconstpointer resource)
{
  Scrape *scrape = user;
  const LsCluster *cluster = resource;
  LsScoreboard *board = ls_supervisor_cluster_scoreboard (scrape->supervisor, cluster->name);
  const LsClusterSample *last = scrape->sample != NULL ? ls_sample_find_cluster (scrape->sample, cluster->name) : NULL;
  LsCounts *totals = g_new0 (LsCounts, 1);
  LsClusterMetrics metrics = { .cluster = cluster->name, .totals = totals, .restarts = cluster->status.restarts };

  if (board != NULL)
    ls_scoreboard_totals (board, totals);
  metrics.ready = cluster->status.ready;
  metrics.wanted = cluster->status.wanted;
  metrics.in_flight = last != NULL ? last->in_flight : 0;
  metrics.connections = last != NULL ? last->connections : 0;
  g_array_append_val (scrape->clusters, metrics);
}

static void
add_schedule (void *user, gconstpointer resource)
{
  g_ptr_array_add (user, (gpointer) resource);
}

static void
clear_cluster (gpointer data)
{
  g_free ((gpointer) ((LsClusterMetrics *) data)->totals);
}

static void
add_pool (void *user, gconstpointer resource)
{
  Scrape *scrape = user;
  const LsPool *pool = resource;
  const LsPoolTotals *totals = ls_supervisor_pool_totals (scrape->supervisor, pool->name);
  LsPoolMetrics metrics = {
    .pool = pool->name, .done = totals->done, .failed = totals->failed, .timed_out = totals->timed_out, .cancelled = totals->cancelled,
    .restarts = pool->restarts, .wait_buckets = totals->wait.buckets, .wait_sum_us = totals->wait.sum_us, .run_buckets = totals->run.buckets,
    .run_sum_us = totals->run.sum_us,
  };

  g_array_append_val (scrape->pools, metrics);
}

static gboolean
get_metrics (LsCall *call, const LsBody *body, GError **error)
{
  const LsServiceParts *parts = &call->service->parts;
  g_autoptr (GArray) clusters = g_array_new (FALSE, FALSE, sizeof (LsClusterMetrics));
  g_autoptr (GPtrArray) schedules = g_ptr_array_new ();
  g_autoptr (GArray) pools = g_array_new (FALSE, FALSE, sizeof (LsPoolMetrics));
  Scrape scrape = { parts->supervisor, ls_sampler_last (parts->sampler), clusters, pools };
  g_autofree char *text = NULL;

  g_array_set_clear_func (clusters, clear_cluster);
  ls_supervisor_foreach (parts->supervisor, LS_NOUN_CLUSTER, add_cluster, &scrape);
  ls_supervisor_foreach (parts->supervisor, LS_NOUN_POOL, add_pool, &scrape);
  ls_supervisor_foreach (parts->supervisor, LS_NOUN_SCHEDULE, add_schedule, schedules);
  text = ls_openmetrics_text (scrape.sample, (const LsClusterMetrics *) (gpointer) clusters->data, clusters->len,
                              (const LsPoolMetrics *) (gpointer) pools->data, pools->len, schedules, parts->open_fds (),
                              parts->facts->started_at);
  ls_call_reply_text (call, 200, OPENMETRICS_TYPE, text, strlen (text));
  return TRUE;
}

const LsRoute ls_routes_metrics[] = {
  { "GET", "/metrics", LS_BODY_NONE, NULL, get_metrics },
  { NULL }
};
