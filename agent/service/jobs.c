/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/jobs: what runs, waits or has run in the pools. Submitting is the pool's (pools.c). */
#include "service/list.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

#include <string.h>

static const LsJob *
find (LsCall *call, GError **error)
{
  const LsJob *job = ls_supervisor_find_job (call->service->parts.supervisor, call->parameters[0]);

  if (job == NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "There is no job “%s” (any more); the oldest ended jobs are forgotten.", call->parameters[0]);
  else if (!ls_call_check_revision (call, job->revision, error))
    return NULL;
  return job;
}

static gboolean
is_of_pool (gconstpointer resource, gconstpointer user)
{
  return strcmp (((const LsJob *) resource)->pool, user) == 0;
}

static gboolean
list (LsCall *call, const LsBody *body, GError **error)
{
  const char *pool = ls_call_query (call, "pool");

  return ls_list_reply (call, LS_NOUN_JOB, pool != NULL ? is_of_pool : NULL, pool, error);
}

static gboolean
get (LsCall *call, const LsBody *body, GError **error)
{
  const LsJob *job = find (call, error);

  if (job == NULL)
    return FALSE;
  ls_call_reply_resource (call, 200, ls_noun_to_json (call->service->parts.supervisor, LS_NOUN_JOB, job));
  return TRUE;
}

/* A running job ends when it next looks, so the answer is 202 until it has. */
static gboolean
cancel (LsCall *call, const LsBody *body, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  const LsJob *after;

  if (find (call, error) == NULL || !ls_supervisor_cancel_job (supervisor, call->parameters[0], error))
    return FALSE;
  after = ls_supervisor_find_job (supervisor, call->parameters[0]);
  if (after == NULL)
    ls_call_reply (call, 204, NULL);
  else
    ls_call_reply_resource (call, ls_job_state_is_final (after->state) ? 200 : 202, ls_noun_to_json (supervisor, LS_NOUN_JOB, after));
  return TRUE;
}

static gboolean
send_message (LsCall *call, const LsBody *body, GError **error)
{
  return find (call, error) != NULL && ls_wish_send (call, body, call->parameters[0], error);
}

static gboolean
get_messages (LsCall *call, const LsBody *body, GError **error)
{
  return find (call, error) != NULL && ls_wish_messages (call, call->parameters[0], error);
}

const LsRoute ls_routes_jobs[] = {
  { "GET", "/v1/jobs", LS_BODY_NONE, LS_LIST_QUERY " pool", list },
  { "GET", "/v1/jobs/{id}", LS_BODY_NONE, NULL, get },
  { "DELETE", "/v1/jobs/{id}", LS_BODY_NONE, NULL, cancel },
  { "GET", "/v1/jobs/{id}/messages", LS_BODY_NONE, NULL, get_messages },
  { "POST", "/v1/jobs/{id}/messages", LS_BODY_JSON, NULL, send_message },
  { NULL }
};
