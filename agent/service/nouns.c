/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/nouns.h"

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

#define AT(type, key, state) G_STRUCT_OFFSET (type, key), G_STRUCT_OFFSET (type, revision), G_STRUCT_OFFSET (type, state)

const LsNounKind ls_noun_kinds[LS_NOUNS] = {
  [LS_NOUN_CLUSTER] = { "cluster", "clusters", "", AT (LsCluster, name, status.state), cluster_state_name },
  [LS_NOUN_WORKER] = { "worker", "workers", "; workers are named after cluster and slot, such as web.1",
                       AT (LsWorker, id, state), worker_state_name },
  [LS_NOUN_POOL] = { "pool", "pools", "", AT (LsPool, name, state), pool_state_name },
  [LS_NOUN_JOB] = { "job", "jobs", " (any more); the oldest ended jobs are forgotten",
                       AT (LsJob, id, state), job_state_name },
  [LS_NOUN_BUFFER] = { "buffer", "buffers", "", AT (LsSharedBuffer, name, state), buffer_state_name },
  [LS_NOUN_TASK] = { "task", "tasks", " (any more)", AT (LsTask, id, state), task_state_name },
  [LS_NOUN_SCHEDULE] = { "schedule", "schedules", "", AT (LsSchedule, name, state), schedule_state_name },
  [LS_NOUN_OPERATION] = { "operation", "operations", " (any more); the last hundred are remembered",
                          G_STRUCT_OFFSET (LsOperation, id), 0, G_STRUCT_OFFSET (LsOperation, state), operation_state_name },
};

char *
ls_noun_key (LsNoun noun, gconstpointer resource)
{
  return noun == LS_NOUN_WORKER ? ls_worker_key (resource) : g_strdup (G_STRUCT_MEMBER (char *, resource, ls_noun_kinds[noun].key));
}

const char *
ls_noun_state (LsNoun noun, gconstpointer resource)
{
  return ls_noun_kinds[noun].state_name (G_STRUCT_MEMBER (guint, resource, ls_noun_kinds[noun].state));
}

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
