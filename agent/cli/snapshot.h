/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything that an agent has, as the event stream tells it: a snapshot first, then changes and samples. Pure. */

#include "model/buffer.h"
#include "model/cluster.h"
#include "model/operation.h"
#include "model/pool.h"
#include "model/sample.h"
#include "model/schedule.h"
#include "model/task.h"
#include "model/worker.h"

typedef struct {
  GPtrArray *clusters;      /* LsCluster, owned; in the agent's order */
  GPtrArray *workers;       /* LsWorker */
  GPtrArray *pools;         /* LsPool */
  GPtrArray *jobs;          /* LsJob */
  GPtrArray *buffers;       /* LsSharedBuffer */
  GPtrArray *tasks;         /* LsTask */
  GPtrArray *schedules;     /* LsSchedule */
  LsSample *sample;         /* NULL: none yet */
} LsSnapshot;

LsSnapshot *ls_snapshot_from_json (json_t *json, GError **error);
void ls_snapshot_free (LsSnapshot *snapshot);
/* An event of type "change" or "sample"; others, and kinds that are not known, are left alone. */
gboolean ls_snapshot_apply (LsSnapshot *snapshot, const char *type, json_t *event, GError **error);
const LsCluster *ls_snapshot_find_cluster (const LsSnapshot *snapshot, const char *name);
const LsPool *ls_snapshot_find_pool (const LsSnapshot *snapshot, const char *name);
const LsTask *ls_snapshot_find_task (const LsSnapshot *snapshot, const char *id);
const LsSchedule *ls_snapshot_find_schedule (const LsSnapshot *snapshot, const char *name);
const LsJob *ls_snapshot_find_job (const LsSnapshot *snapshot, const char *id);
const LsWorker *ls_snapshot_find_worker (const LsSnapshot *snapshot, const char *id);      /* the newest instance */
const LsWorkerSample *ls_snapshot_worker_sample (const LsSnapshot *snapshot, const char *id, LsInstance instance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsSnapshot, ls_snapshot_free)
