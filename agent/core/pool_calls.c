/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Wishes: the functions of supervisor.h that concern pools and jobs. Each checks everything first, so that what is refused changes nothing. */

#include "base/error.h"
#include "base/text.h"
#include "core/pool.h"

#define QUEUE_BYTES (32u * 1024 * 1024)

static gboolean
check_plugins (LsSupervisor *supervisor, char **plugins, GError **error)
{
  const LsWorkshop *workshop = &ls_supervisor_ports (supervisor)->workshop;

  for (guint i = 0; plugins && plugins[i]; i++)
    {
      for (guint j = 0; j < i; j++)
        if (g_str_equal (plugins[i], plugins[j]))
          {
            g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the plug-in %s stands there twice", plugins[i]);
            return FALSE;
          }
      if (!workshop->check_plugin (workshop->self, plugins[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_spec (LsSupervisor *supervisor, const LsPoolSpec *spec, GError **error)
{
  if (spec->threads.min > spec->threads.max)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "threads %u..%u runs backwards: put the smaller number first",
                 spec->threads.min, spec->threads.max);
  else if (spec->threads.min < 1)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "a pool needs at least 1 thread: remove the pool to have none");
  else
    return check_plugins (supervisor, spec->plugins, error);
  return FALSE;
}

static LsPoolUnit *
find_pool (LsSupervisor *supervisor, const char *name, GError **error)
{
  LsPoolUnit *pool;

  if (ls_supervisor_refuse_when_stopping (supervisor, error))
    return NULL;
  pool = (LsPoolUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name);
  if (pool && pool->goal != LS_POOL_GOAL_REMOVE)
    return pool;
  if (pool)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is being removed: wait until it has gone", name);
  else
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no pool %s", name);
  return NULL;
}

/* --- putting --- */

static gboolean
create (LsSupervisor *supervisor, const char *name, const LsPoolSpec *spec, LsOrigin origin, GError **error)
{
  LsPoolUnit *pool = ls_pool_unit_new (supervisor, name);

  ls_pool_spec_copy (&pool->noun->spec, spec);
  pool->noun->origin = origin;
  pool->noun->since_at = ls_supervisor_wall_ms (supervisor);
  pool->noun->revision = ls_supervisor_next_revision (supervisor);
  if (!ls_supervisor_add_unit (supervisor, &pool->unit, error))
    {
      ls_pool_class.free (&pool->unit);
      return FALSE;
    }
  if (!ls_pool_start (pool, error))
    {
      ls_supervisor_drop_unit (supervisor, &pool->unit);
      return FALSE;
    }
  ls_supervisor_changed (supervisor, LS_NOUN_POOL, LS_CHANGE_ADDED, pool->noun);
  ls_pool_begin_operation (pool, "create");
  return TRUE;
}

static gboolean
same_plugins (const LsPoolSpec *a, const LsPoolSpec *b)
{
  const char *const none[] = { NULL };

  return g_strv_equal (a->plugins ? (const char *const *) a->plugins : none, b->plugins ? (const char *const *) b->plugins : none);
}

static gboolean
same_spec (const LsPoolSpec *a, const LsPoolSpec *b)
{
  return same_plugins (a, b) && a->threads.min == b->threads.min && a->threads.max == b->threads.max && a->queue_max == b->queue_max;
}

void
ls_pool_change_over (LsPoolUnit *pool, const LsPoolSpec *spec, LsOrigin origin, gboolean is_tried)
{
  guint before = pool->wanted;
  gboolean anew = !same_plugins (&pool->noun->spec, spec);

  ls_pool_spec_copy (&pool->noun->spec, spec);
  pool->noun->origin = origin;
  ls_pool_fit_threads (pool);
  ls_pool_changed (pool);
  if (anew)      /* what a process has loaded it cannot let go of */
    {
      ls_pool_leave (pool, LS_POOL_GOAL_RESTART);
      if (!is_tried)      /* else it began with the trial */
        ls_pool_begin_operation (pool, "restart");
    }
  else if (pool->wanted != before)
    ls_pool_begin_operation (pool, "scale");
  ls_pool_hand_out (pool);
}

static gboolean
change (LsPoolUnit *pool, const LsPoolSpec *spec, LsOrigin origin, GError **error)
{
  gboolean is_tried = !same_plugins (&pool->noun->spec, spec) && spec->plugins && spec->plugins[0] && pool->noun->state == LS_POOL_READY;

  if (pool->trial)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "other plug-ins of %s are being tried: wait until that is over", pool->unit.name);
      return FALSE;
    }
  if (same_spec (&pool->noun->spec, spec) && pool->noun->origin == origin)
    return TRUE;
  if (!is_tried)
    {
      ls_pool_change_over (pool, spec, origin, FALSE);
      return TRUE;
    }
  if (!ls_pool_try (pool, spec, origin, error))
    return FALSE;
  ls_pool_begin_operation (pool, "restart");
  return TRUE;
}

gboolean
ls_supervisor_put_pool (LsSupervisor *supervisor, const char *name, const LsPoolSpec *spec, LsOrigin origin,
                        const LsOperation **ret_operation, GError **error)
{
  LsPoolUnit *pool = NULL;
  LsOperation *before = NULL;
  gboolean put = TRUE;

  if (ret_operation)
    *ret_operation = NULL;
  if (!ls_name_is_valid (name))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s cannot be a name: a small letter, then up to 31 small letters, digits and hyphens", name);
      return FALSE;
    }
  if (ls_supervisor_refuse_when_stopping (supervisor, error) || !check_spec (supervisor, spec, error))
    return FALSE;
  if (ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name) && !(pool = find_pool (supervisor, name, error)))
    return FALSE;
  ls_supervisor_enter (supervisor);
  before = pool ? pool->operation : NULL;
  if (pool)
    put = change (pool, spec, origin, error);
  else
    put = create (supervisor, name, spec, origin, error);
  pool = (LsPoolUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name);
  if (put && ret_operation && pool->operation != before)
    *ret_operation = pool->operation;
  ls_supervisor_leave (supervisor);
  return put;
}

/* --- the whole pool --- */

gboolean
ls_supervisor_remove_pool (LsSupervisor *supervisor, const char *name, GError **error)
{
  LsPoolUnit *pool = find_pool (supervisor, name, error);

  if (!pool)
    return FALSE;
  ls_supervisor_enter (supervisor);
  ls_pool_leave (pool, LS_POOL_GOAL_REMOVE);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_restart_pool (LsSupervisor *supervisor, const char *name, GError **error)
{
  LsPoolUnit *pool = find_pool (supervisor, name, error);

  if (!pool)
    return FALSE;
  if (pool->goal == LS_POOL_GOAL_RESTART)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is being restarted already: wait until it is ready", name);
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  ls_pool_leave (pool, LS_POOL_GOAL_RESTART);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

void
ls_supervisor_take_pool_tally (LsSupervisor *supervisor, const char *name, LsPoolTally *ret_tally)
{
  LsPoolUnit *pool = (LsPoolUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name);

  if (pool)
    ls_jobs_take_tally (pool->jobs, ret_tally);
}

const LsPoolTotals *
ls_supervisor_pool_totals (LsSupervisor *supervisor, const char *name)
{
  LsPoolUnit *pool = (LsPoolUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name);

  return pool ? ls_jobs_totals (pool->jobs) : NULL;
}

/* --- jobs --- */

/* Those that no thread could take at once. */
static guint
waiting (const LsPoolUnit *pool)
{
  guint handed = ls_jobs_handed (pool->jobs);

  return ls_jobs_in_queue (pool->jobs) + (handed > pool->wanted ? handed - pool->wanted : 0);
}

static gboolean
check_room (LsPoolUnit *pool, LsJob *const *requests, guint n, GError **error)
{
  guint max = pool->noun->spec.queue_max, is = waiting (pool);
  gsize bytes = ls_jobs_living_bytes (pool->jobs);

  for (guint i = 0; i < n; i++)
    bytes += ls_job_args_bytes (requests[i]->args);

  if (n > max)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%u jobs at once are more than may ever wait in %s (queue_max %u): submit fewer, or raise queue_max", n,
                 pool->unit.name, max);
  else if (is + n > max && n == 1)
    g_set_error (error, LS_ERROR, LS_ERROR_BUSY, "%u jobs wait in %s and no more may: try again later, or raise queue_max", max, pool->unit.name);
  else if (is + n > max)
    g_set_error (error, LS_ERROR, LS_ERROR_BUSY, "%u jobs wait in %s, %u may, and %u were to be added: try again later, or raise queue_max", is,
                 pool->unit.name, max, n);
  else if (bytes > QUEUE_BYTES)
    g_set_error (error, LS_ERROR, LS_ERROR_BUSY, "the args of the jobs in %s have %u MiB and may have no more: try again later, or put what is long into files",
                 pool->unit.name, QUEUE_BYTES >> 20);
  else
    return TRUE;
  return FALSE;
}

static char *
known_kinds (const LsPool *pool)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < pool->kinds->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", ((const LsPoolJobKind *) pool->kinds->pdata[i])->name);
  return g_string_free (text, FALSE);
}

/* As long as its process has not said what it can do, the pool takes all names. */
static gboolean
check_name (LsPoolUnit *pool, const char *name, GError **error)
{
  const LsPool *noun = pool->noun;
  g_autofree char *known = NULL;

  for (guint i = 0; i < noun->kinds->len; i++)
    if (g_str_equal (((const LsPoolJobKind *) noun->kinds->pdata[i])->name, name))
      return TRUE;
  if (noun->kinds->len == 0)
    return TRUE;
  known = known_kinds (noun);
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no job “%s” in %s; it knows %s", name, pool->unit.name, known);
  return FALSE;
}

gboolean
ls_supervisor_submit_jobs (LsSupervisor *supervisor, const char *name, LsJob **requests, guint n, guint64 *ret_first, GError **error)
{
  LsPoolUnit *pool = find_pool (supervisor, name, error);

  if (!pool)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if ((i == 0 || !g_str_equal (requests[i]->name, requests[i - 1]->name)) && !check_name (pool, requests[i]->name, error))
      return FALSE;
  if (!check_room (pool, requests, n, error))
    return FALSE;
  ls_supervisor_enter (supervisor);
  for (guint i = 0; i < n; i++)
    {
      LsPoolJob *job = ls_jobs_add (pool->jobs, requests[i]);

      if (i == 0)
        *ret_first = job->number;
    }
  ls_pool_hand_out (pool);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_submit_job (LsSupervisor *supervisor, const char *name, const LsJob *request, const LsJob **ret_job, GError **error)
{
  LsJob *copy = ls_job_copy_request (request, g_strdupv (request->args));
  guint64 number;
  char id[32];

  if (!ls_supervisor_submit_jobs (supervisor, name, &copy, 1, &number, error))
    {
      ls_job_free (copy);
      return FALSE;
    }
  g_snprintf (id, sizeof id, "j%" G_GUINT64_FORMAT, number);
  if (ret_job)
    *ret_job = ls_supervisor_find_job (supervisor, id);
  return TRUE;
}

typedef struct {
  const char *id;
  LsPoolUnit *pool;
  LsPoolJob *job;
} Search;

static void
search (LsUnit *unit, void *user)
{
  Search *what = user;
  LsPoolUnit *pool = (LsPoolUnit *) unit;

  if (unit->noun != LS_NOUN_POOL || what->job)
    return;
  what->job = ls_jobs_find (pool->jobs, what->id);
  what->pool = pool;
}

gboolean
ls_supervisor_cancel_job (LsSupervisor *supervisor, const char *id, GError **error)
{
  Search what = { .id = id };

  ls_supervisor_each_unit (supervisor, search, &what);
  if (!what.job)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no job %s (any more)", id);
      return FALSE;
    }
  if (ls_job_state_is_final (what.job->noun->state))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is over (%s): there is nothing to cancel", id, ls_job_state_name (what.job->noun->state));
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  ls_pool_end_job (what.pool, what.job, LS_JOB_CANCELLED, NULL);
  ls_supervisor_leave (supervisor);
  return TRUE;
}
