/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A cluster as a unit: what happens to its children, and what it shows. */

#include "base/error.h"
#include "base/text.h"
#include "core/cluster.h"

#include <string.h>

static LsClusterUnit *
cluster_of (LsUnit *unit)
{
  return (LsClusterUnit *) unit;
}

/* --- happenings --- */

static void
cluster_notify (LsUnit *unit, LsInstance instance, LsNotifyKind kind, const char *text)
{
  LsClusterUnit *cluster = cluster_of (unit);
  LsProcess *process = g_hash_table_lookup (cluster->processes, &instance);

  if (!process)
    return;
  if (kind == LS_NOTIFY_READY)
    ls_slot_process_ready (process->slot, process);
  else if (kind == LS_NOTIFY_STOPPING)
    ls_process_stopping (process);
  else if (kind == LS_NOTIFY_STATUS)
    ls_process_status_text (process, text);
  ls_cluster_settle (cluster);
}

static void
cluster_message (LsUnit *unit, LsInstance instance, json_t *message)
{
  LsProcess *process = g_hash_table_lookup (cluster_of (unit)->processes, &instance);

  if (process && !ls_message_is_internal (message))
    ls_supervisor_user_message (unit->supervisor, LS_NOUN_WORKER, process->worker->id, message);
}

static void
cluster_exited (LsUnit *unit, LsInstance instance, const LsExit *how)
{
  LsClusterUnit *cluster = cluster_of (unit);
  LsProcess *process = g_hash_table_lookup (cluster->processes, &instance);

  g_return_if_fail (process != NULL);
  ls_slot_process_ended (process->slot, process, how);
  ls_cluster_settle (cluster);
}

static void
cluster_shut_down (LsUnit *unit)
{
  LsClusterUnit *cluster = cluster_of (unit);

  while (cluster->rolls->len > 0)
    ls_roll_abandon (cluster->rolls->pdata[0], "the agent is stopping");
  ls_cluster_want (cluster, 0);
  cluster->stopped = TRUE;
  ls_goals_fail (cluster, "the agent is stopping");
  ls_cluster_settle (cluster);
}

static void
cluster_kill (LsUnit *unit)
{
  LsClusterUnit *cluster = cluster_of (unit);
  GHashTableIter iter;
  gpointer process;

  g_hash_table_iter_init (&iter, cluster->processes);
  while (g_hash_table_iter_next (&iter, NULL, &process))
    ls_process_kill (process);
}

static guint
cluster_children (LsUnit *unit)
{
  return g_hash_table_size (cluster_of (unit)->processes);
}

static void
cluster_free (LsUnit *unit)
{
  LsClusterUnit *cluster = cluster_of (unit);
  const LsPorts *ports = ls_supervisor_ports (unit->supervisor);

  ls_timers_disarm (ls_supervisor_timers (unit->supervisor), &cluster->probe);
  ls_timers_disarm (ls_supervisor_timers (unit->supervisor), &cluster->breath);
  g_ptr_array_unref (cluster->rolls);
  g_ptr_array_unref (cluster->goals);
  g_ptr_array_unref (cluster->slots);
  g_hash_table_unref (cluster->processes);
  ls_program_unref (cluster->program);
  g_ptr_array_unref (cluster->groups);
  g_ptr_array_unref (cluster->addresses);
  if (cluster->board)
    ports->scoreboards.destroy (ports->scoreboards.self, cluster->board);
  ls_cluster_free (cluster->noun);
  g_free (cluster->row_taken);
  g_free (cluster->failing);
  g_free (cluster->note);
  g_free (unit->name);
  g_free (cluster);
}

/* --- what it shows --- */

typedef struct {
  void (*each) (void *user, gconstpointer resource);
  void *user;
} Walk;

static void
show_process (LsProcess *process, void *user)
{
  Walk *walk = user;

  walk->each (walk->user, process->worker);
}

static void
cluster_foreach (LsUnit *unit, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user)
{
  LsClusterUnit *cluster = cluster_of (unit);
  Walk walk = { each, user };

  if (noun == LS_NOUN_CLUSTER)
    each (user, cluster->noun);
  for (guint i = 0; noun == LS_NOUN_WORKER && i < cluster->slots->len; i++)
    {
      LsSlot *slot = cluster->slots->pdata[i];

      ls_slot_foreach_process (slot, show_process, &walk);
      if (slot->vacant)
        each (user, slot->vacant);
    }
}

/* "web.3" and nothing that only resembles it ("web.03"). */
static LsSlot *
slot_of_id (LsClusterUnit *cluster, const char *id)
{
  const char *dot = strrchr (id, '.');
  guint64 number = 0;

  if (!dot || dot[1] == '0' || !ls_parse_uint (dot + 1, "slot", 1, G_MAXUINT32, &number, NULL))
    return NULL;
  return ls_cluster_slot (cluster, (guint) number);
}

static const LsWorker *
newest_worker (const LsSlot *slot)
{
  LsProcess *process = ls_slot_newest (slot);

  /* A vacant slot is newer than what still drains in it. */
  if (slot->vacant)
    return slot->vacant;
  return process ? process->worker : NULL;
}

static gconstpointer
cluster_find (LsUnit *unit, LsNoun noun, const char *id)
{
  LsSlot *slot;

  if (noun == LS_NOUN_CLUSTER)
    return cluster_of (unit)->noun;
  slot = noun == LS_NOUN_WORKER ? slot_of_id (cluster_of (unit), id) : NULL;
  return slot ? newest_worker (slot) : NULL;
}

/* --- a process by its name and, perhaps, instance --- */

typedef struct {
  LsInstance instance;
  LsProcess *found;
} Search;

static void
search_instance (LsProcess *process, void *user)
{
  Search *search = user;

  if (ls_instance_equal (process->worker->instance, search->instance))
    search->found = process;
}

static void
say_mismatch (LsSlot *slot, const char *id, LsInstance named, GError **error)
{
  LsProcess *process = slot->main ? slot->main : ls_slot_newest (slot);
  g_autofree char *other = ls_instance_to_text (named);
  g_autofree char *now = process ? ls_instance_to_text (process->worker->instance) : NULL;

  if (now)
    g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "%s is %s now, not %s any more: look again before you act", id, now, other);
  else
    g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "%s has no process now, %s has ended: look again before you act", id, other);
}

/* The process that @id and @instance name; NULL with an error. @instance NULL: the one that serves or starts, NULL without an error if the slot has
 * none now. */
LsProcess *
ls_cluster_named_process (LsClusterUnit *cluster, const char *id, const LsInstance *instance, LsSlot **ret_slot, GError **error)
{
  LsSlot *slot = slot_of_id (cluster, id);
  Search search = { 0 };

  if (!slot)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no worker %s: %s has %u", id, cluster->unit.name, cluster->wanted);
      return NULL;
    }
  *ret_slot = slot;
  if (!instance)
    return slot->main ? slot->main : ls_slot_newest (slot);
  search.instance = *instance;
  ls_slot_foreach_process (slot, search_instance, &search);
  if (!search.found)
    say_mismatch (slot, id, *instance, error);
  return search.found;
}

static LsProcess *
living_process (LsUnit *unit, const char *id, const LsInstance *instance, GError **error)
{
  g_autoptr (GError) local = NULL;
  LsSlot *slot = NULL;
  LsProcess *process = ls_cluster_named_process (cluster_of (unit), id, instance, &slot, &local);

  if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (!process)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s has no process now: it waits to be started again", id);
  return process;
}

static gboolean
cluster_signal (LsUnit *unit, const char *id, const LsInstance *instance, int signal_number, GError **error)
{
  const LsSpawner *spawner = &ls_supervisor_ports (unit->supervisor)->spawner;
  LsProcess *process = living_process (unit, id, instance, error);

  return process && spawner->signal (spawner->self, process->worker->instance, signal_number, FALSE, error);
}

static gboolean
cluster_send (LsUnit *unit, const char *id, const LsInstance *instance, json_t *message, GError **error)
{
  const LsSpawner *spawner = &ls_supervisor_ports (unit->supervisor)->spawner;
  LsProcess *process = living_process (unit, id, instance, error);

  return process && spawner->send (spawner->self, process->worker->instance, message, error);
}

const LsUnitClass ls_cluster_class = {
  .notify = cluster_notify,
  .message = cluster_message,
  .exited = cluster_exited,
  .shut_down = cluster_shut_down,
  .kill = cluster_kill,
  .children = cluster_children,
  .free = cluster_free,
  .foreach = cluster_foreach,
  .find = cluster_find,
  .signal = cluster_signal,
  .send = cluster_send,
};
