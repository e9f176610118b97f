/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A pool and its host process, from its start to its end. */

#include "core/pool.h"

#include "abi/channel.h"
#include "core/exit_text.h"

#include <signal.h>

#define START_MS 30000
#define STEADY_MS 10000          /* one that lived so long after it was ready did not crash at its start */
#define FAILING_CRASHES 5u
#define ANNOUNCE_MS 50
#define REFUSED_MS 5000
#define HURRY_MS 3000            /* when the agent stops, jobs have no more than this before they are cancelled */

/* --- what it shows --- */

void
ls_pool_arm_for (LsPoolUnit *pool, LsTimer *timer, gint64 in_ms, void (*fire) (void *user), void *user)
{
  LsSupervisor *supervisor = pool->unit.supervisor;

  ls_timers_arm (ls_supervisor_timers (supervisor), timer, ls_supervisor_now_ms (supervisor) + in_ms, fire, user);
}

void
ls_pool_arm (LsPoolUnit *pool, LsTimer *timer, gint64 in_ms, void (*fire) (void *user))
{
  ls_pool_arm_for (pool, timer, in_ms, fire, pool);
}

void
ls_pool_disarm (LsPoolUnit *pool, LsTimer *timer)
{
  ls_timers_disarm (ls_supervisor_timers (pool->unit.supervisor), timer);
}

void
ls_pool_changed (LsPoolUnit *pool)
{
  ls_pool_disarm (pool, &pool->announce);
  pool->noun->revision = ls_supervisor_next_revision (pool->unit.supervisor);
  ls_supervisor_changed (pool->unit.supervisor, LS_NOUN_POOL, LS_CHANGE_CHANGED, pool->noun);
}

static void
announce_counts (void *user)
{
  ls_pool_changed (user);
}

void
ls_pool_counts_changed (LsPoolUnit *pool)
{
  const LsPoolTotals *totals = ls_jobs_totals (pool->jobs);
  LsPool *noun = pool->noun;

  noun->running = MIN (ls_jobs_handed (pool->jobs), pool->wanted);
  noun->queued = ls_jobs_living (pool->jobs) - noun->running;
  noun->done = totals->done;
  noun->failed = totals->failed;
  noun->timed_out = totals->timed_out;
  noun->cancelled = totals->cancelled;
  if (!pool->announce.where)
    ls_pool_arm (pool, &pool->announce, ANNOUNCE_MS, announce_counts);
}

void
ls_pool_set_state (LsPoolUnit *pool, LsPoolState state, const char *reason)
{
  LsPool *noun = pool->noun;

  if (noun->state == state && g_strcmp0 (noun->reason, reason) == 0)
    return;
  if (noun->state != state)
    noun->since_at = ls_supervisor_wall_ms (pool->unit.supervisor);
  noun->state = state;
  g_free (noun->reason);
  noun->reason = g_strdup (reason);
  ls_pool_changed (pool);
}

/* --- starting --- */

const LsSpawner *
ls_pool_spawner (LsPoolUnit *pool)
{
  return &ls_supervisor_ports (pool->unit.supervisor)->spawner;
}

gboolean
ls_pool_has_process (const LsPoolUnit *pool)
{
  return pool->noun->instance.pid != 0;
}

void
ls_pool_kill (LsPoolUnit *pool)
{
  const LsSpawner *spawner = ls_pool_spawner (pool);

  pool->was_killed = TRUE;
  if (ls_pool_has_process (pool))
    spawner->signal (spawner->self, pool->noun->instance, SIGKILL, TRUE, NULL);
}

static void
timed_out (void *user)
{
  ls_pool_kill (user);
}

static const LsWorkshop *
workshop (LsPoolUnit *pool)
{
  return &ls_supervisor_ports (pool->unit.supervisor)->workshop;
}

/* lineshaft-pool --plugin A --plugin B */
GPtrArray *
ls_pool_command (LsPoolUnit *pool, const LsPoolSpec *spec)
{
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) ls_supervisor_ports (pool->unit.supervisor)->pool_program);
  for (char **plugin = spec->plugins; plugin && *plugin; plugin++)
    {
      g_ptr_array_add (argv, (gpointer) "--plugin");
      g_ptr_array_add (argv, *plugin);
    }
  g_ptr_array_add (argv, NULL);
  return argv;
}

void
ls_pool_close_board (LsPoolUnit *pool)
{
  if (pool->board)
    workshop (pool)->close_board (workshop (pool)->self, g_steal_pointer (&pool->board), pool->board_fd);
}

static gboolean
spawn (LsPoolUnit *pool, GError **error)
{
  g_autoptr (GPtrArray) argv = ls_pool_command (pool, &pool->noun->spec);
  g_autofree char *id = g_strconcat (LS_ENV_ID "=", pool->unit.name, NULL);
  const char *const env[] = { id, NULL };
  LsSpawnRequest request = {
    .id = pool->unit.name,
    .argv = (const char *const *) argv->pdata,
    .env = env,
    .scoreboard_fd = pool->board_fd,
    .channel = TRUE,
    .notify = TRUE,
    .stdin_mode = LS_STDIN_NONE,
  };

  return ls_supervisor_spawn (pool->unit.supervisor, &pool->unit, &request, &pool->noun->instance, error);
}

gboolean
ls_pool_start (LsPoolUnit *pool, GError **error)
{
  pool->board = workshop (pool)->open_board (workshop (pool)->self, pool->unit.name, LS_WORKERS_MAX, &pool->board_fd, error);
  if (!pool->board)
    return FALSE;
  if (!spawn (pool, error))
    {
      ls_pool_close_board (pool);
      return FALSE;
    }
  pool->leaving = pool->was_killed = FALSE;
  pool->ready_ms = 0;
  pool->told = 0;
  ls_pool_arm (pool, &pool->deadline, START_MS, timed_out);
  ls_pool_fit_threads (pool);
  ls_pool_tell_buffers (pool);
  return TRUE;
}

static void start_again (void *user);

/* After a crash, or a start that failed: at once the first time, then later and later. */
static void
start_later (LsPoolUnit *pool, const char *reason)
{
  const LsClock *clock = &ls_supervisor_ports (pool->unit.supervisor)->clock;
  gint64 wait_ms = ls_backoff_next_ms (&pool->backoff, clock->random (clock->self));
  gboolean failing = pool->backoff.attempts >= FAILING_CRASHES;

  if (failing)
    ls_pool_end_operation (pool, reason);
  ls_pool_set_state (pool, failing ? LS_POOL_FAILING : LS_POOL_STARTING, reason);
  ls_pool_arm (pool, &pool->again, wait_ms, start_again);
}

static void
start_again (void *user)
{
  LsPoolUnit *pool = user;
  g_autoptr (GError) error = NULL;

  if (ls_pool_start (pool, &error))
    ls_pool_changed (pool);
  else
    start_later (pool, error->message);
}

void
ls_pool_ready (LsPoolUnit *pool)
{
  g_autofree char *reason = NULL;

  pool->ready_ms = ls_supervisor_now_ms (pool->unit.supervisor);
  ls_pool_disarm (pool, &pool->deadline);
  if (pool->replaces)
    reason = g_strdup_printf ("%s, replaced in %" G_GINT64_FORMAT " ms", pool->replaces, pool->ready_ms - pool->replaces_ms);
  g_clear_pointer (&pool->replaces, g_free);
  ls_pool_set_state (pool, LS_POOL_READY, reason);
  ls_pool_hand_out (pool);
}

/* --- ending --- */

static void
terminate (LsPoolUnit *pool)
{
  const LsSpawner *spawner = ls_pool_spawner (pool);

  spawner->signal (spawner->self, pool->noun->instance, SIGTERM, FALSE, NULL);
}

/* Told twice, the process cancels what runs. */
static void
hurry (void *user)
{
  LsPoolUnit *pool = user;

  terminate (pool);
  ls_pool_arm (pool, &pool->deadline, LS_POOL_STOP_MS - HURRY_MS, timed_out);
}

static void
tell_to_end (LsPoolUnit *pool)
{
  pool->leaving = TRUE;
  terminate (pool);
  if (pool->goal == LS_POOL_GOAL_END)
    ls_pool_arm (pool, &pool->deadline, HURRY_MS, hurry);
  else
    ls_pool_arm (pool, &pool->deadline, LS_POOL_STOP_MS, timed_out);
}

static void
cancel_queued (LsPoolJob *job, void *user)
{
  if (!job->handed)
    ls_job_end (job, LS_JOB_CANCELLED, NULL, NULL, user);
}

void
ls_pool_disarm_all (LsPoolUnit *pool)
{
  LsTimer *timers[] = { &pool->deadline, &pool->again, &pool->announce, &pool->resend, &pool->shrink };

  for (guint i = 0; i < G_N_ELEMENTS (timers); i++)
    ls_pool_disarm (pool, timers[i]);
}

static void
remove_pool (LsPoolUnit *pool)
{
  g_autofree char *failure = g_strdup_printf ("%s was removed", pool->unit.name);

  ls_pool_end_operation (pool, failure);
  ls_jobs_remove_all (pool->jobs);
  ls_pool_remove_buffers (pool, TRUE);
  ls_supervisor_changed (pool->unit.supervisor, LS_NOUN_POOL, LS_CHANGE_REMOVED, pool->noun);
  ls_pool_disarm_all (pool);
  ls_supervisor_drop_unit (pool->unit.supervisor, &pool->unit);
}

/* No process is left. */
static void
left (LsPoolUnit *pool)
{
  g_autoptr (GError) error = NULL;

  switch (pool->goal)
    {
    case LS_POOL_GOAL_REMOVE:
      remove_pool (pool);
      return;
    case LS_POOL_GOAL_END:
      ls_pool_remove_buffers (pool, TRUE);
      ls_pool_set_state (pool, LS_POOL_STOPPED, "the agent stops");
      return;
    case LS_POOL_GOAL_RESTART:
    case LS_POOL_GOAL_RUN:
      break;
    }
  pool->goal = LS_POOL_GOAL_RUN;
  ls_backoff_reset (&pool->backoff);
  g_clear_pointer (&pool->replaces, g_free);
  if (ls_pool_start (pool, &error))
    ls_pool_set_state (pool, LS_POOL_STARTING, NULL);
  else
    start_later (pool, error->message);
}

void
ls_pool_leave (LsPoolUnit *pool, LsPoolGoal goal)
{
  ls_pool_drop_trial (pool, goal == LS_POOL_GOAL_RESTART ? "was restarted" : "was to end");
  pool->goal = goal;
  ls_pool_disarm (pool, &pool->again);
  ls_pool_disarm (pool, &pool->shrink);
  if (goal == LS_POOL_GOAL_REMOVE || goal == LS_POOL_GOAL_END)
    ls_jobs_foreach_living (pool->jobs, cancel_queued, (void *) (goal == LS_POOL_GOAL_REMOVE ? "the pool was removed" : "the agent was stopped"));
  if (!ls_pool_has_process (pool))
    {
      left (pool);
      return;
    }
  ls_pool_set_state (pool, LS_POOL_DRAINING, goal == LS_POOL_GOAL_REMOVE ? "is being removed" : goal == LS_POOL_GOAL_END ? "the agent stops" : "is being restarted");
  ls_pool_counts_changed (pool);
  if (!pool->leaving)
    tell_to_end (pool);
}

/* --- what happens to the process --- */

static char *
why_it_ended (LsPoolUnit *pool, const LsExit *how, const char *text)
{
  if (pool->refusal)
    return g_steal_pointer (&pool->refusal);
  if (pool->was_killed && pool->ready_ms == 0)
    return g_strdup_printf ("was not ready within %d s", START_MS / 1000);
  if (pool->stuck)
    return g_strdup_printf ("the pool's process was ended because %s did not stop when asked", pool->stuck);
  return g_strdup_printf ("the pool's process %s%s", how->signal != 0 ? "was " : "", text);
}

/* Not to be mended by trying at once: a plug-in is missing or bad. */
static void
refused (LsPoolUnit *pool, const char *reason)
{
  const LsClock *clock = &ls_supervisor_ports (pool->unit.supervisor)->clock;

  ls_pool_end_operation (pool, reason);
  ls_pool_set_state (pool, LS_POOL_FAILING, reason);
  ls_pool_arm (pool, &pool->again, MAX (REFUSED_MS, ls_backoff_next_ms (&pool->backoff, clock->random (clock->self))), start_again);
}

static void
crashed (LsPoolUnit *pool, const LsExit *how)
{
  LsSupervisor *supervisor = pool->unit.supervisor;
  g_autofree char *text = ls_exit_to_text (how);
  gboolean is_refused = pool->refusal != NULL;
  g_autofree char *reason = why_it_ended (pool, how, text);

  if (is_refused)
    {
      refused (pool, reason);
      return;
    }
  if (!pool->replaces)
    {
      pool->replaces = pool->stuck ? g_strdup_printf ("ended because %s did not stop when asked", pool->stuck) : g_steal_pointer (&text);
      pool->replaces_ms = ls_supervisor_now_ms (supervisor);
    }
  if (pool->ready_ms > 0 && (pool->lost_to_a_job || ls_supervisor_now_ms (supervisor) - pool->ready_ms >= STEADY_MS))
    ls_backoff_reset (&pool->backoff);
  pool->noun->restarts++;
  start_later (pool, reason);
}

void
ls_pool_exited (LsPoolUnit *pool, const LsExit *how)
{
  ls_pool_disarm (pool, &pool->deadline);
  ls_pool_disarm (pool, &pool->resend);
  pool->noun->instance = (LsInstance){ 0 };
  ls_pool_host_lost (pool, how);
  ls_pool_close_board (pool);
  ls_pool_threads_lost (pool);
  if (pool->goal == LS_POOL_GOAL_RUN)
    crashed (pool, how);
  else
    left (pool);
  g_clear_pointer (&pool->stuck, g_free);
  g_clear_pointer (&pool->refusal, g_free);
}

void
ls_pool_stops_by_itself (LsPoolUnit *pool)
{
  pool->leaving = TRUE;
  ls_pool_set_state (pool, LS_POOL_DRAINING, "stops by itself");
  ls_pool_arm (pool, &pool->deadline, LS_POOL_STOP_MS, timed_out);
}
