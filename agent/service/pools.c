/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/pools: threads in a host process, and the submitting of jobs to them. */
#include "service/job_batch.h"
#include "service/list.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

#include <string.h>

static json_t *
to_json (LsCall *call, const LsPool *pool)
{
  return ls_noun_to_json (call->service->parts.supervisor, LS_NOUN_POOL, pool);
}

static const LsPool *
find (LsCall *call, GError **error)
{
  const LsPool *pool = ls_supervisor_find_pool (call->service->parts.supervisor, call->parameters[0]);

  if (pool == NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "There is no pool “%s”.", call->parameters[0]);
  else if (!ls_call_check_revision (call, pool->revision, error))
    return NULL;
  return pool;
}

static gboolean
list (LsCall *call, const LsBody *body, GError **error)
{
  return ls_list_reply (call, LS_NOUN_POOL, NULL, NULL, error);
}

static gboolean
get (LsCall *call, const LsBody *body, GError **error)
{
  const LsPool *pool = find (call, error);

  if (pool == NULL)
    return FALSE;
  ls_call_reply_resource (call, 200, to_json (call, pool));
  return TRUE;
}

static gboolean
put_spec (LsCall *call, json_t *json, const LsPool *before, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  LsOrigin origin = before != NULL ? before->origin : LS_ORIGIN_API;
  gboolean created = before == NULL;
  const LsOperation *operation = NULL;
  LsPoolSpec spec;
  gboolean done;

  ls_pool_spec_init (&spec);
  done = ls_pool_spec_from_json (json, &spec, error)
         && ls_supervisor_put_pool (supervisor, call->parameters[0], &spec, origin, &operation, error);
  ls_pool_spec_clear (&spec);
  if (!done)
    return FALSE;
  if (created)
    ls_call_location (call, "pools", call->parameters[0]);
  else if (operation != NULL)
    ls_call_location (call, "operations", operation->id);
  ls_call_reply_resource (call, created ? 201 : operation != NULL ? 202 : 200,
                          to_json (call, ls_supervisor_find_pool (supervisor, call->parameters[0])));
  return TRUE;
}

static gboolean
put (LsCall *call, const LsBody *body, GError **error)
{
  const LsPool *before = ls_supervisor_find_pool (call->service->parts.supervisor, call->parameters[0]);

  return ls_wish_check_put (call, "pool", before != NULL, before != NULL ? before->revision : 0, error)
         && put_spec (call, body->json, before, error);
}

static gboolean
patch (LsCall *call, const LsBody *body, GError **error)
{
  const LsPool *pool = find (call, error);
  g_autoptr (json_t) spec = NULL;
  g_autoptr (json_t) merged = NULL;

  if (pool == NULL)
    return FALSE;
  spec = ls_pool_spec_to_json (&pool->spec);
  merged = ls_json_merge_patch (spec, body->json);
  return put_spec (call, merged, pool, error);
}

/* 202 with the pool while it winds down, 204 once it is no more. */
static void
reply_after (LsCall *call)
{
  const LsPool *after = ls_supervisor_find_pool (call->service->parts.supervisor, call->parameters[0]);

  if (after != NULL)
    ls_call_reply_resource (call, 202, to_json (call, after));
  else
    ls_call_reply (call, 204, NULL);
}

static gboolean
delete (LsCall *call, const LsBody *body, GError **error)
{
  if (find (call, error) == NULL || !ls_supervisor_remove_pool (call->service->parts.supervisor, call->parameters[0], error))
    return FALSE;
  reply_after (call);
  return TRUE;
}

static gboolean
restart (LsCall *call, const LsBody *body, GError **error)
{
  if (find (call, error) == NULL || !ls_supervisor_restart_pool (call->service->parts.supervisor, call->parameters[0], error))
    return FALSE;
  reply_after (call);
  return TRUE;
}

static gboolean
send_signal (LsCall *call, const LsBody *body, GError **error)
{
  return find (call, error) != NULL && ls_wish_signal (call, body, call->parameters[0], error);
}

/* --- its jobs --- */

static gboolean
is_of_pool (gconstpointer resource, gconstpointer user)
{
  return strcmp (((const LsJob *) resource)->pool, user) == 0;
}

static gboolean
list_jobs (LsCall *call, const LsBody *body, GError **error)
{
  return find (call, error) != NULL && ls_list_reply (call, LS_NOUN_JOB, is_of_pool, call->parameters[0], error);
}

static gboolean
submit (LsCall *call, const LsBody *body, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  g_autoptr (LsJob) request = ls_job_new (NULL, call->parameters[0], NULL);
  const char *before;
  const LsJob *job = NULL;

  if (find (call, error) == NULL || !ls_wish_made_before (call, body, &before, error))
    return FALSE;
  if (ls_job_batch_is_one (body->json))
    return ls_job_batch_submit (call, body, before, error);
  if (before != NULL && (job = ls_supervisor_find_job (supervisor, before)) != NULL)
    {
      ls_call_reply_resource (call, 200, ls_noun_to_json (supervisor, LS_NOUN_JOB, job));
      return TRUE;
    }
  if (!ls_job_request_from_json (body->json, request, error)
      || !ls_supervisor_submit_job (supervisor, call->parameters[0], request, &job, error))
    return FALSE;
  ls_wish_made (call, body, job->id);
  ls_call_location (call, "jobs", job->id);
  ls_call_reply_resource (call, 201, ls_noun_to_json (supervisor, LS_NOUN_JOB, job));
  return TRUE;
}

const LsRoute ls_routes_pools[] = {
  { "GET", "/v1/pools", LS_BODY_NONE, LS_LIST_QUERY, list },
  { "GET", "/v1/pools/{name}", LS_BODY_NONE, NULL, get },
  { "PUT", "/v1/pools/{name}", LS_BODY_JSON, NULL, put },
  { "PATCH", "/v1/pools/{name}", LS_BODY_JSON, NULL, patch },
  { "DELETE", "/v1/pools/{name}", LS_BODY_NONE, NULL, delete },
  { "POST", "/v1/pools/{name}/restart", LS_BODY_JSON_OR_NONE, NULL, restart },
  { "POST", "/v1/pools/{name}/signal", LS_BODY_JSON, NULL, send_signal },
  { "GET", "/v1/pools/{name}/jobs", LS_BODY_NONE, LS_LIST_QUERY, list_jobs },
  { "POST", "/v1/pools/{name}/jobs", LS_BODY_JSON_JOBS, NULL, submit },
  { NULL }
};
