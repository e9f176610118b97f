/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/cluster.h"

#include "model/codec.h"

static const char *const state_names[] = { "ready", "scaling", "reloading", "degraded", "failing", "stopped", NULL };
const char *const ls_origin_names[] = { "config", "api", NULL };

const char *
ls_cluster_state_name (LsClusterState state)
{
  return state_names[state];
}

LsCluster *
ls_cluster_new (const char *name)
{
  LsCluster *cluster = g_new0 (LsCluster, 1);
  cluster->name = g_strdup (name);
  cluster->origin = LS_ORIGIN_API;
  ls_cluster_spec_init (&cluster->spec);
  cluster->status.state = LS_CLUSTER_STOPPED;
  return cluster;
}

void
ls_cluster_free (LsCluster *cluster)
{
  if (!cluster)
    return;
  g_free (cluster->name);
  ls_cluster_spec_clear (&cluster->spec);
  g_free (cluster->status.reason);
  g_free (cluster->status.operation);
  g_strfreev (cluster->status.addresses);
  g_free (cluster);
}

static json_t *
status_to_json (const LsClusterStatus *status)
{
  json_t *json = json_pack ("{s:s,s:o,s:o,s:i,s:i,s:i,s:i,s:i,s:i,s:o}",
                            "state", state_names[status->state],
                            "reason", ls_json_string_or_null (status->reason),
                            "since_at", ls_json_int_or_null (status->since_at),
                            "wanted", (int) status->wanted,
                            "ready", (int) status->ready,
                            "starting", (int) status->starting,
                            "draining", (int) status->draining,
                            "generation", (int) status->generation,
                            "restarts", (int) status->restarts,
                            "operation", ls_json_string_or_null (status->operation));
  if (status->addresses)
    json_object_set_new (json, "addresses", ls_json_strv (status->addresses));
  return json;
}

json_t *
ls_cluster_to_json (const LsCluster *cluster)
{
  return json_pack ("{s:s,s:o,s:o,s:s,s:o,s:o}",
                    "kind", "cluster",
                    "name", ls_json_string_or_null (cluster->name),
                    "revision", ls_codec_count (cluster->revision),
                    "origin", ls_origin_names[cluster->origin],
                    "spec", ls_cluster_spec_to_json (&cluster->spec),
                    "status", status_to_json (&cluster->status));
}

static gboolean
read_status (json_t *json, LsClusterStatus *status, GError **error)
{
  int state = status->state;
  if (!ls_json_expect_object (json, "the status of a cluster", error) || !ls_codec_get_word (json, "state", state_names, &state, error) ||
      !ls_json_get_string (json, "reason", &status->reason, error) || !ls_codec_get_time (json, "since_at", &status->since_at, error) ||
      !ls_codec_get_guint (json, "wanted", &status->wanted, error) || !ls_codec_get_guint (json, "ready", &status->ready, error) ||
      !ls_codec_get_guint (json, "starting", &status->starting, error) || !ls_codec_get_guint (json, "draining", &status->draining, error) ||
      !ls_codec_get_guint (json, "generation", &status->generation, error) || !ls_codec_get_guint (json, "restarts", &status->restarts, error) ||
      !ls_json_get_string (json, "operation", &status->operation, error) || !ls_json_get_strv (json, "addresses", &status->addresses, error))
    return FALSE;
  status->state = (LsClusterState) state;
  return TRUE;
}

LsCluster *
ls_cluster_from_json (json_t *json, GError **error)
{
  g_autoptr (LsCluster) cluster = ls_cluster_new (NULL);
  int origin = cluster->origin;
  if (!ls_codec_require_string (json, "name", "a cluster", &cluster->name, error) || !ls_codec_get_count (json, "revision", &cluster->revision, error) ||
      !ls_codec_get_word (json, "origin", ls_origin_names, &origin, error) ||
      !ls_cluster_spec_read (json_object_get (json, "spec"), FALSE, &cluster->spec, error) ||
      !read_status (json_object_get (json, "status"), &cluster->status, error))
    return NULL;
  cluster->origin = (LsOrigin) origin;
  return g_steal_pointer (&cluster);
}
