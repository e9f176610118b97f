/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A pool as a unit of the supervisor: what happens to its process, and what can be found and reached in it. */

#include "abi/channel.h"
#include "base/error.h"
#include "core/pool.h"

/* --- what happens --- */

static void
exited (LsUnit *unit, LsInstance instance, const LsExit *how)
{
  ls_pool_exited ((LsPoolUnit *) unit, how);
}

static void
notify (LsUnit *unit, LsInstance instance, LsNotifyKind kind, const char *text)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;

  if (kind == LS_NOTIFY_READY && !pool->leaving && pool->ready_ms == 0)
    ls_pool_ready (pool);
  else if (kind == LS_NOTIFY_STOPPING && !pool->leaving)
    ls_pool_stops_by_itself (pool);
}

static gboolean
line (LsUnit *unit, LsInstance instance, const char *text, gsize length)
{
  return ls_pool_heard_line ((LsPoolUnit *) unit, text, length);
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
  ls_pool_kill ((LsPoolUnit *) unit);
  ls_pool_kill_trial ((LsPoolUnit *) unit);
}

static guint
children (LsUnit *unit)
{
  return ls_pool_has_process ((LsPoolUnit *) unit);
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

  job->shown = TRUE;
  walk->each (walk->user, job->noun);
}

static void
foreach (LsUnit *unit, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;
  Walk walk = { each, user };

  if (noun == LS_NOUN_POOL)
    each (user, pool->noun);
  else if (noun == LS_NOUN_BUFFER)
    ls_pool_foreach_buffer (pool, each, user);
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
  if (noun == LS_NOUN_BUFFER)
    return ls_pool_find_buffer (pool, id);
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
  if (!ls_pool_has_process (pool))
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
  pool->board_fd = -1;
  pool->buffers = g_ptr_array_new ();
  pool->lines = g_string_new (NULL);
  pool->handed = g_ptr_array_new ();
  return pool;
}

static void
free_pool (LsUnit *unit)
{
  LsPoolUnit *pool = (LsPoolUnit *) unit;
  ls_pool_disarm_all (pool);
  ls_pool_close_board (pool);
  ls_pool_remove_buffers (pool, FALSE);
  g_ptr_array_unref (pool->buffers);
  g_string_free (pool->lines, TRUE);
  g_ptr_array_unref (pool->handed);
  g_free (pool->replaces);
  g_free (pool->stuck);
  g_free (pool->refusal);
  ls_jobs_free (pool->jobs);
  ls_pool_free (pool->noun);
  g_free (unit->name);
  g_free (pool);
}

const LsUnitClass ls_pool_class = {
  .notify = notify,
  .line = line,
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
