/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/journal.h"

#include "logs/log.h"

struct LsJournal {
  GHashTable *states;      /* "cluster web" → its last state's name */
};

LsJournal *
ls_journal_new (void)
{
  LsJournal *journal = g_new0 (LsJournal, 1);

  journal->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return journal;
}

void
ls_journal_free (LsJournal *journal)
{
  if (journal == NULL)
    return;
  g_hash_table_unref (journal->states);
  g_free (journal);
}

/* Tells a new state once. */
static void
tell (LsJournal *journal, LsChangeOp op, const char *kind, const char *name, const char *state, const char *reason, gboolean is_bad)
{
  g_autofree char *key = g_strdup_printf ("%s %s", kind, name);

  if (op == LS_CHANGE_REMOVED)
    {
      g_hash_table_remove (journal->states, key);
      ls_log (LS_LOG_INFO, "%s %s: removed", kind, name);
      return;
    }
  if (g_hash_table_lookup (journal->states, key) == state)
    return;
  if (reason != NULL)
    ls_log (is_bad ? LS_LOG_WARNING : LS_LOG_INFO, "%s %s: %s: %s", kind, name, state, reason);
  else
    ls_log (is_bad ? LS_LOG_WARNING : LS_LOG_INFO, "%s %s: %s", kind, name, state);
  g_hash_table_replace (journal->states, g_steal_pointer (&key), (gpointer) state);
}

static void
worker_changed (LsJournal *journal, LsChangeOp op, const LsWorker *worker)
{
  g_autofree char *key = ls_worker_key (worker);
  gboolean is_bad = worker->state == LS_WORKER_FAILED;

  if (op == LS_CHANGE_REMOVED)
    {
      g_autofree char *state_key = g_strdup_printf ("worker %s", key);

      g_hash_table_remove (journal->states, state_key);
      return;
    }
  if (is_bad || worker->state == LS_WORKER_READY)
    tell (journal, op, "worker", key, ls_worker_state_name (worker->state), worker->reason, is_bad);
}

/* What it does every minute is in its history; here stand only what went wrong, and pauses. */
static void
schedule_changed (LsJournal *journal, LsChangeOp op, const LsSchedule *schedule)
{
  const char *state = schedule->reason != NULL ? "failed" : schedule->spec.paused ? "paused" : "waiting";

  tell (journal, op, "schedule", schedule->name, state, schedule->reason, schedule->reason != NULL);
}

void
ls_journal_changed (LsJournal *journal, LsNoun noun, LsChangeOp op, gconstpointer resource)
{
  if (noun == LS_NOUN_CLUSTER)
    {
      const LsCluster *cluster = resource;

      tell (journal, op, "cluster", cluster->name, ls_cluster_state_name (cluster->status.state), cluster->status.reason,
            cluster->status.state == LS_CLUSTER_FAILING || cluster->status.state == LS_CLUSTER_DEGRADED);
    }
  else if (noun == LS_NOUN_POOL)
    {
      const LsPool *pool = resource;

      tell (journal, op, "pool", pool->name, ls_pool_state_name (pool->state), pool->reason, pool->state == LS_POOL_FAILING);
    }
  else if (noun == LS_NOUN_SCHEDULE)
    schedule_changed (journal, op, resource);
  else if (noun == LS_NOUN_WORKER)
    worker_changed (journal, op, resource);
}
