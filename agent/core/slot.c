/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A slot keeps one process running: it starts it, replaces it when it ends, and hands over to a new one in a roll. */

#include "core/cluster.h"
#include "core/exit_text.h"

#include <signal.h>

#define LOG_TAIL_LINES 10u
#define STEADY_MS 5000      /* ready for so long: the next end is not held against it */

static LsSupervisor *
supervisor_of (const LsSlot *slot)
{
  return slot->cluster->unit.supervisor;
}

LsSlot *
ls_slot_new (LsClusterUnit *cluster, guint number)
{
  LsSlot *slot = g_new0 (LsSlot, 1);

  slot->cluster = cluster;
  slot->number = number;
  slot->leaving = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_process_free);
  return slot;
}

void
ls_slot_free (LsSlot *slot)
{
  if (!slot)
    return;
  ls_timers_disarm (ls_supervisor_timers (supervisor_of (slot)), &slot->restart);
  g_ptr_array_unref (slot->leaving);
  ls_process_free (slot->main);
  ls_process_free (slot->next);
  ls_program_unref (slot->program);
  ls_worker_free (slot->vacant);
  g_strfreev (slot->log_tail);
  g_free (slot->ended);
  g_free (slot);
}

/* --- how the last process ended --- */

static void
record_end (LsSlot *slot, char *ended, const LsExit *how, char **log_tail)
{
  g_free (slot->ended);
  slot->ended = ended;
  slot->ended_ms = ls_supervisor_now_ms (supervisor_of (slot));
  slot->last_exit = how ? *how : (LsExit){ 0 };
  g_strfreev (slot->log_tail);
  slot->log_tail = log_tail;
}

/* The new process shows what became of the one before. */
static void
hand_down_end (LsSlot *slot, LsProcess *process)
{
  LsWorker *worker = process->worker;

  if (!slot->ended)
    return;
  worker->last_exit = slot->last_exit;
  worker->log_tail = g_strdupv (slot->log_tail);
  worker->reason = g_strdup_printf ("%s, its replacement starts", slot->ended);
  process->replaces = g_strdup (slot->ended);
  process->replaces_ms = slot->ended_ms;
  slot->cluster->noun->status.restarts++;
  slot->cluster->dirty = TRUE;
}

/* --- starting --- */

static void
restart_is_due (void *user)
{
  LsSlot *slot = user;

  ls_cluster_settle (slot->cluster);
}

static void
cancel_restart (LsSlot *slot)
{
  ls_timers_disarm (ls_supervisor_timers (supervisor_of (slot)), &slot->restart);
  slot->on_probation = FALSE;
}

static void
schedule_restart (LsSlot *slot)
{
  LsSupervisor *supervisor = supervisor_of (slot);
  const LsClock *clock = &ls_supervisor_ports (supervisor)->clock;
  gint64 wait_ms = ls_backoff_next_ms (&slot->backoff, clock->random (clock->self));

  slot->wait_ms = wait_ms;
  if (wait_ms > 0)
    ls_timers_arm (ls_supervisor_timers (supervisor), &slot->restart, ls_supervisor_now_ms (supervisor) + wait_ms, restart_is_due, slot);
  else
    slot->cluster->unsettled = TRUE;
}

static void
start_failed (LsSlot *slot)
{
  slot->failures++;
  ls_cluster_start_failed (slot->cluster, slot);
  if (!slot->on_probation)
    schedule_restart (slot);
}

static void
spawn_failed (LsSlot *slot, const GError *error)
{
  record_end (slot, g_strdup_printf ("could not be started: %s", error->message), NULL, NULL);
  start_failed (slot);
}

static void
set_program (LsSlot *slot, LsProgram *program)
{
  LsProgram *before = slot->program;

  slot->program = ls_program_ref (program);
  ls_program_unref (before);
}

/* Starts @program where no process is. NULL with an error: the failure is recorded and the next try arranged. */
static LsProcess *
start_in_place (LsSlot *slot, LsProgram *program, GError **error)
{
  GError *local = NULL;
  LsProcess *process;

  cancel_restart (slot);
  if (slot->has_row && program != slot->program)
    ls_program_retire (slot->program, slot->row, program);
  slot->has_row = TRUE;      /* kept, or taken by the caller */
  process = ls_process_start (slot, program, slot->row, &local);
  if (!process)
    {
      if (program != slot->program)
        ls_program_retire (program, slot->row, slot->program);
      spawn_failed (slot, local);
      g_propagate_error (error, local);
      return NULL;
    }
  slot->has_row = FALSE;
  slot->main = process;
  hand_down_end (slot, process);
  ls_slot_drop_vacant (slot);
  return process;
}

void
ls_slot_settle (LsSlot *slot)
{
  LsProcess *process;

  if (!slot->wanted || slot->main || slot->on_probation || slot->restart.where || ls_supervisor_is_shutting_down (supervisor_of (slot)))
    return;
  if (!ls_cluster_may_start (slot->cluster))
    return;      /* in the next turn */
  if (!slot->has_row && !ls_cluster_take_row (slot->cluster, &slot->row))
    return;      /* until one that drains has gone */
  process = start_in_place (slot, slot->program, NULL);
  if (process)
    ls_process_begin (process);
}

gboolean
ls_slot_replace (LsSlot *slot, LsProgram *program, LsProcess **ret_process, GError **error)
{
  guint row;

  if (slot->has_row)
    return (*ret_process = start_in_place (slot, program, error)) != NULL;
  if (!ls_cluster_take_row (slot->cluster, &row))
    g_return_val_if_reached (FALSE);
  if (!slot->main)
    {
      slot->row = row;
      return (*ret_process = start_in_place (slot, program, error)) != NULL;
    }
  *ret_process = slot->next = ls_process_start (slot, program, row, error);
  if (slot->next)
    return TRUE;
  ls_program_retire (program, row, NULL);
  ls_cluster_free_row (slot->cluster, row);
  return FALSE;
}

/* --- ready --- */

void
ls_slot_process_ready (LsSlot *slot, LsProcess *process)
{
  LsWorker *worker = process->worker;
  gint64 now = ls_supervisor_now_ms (supervisor_of (slot));
  gboolean after_failures = slot->failures > 0;
  LsProcess *old = NULL;

  if (worker->state != LS_WORKER_STARTING || process->doom)
    return;
  ls_process_is_ready (process, now);
  if (process == slot->next)
    {
      old = slot->main;
      slot->main = g_steal_pointer (&slot->next);
      g_ptr_array_add (slot->leaving, old);
      ls_process_drain (old);
    }
  set_program (slot, process->program);
  slot->failures = 0;
  g_clear_pointer (&slot->ended, g_free);
  ls_cluster_start_succeeded (slot->cluster, after_failures);
  if (slot->roll)
    ls_roll_process_ready (slot->roll, process, old);
}

/* --- the end of a process --- */

/* The row and its sockets are free for others. The process is out of its slot by now. */
static void
give_up_row (LsSlot *slot, LsProgram *program, guint row)
{
  ls_cluster_steer (slot->cluster);
  ls_program_retire (program, row, NULL);
  ls_cluster_free_row (slot->cluster, row);
}

static void
keep_row (LsSlot *slot, LsProcess *process)
{
  slot->has_row = TRUE;
  slot->row = process->row;
  if (process->program == slot->program)
    return;
  ls_cluster_steer (slot->cluster);
  ls_program_retire (process->program, process->row, slot->program);
}

/* Takes @process out. TRUE: the slot is left without one and has to replace it. */
static gboolean
take_out (LsSlot *slot, LsProcess *process)
{
  if (process == slot->next)
    slot->next = NULL;
  else if (process == slot->main)
    slot->main = g_steal_pointer (&slot->next);
  else
    {
      guint index;

      g_return_val_if_fail (g_ptr_array_find (slot->leaving, process, &index), FALSE);
      g_ptr_array_steal_index (slot->leaving, index);
      return FALSE;
    }
  return !slot->main;
}

static void
arrange_replacement (LsSlot *slot, const LsProcess *process, const LsExit *how)
{
  gboolean was_ready = process->worker->ready_ms >= 0;
  gboolean steady = was_ready && ls_supervisor_now_ms (supervisor_of (slot)) - process->ready_at_ms >= STEADY_MS;

  /* Kills come from outside (a person, the kernel short of memory): the program is not to blame and replaced at once. */
  if (steady || (was_ready && how->signal == SIGKILL))
    ls_backoff_reset (&slot->backoff);
  if (was_ready)
    schedule_restart (slot);
  else
    start_failed (slot);
}

void
ls_slot_process_ended (LsSlot *slot, LsProcess *process, const LsExit *how)
{
  LsClusterUnit *cluster = slot->cluster;
  const LsPorts *ports = ls_supervisor_ports (supervisor_of (slot));
  gboolean before_ready = process->worker->ready_ms < 0 && process->drain == LS_DRAIN_NONE;
  g_autofree char *ended = process->doom ? g_strdup (process->doom) : ls_exit_to_text (how);
  g_auto (GStrv) log_tail = ls_supervisor_log_tail (supervisor_of (slot), process->worker->id, LOG_TAIL_LINES);
  g_autofree char *failure = before_ready ? ls_slot_failure_of (slot, ended, log_tail) : NULL;
  gboolean left_alone = take_out (slot, process);

  ports->scoreboards.fold (ports->scoreboards.self, cluster->board, process->row);
  if (left_alone)
    {
      keep_row (slot, process);
      record_end (slot, g_steal_pointer (&ended), how, g_steal_pointer (&log_tail));
    }
  else
    give_up_row (slot, process->program, process->row);
  ls_cluster_tell_removed_worker (cluster, process->worker, process->announced);
  if (slot->roll)
    ls_roll_process_ended (slot->roll, process, failure);
  if (left_alone)
    arrange_replacement (slot, process, how);
  ls_process_free (process);
}

/* --- wanted or not --- */

void
ls_slot_unwanted (LsSlot *slot)
{
  slot->wanted = FALSE;
  cancel_restart (slot);
  ls_slot_drop_vacant (slot);
  g_clear_pointer (&slot->ended, g_free);
  if (slot->roll)
    ls_roll_slot_unwanted (slot->roll);
  if (slot->main)
    {
      g_ptr_array_add (slot->leaving, slot->main);
      ls_process_drain (g_steal_pointer (&slot->main));
    }
  ls_slot_drop_next (slot);
  if (slot->has_row)
    {
      slot->has_row = FALSE;
      give_up_row (slot, slot->program, slot->row);
    }
}

void
ls_slot_drop_next (LsSlot *slot)
{
  LsProcess *process = g_steal_pointer (&slot->next);

  if (!process)
    return;
  g_ptr_array_add (slot->leaving, process);
  ls_process_drain (process);
}

void
ls_slot_wanted (LsSlot *slot, LsProgram *program)
{
  slot->wanted = TRUE;
  slot->failures = 0;
  ls_backoff_reset (&slot->backoff);
  set_program (slot, program);
}

void
ls_slot_retry_now (LsSlot *slot)
{
  if (slot->on_probation)
    cancel_restart (slot);
}

void
ls_slot_put_on_probation (LsSlot *slot)
{
  cancel_restart (slot);
  slot->on_probation = TRUE;
}

/* --- what it is --- */

gboolean
ls_slot_is_empty (const LsSlot *slot)
{
  return !slot->main && !slot->next && slot->leaving->len == 0;
}

gboolean
ls_slot_is_ready (const LsSlot *slot)
{
  return slot->main && ls_process_serves (slot->main);
}

void
ls_slot_foreach_process (LsSlot *slot, void (*each) (LsProcess *process, void *user), void *user)
{
  for (guint i = 0; i < slot->leaving->len; i++)
    each (slot->leaving->pdata[i], user);
  if (slot->main)
    each (slot->main, user);
  if (slot->next)
    each (slot->next, user);
}

LsProcess *
ls_slot_newest (const LsSlot *slot)
{
  if (slot->next)
    return slot->next;
  if (slot->main)
    return slot->main;
  return slot->leaving->len > 0 ? slot->leaving->pdata[slot->leaving->len - 1] : NULL;
}
