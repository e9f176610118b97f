/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How many threads a pool has, and who waits for it. */

#include "abi/channel.h"
#include "core/pool.h"

#include <math.h>

#define SHRINK_MS 30000      /* a range is left downwards only after so long a quiet time */

/* --- how many --- */

static guint
needed (const LsPoolUnit *pool)
{
  const LsRange *range = &pool->noun->spec.threads;

  return CLAMP (ls_jobs_in_queue (pool->jobs) + ls_jobs_handed (pool->jobs), range->min, range->max);
}

static void
tell_threads (LsPoolUnit *pool)
{
  if (pool->told == pool->wanted || pool->noun->instance.pid == 0 || pool->leaving)
    return;
  if (ls_pool_tell (pool, json_pack ("{s:s,s:i}", "cmd", LS_POOL_THREADS, "count", (int) pool->wanted), NULL))
    pool->told = pool->wanted;      /* otherwise the next turn tries again */
}

static void
shrink (void *user)
{
  LsPoolUnit *pool = user;

  pool->wanted = needed (pool);
  tell_threads (pool);
}

void
ls_pool_fit_threads (LsPoolUnit *pool)
{
  const LsRange *range = &pool->noun->spec.threads;
  guint need = needed (pool);

  if (need >= pool->wanted || pool->wanted > range->max)
    {
      pool->wanted = need > pool->wanted ? need : MIN (pool->wanted, range->max);
      ls_pool_disarm (pool, &pool->shrink);
    }
  if (need < pool->wanted && !pool->shrink.where)
    ls_pool_arm (pool, &pool->shrink, SHRINK_MS, shrink);
  tell_threads (pool);
}

/* --- which --- */

static LsPoolThread *
find (LsPoolUnit *pool, guint index, guint *ret_place)
{
  GArray *threads = pool->noun->threads;

  for (*ret_place = 0; *ret_place < threads->len; (*ret_place)++)
    {
      LsPoolThread *thread = &g_array_index (threads, LsPoolThread, *ret_place);

      if (thread->index == index)
        return thread;
      if (thread->index > index)
        break;
    }
  return NULL;
}

static guint
missing_or_surplus (const LsPoolUnit *pool)
{
  guint up = pool->noun->threads->len;

  return up > pool->wanted ? up - pool->wanted : pool->wanted - up;
}

static void
look_at_operation (LsPoolUnit *pool)
{
  guint left = missing_or_surplus (pool);
  guint done;

  if (!pool->operation || pool->goal == LS_POOL_GOAL_RESTART || pool->trial)
    return;
  done = pool->operation->total - MIN (left, pool->operation->total);
  if (left == 0)
    ls_pool_end_operation (pool, NULL);
  else if (done > pool->operation->done)
    ls_supervisor_step_operation (pool->unit.supervisor, pool->operation, done);
}

void
ls_pool_thread_up (LsPoolUnit *pool, guint index, pid_t tid)
{
  LsPoolThread thread = { .index = index, .tid = tid, .cpu = NAN };
  guint place;

  if (find (pool, index, &place))
    return;
  g_array_insert_val (pool->noun->threads, place, thread);
  ls_pool_changed (pool);
  look_at_operation (pool);
}

void
ls_pool_thread_gone (LsPoolUnit *pool, guint index)
{
  guint place;

  if (!find (pool, index, &place))
    return;
  g_array_remove_index (pool->noun->threads, place);
  ls_pool_changed (pool);
  look_at_operation (pool);
}

void
ls_pool_threads_lost (LsPoolUnit *pool)
{
  g_array_set_size (pool->noun->threads, 0);
}

void
ls_pool_thread_job (LsPoolUnit *pool, int index, const char *job)
{
  guint place;
  LsPoolThread *thread = index >= 0 ? find (pool, (guint) index, &place) : NULL;

  if (!thread)
    return;
  g_free (thread->job);
  thread->job = g_strdup (job);
}

/* --- who waits --- */

void
ls_pool_end_operation (LsPoolUnit *pool, const char *failure)
{
  LsOperation *operation = g_steal_pointer (&pool->operation);

  if (operation)
    ls_supervisor_end_operation (pool->unit.supervisor, operation, failure);
}

void
ls_pool_begin_operation (LsPoolUnit *pool, const char *verb)
{
  LsOperation *operation = ls_supervisor_begin_operation (pool->unit.supervisor, verb, pool->unit.name, missing_or_surplus (pool));
  g_autofree char *failure = g_strdup_printf ("overtaken by %s, which wants %u of %s", operation->id, pool->wanted, pool->unit.name);

  ls_pool_end_operation (pool, failure);
  pool->operation = operation;
  look_at_operation (pool);
}

void
ls_supervisor_pool_thread_cpu (LsSupervisor *supervisor, const char *name, guint index, double cores)
{
  LsPoolUnit *pool = (LsPoolUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name);
  guint place;
  LsPoolThread *thread = pool ? find (pool, index, &place) : NULL;

  if (thread)
    thread->cpu = cores;      /* a figure, not a change: it goes out with the samples */
}
