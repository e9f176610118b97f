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

/* --- other plug-ins are tried before anything changes: the answer waits for that --- */

typedef struct {
  LsCall *call;          /* NULL: the peer has gone */
  char *operation;
  gboolean is_over;
} Waiting;

static void
waiting_free (Waiting *waiting)
{
  g_free (waiting->operation);
  g_free (waiting);
}

static void
on_call_ended (void *user)
{
  Waiting *waiting = user;

  waiting->call = NULL;
  if (waiting->is_over)
    waiting_free (waiting);
}

static void
on_tried (void *user, const char *failure)
{
  Waiting *waiting = user;
  LsCall *call = waiting->call;

  waiting->is_over = TRUE;
  if (call == NULL)
    {
      waiting_free (waiting);
    }
  else if (failure != NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (LS_ERROR, LS_ERROR_IMPOSSIBLE, failure);

      ls_call_fail (call, error);
    }
  else
    {
      ls_call_location (call, "operations", waiting->operation);
      ls_wish_reply (call, 202, LS_NOUN_POOL, ls_supervisor_find_pool (call->service->parts.supervisor, call->parameters[0]));
    }
}

static gboolean
answer_later (LsCall *call, const LsOperation *operation)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  if (operation == NULL || !ls_supervisor_await_plugins (call->service->parts.supervisor, call->parameters[0], on_tried, waiting))
    {
      g_free (waiting);
      return FALSE;
    }
  waiting->call = call;
  waiting->operation = g_strdup (operation->id);
  ls_call_on_ended (call, on_call_ended, waiting);
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
  if (answer_later (call, operation))
    return TRUE;
  if (created)
    ls_call_location (call, "pools", call->parameters[0]);
  else if (operation != NULL)
    ls_call_location (call, "operations", operation->id);
  ls_wish_reply (call, created ? 201 : operation != NULL ? 202 : 200, LS_NOUN_POOL, ls_supervisor_find_pool (supervisor, call->parameters[0]));
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
  const LsPool *pool = ls_wish_find (call, LS_NOUN_POOL, error);
  g_autoptr (json_t) spec = NULL;
  g_autoptr (json_t) merged = NULL;

  if (pool == NULL)
    return FALSE;
  spec = ls_pool_spec_to_json (&pool->spec);
  merged = ls_json_merge_patch (spec, body->json);
  return put_spec (call, merged, pool, error);
}

static gboolean
delete (LsCall *call, const LsBody *body, GError **error)
{
  if (ls_wish_find (call, LS_NOUN_POOL, error) == NULL || !ls_supervisor_remove_pool (call->service->parts.supervisor, call->parameters[0], error))
    return FALSE;
  ls_wish_reply_after (call, LS_NOUN_POOL);
  return TRUE;
}

static gboolean
restart (LsCall *call, const LsBody *body, GError **error)
{
  if (ls_wish_find (call, LS_NOUN_POOL, error) == NULL || !ls_supervisor_restart_pool (call->service->parts.supervisor, call->parameters[0], error))
    return FALSE;
  ls_wish_reply_after (call, LS_NOUN_POOL);
  return TRUE;
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
  return ls_wish_find (call, LS_NOUN_POOL, error) != NULL && ls_list_reply (call, LS_NOUN_JOB, is_of_pool, call->parameters[0], error);
}

static gboolean
submit (LsCall *call, const LsBody *body, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  g_autoptr (LsJob) request = ls_job_new (NULL, call->parameters[0], NULL);
  const char *before;
  const LsJob *job = NULL;

  if (ls_wish_find (call, LS_NOUN_POOL, error) == NULL || !ls_wish_made_before (call, body, &before, error))
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
  { "GET", "/v1/pools", LS_BODY_NONE, LS_LIST_QUERY, ls_wish_list, LS_NOUN_POOL },
  { "GET", "/v1/pools/{name}", LS_BODY_NONE, NULL, ls_wish_get, LS_NOUN_POOL },
  { "PUT", "/v1/pools/{name}", LS_BODY_JSON, NULL, put },
  { "PATCH", "/v1/pools/{name}", LS_BODY_JSON, NULL, patch },
  { "DELETE", "/v1/pools/{name}", LS_BODY_NONE, NULL, delete },
  { "POST", "/v1/pools/{name}/restart", LS_BODY_JSON_OR_NONE, NULL, restart },
  { "POST", "/v1/pools/{name}/signal", LS_BODY_JSON, NULL, ls_wish_signal, LS_NOUN_POOL },
  { "GET", "/v1/pools/{name}/jobs", LS_BODY_NONE, LS_LIST_QUERY, list_jobs },
  { "POST", "/v1/pools/{name}/jobs", LS_BODY_JSON_JOBS, NULL, submit },
  { NULL }
};
