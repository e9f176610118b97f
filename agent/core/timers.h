/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A queue of deadlines on the supervisor's clock; intrusive, so a timer costs no allocation.
 *
 * ls_timers_run calls what is due in order of deadline, then of arming. A callback may arm or disarm any timer. */

#include <glib.h>

typedef struct LsTimers LsTimers;

typedef struct {
  gint64 at_ms;
  guint64 order;
  void (*fire) (void *user);
  void *user;
  GSequenceIter *where;      /* NULL: not armed */
} LsTimer;

LsTimers *ls_timers_new (void);
void ls_timers_free (LsTimers *timers);
void ls_timers_arm (LsTimers *timers, LsTimer *timer, gint64 at_ms, void (*fire) (void *user), void *user);      /* re-arms */
void ls_timers_disarm (LsTimers *timers, LsTimer *timer);
gint64 ls_timers_next (const LsTimers *timers);      /* G_MAXINT64: none */
guint ls_timers_armed (const LsTimers *timers);
/* Calls what is due. What a callback arms, even for a time that has passed, waits for the next run: no run is endless. */
void ls_timers_run (LsTimers *timers, gint64 now_ms);
/* @changed is told the earliest deadline whenever it becomes another one; during a run once, at its end. */
void ls_timers_watch (LsTimers *timers, void (*changed) (void *user, gint64 next_ms), void *user);
