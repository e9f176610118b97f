/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/health.h"

static gboolean
is_wanted (const char *const *only, const char *name)
{
  return !only || !*only || g_strv_contains (only, name);
}

static char *
sentence (const char *name, const char *state, const char *reason)
{
  return reason ? g_strdup_printf ("%s is %s: %s", name, state, reason) : g_strdup_printf ("%s is %s", name, state);
}

static char *
cluster_complaint (const LsCluster *cluster)
{
  const LsClusterStatus *status = &cluster->status;
  if (status->state != LS_CLUSTER_DEGRADED && status->state != LS_CLUSTER_FAILING)
    return NULL;
  g_autofree char *counts = g_strdup_printf ("%u of %u workers are ready", status->ready, status->wanted);
  return sentence (cluster->name, ls_cluster_state_name (status->state), status->reason ? status->reason : counts);
}

/* Those whose failure counts only when they were asked for. */
static char *
named_complaint (const LsSnapshot *snapshot, const char *name)
{
  const LsWorker *worker = ls_snapshot_find_worker (snapshot, name);
  if (worker && worker->state == LS_WORKER_FAILED)
    return sentence (name, "failed", worker->reason);
  const LsTask *task = ls_snapshot_find_task (snapshot, name);
  if (task && (task->state == LS_TASK_FAILED || task->state == LS_TASK_TIMED_OUT))
    return sentence (name, ls_task_state_name (task->state), task->reason);
  const LsJob *job = ls_snapshot_find_job (snapshot, name);
  if (job && (job->state == LS_JOB_FAILED || job->state == LS_JOB_TIMED_OUT))
    return sentence (name, ls_job_state_name (job->state), job->error);
  return NULL;
}

char *
ls_health_complaint (const LsSnapshot *snapshot, const char *const *only)
{
  for (guint i = 0; i < snapshot->clusters->len; i++)
    {
      const LsCluster *cluster = g_ptr_array_index (snapshot->clusters, i);
      char *complaint = is_wanted (only, cluster->name) ? cluster_complaint (cluster) : NULL;
      if (complaint)
        return complaint;
    }
  for (guint i = 0; i < snapshot->pools->len; i++)
    {
      const LsPool *pool = g_ptr_array_index (snapshot->pools, i);
      if (is_wanted (only, pool->name) && pool->state == LS_POOL_FAILING)
        return sentence (pool->name, ls_pool_state_name (pool->state), pool->reason);
    }
  for (guint i = 0; i < snapshot->schedules->len; i++)
    {
      const LsSchedule *schedule = g_ptr_array_index (snapshot->schedules, i);
      if (is_wanted (only, schedule->name) && schedule->reason)
        return g_strdup_printf ("%s: %s", schedule->name, schedule->reason);
    }
  for (; only && *only; only++)
    {
      char *complaint = named_complaint (snapshot, *only);
      if (complaint)
        return complaint;
    }
  return NULL;
}

const char *
ls_health_unknown (const LsSnapshot *snapshot, const char *const *only)
{
  for (; only && *only; only++)
    if (!ls_snapshot_find_cluster (snapshot, *only) && !ls_snapshot_find_worker (snapshot, *only) && !ls_snapshot_find_pool (snapshot, *only) &&
        !ls_snapshot_find_schedule (snapshot, *only) && !ls_snapshot_find_task (snapshot, *only) && !ls_snapshot_find_job (snapshot, *only))
      return *only;
  return NULL;
}
