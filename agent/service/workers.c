/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/workers: one process each. While a slot is reloaded the list has two of an id; an action says by "instance" which it means. */
#include "service/list.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

#include <string.h>

static gboolean
is_of_cluster (gconstpointer resource, gconstpointer user)
{
  return strcmp (((const LsWorker *) resource)->cluster, user) == 0;
}

static gboolean
list (LsCall *call, const LsBody *body, GError **error)
{
  const char *cluster = ls_call_query (call, "cluster");

  return ls_list_reply (call, LS_NOUN_WORKER, cluster != NULL ? is_of_cluster : NULL, cluster, error);
}

typedef gboolean (*Act) (LsSupervisor *supervisor, const char *id, const LsInstance *instance, const LsOperation **ret_operation,
                         GError **error);

static gboolean
act (LsCall *call, const LsBody *body, Act how, GError **error)
{
  static const char *const members[] = { "instance", NULL };
  LsSupervisor *supervisor = call->service->parts.supervisor;
  const LsOperation *operation = NULL;
  const LsWorker *after;
  LsInstance instance;
  gboolean given;

  if ((body->json != NULL && !ls_json_only_members (body->json, members, "this action", error))
      || !ls_call_body_instance (body, &instance, &given, error) || ls_wish_find (call, LS_NOUN_WORKER, error) == NULL
      || !how (supervisor, call->parameters[0], given ? &instance : NULL, &operation, error))
    return FALSE;
  after = ls_supervisor_find_worker (supervisor, call->parameters[0]);
  ls_call_reply_operation (call, operation, after != NULL ? ls_noun_to_json (supervisor, LS_NOUN_WORKER, after) : NULL);
  return TRUE;
}

static gboolean
restart (LsCall *call, const LsBody *body, GError **error)
{
  return act (call, body, ls_supervisor_restart_worker, error);
}

static gboolean
drain (LsCall *call, const LsBody *body, GError **error)
{
  return act (call, body, ls_supervisor_drain_worker, error);
}

const LsRoute ls_routes_workers[] = {
  { "GET", "/v1/workers", LS_BODY_NONE, LS_LIST_QUERY " cluster", list },
  { "GET", "/v1/workers/{id}", LS_BODY_NONE, NULL, ls_wish_get, LS_NOUN_WORKER },
  { "POST", "/v1/workers/{id}/restart", LS_BODY_JSON_OR_NONE, NULL, restart },
  { "POST", "/v1/workers/{id}/drain", LS_BODY_JSON_OR_NONE, NULL, drain },
  { "POST", "/v1/workers/{id}/signal", LS_BODY_JSON, NULL, ls_wish_signal, LS_NOUN_WORKER },
  { "GET", "/v1/workers/{id}/messages", LS_BODY_NONE, NULL, ls_wish_messages, LS_NOUN_WORKER },
  { "POST", "/v1/workers/{id}/messages", LS_BODY_JSON, NULL, ls_wish_send, LS_NOUN_WORKER },
  { NULL }
};
