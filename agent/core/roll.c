/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A roll: start the new process of a slot beside the old, wait until it is ready, steer over, drain the old, go on to the next slot.
 *
 * Until the first new process has become ready, whatever else has to be started (a crashed worker, a new slot) starts the program from before;
 * and when a new process does not become ready, the roll stops and the cluster goes on with the program from before. */

#include "base/error.h"
#include "core/cluster.h"

struct LsRoll {
  LsClusterUnit *cluster;
  LsOperation *operation;
  LsProgram *program;      /* a reload's; NULL: the slot's own */
  LsProgram *before;       /* what the cluster goes back to */
  guint only;              /* a restart's slot; 0: all */
  LsSlot *slot;            /* at work, or a restart's */
  gboolean begun;          /* in slot */
  LsProcess *process;      /* waited for to be ready */
  LsProcess *old;          /* waited for to end */
  guint done;
};

static void
take_slot (LsRoll *roll, LsSlot *slot)
{
  roll->slot = slot;
  slot->roll = roll;
}

static void
let_go_of_slot (LsRoll *roll)
{
  if (roll->slot)
    roll->slot->roll = NULL;
  roll->slot = NULL;
  roll->process = roll->old = NULL;
  roll->begun = FALSE;
}

LsRoll *
ls_roll_new (LsClusterUnit *cluster, LsProgram *program, LsSlot *only)
{
  LsRoll *roll = g_new0 (LsRoll, 1);
  g_autofree char *target = only ? g_strdup_printf ("%s.%u", cluster->unit.name, only->number) : g_strdup (cluster->unit.name);

  roll->cluster = cluster;
  roll->only = only ? only->number : 0;
  roll->program = program ? ls_program_ref (program) : NULL;
  roll->before = cluster->program ? ls_program_ref (cluster->program) : NULL;
  roll->operation = ls_supervisor_begin_operation (cluster->unit.supervisor, only ? "restart" : "reload", target, only ? 1 : cluster->wanted);
  g_clear_pointer (&cluster->note, g_free);
  if (only)
    take_slot (roll, only);
  g_ptr_array_add (cluster->rolls, roll);
  return roll;
}

void
ls_roll_free (LsRoll *roll)
{
  if (!roll)
    return;
  ls_program_unref (roll->program);
  ls_program_unref (roll->before);
  g_free (roll);
}

LsOperation *
ls_roll_operation (const LsRoll *roll)
{
  return roll->operation;
}

gboolean
ls_roll_is_reload (const LsRoll *roll)
{
  return roll->only == 0;
}

LsRoll *
ls_cluster_reload_of (LsClusterUnit *cluster)
{
  for (guint i = 0; i < cluster->rolls->len; i++)
    if (ls_roll_is_reload (cluster->rolls->pdata[i]))
      return cluster->rolls->pdata[i];
  return NULL;
}

gboolean
ls_roll_refuse_another (LsRoll *roll, GError **error)
{
  if (!roll)
    return FALSE;
  g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is %s %s: wait until it has ended", roll->operation->id,
               roll->only ? "restarting" : "reloading", roll->operation->target);
  return TRUE;
}

/* --- the end --- */

static void
end (LsRoll *roll, const char *failure)
{
  LsClusterUnit *cluster = roll->cluster;

  let_go_of_slot (roll);
  ls_supervisor_end_operation (cluster->unit.supervisor, roll->operation, failure);
  cluster->unsettled = TRUE;
  g_ptr_array_remove (cluster->rolls, roll);      /* frees it */
}

void
ls_roll_abandon (LsRoll *roll, const char *reason)
{
  end (roll, reason);
}

LsProgram *
ls_roll_before (const LsRoll *roll)
{
  return roll->before;
}

void
ls_roll_take_back (LsRoll *roll)
{
  g_autofree char *reason = g_strdup_printf ("taken back: %s was told to run what it ran before", roll->cluster->unit.name);

  if (roll->slot)
    ls_slot_drop_next (roll->slot);
  ls_cluster_set_program (roll->cluster, roll->before);
  end (roll, reason);
}

/* The spec shows again what runs. The number of workers and the time-outs stay as they were asked. */
static void
go_back (LsRoll *roll)
{
  LsClusterUnit *cluster = roll->cluster;
  LsClusterSpec *spec = &cluster->noun->spec, asked = *spec;

  ls_cluster_set_program (cluster, roll->before);
  ls_cluster_spec_init (spec);
  ls_cluster_spec_copy (spec, &roll->before->spec);
  spec->workers = asked.workers;
  spec->start_timeout_ms = asked.start_timeout_ms;
  spec->stop_timeout_ms = asked.stop_timeout_ms;
  ls_cluster_spec_clear (&asked);
  cluster->dirty = TRUE;
}

static void
fail (LsRoll *roll, const char *failure)
{
  LsClusterUnit *cluster = roll->cluster;
  g_autofree char *reason = NULL;

  if (roll->only)
    reason = g_strdup_printf ("the new %s%s", failure, roll->slot && roll->slot->main ? "; the one from before goes on" : "");
  else if (roll->done == 0)
    reason = g_strdup_printf ("the new %s; the reload was stopped, the workers from before go on", failure);
  else
    reason = g_strdup_printf ("the new %s; the reload was stopped after %u of %u workers, the others go on as before",
                              failure, roll->done, roll->operation->total);
  if (!roll->only)
    go_back (roll);
  g_free (cluster->note);
  cluster->note = g_strdup (reason);
  cluster->dirty = TRUE;
  end (roll, reason);
}

/* --- from slot to slot --- */

static gboolean
is_to_do (const LsRoll *roll, const LsSlot *slot)
{
  if (!slot->wanted)
    return FALSE;
  if (roll->only)
    return slot->number == roll->only && roll->done == 0;
  return (slot->main ? slot->main->program : slot->program) != roll->program;
}

static guint
count_to_do (const LsRoll *roll)
{
  guint n = 0;

  for (guint i = 0; i < roll->cluster->slots->len; i++)
    n += is_to_do (roll, roll->cluster->slots->pdata[i]);
  return n;
}

static LsSlot *
next_slot (const LsRoll *roll)
{
  for (guint i = 0; i < roll->cluster->slots->len; i++)
    {
      LsSlot *slot = roll->cluster->slots->pdata[i];

      if (is_to_do (roll, slot) && (!slot->roll || slot->roll == roll))
        return slot;
    }
  return NULL;
}

static void
start_in_slot (LsRoll *roll, LsSlot *slot)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *failure = NULL;

  take_slot (roll, slot);
  roll->begun = TRUE;
  if (ls_slot_replace (slot, roll->program ? roll->program : slot->program, &roll->process, &error))
    {
      ls_process_begin (roll->process);
      return;
    }
  failure = g_strdup_printf ("%s.%u could not be started: %s", roll->cluster->unit.name, slot->number, error->message);
  fail (roll, failure);
}

static void
show_progress (LsRoll *roll, guint to_do)
{
  roll->operation->total = roll->done + to_do;
  ls_supervisor_step_operation (roll->cluster->unit.supervisor, roll->operation, roll->done);
}

void
ls_roll_settle (LsRoll *roll)
{
  LsSlot *slot;
  guint to_do;

  if (roll->process || roll->old || ls_supervisor_is_shutting_down (roll->cluster->unit.supervisor))
    return;
  if (roll->begun)
    {
      roll->done++;
      let_go_of_slot (roll);
      roll->cluster->unsettled = TRUE;      /* another roll may wait for this slot */
    }
  to_do = count_to_do (roll);
  show_progress (roll, to_do);
  slot = next_slot (roll);
  if (to_do == 0)
    end (roll, NULL);
  else if (slot && (slot->has_row || ls_cluster_has_free_row (roll->cluster)))
    start_in_slot (roll, slot);
}

void
ls_roll_process_ready (LsRoll *roll, LsProcess *process, LsProcess *old)
{
  if (process != roll->process)
    return;
  roll->process = NULL;
  roll->old = old;
  if (roll->program)
    ls_cluster_set_program (roll->cluster, roll->program);      /* it has proven itself */
  roll->cluster->unsettled = TRUE;
}

void
ls_roll_process_ended (LsRoll *roll, LsProcess *process, const char *failure)
{
  if (process == roll->old)
    roll->old = NULL;
  else if (process == roll->process)
    fail (roll, failure);
}

void
ls_roll_slot_unwanted (LsRoll *roll)
{
  g_autofree char *reason = NULL;

  if (!roll->only)
    {
      let_go_of_slot (roll);
      return;
    }
  reason = g_strdup_printf ("%s was taken away before it was restarted", roll->operation->target);
  end (roll, reason);
}
