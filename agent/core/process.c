/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One process of a slot, from its spawn to its end. */

#include "abi/channel.h"
#include "core/cluster.h"

#include <signal.h>

#define READY_BY_LIVING_MS 1000      /* for commands that never say READY=1 */
#define QUEUE_LOOK_MS 5
#define QUEUE_BOUND_MS 1000

static LsSupervisor *
supervisor_of (const LsProcess *process)
{
  return process->slot->cluster->unit.supervisor;
}

static void
arm (LsProcess *process, LsTimer *timer, gint64 in_ms, void (*fire) (void *user))
{
  LsSupervisor *supervisor = supervisor_of (process);

  ls_timers_arm (ls_supervisor_timers (supervisor), timer, ls_supervisor_now_ms (supervisor) + in_ms, fire, process);
}

static void
disarm_all (LsProcess *process)
{
  LsTimers *timers = ls_supervisor_timers (supervisor_of (process));

  ls_timers_disarm (timers, &process->deadline);
  ls_timers_disarm (timers, &process->tick);
}

static gboolean
send_signal (LsProcess *process, int signal_number, gboolean group)
{
  const LsSpawner *spawner = &ls_supervisor_ports (supervisor_of (process))->spawner;

  /* When it has ended already its exit is on the way: nothing is lost by a signal that cannot be sent. */
  return spawner->signal (spawner->self, process->worker->instance, signal_number, group, NULL);
}

/* --- spawning --- */

static char **
environment (const LsSlot *slot, const LsClusterSpec *spec)
{
  char **env = spec->env ? g_strdupv (spec->env) : g_new0 (char *, 1);
  g_autofree char *number = g_strdup_printf ("%u", slot->number);
  g_autofree char *id = g_strdup_printf ("%s.%u", slot->cluster->unit.name, slot->number);
  g_autofree char *io_threads = g_strdup_printf ("%u", spec->io_threads);

  env = g_environ_setenv (env, LS_ENV_ID, id, TRUE);
  env = g_environ_setenv (env, LS_ENV_CLUSTER, slot->cluster->unit.name, TRUE);
  env = g_environ_setenv (env, LS_ENV_SLOT, number, TRUE);
  return g_environ_setenv (env, LS_ENV_IO_THREADS, io_threads, FALSE);
}

static gboolean
spawn (LsProcess *process, const int *fds, guint n_fds, LsInstance *ret_instance, GError **error)
{
  LsClusterUnit *cluster = process->slot->cluster;
  const LsPorts *ports = ls_supervisor_ports (cluster->unit.supervisor);
  const LsClusterSpec *spec = &process->program->spec;
  const char *const built_in[] = { ports->worker_program, NULL };
  g_auto (GStrv) env = environment (process->slot, spec);
  g_autofree const char **names = g_new0 (const char *, n_fds + 1);
  LsSpawnRequest request = {
    .id = process->worker->id,
    .argv = spec->command ? (const char *const *) spec->command : built_in,
    .cwd = spec->cwd,
    .env = (const char *const *) env,
    .listen_fds = fds,
    .listen_names = names,
    .n_listen_fds = n_fds,
    .scoreboard_fd = ports->scoreboards.fd (ports->scoreboards.self, cluster->board),
    .scoreboard_row = process->row,
    .channel = TRUE,
    .notify = TRUE,
    .stdin_mode = LS_STDIN_NONE,
  };

  for (guint i = 0; i < n_fds; i++)
    names[i] = cluster->unit.name;
  return ls_supervisor_spawn (cluster->unit.supervisor, &cluster->unit, &request, ret_instance, error);
}

LsProcess *
ls_process_start (LsSlot *slot, LsProgram *program, guint row, GError **error)
{
  LsProcess *process = g_new0 (LsProcess, 1);
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  LsInstance instance;

  process->slot = slot;
  process->program = ls_program_ref (program);
  process->row = row;
  process->worker = ls_worker_new (slot->cluster->unit.name, slot->number);
  if (!ls_program_lend (program, row, fds, error) || !spawn (process, (const int *) fds->data, fds->len, &instance, error))
    {
      ls_process_free (process);
      return NULL;
    }
  process->spawned_ms = ls_supervisor_now_ms (supervisor_of (process));
  process->worker->instance = instance;
  process->worker->generation = program->generation;
  process->worker->state = LS_WORKER_STARTING;
  process->worker->started_at = ls_supervisor_wall_ms (supervisor_of (process));
  process->worker->ready_ms = -1;
  process->dirty = TRUE;
  g_hash_table_insert (slot->cluster->processes, &process->worker->instance, process);
  return process;
}

void
ls_process_free (LsProcess *process)
{
  if (!process)
    return;
  disarm_all (process);
  g_hash_table_remove (process->slot->cluster->processes, &process->worker->instance);
  ls_program_unref (process->program);
  ls_worker_free (process->worker);
  g_free (process->replaces);
  g_free (process->doom);
  g_free (process);
}

/* --- becoming ready --- */

static void
lived_long_enough (void *user)
{
  LsProcess *process = user;
  LsClusterUnit *cluster = process->slot->cluster;

  ls_slot_process_ready (process->slot, process);
  ls_cluster_settle (cluster);
}

static void
start_timed_out (void *user)
{
  LsProcess *process = user;
  gint64 ms = process->slot->cluster->noun->spec.start_timeout_ms;

  process->doom = ms % 1000 == 0 ? g_strdup_printf ("was not ready within %" G_GINT64_FORMAT " s", ms / 1000)
                                 : g_strdup_printf ("was not ready within %" G_GINT64_FORMAT " ms", ms);
  ls_process_kill (process);
}

void
ls_process_begin (LsProcess *process)
{
  LsClusterSpec *spec = &process->program->spec;
  LsReadiness readiness = spec->command ? spec->readiness : LS_READINESS_NOTIFY;

  if (readiness == LS_READINESS_STARTED)
    {
      ls_slot_process_ready (process->slot, process);
      return;
    }
  if (readiness == LS_READINESS_AUTO)
    arm (process, &process->tick, READY_BY_LIVING_MS, lived_long_enough);
  arm (process, &process->deadline, process->slot->cluster->noun->spec.start_timeout_ms, start_timed_out);
}

void
ls_process_is_ready (LsProcess *process, gint64 now_ms)
{
  LsWorker *worker = process->worker;

  disarm_all (process);
  worker->state = LS_WORKER_READY;
  worker->ready_ms = now_ms - process->spawned_ms;
  process->ready_at_ms = now_ms;
  process->dirty = TRUE;
  if (!process->replaces)
    return;
  g_free (worker->reason);
  worker->reason = g_strdup_printf ("%s, replaced in %" G_GINT64_FORMAT " ms", process->replaces, now_ms - process->replaces_ms);
}

/* --- going --- */

static void
stop_timed_out (void *user)
{
  ls_process_kill (user);
}

static void
tell_to_stop (LsProcess *process)
{
  process->drain = LS_DRAIN_TOLD;
  send_signal (process, SIGTERM, FALSE);
  arm (process, &process->deadline, process->slot->cluster->noun->spec.stop_timeout_ms, stop_timed_out);
}

static void
look_at_queues (void *user)
{
  LsProcess *process = user;

  if (ls_program_waiting (process->program, process->row) > 0
      && ls_supervisor_now_ms (supervisor_of (process)) < process->drain_until_ms)
    arm (process, &process->tick, QUEUE_LOOK_MS, look_at_queues);
  else
    tell_to_stop (process);
}

void
ls_process_drain (LsProcess *process)
{
  if (process->drain != LS_DRAIN_NONE)
    return;
  disarm_all (process);
  process->worker->state = LS_WORKER_DRAINING;
  process->dirty = TRUE;
  process->drain = LS_DRAIN_ASKED;
}

void
ls_process_steered_away (LsProcess *process)
{
  if (process->drain != LS_DRAIN_ASKED)
    return;
  process->drain = LS_DRAIN_STEERED;
  process->drain_until_ms = ls_supervisor_now_ms (supervisor_of (process)) + QUEUE_BOUND_MS;
  /* A handshake that began before the steering may still end in the old queue: so not to be looked at too early. */
  if (ls_program_is_steered (process->program))
    arm (process, &process->tick, QUEUE_LOOK_MS, look_at_queues);
  else
    tell_to_stop (process);
}

void
ls_process_stopping (LsProcess *process)
{
  if (process->worker->state != LS_WORKER_READY)
    return;
  disarm_all (process);
  process->leaving_by_itself = TRUE;
  process->worker->state = LS_WORKER_DRAINING;
  g_free (process->worker->reason);
  process->worker->reason = g_strdup ("stops by itself");
  process->dirty = TRUE;
  arm (process, &process->deadline, process->slot->cluster->noun->spec.stop_timeout_ms, stop_timed_out);
}

void
ls_process_kill (LsProcess *process)
{
  disarm_all (process);
  if (process->drain != LS_DRAIN_NONE)
    process->drain = LS_DRAIN_TOLD;
  send_signal (process, SIGKILL, TRUE);
}

/* --- what it says and is --- */

void
ls_process_status_text (LsProcess *process, const char *text)
{
  if (process->replaces || process->worker->state == LS_WORKER_DRAINING || g_strcmp0 (process->worker->reason, text) == 0)
    return;
  g_free (process->worker->reason);
  process->worker->reason = text && text[0] ? g_strdup (text) : NULL;
  process->dirty = TRUE;
}

gboolean
ls_process_serves (const LsProcess *process)
{
  return process->worker->state == LS_WORKER_READY;
}
