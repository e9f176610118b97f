/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row for one worker process. Properties: id, cluster, slot, pid, state, reason, generation, started-at (Unix ms) and, of the last sample,
 * cpu (cores), rss (bytes), threads, requests (per second), errors (per second), in-flight, p95-us, loop-lag-us; unknown figures are -1. */

#include "gui/model/item.h"
#include "model/sample.h"
#include "model/worker.h"

#define LS_TYPE_WORKER_ITEM (ls_worker_item_get_type ())
G_DECLARE_FINAL_TYPE (LsWorkerItem, ls_worker_item, LS, WORKER_ITEM, LsItem)

const LsWorker *ls_worker_item_get (LsWorkerItem *item);      /* borrowed, until the next change */
/* Figures of one sample; NULL: nothing is known now. */
void ls_worker_item_sample (LsWorkerItem *item, const LsWorkerSample *sample, gint64 span_ms);
double ls_worker_item_cpu (LsWorkerItem *item);               /* cores; NaN: unknown */
/* "4711-889213" of the process in the slot, NULL if none: what actions on it carry. */
char *ls_worker_item_instance (LsWorkerItem *item);
