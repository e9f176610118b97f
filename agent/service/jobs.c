/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/jobs: what runs, waits or has run in the pools. Submitting is the pool's (pools.c). */
#include "service/list.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

#include <string.h>

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

/* A running job ends when it next looks, so the answer is 202 until it has. */
static gboolean
cancel (LsCall *call, const LsBody *body, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  const LsJob *after;

  if (ls_wish_find (call, LS_NOUN_JOB, error) == NULL || !ls_supervisor_cancel_job (supervisor, call->parameters[0], error))
    return FALSE;
  after = ls_supervisor_find_job (supervisor, call->parameters[0]);
  if (after == NULL)
    ls_call_reply (call, 204, NULL);
  else
    ls_call_reply_resource (call, ls_job_state_is_final (after->state) ? 200 : 202, ls_noun_to_json (supervisor, LS_NOUN_JOB, after));
  return TRUE;
}

const LsRoute ls_routes_jobs[] = {
  { "GET", "/v1/jobs", LS_BODY_NONE, LS_LIST_QUERY " pool", list },
  { "GET", "/v1/jobs/{id}", LS_BODY_NONE, NULL, ls_wish_get, LS_NOUN_JOB },
  { "DELETE", "/v1/jobs/{id}", LS_BODY_NONE, NULL, cancel },
  { "GET", "/v1/jobs/{id}/messages", LS_BODY_NONE, NULL, ls_wish_messages, LS_NOUN_JOB },
  { "POST", "/v1/jobs/{id}/messages", LS_BODY_JSON, NULL, ls_wish_send, LS_NOUN_JOB },
  { NULL }
};
