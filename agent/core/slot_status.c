/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a slot says about itself: why a process failed, when it is tried again, and the noun that stands for it while none is there. */

#include "core/cluster.h"

char *
ls_slot_failure_of (LsSlot *slot, const char *ended, char **log_tail)
{
  guint lines = log_tail ? g_strv_length (log_tail) : 0;
  const char *was = g_str_has_prefix (ended, "killed") ? "was " : "";
  g_autofree char *wrote = lines > 0 ? g_strdup_printf (" and wrote “%s” last", log_tail[lines - 1]) : g_strdup ("");
  const char *when = g_str_has_prefix (ended, "could not") || g_str_has_prefix (ended, "was not") ? "" : " before it was ready";

  return g_strdup_printf ("%s.%u %s%s%s%s", slot->cluster->unit.name, slot->number, was, ended, when, wrote);
}

char *
ls_slot_failure (LsSlot *slot)
{
  return ls_slot_failure_of (slot, slot->ended ? slot->ended : "could not be started", slot->log_tail);
}

void
ls_slot_drop_vacant (LsSlot *slot)
{
  if (!slot->vacant)
    return;
  ls_cluster_tell_removed_worker (slot->cluster, slot->vacant, !slot->vacant_new);
  g_clear_pointer (&slot->vacant, ls_worker_free);
}

/* When the slot is tried again, as the end of a sentence; (transfer full). */
char *
ls_slot_outlook (const LsSlot *slot)
{
  if (slot->main)
    return g_strdup ("its replacement starts");
  if (slot->on_probation)
    return g_strdup ("tried again every 30 s");
  if (slot->wait_ms >= 1000)
    return g_strdup_printf ("tried again in %.1f s", (double) slot->wait_ms / 1000);
  return g_strdup_printf ("tried again in %" G_GINT64_FORMAT " ms", slot->wait_ms);
}

static char *
vacant_reason (LsSlot *slot)
{
  g_autofree char *outlook = ls_slot_outlook (slot);

  return g_strdup_printf ("%s; %s", slot->ended, outlook);
}

LsWorker *
ls_slot_vacant (LsSlot *slot)
{
  g_autofree char *reason = NULL;

  if (!slot->wanted || slot->main || !slot->ended)
    {
      ls_slot_drop_vacant (slot);
      return NULL;
    }
  reason = vacant_reason (slot);
  if (!slot->vacant)
    {
      slot->vacant = ls_worker_new (slot->cluster->unit.name, slot->number);
      slot->vacant->state = LS_WORKER_FAILED;
      slot->vacant->ready_ms = -1;
      slot->vacant_new = TRUE;
    }
  if (g_strcmp0 (slot->vacant->reason, reason) != 0 || slot->vacant->last_exit.at != slot->last_exit.at)
    {
      g_free (slot->vacant->reason);
      slot->vacant->reason = g_steal_pointer (&reason);
      slot->vacant->generation = slot->program->generation;
      slot->vacant->last_exit = slot->last_exit;
      g_strfreev (slot->vacant->log_tail);
      slot->vacant->log_tail = g_strdupv (slot->log_tail);
      slot->vacant_dirty = TRUE;
    }
  return slot->vacant;
}
