/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/thread_cpu.h"

#include "platform/process_figures.h"

typedef struct {
  pid_t pid, tid;      /* the key */
  guint64 cpu_us;
  gint64 at_us;        /* monotonic */
  guint round;
} Thread;

struct LsThreadCpu {
  GHashTable *threads;      /* Thread, a set */
  guint round;
};

/* One thread's share to be told; the supervisor must not change while its pools are walked. */
typedef struct {
  char *pool;
  guint index;
  double cores;
} Share;

static guint
thread_hash (gconstpointer key)
{
  return (guint) ((const Thread *) key)->tid;
}

static gboolean
thread_equal (gconstpointer a, gconstpointer b)
{
  const Thread *left = a, *right = b;

  return left->tid == right->tid && left->pid == right->pid;
}

LsThreadCpu *
ls_thread_cpu_new (void)
{
  LsThreadCpu *cpu = g_new0 (LsThreadCpu, 1);

  cpu->threads = g_hash_table_new_full (thread_hash, thread_equal, g_free, NULL);
  return cpu;
}

void
ls_thread_cpu_free (LsThreadCpu *cpu)
{
  if (cpu == NULL)
    return;
  g_hash_table_unref (cpu->threads);
  g_free (cpu);
}

/* Cores used since the last look; FALSE at the first look, and where it is not known. */
static gboolean
measure (LsThreadCpu *cpu, pid_t pid, pid_t tid, double *ret_cores)
{
  const Thread key = { .pid = pid, .tid = tid };
  Thread *thread = g_hash_table_lookup (cpu->threads, &key);
  gint64 now = g_get_monotonic_time ();
  guint64 used;
  gboolean known = thread != NULL;

  if (!ls_thread_cpu_us (pid, tid, &used))
    return FALSE;
  if (known && now > thread->at_us)
    *ret_cores = (double) (used - MIN (used, thread->cpu_us)) / (double) (now - thread->at_us);
  if (!known)
    {
      thread = g_new0 (Thread, 1);
      *thread = key;
      g_hash_table_add (cpu->threads, thread);
    }
  thread->cpu_us = used;
  thread->at_us = now;
  thread->round = cpu->round;
  return known;
}

typedef struct {
  LsThreadCpu *cpu;
  GArray *shares;      /* Share */
} Look;

static void
look_at_pool (void *user, gconstpointer resource)
{
  Look *look = user;
  const LsPool *pool = resource;

  for (guint i = 0; pool->instance.pid > 0 && i < pool->threads->len; i++)
    {
      const LsPoolThread *thread = &g_array_index (pool->threads, LsPoolThread, i);
      Share share = { NULL, thread->index, 0 };

      if (thread->tid <= 0 || !measure (look->cpu, pool->instance.pid, thread->tid, &share.cores))
        continue;
      share.pool = g_strdup (pool->name);
      g_array_append_val (look->shares, share);
    }
}

static gboolean
is_gone (gpointer key, gpointer value, gpointer user)
{
  return ((const Thread *) key)->round != ((const LsThreadCpu *) user)->round;
}

static void
clear_share (gpointer data)
{
  g_free (((Share *) data)->pool);
}

void
ls_thread_cpu_tell (LsThreadCpu *cpu, LsSupervisor *supervisor)
{
  g_autoptr (GArray) shares = g_array_new (FALSE, FALSE, sizeof (Share));
  Look look = { cpu, shares };

  g_array_set_clear_func (shares, clear_share);
  cpu->round++;
  ls_supervisor_foreach (supervisor, LS_NOUN_POOL, look_at_pool, &look);
  g_hash_table_foreach_remove (cpu->threads, is_gone, cpu);
  for (guint i = 0; i < shares->len; i++)
    {
      const Share *share = &g_array_index (shares, Share, i);

      ls_supervisor_pool_thread_cpu (supervisor, share->pool, share->index, share->cores);
    }
}
