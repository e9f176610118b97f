/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a cluster shows, and telling it: each resource that changed once a settling, whatever happened to it in between. */

#include "core/cluster.h"

static LsOperation *
operation_of (LsClusterUnit *cluster)
{
  LsRoll *reload = ls_cluster_reload_of (cluster);
  LsOperation *operation = ls_goals_operation (cluster);

  if (reload)
    return ls_roll_operation (reload);
  if (!operation && cluster->rolls->len > 0)
    operation = ls_roll_operation (cluster->rolls->pdata[0]);
  return operation;
}

static void
count_process (LsProcess *process, void *user)
{
  LsClusterStatus *status = user;

  status->starting += process->worker->state == LS_WORKER_STARTING;
  status->ready += process->worker->state == LS_WORKER_READY;
  status->draining += process->worker->state == LS_WORKER_DRAINING;
}

static guint
ready_slots (LsClusterUnit *cluster)
{
  guint n = 0;

  for (guint i = 0; i < cluster->slots->len; i++)
    n += ls_slot_is_ready (cluster->slots->pdata[i]);
  return n;
}

static LsClusterState
state_of (LsClusterUnit *cluster)
{
  if (cluster->wanted == 0)
    return cluster->slots->len > 0 ? LS_CLUSTER_SCALING : LS_CLUSTER_STOPPED;
  if (cluster->failing)
    return LS_CLUSTER_FAILING;
  if (ls_cluster_reload_of (cluster))
    return LS_CLUSTER_RELOADING;
  if (cluster->goals->len > 0)
    return LS_CLUSTER_SCALING;
  return ready_slots (cluster) < cluster->wanted ? LS_CLUSTER_DEGRADED : LS_CLUSTER_READY;
}

/* Why a slot does not serve, as a sentence; NULL if it does, or only starts for the first time. */
static char *
complaint (LsSlot *slot)
{
  LsProcess *process = slot->main;
  const char *name = slot->cluster->unit.name;
  const char *ended = process ? process->replaces : slot->ended;

  if (process && process->leaving_by_itself)
    return g_strdup_printf ("%s.%u stops by itself and will be replaced", name, slot->number);
  if (ended)
    {
      const char *was = g_str_has_prefix (ended, "killed") ? "was " : "";
      g_autofree char *outlook = ls_slot_outlook (slot);

      return g_strdup_printf ("%s.%u %s%s; %s", name, slot->number, was, ended, outlook);
    }
  return NULL;
}

static char *
reason_of (LsClusterUnit *cluster, LsClusterState state)
{
  if (state == LS_CLUSTER_FAILING)
    return g_strdup (cluster->failing);
  for (guint i = 0; i < cluster->slots->len; i++)
    {
      LsSlot *slot = cluster->slots->pdata[i];
      char *reason = slot->wanted && !ls_slot_is_ready (slot) ? complaint (slot) : NULL;

      if (reason)
        return reason;
    }
  return state == LS_CLUSTER_READY ? g_strdup (cluster->note) : NULL;
}

static gboolean
same_status (const LsClusterStatus *a, const LsClusterStatus *b)
{
  return a->state == b->state && g_strcmp0 (a->reason, b->reason) == 0 && a->wanted == b->wanted && a->ready == b->ready
         && a->starting == b->starting && a->draining == b->draining && a->generation == b->generation && a->restarts == b->restarts
         && g_strcmp0 (a->operation, b->operation) == 0;
}

static void
status_clear (LsClusterStatus *status)
{
  g_free (status->reason);
  g_free (status->operation);
}

/* TRUE: it is another than before. */
static gboolean
update_status (LsClusterUnit *cluster)
{
  LsClusterStatus *shown = &cluster->noun->status;
  LsClusterStatus status = { .state = state_of (cluster), .wanted = cluster->wanted, .restarts = shown->restarts, .since_at = shown->since_at };
  LsOperation *operation = operation_of (cluster);

  for (guint i = 0; i < cluster->slots->len; i++)
    ls_slot_foreach_process (cluster->slots->pdata[i], count_process, &status);
  status.reason = reason_of (cluster, status.state);
  status.generation = cluster->program ? cluster->program->generation : cluster->generation;
  status.operation = operation ? g_strdup (operation->id) : NULL;
  if (status.state != shown->state || status.since_at == 0)
    status.since_at = ls_supervisor_wall_ms (cluster->unit.supervisor);
  if (same_status (&status, shown))
    {
      status_clear (&status);
      return FALSE;
    }
  status_clear (shown);
  *shown = status;
  return TRUE;
}

static void
tell_worker (LsClusterUnit *cluster, LsWorker *worker, gboolean announced)
{
  worker->revision = ls_supervisor_next_revision (cluster->unit.supervisor);
  ls_supervisor_changed (cluster->unit.supervisor, LS_NOUN_WORKER, announced ? LS_CHANGE_CHANGED : LS_CHANGE_ADDED, worker);
}

static void
tell_process (LsProcess *process, void *user)
{
  if (process->announced && !process->dirty)
    return;
  tell_worker (process->slot->cluster, process->worker, process->announced);
  process->announced = TRUE;
  process->dirty = FALSE;
}

static void
tell_slot (LsSlot *slot)
{
  LsWorker *vacant = ls_slot_vacant (slot);

  if (vacant && slot->vacant_dirty)
    {
      tell_worker (slot->cluster, vacant, !slot->vacant_new);
      slot->vacant_new = slot->vacant_dirty = FALSE;
    }
  ls_slot_foreach_process (slot, tell_process, NULL);
}

void
ls_cluster_tell (LsClusterUnit *cluster)
{
  if (update_status (cluster) || cluster->dirty || !cluster->announced)
    {
      cluster->noun->revision = ls_supervisor_next_revision (cluster->unit.supervisor);
      ls_supervisor_changed (cluster->unit.supervisor, LS_NOUN_CLUSTER, cluster->announced ? LS_CHANGE_CHANGED : LS_CHANGE_ADDED, cluster->noun);
      cluster->announced = TRUE;
      cluster->dirty = FALSE;
    }
  for (guint i = 0; i < cluster->slots->len; i++)
    tell_slot (cluster->slots->pdata[i]);
}

void
ls_cluster_tell_removed_worker (LsClusterUnit *cluster, LsWorker *worker, gboolean announced)
{
  if (!announced)
    return;
  worker->revision = ls_supervisor_next_revision (cluster->unit.supervisor);
  ls_supervisor_changed (cluster->unit.supervisor, LS_NOUN_WORKER, LS_CHANGE_REMOVED, worker);
}
