/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A card or row for one pool. Properties: name, state, reason, queued, running, threads and, of the samples, done (jobs per second),
 * failed (per second), cpu, rss, wait-p95-us, run-p95-us; unknown figures are -1. */

#include "gui/model/item.h"
#include "gui/model/series.h"
#include "model/pool.h"
#include "model/sample.h"

#define LS_TYPE_POOL_ITEM (ls_pool_item_get_type ())
G_DECLARE_FINAL_TYPE (LsPoolItem, ls_pool_item, LS, POOL_ITEM, LsItem)

enum { LS_POOL_DONE, LS_POOL_FAILED, LS_POOL_QUEUED, LS_POOL_RUNNING, LS_POOL_COLUMNS };

const LsPool *ls_pool_item_get (LsPoolItem *item);      /* borrowed, until the next change */
LsSeries *ls_pool_item_series (LsPoolItem *item);       /* borrowed */
/* Of the jobs that started, and of those that ended, in the last sample in which any did; borrowed. */
const LsPercentiles *ls_pool_item_wait_us (LsPoolItem *item);
const LsPercentiles *ls_pool_item_run_us (LsPoolItem *item);
void ls_pool_item_sample (LsPoolItem *item, const LsPoolSample *sample, gint64 at, gint64 span_ms);
