/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/nouns.h"

static char *
cluster_key (gconstpointer resource)
{
  return g_strdup (((const LsCluster *) resource)->name);
}

static char *
worker_key (gconstpointer resource)
{
  return ls_worker_key (resource);
}

static char *
pool_key (gconstpointer resource)
{
  return g_strdup (((const LsPool *) resource)->name);
}

static char *
job_key (gconstpointer resource)
{
  return g_strdup (((const LsJob *) resource)->id);
}

static char *
buffer_key (gconstpointer resource)
{
  return g_strdup (((const LsSharedBuffer *) resource)->name);
}

static char *
task_key (gconstpointer resource)
{
  return g_strdup (((const LsTask *) resource)->id);
}

static char *
schedule_key (gconstpointer resource)
{
  return g_strdup (((const LsSchedule *) resource)->name);
}

static char *
operation_key (gconstpointer resource)
{
  return g_strdup (((const LsOperation *) resource)->id);
}

static const char *
cluster_state_name (guint index)
{
  return index <= LS_CLUSTER_STOPPED ? ls_cluster_state_name ((LsClusterState) index) : NULL;
}

static const char *
worker_state_name (guint index)
{
  return index <= LS_WORKER_FAILED ? ls_worker_state_name ((LsWorkerState) index) : NULL;
}

static const char *
pool_state_name (guint index)
{
  return index <= LS_POOL_STOPPED ? ls_pool_state_name ((LsPoolState) index) : NULL;
}

static const char *
job_state_name (guint index)
{
  return index <= LS_JOB_TIMED_OUT ? ls_job_state_name ((LsJobState) index) : NULL;
}

static const char *
buffer_state_name (guint index)
{
  return index <= LS_BUFFER_READY ? ls_buffer_state_name ((LsBufferState) index) : NULL;
}

static const char *
task_state_name (guint index)
{
  return index <= LS_TASK_TIMED_OUT ? ls_task_state_name ((LsTaskState) index) : NULL;
}

static const char *
schedule_state_name (guint index)
{
  return index <= LS_SCHEDULE_PAUSED ? ls_schedule_state_name ((LsScheduleState) index) : NULL;
}

static const char *
operation_state_name (guint index)
{
  static const char *const names[] = { "running", "done", "failed" };

  return index < G_N_ELEMENTS (names) ? names[index] : NULL;
}

static const char *
cluster_state (gconstpointer resource)
{
  return ls_cluster_state_name (((const LsCluster *) resource)->status.state);
}

static const char *
worker_state (gconstpointer resource)
{
  return ls_worker_state_name (((const LsWorker *) resource)->state);
}

static const char *
pool_state (gconstpointer resource)
{
  return ls_pool_state_name (((const LsPool *) resource)->state);
}

static const char *
job_state (gconstpointer resource)
{
  return ls_job_state_name (((const LsJob *) resource)->state);
}

static const char *
buffer_state (gconstpointer resource)
{
  return ls_buffer_state_name (((const LsSharedBuffer *) resource)->state);
}

static const char *
task_state (gconstpointer resource)
{
  return ls_task_state_name (((const LsTask *) resource)->state);
}

static const char *
schedule_state (gconstpointer resource)
{
  return ls_schedule_state_name (((const LsSchedule *) resource)->state);
}

static const char *
operation_state (gconstpointer resource)
{
  return operation_state_name (((const LsOperation *) resource)->state);
}

const LsNounKind ls_noun_kinds[LS_NOUNS] = {
  [LS_NOUN_CLUSTER] = { "cluster", "clusters", cluster_key, cluster_state, cluster_state_name },
  [LS_NOUN_WORKER] = { "worker", "workers", worker_key, worker_state, worker_state_name },
  [LS_NOUN_POOL] = { "pool", "pools", pool_key, pool_state, pool_state_name },
  [LS_NOUN_JOB] = { "job", "jobs", job_key, job_state, job_state_name },
  [LS_NOUN_BUFFER] = { "buffer", "buffers", buffer_key, buffer_state, buffer_state_name },
  [LS_NOUN_TASK] = { "task", "tasks", task_key, task_state, task_state_name },
  [LS_NOUN_SCHEDULE] = { "schedule", "schedules", schedule_key, schedule_state, schedule_state_name },
  [LS_NOUN_OPERATION] = { "operation", "operations", operation_key, operation_state, operation_state_name },
};

/* The addresses really bound stand beside the wish: port 0 has become a number there. */
static json_t *
cluster_to_json (LsSupervisor *supervisor, const LsCluster *cluster)
{
  json_t *json = ls_cluster_to_json (cluster);
  const char *const *addresses = ls_supervisor_cluster_addresses (supervisor, cluster->name);
  json_t *list = json_array ();

  for (; addresses != NULL && *addresses != NULL; addresses++)
    json_array_append_new (list, json_string (*addresses));
  json_object_set_new (json_object_get (json, "status"), "addresses", list);
  return json;
}

json_t *
ls_noun_to_json (LsSupervisor *supervisor, LsNoun noun, gconstpointer resource)
{
  switch (noun)
    {
    case LS_NOUN_CLUSTER:
      return cluster_to_json (supervisor, resource);
    case LS_NOUN_WORKER:
      return ls_worker_to_json (resource);
    case LS_NOUN_POOL:
      return ls_pool_to_json (resource);
    case LS_NOUN_JOB:
      return ls_job_to_json (resource);
    case LS_NOUN_BUFFER:
      return ls_shared_buffer_to_json (resource);
    case LS_NOUN_TASK:
      return ls_task_to_json (resource);
    case LS_NOUN_SCHEDULE:
      return ls_schedule_to_json (resource);
    case LS_NOUN_OPERATION:
    default:
      return ls_operation_to_json (resource);
    }
}

json_t *
ls_noun_to_brief_json (LsSupervisor *supervisor, LsNoun noun, gconstpointer resource)
{
  return noun == LS_NOUN_JOB ? ls_job_to_brief_json (resource) : ls_noun_to_json (supervisor, noun, resource);
}
