/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/timers.h"

struct LsTimers {
  GSequence *queue;        /* LsTimer, by deadline, then by arming */
  guint64 armed_so_far;
  gboolean running;
  gint64 told_ms;          /* the earliest deadline that the watcher knows */
  void (*changed) (void *user, gint64 next_ms);
  void *user;
};

static int
compare_timers (gconstpointer a, gconstpointer b, gpointer unused)
{
  const LsTimer *x = a, *y = b;

  if (x->at_ms != y->at_ms)
    return x->at_ms < y->at_ms ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

LsTimers *
ls_timers_new (void)
{
  LsTimers *timers = g_new0 (LsTimers, 1);

  timers->queue = g_sequence_new (NULL);
  timers->told_ms = G_MAXINT64;
  return timers;
}

void
ls_timers_free (LsTimers *timers)
{
  if (!timers)
    return;
  g_sequence_free (timers->queue);
  g_free (timers);
}

static void
tell_watcher (LsTimers *timers)
{
  gint64 next = ls_timers_next (timers);

  if (timers->running || next == timers->told_ms)
    return;
  timers->told_ms = next;
  if (timers->changed)
    timers->changed (timers->user, next);
}

void
ls_timers_arm (LsTimers *timers, LsTimer *timer, gint64 at_ms, void (*fire) (void *user), void *user)
{
  if (timer->where)
    g_sequence_remove (timer->where);
  timer->at_ms = at_ms;
  timer->order = timers->armed_so_far++;
  timer->fire = fire;
  timer->user = user;
  timer->where = g_sequence_insert_sorted (timers->queue, timer, compare_timers, NULL);
  tell_watcher (timers);
}

void
ls_timers_disarm (LsTimers *timers, LsTimer *timer)
{
  if (!timer->where)
    return;
  g_sequence_remove (g_steal_pointer (&timer->where));
  tell_watcher (timers);
}

gint64
ls_timers_next (const LsTimers *timers)
{
  GSequenceIter *first = g_sequence_get_begin_iter (timers->queue);

  return g_sequence_iter_is_end (first) ? G_MAXINT64 : ((LsTimer *) g_sequence_get (first))->at_ms;
}

guint
ls_timers_armed (const LsTimers *timers)
{
  return (guint) g_sequence_get_length (timers->queue);
}

/* The first due timer that was armed before the run began. */
static LsTimer *
first_due (LsTimers *timers, gint64 now_ms, guint64 before)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (timers->queue);

  for (; !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    {
      LsTimer *timer = g_sequence_get (iter);

      if (timer->at_ms > now_ms)
        return NULL;
      if (timer->order < before)
        return timer;
    }
  return NULL;
}

void
ls_timers_run (LsTimers *timers, gint64 now_ms)
{
  guint64 before = timers->armed_so_far;
  LsTimer *timer;

  g_return_if_fail (!timers->running);
  timers->running = TRUE;
  while ((timer = first_due (timers, now_ms, before)))
    {
      g_sequence_remove (g_steal_pointer (&timer->where));
      timer->fire (timer->user);
    }
  timers->running = FALSE;
  timers->told_ms = G_MININT64;      /* the wish that led to this run is used up: always a new one */
  tell_watcher (timers);
}

void
ls_timers_watch (LsTimers *timers, void (*changed) (void *user, gint64 next_ms), void *user)
{
  timers->changed = changed;
  timers->user = user;
}
