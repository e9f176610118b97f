/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Wishes that concern one worker, and what sampling asks about workers. */

#include "base/error.h"
#include "core/cluster.h"

#include <string.h>

static LsClusterUnit *
cluster_of_worker (LsSupervisor *supervisor, const char *id, GError **error)
{
  const char *dot = strrchr (id, '.');
  g_autofree char *name = dot ? g_strndup (id, (gsize) (dot - id)) : NULL;
  LsUnit *unit = name ? ls_supervisor_find_unit (supervisor, LS_NOUN_CLUSTER, name) : NULL;

  if (ls_supervisor_refuse_when_stopping (supervisor, error))
    return NULL;
  if (!unit)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no worker %s", id);
  return (LsClusterUnit *) unit;
}

/* A slot that is wanted, whose process is the one that was named and not on its way out. */
static LsSlot *
slot_to_act_on (LsClusterUnit *cluster, const char *id, const LsInstance *instance, GError **error)
{
  g_autoptr (GError) local = NULL;
  LsSlot *slot = NULL;
  LsProcess *process = ls_cluster_named_process (cluster, id, instance, &slot, &local);

  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (!slot->wanted || (process && process->drain != LS_DRAIN_NONE))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is draining already", id);
      return NULL;
    }
  return ls_roll_refuse_another (slot->roll, error) ? NULL : slot;
}

gboolean
ls_supervisor_restart_worker (LsSupervisor *supervisor, const char *id, const LsInstance *instance, const LsOperation **ret_operation, GError **error)
{
  LsClusterUnit *cluster = cluster_of_worker (supervisor, id, error);
  const LsOperation *operation;
  LsSlot *slot;

  if (ret_operation)
    *ret_operation = NULL;
  if (!cluster || ls_roll_refuse_another (ls_cluster_reload_of (cluster), error) || !(slot = slot_to_act_on (cluster, id, instance, error)))
    return FALSE;
  ls_supervisor_enter (supervisor);
  operation = ls_roll_operation (ls_roll_new (cluster, NULL, slot));
  if (ret_operation)
    *ret_operation = operation;
  ls_cluster_settle (cluster);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_drain_worker (LsSupervisor *supervisor, const char *id, const LsInstance *instance, const LsOperation **ret_operation, GError **error)
{
  LsClusterUnit *cluster = cluster_of_worker (supervisor, id, error);
  LsRange *workers;
  const LsOperation *operation;
  LsSlot *slot;

  if (ret_operation)
    *ret_operation = NULL;
  if (!cluster || !(slot = slot_to_act_on (cluster, id, instance, error)))
    return FALSE;
  if (cluster->wanted == 1)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is the last worker of %s: stop the cluster instead", id, cluster->unit.name);
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  workers = &cluster->noun->spec.workers;
  workers->max = workers->min == workers->max ? cluster->wanted - 1 : workers->max;
  workers->min = MIN (workers->min, cluster->wanted - 1);
  ls_cluster_unwant_slot (cluster, slot);
  ls_autoscale_reset (&cluster->autoscale);
  operation = ls_goal_begin (cluster, "drain", id, cluster->wanted + 1);
  if (ret_operation)
    *ret_operation = operation;
  ls_cluster_settle (cluster);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

/* --- what sampling asks --- */

LsScoreboard *
ls_supervisor_cluster_scoreboard (LsSupervisor *supervisor, const char *name)
{
  LsClusterUnit *cluster = (LsClusterUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_CLUSTER, name);

  return cluster ? cluster->board : NULL;
}

int
ls_supervisor_worker_row (LsSupervisor *supervisor, const LsWorker *worker)
{
  LsClusterUnit *cluster = (LsClusterUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_CLUSTER, worker->cluster);
  LsProcess *process = cluster ? g_hash_table_lookup (cluster->processes, &worker->instance) : NULL;

  return process ? (int) process->row : -1;
}

const char *const *
ls_supervisor_cluster_addresses (LsSupervisor *supervisor, const char *name)
{
  LsClusterUnit *cluster = (LsClusterUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_CLUSTER, name);

  return cluster ? ls_cluster_addresses (cluster) : NULL;
}
