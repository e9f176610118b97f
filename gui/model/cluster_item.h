/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A card or row for one cluster. Properties: name, state, state-text ("4 of 4 ready"), reason, wanted, ready, restarts, operation and, of the
 * samples, requests (per second), minute-requests, minute-p95-us, minute-errors (0 … 1) over 60 s, cpu (cores), rss; unknown figures are -1. */

#include "gui/model/item.h"
#include "gui/model/series.h"
#include "model/cluster.h"
#include "model/sample.h"

#define LS_TYPE_CLUSTER_ITEM (ls_cluster_item_get_type ())
G_DECLARE_FINAL_TYPE (LsClusterItem, ls_cluster_item, LS, CLUSTER_ITEM, LsItem)

/* Columns of its series: requests a second by class, latency in µs, and what is in flight. */
enum {
  LS_CLUSTER_1XX, LS_CLUSTER_2XX, LS_CLUSTER_3XX, LS_CLUSTER_4XX, LS_CLUSTER_5XX,
  LS_CLUSTER_P50, LS_CLUSTER_P95, LS_CLUSTER_P99, LS_CLUSTER_IN_FLIGHT, LS_CLUSTER_CPU,
  LS_CLUSTER_COLUMNS
};

/* Means over the last 60 s. The p95 is that of each second, weighted by its requests. */
typedef struct {
  double requests;         /* per second */
  double p95_us;
  double errors;           /* 5xx of all, 0 … 1 */
} LsClusterMinute;

const LsCluster *ls_cluster_item_get (LsClusterItem *item);      /* borrowed, until the next change */
const char *ls_cluster_item_name (LsClusterItem *item);
LsSeries *ls_cluster_item_series (LsClusterItem *item);          /* borrowed */
GListModel *ls_cluster_item_workers (LsClusterItem *item);       /* borrowed; LsWorkerItem by slot */
/* One sample of @at; NULL: it was not in it. */
void ls_cluster_item_sample (LsClusterItem *item, const LsClusterSample *sample, gint64 at, gint64 span_ms);
/* The member of the history that bears its name; @at are its times. */
void ls_cluster_item_history (LsClusterItem *item, json_t *history, json_t *at, gint64 step_ms);
void ls_cluster_minute (const LsSeries *series, LsClusterMinute *ret_minute);
/* For the store: the workers' list, to change. */
GListStore *ls_cluster_item_worker_store (LsClusterItem *item);
