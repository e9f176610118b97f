/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting for what was asked: a change is accepted at once, and done a little later. */

#include "cli/cli.h"

#include "base/error.h"

#include <string.h>

#define FIRST_PAUSE_MS 20
#define LAST_PAUSE_MS 200
#define HEALTH_EVERY 5      /* looks at the operation for one at the cluster's health */

/* A cluster whose workers die before they are ready never finishes by itself: whoever waits is told why. */
static gboolean
check_not_failing (LsCli *cli, const char *target, GError **error)
{
  g_autofree char *name = g_strndup (target, strcspn (target, "."));
  g_autofree char *path = ls_target_path (LS_TARGET_NAME, name, "clusters", NULL);
  g_autoptr (json_t) json = ls_cli_call (cli, "GET", path, NULL, NULL);
  g_autoptr (LsCluster) cluster = json ? ls_cluster_from_json (json, NULL) : NULL;
  if (!cluster || cluster->status.state != LS_CLUSTER_FAILING)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "%s is failing: %s; the agent goes on trying", name,
               cluster->status.reason ? cluster->status.reason : "its workers end before they are ready");
  return FALSE;
}

gboolean
ls_cli_wait_operation (LsCli *cli, const char *id, GError **error)
{
  g_autofree char *path = g_strconcat ("/v1/operations/", id, NULL);
  guint pause = FIRST_PAUSE_MS;
  for (guint looks = 1;; looks++)
    {
      g_autoptr (json_t) json = ls_cli_call (cli, "GET", path, NULL, error);
      g_autoptr (LsOperation) operation = json ? ls_operation_from_json (json, error) : NULL;
      if (!operation)
        return FALSE;
      if (operation->state == LS_OPERATION_FAILED)
        {
          g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "%s of %s failed: %s", operation->verb, operation->target,
                       operation->reason ? operation->reason : "the agent gives no reason");
          return FALSE;
        }
      if (operation->state == LS_OPERATION_DONE)
        return TRUE;
      ls_cli_progress (cli, "%s of %s: %u of %u …", operation->verb, operation->target, operation->done, operation->total);
      if ((looks % HEALTH_EVERY == 0 && !check_not_failing (cli, operation->target, error)) || !ls_cli_pause (cli, pause, error))
        return FALSE;
      pause = MIN (pause * 2, LAST_PAUSE_MS);
    }
}

/* TRUE when it is still on its way; an error when it went wrong. */
static gboolean
cluster_moves (LsCli *cli, json_t *json, gboolean *ret_moves, GError **error)
{
  g_autoptr (LsCluster) cluster = ls_cluster_from_json (json, error);
  if (!cluster)
    return FALSE;
  const LsClusterStatus *status = &cluster->status;
  if (status->state == LS_CLUSTER_FAILING)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "%s is failing: %s; the agent goes on trying", cluster->name,
                   status->reason ? status->reason : "its workers end before they are ready");
      return FALSE;
    }
  *ret_moves = status->operation != NULL || status->state == LS_CLUSTER_SCALING || status->state == LS_CLUSTER_RELOADING || status->starting > 0;
  ls_cli_progress (cli, "%s: %u of %u ready …", cluster->name, status->ready, status->wanted);
  return TRUE;
}

static gboolean
pool_moves (LsCli *cli, json_t *json, gboolean *ret_moves, GError **error)
{
  g_autoptr (LsPool) pool = ls_pool_from_json (json, error);
  if (!pool)
    return FALSE;
  if (pool->state == LS_POOL_FAILING)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "%s is failing: %s; the agent goes on trying", pool->name,
                   pool->reason ? pool->reason : "its process ends before it is ready");
      return FALSE;
    }
  guint threads = pool->threads->len;
  gboolean counts = threads < pool->spec.threads.min || threads > pool->spec.threads.max;
  *ret_moves = pool->state != LS_POOL_STOPPED && (pool->state != LS_POOL_READY || counts);
  ls_cli_progress (cli, "%s: %u threads …", pool->name, threads);
  return TRUE;
}

static gboolean
moves (LsCli *cli, json_t *resource, gboolean *ret_moves, GError **error)
{
  *ret_moves = FALSE;
  if (g_str_equal (ls_cli_kind (resource), "cluster"))
    return cluster_moves (cli, resource, ret_moves, error);
  if (g_str_equal (ls_cli_kind (resource), "pool"))
    return pool_moves (cli, resource, ret_moves, error);
  return TRUE;
}

/* Looks again until it rests or is gone. */
static gboolean
wait_for_rest (LsCli *cli, const char *path, json_t **ret_after, GError **error)
{
  for (guint pause = FIRST_PAUSE_MS;; pause = MIN (pause * 2, LAST_PAUSE_MS))
    {
      g_autoptr (GError) why = NULL;
      g_autoptr (json_t) resource = ls_cli_call (cli, "GET", path, NULL, &why);
      gboolean moving;
      if (g_error_matches (why, LS_ERROR, LS_ERROR_UNKNOWN))
        return TRUE;
      if (!resource)
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }
      if (!moves (cli, resource, &moving, error))
        return FALSE;
      if (!moving)
        {
          *ret_after = g_steal_pointer (&resource);
          return TRUE;
        }
      if (!ls_cli_pause (cli, pause, error))
        return FALSE;
    }
}

gboolean
ls_cli_settle (LsCli *cli, const char *path, json_t *resource, json_t **ret_after, GError **error)
{
  *ret_after = NULL;
  if (!cli->wait)
    {
      *ret_after = json_incref (resource);
      return TRUE;
    }
  const char *operation = g_str_equal (ls_cli_kind (resource), "operation")
                            ? json_string_value (json_object_get (resource, "id"))
                            : json_string_value (json_object_get (json_object_get (resource, "status"), "operation"));
  if (operation && !ls_cli_wait_operation (cli, operation, error))
    return FALSE;
  return wait_for_rest (cli, path, ret_after, error);
}
