/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/clusters: what is wanted of each, and what it is. */
#include "service/list.h"
#include "service/nouns.h"
#include "service/problem.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

/* Makes @json the spec of the cluster that the path names, and answers with the cluster. */
static gboolean
put_spec (LsCall *call, json_t *json, const LsCluster *before, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  LsOrigin origin = before != NULL ? before->origin : LS_ORIGIN_API;
  gboolean created = before == NULL;
  const LsOperation *operation = NULL;
  LsClusterSpec spec;
  gboolean done;

  ls_cluster_spec_init (&spec);
  done = ls_cluster_spec_from_json (json, &spec, error)
         && ls_supervisor_put_cluster (supervisor, call->parameters[0], &spec, origin, &operation, error);
  ls_cluster_spec_clear (&spec);
  if (!done)
    return FALSE;
  if (created)
    ls_call_location (call, "clusters", call->parameters[0]);
  else if (operation != NULL)
    ls_call_location (call, "operations", operation->id);
  ls_wish_reply (call, created ? 201 : operation != NULL ? 202 : 200, LS_NOUN_CLUSTER, ls_supervisor_find_cluster (supervisor, call->parameters[0]));
  return TRUE;
}

static gboolean
put (LsCall *call, const LsBody *body, GError **error)
{
  const LsCluster *before = ls_supervisor_find_cluster (call->service->parts.supervisor, call->parameters[0]);

  return ls_wish_check_put (call, "cluster", before != NULL, before != NULL ? before->revision : 0, error)
         && put_spec (call, body->json, before, error);
}

static gboolean
patch (LsCall *call, const LsBody *body, GError **error)
{
  const LsCluster *cluster = ls_wish_find (call, LS_NOUN_CLUSTER, error);
  g_autoptr (json_t) spec = NULL;
  g_autoptr (json_t) merged = NULL;

  if (cluster == NULL)
    return FALSE;
  spec = ls_cluster_spec_to_json (&cluster->spec);
  merged = ls_json_merge_patch (spec, body->json);
  return put_spec (call, merged, cluster, error);
}

typedef gboolean (*Act) (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error);

static gboolean
act (LsCall *call, Act how, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  const LsOperation *operation = NULL;
  const LsCluster *after;

  if (ls_wish_find (call, LS_NOUN_CLUSTER, error) == NULL || !how (supervisor, call->parameters[0], &operation, error))
    return FALSE;
  after = ls_supervisor_find_cluster (supervisor, call->parameters[0]);
  if (operation == NULL && after == NULL)
    ls_call_reply (call, 204, NULL);
  else
    ls_call_reply_operation (call, operation, after != NULL ? ls_noun_to_json (supervisor, LS_NOUN_CLUSTER, after) : NULL);
  return TRUE;
}

static gboolean
delete (LsCall *call, const LsBody *body, GError **error)
{
  return act (call, ls_supervisor_remove_cluster, error);
}

static gboolean
reload (LsCall *call, const LsBody *body, GError **error)
{
  return act (call, ls_supervisor_reload_cluster, error);
}

static gboolean
stop (LsCall *call, const LsBody *body, GError **error)
{
  return act (call, ls_supervisor_stop_cluster, error);
}

static gboolean
start (LsCall *call, const LsBody *body, GError **error)
{
  return act (call, ls_supervisor_start_cluster, error);
}

const LsRoute ls_routes_clusters[] = {
  { "GET", "/v1/clusters", LS_BODY_NONE, LS_LIST_QUERY, ls_wish_list, LS_NOUN_CLUSTER },
  { "GET", "/v1/clusters/{name}", LS_BODY_NONE, NULL, ls_wish_get, LS_NOUN_CLUSTER },
  { "PUT", "/v1/clusters/{name}", LS_BODY_JSON, NULL, put },
  { "PATCH", "/v1/clusters/{name}", LS_BODY_JSON, NULL, patch },
  { "DELETE", "/v1/clusters/{name}", LS_BODY_NONE, NULL, delete },
  { "POST", "/v1/clusters/{name}/reload", LS_BODY_JSON_OR_NONE, NULL, reload },
  { "POST", "/v1/clusters/{name}/stop", LS_BODY_JSON_OR_NONE, NULL, stop },
  { "POST", "/v1/clusters/{name}/start", LS_BODY_JSON_OR_NONE, NULL, start },
  { NULL }
};
