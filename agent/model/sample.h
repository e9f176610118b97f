/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A sample: what happened in one interval, host, clusters, pools and workers together. Counts are deltas over span_ms.
 * Clients parse it with this codec; the agent builds it in metrics/ and writes it once for all readers. */

#include "model/instance.h"
#include "model/json.h"

typedef struct {
  guint code;              /* 100 … 599 */
  guint64 count;
} LsCodeCount;

typedef struct {
  char *name;
  guint64 requests, bytes_in, bytes_out;
  GArray *codes;           /* LsCodeCount, ascending, no zeros */
  guint in_flight, connections;
  gint64 p50_us, p95_us, p99_us;      /* -1: no request in the span */
  double cpu;              /* cores; NaN: unknown */
  guint64 rss;
  gint64 io_size, io_active, io_queued;      /* -1: unknown */
} LsClusterSample;

/* In microseconds; -1: nothing was measured. */
typedef struct {
  gint64 p50, p95, p99;
} LsPercentiles;

#define LS_PERCENTILES_NONE ((LsPercentiles) { -1, -1, -1 })

typedef struct {
  char *name;
  guint64 done, failed;
  guint queued, running;
  LsPercentiles wait_us;   /* of the jobs that started in the span */
  LsPercentiles run_us;    /* of those that ended in it */
  double cpu;
  guint64 rss;
} LsPoolSample;

typedef struct {
  char *id;
  char *instance;
  char *state;
  double cpu;
  guint64 rss;
  guint threads;
  guint64 requests, errors;      /* errors: 5xx; requests -1 as UINT64_MAX: not measured */
  guint in_flight;
  gint64 p95_us, loop_lag_us;    /* -1: unknown */
} LsWorkerSample;

typedef struct {
  char *epoch;
  guint64 seq;
  gint64 at, span_ms;
  guint cores;
  double *cpu;             /* per core, 0 … 1 */
  guint64 memory_total, memory_available, memory_cached, swap_total, swap_used;
  double load[3];
  double agent_cpu;
  guint64 agent_rss;
  guint agent_wakeups;
  gint64 interval_ms;
  guint skipped;
  GPtrArray *clusters;     /* LsClusterSample, owned */
  GPtrArray *pools;        /* LsPoolSample, owned */
  GPtrArray *workers;      /* LsWorkerSample, owned; tasks stand here too, requests unknown */
} LsSample;

LsSample *ls_sample_new (void);
void ls_sample_free (LsSample *sample);
LsClusterSample *ls_cluster_sample_new (const char *name);
LsPoolSample *ls_pool_sample_new (const char *name);
LsWorkerSample *ls_worker_sample_new (const char *id);
json_t *ls_sample_to_json (const LsSample *sample);
LsSample *ls_sample_from_json (json_t *json, GError **error);
const LsClusterSample *ls_sample_find_cluster (const LsSample *sample, const char *name);      /* NULL: not there */
const LsPoolSample *ls_sample_find_pool (const LsSample *sample, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsSample, ls_sample_free)
