/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From raw counters to one sample an interval.
 *
 * The sampler asks its sources for figures, keeps what it saw last time and makes the differences. It has no clock or timer of its own: who
 * owns it calls ls_sampler_take. When taking samples costs more than the budget, it asks for a longer interval. */

#include "metrics/scoreboard.h"
#include "model/figures.h"
#include "model/instance.h"
#include "model/sample.h"

typedef struct LsSampler LsSampler;

typedef struct {
  const char *id;              /* "web.3", "compute", "t42" */
  const char *cluster;         /* NULL for pools and tasks */
  const char *state;
  LsInstance instance;         /* pid 0: left out */
  int row;                     /* of the cluster's scoreboard; -1: none */
} LsProbe;

typedef struct {
  const char *name;
  guint queued, running;
  guint64 done, failed;        /* since the last sample */
  LsPercentiles wait_us, run_us;
  LsInstance instance;
} LsPoolProbe;

typedef struct {
  gboolean (*host) (void *self, LsHostFigures *figures);
  /* Per-process figures; the reader is kept by the sampler as long as the instance lives. */
  void *(*open_process) (void *self, pid_t pid);
  gboolean (*read_process) (void *reader, LsProcessFigures *ret_figures);
  void (*close_process) (void *reader);
  void (*own_usage) (void *self, guint64 *ret_cpu_us, guint64 *ret_wakeups);
  /* Calls back into the sampler with ls_sampler_add_* for everything that is to be in the sample. */
  void (*roster) (void *self, LsSampler *sampler);
  void *self;
} LsSamplerSources;

LsSampler *ls_sampler_new (const LsSamplerSources *sources, const char *epoch, gint64 interval_ms);
void ls_sampler_free (LsSampler *sampler);

/* Share of a core that taking samples may cost, 0.02 by default: past it the interval doubles until it holds again. */
void ls_sampler_set_budget (LsSampler *sampler, double share);

/* From inside roster; a cluster comes before its probes. Nothing of what is passed is kept but the copies. */
void ls_sampler_add_cluster (LsSampler *sampler, const char *name, LsScoreboard *board);
void ls_sampler_add_probe (LsSampler *sampler, const LsProbe *probe);
void ls_sampler_add_pool (LsSampler *sampler, const LsPoolProbe *probe);

/* Takes a sample now (@monotonic_us and Unix @wall_ms); borrowed until the next. The first call only sets the base that the differences
 * start from. NULL then, and when it was skipped (host figures unavailable): what happened meanwhile is in the next. */
const LsSample *ls_sampler_take (LsSampler *sampler, gint64 monotonic_us, gint64 wall_ms);
const LsSample *ls_sampler_last (const LsSampler *sampler);      /* NULL before the first */
gint64 ls_sampler_interval_ms (const LsSampler *sampler);        /* asked, or stretched by the budget */
void ls_sampler_set_interval_ms (LsSampler *sampler, gint64 interval_ms);
/* Mean CPU of a cluster's ready workers in the last sample, 0 … 1; NaN: unknown. */
double ls_sampler_cluster_mean_cpu (const LsSampler *sampler, const char *cluster);
