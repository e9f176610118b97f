/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Raw figures as the operating system gives them: totals since boot or since the process began. */

#include <glib.h>
#include <sys/types.h>

typedef struct {
  guint64 busy, total;     /* ticks; idle and iowait are not busy */
} LsCoreTimes;

typedef struct {
  guint cores;             /* entries used in times */
  LsCoreTimes *times;      /* owned by the caller of the read, grown by it; by core number */
  guint times_allocated;
  guint64 memory_total, memory_available, memory_cached;      /* bytes */
  guint64 swap_total, swap_used;
  double load[3];
  gint64 uptime_ms;
} LsHostFigures;

typedef struct {
  char state;              /* R, S, D, Z, T, … as in /proc/PID/stat; 0: unknown */
  guint64 cpu_us;          /* user + system since its start */
  guint64 rss;             /* bytes */
  guint threads;
  guint64 start_time;      /* as in LsInstance */
} LsProcessFigures;

/* Frees what the figures own; safe on zeroed ones. */
static inline void
ls_host_figures_clear (LsHostFigures *figures)
{
  g_clear_pointer (&figures->times, g_free);
  figures->times_allocated = figures->cores = 0;
}
