/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A pool and its host process, from its start to its end. */

#include "core/pool.h"

#include "abi/channel.h"
#include "base/error.h"
#include "core/exit_text.h"

#include <signal.h>

#define START_MS 30000
#define STEADY_MS 10000          /* one that lived so long after it was ready did not crash at its start */
#define FAILING_CRASHES 5u
#define ANNOUNCE_MS 50

/* --- what it shows --- */

void
ls_pool_arm (LsPoolUnit *pool, LsTimer *timer, gint64 in_ms, void (*fire) (void *user))
{
  LsSupervisor *supervisor = pool->unit.supervisor;

  ls_timers_arm (ls_supervisor_timers (supervisor), timer, ls_supervisor_now_ms (supervisor) + in_ms, fire, pool);
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
  pool->noun->queued = ls_jobs_queued (pool->jobs);
  pool->noun->running = ls_jobs_handed (pool->jobs);
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

static gboolean
has_process (const LsPoolUnit *pool)
{
  return pool->noun->instance.pid != 0;
}

static void
kill_process (LsPoolUnit *pool)
{
  const LsSpawner *spawner = ls_pool_spawner (pool);

  if (has_process (pool))
    spawner->signal (spawner->self, pool->noun->instance, SIGKILL, TRUE, NULL);
}

static void
start_timed_out (void *user)
{
  LsPoolUnit *pool = user;

  pool->was_killed = TRUE;
  kill_process (pool);
}

gboolean
ls_pool_start (LsPoolUnit *pool, GError **error)
{
  const char *const argv[] = { ls_supervisor_ports (pool->unit.supervisor)->pool_program, NULL };
  g_autofree char *id = g_strconcat (LS_ENV_ID "=", pool->unit.name, NULL);
  const char *const env[] = { id, NULL };
  LsSpawnRequest request = {
    .id = pool->unit.name,
    .argv = argv,
    .env = env,
    .scoreboard_fd = -1,
    .channel = TRUE,
    .notify = TRUE,
    .stdin_mode = LS_STDIN_NONE,
  };

  if (!ls_supervisor_spawn (pool->unit.supervisor, &pool->unit, &request, &pool->noun->instance, error))
    return FALSE;
  pool->leaving = pool->was_killed = FALSE;
  pool->ready_ms = 0;
  pool->told = 0;
  ls_pool_arm (pool, &pool->deadline, START_MS, start_timed_out);
  ls_pool_fit_threads (pool);
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

static void
ready (LsPoolUnit *pool)
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
stop_timed_out (void *user)
{
  LsPoolUnit *pool = user;

  pool->was_killed = TRUE;
  kill_process (pool);
}

static void
tell_to_end (LsPoolUnit *pool)
{
  const LsSpawner *spawner = ls_pool_spawner (pool);

  pool->leaving = TRUE;
  spawner->signal (spawner->self, pool->noun->instance, SIGTERM, FALSE, NULL);
  ls_pool_arm (pool, &pool->deadline, LS_POOL_STOP_MS, stop_timed_out);
}

static void
cancel_queued (LsPoolJob *job, void *user)
{
  if (!ls_job_is_handed (job))
    ls_job_end (job, LS_JOB_CANCELLED, NULL, user);
}

static void
disarm_all (LsPoolUnit *pool)
{
  LsTimer *timers[] = { &pool->deadline, &pool->again, &pool->announce, &pool->resend, &pool->shrink };

  for (guint i = 0; i < G_N_ELEMENTS (timers); i++)
    ls_pool_disarm (pool, timers[i]);
}

void
ls_pool_removed (LsPoolUnit *pool)
{
  g_autofree char *failure = g_strdup_printf ("%s was removed", pool->unit.name);

  ls_pool_end_operation (pool, failure);
  ls_jobs_remove_all (pool->jobs);
  ls_supervisor_changed (pool->unit.supervisor, LS_NOUN_POOL, LS_CHANGE_REMOVED, pool->noun);
  disarm_all (pool);
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
      ls_pool_removed (pool);
      return;
    case LS_POOL_GOAL_END:
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
  pool->goal = goal;
  ls_pool_disarm (pool, &pool->again);
  ls_pool_disarm (pool, &pool->shrink);
  if (goal == LS_POOL_GOAL_REMOVE || goal == LS_POOL_GOAL_END)
    ls_jobs_foreach_living (pool->jobs, cancel_queued, (void *) (goal == LS_POOL_GOAL_REMOVE ? "the pool was removed" : "the agent was stopped"));
  if (!has_process (pool))
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

static void
crashed (LsPoolUnit *pool, const LsExit *how)
{
  LsSupervisor *supervisor = pool->unit.supervisor;
  g_autofree char *text = ls_exit_to_text (how);
  gboolean too_slow = pool->was_killed && pool->ready_ms == 0;
  g_autofree char *reason = too_slow ? g_strdup_printf ("was not ready within %d s", START_MS / 1000)
                                     : g_strdup_printf ("the pool's process %s%s", how->signal != 0 ? "was " : "", text);

  if (!pool->replaces)
    {
      pool->replaces = g_steal_pointer (&text);
      pool->replaces_ms = ls_supervisor_now_ms (supervisor);
    }
  if (pool->ready_ms > 0 && ls_supervisor_now_ms (supervisor) - pool->ready_ms >= STEADY_MS)
    ls_backoff_reset (&pool->backoff);
  pool->noun->restarts++;
  start_later (pool, reason);
}

static void
exited (LsUnit *unit, LsInstance instance, const LsExit *how)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;

  ls_pool_disarm (pool, &pool->deadline);
  ls_pool_disarm (pool, &pool->resend);
  pool->noun->instance = (LsInstance){ 0 };
  ls_pool_host_lost (pool, how);
  ls_pool_threads_lost (pool);
  if (pool->goal == LS_POOL_GOAL_RUN)
    crashed (pool, how);
  else
    left (pool);
}

static void
notify (LsUnit *unit, LsInstance instance, LsNotifyKind kind, const char *text)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;

  if (kind == LS_NOTIFY_READY && !pool->leaving && pool->ready_ms == 0)
    ready (pool);
  else if (kind == LS_NOTIFY_STOPPING && !pool->leaving)
    {
      /* Somebody else told it to: another one takes over when it is gone. */
      pool->leaving = TRUE;
      ls_pool_set_state (pool, LS_POOL_DRAINING, "stops by itself");
      ls_pool_arm (pool, &pool->deadline, LS_POOL_STOP_MS, stop_timed_out);
    }
}

static void
message (LsUnit *unit, LsInstance instance, json_t *text)
{
  ls_pool_heard ((LsPoolUnit *) unit, text);
}

static void
shut_down (LsUnit *unit)
{
  ls_pool_leave ((LsPoolUnit *) unit, LS_POOL_GOAL_END);
}

static void
kill_now (LsUnit *unit)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;

  pool->was_killed = TRUE;
  kill_process (pool);
}

static guint
children (LsUnit *unit)
{
  return has_process ((LsPoolUnit *) unit);
}

/* --- being found --- */

typedef struct {
  void (*each) (void *user, gconstpointer resource);
  void *user;
} Walk;

static void
show_job (LsPoolJob *job, void *user)
{
  Walk *walk = user;

  walk->each (walk->user, job->noun);
}

static void
foreach (LsUnit *unit, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;
  Walk walk = { each, user };

  if (noun == LS_NOUN_POOL)
    each (user, pool->noun);
  else if (noun == LS_NOUN_JOB)
    ls_jobs_foreach (pool->jobs, show_job, &walk);
}

static gconstpointer
find (LsUnit *unit, LsNoun noun, const char *id)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;
  LsPoolJob *job;

  if (noun == LS_NOUN_POOL)
    return g_str_equal (unit->name, id) ? pool->noun : NULL;
  job = noun == LS_NOUN_JOB ? ls_jobs_find (pool->jobs, id) : NULL;
  return job ? job->noun : NULL;
}

static gboolean
check_instance (LsPoolUnit *pool, const LsInstance *instance, GError **error)
{
  if (!instance || ls_instance_equal (*instance, pool->noun->instance))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "%s is another process by now: look at it again and decide anew", pool->unit.name);
  return FALSE;
}

static gboolean
send_signal (LsUnit *unit, const char *id, const LsInstance *instance, int signal_number, GError **error)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;
  const LsSpawner *spawner = ls_pool_spawner (pool);

  if (!g_str_equal (id, unit->name))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is a job, which takes no signals: cancel it, or signal its pool %s", id, unit->name);
      return FALSE;
    }
  if (!check_instance (pool, instance, error))
    return FALSE;
  if (!has_process (pool))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s has no process at the moment", unit->name);
      return FALSE;
    }
  return spawner->signal (spawner->self, pool->noun->instance, signal_number, FALSE, error);
}

static gboolean
send_message (LsUnit *unit, const char *id, const LsInstance *instance, json_t *text, GError **error)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;
  LsPoolJob *job = ls_jobs_find (pool->jobs, id);

  if (!job)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is a pool: send to one of its jobs that run", id);
  else if (job->noun->state != LS_JOB_RUNNING)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is %s: only a running job takes messages", id, ls_job_state_name (job->noun->state));
  else
    return check_instance (pool, instance, error)
           && ls_pool_tell (pool, json_pack ("{s:s,s:s,s:O}", "cmd", LS_POOL_JOB_MESSAGE, "id", id, "message", text), error);
  return FALSE;
}

/* --- beginning and end of the unit --- */

LsPoolUnit *
ls_pool_unit_new (LsSupervisor *supervisor, const char *name)
{
  LsPoolUnit *pool = g_new0 (LsPoolUnit, 1);

  pool->unit = (LsUnit){ &ls_pool_class, supervisor, LS_NOUN_POOL, g_strdup (name) };
  pool->noun = ls_pool_new (name);
  pool->noun->state = LS_POOL_STARTING;
  pool->jobs = ls_jobs_new (&pool->unit);
  return pool;
}

static void
free_pool (LsUnit *unit)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;
  disarm_all (pool);
  g_free (pool->replaces);
  ls_jobs_free (pool->jobs);
  ls_pool_free (pool->noun);
  g_free (unit->name);
  g_free (pool);
}

const LsUnitClass ls_pool_class = {
  .notify = notify,
  .message = message,
  .exited = exited,
  .shut_down = shut_down,
  .kill = kill_now,
  .children = children,
  .free = free_pool,
  .foreach = foreach,
  .find = find,
  .signal = send_signal,
  .send = send_message,
};
