/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One process in time: pid and start time, "4711-889213". A recycled pid is another instance. */

#include <glib.h>
#include <sys/types.h>

typedef struct {
  pid_t pid;               /* 0: none */
  guint64 start_time;      /* clock ticks since boot, field 22 of /proc/PID/stat */
} LsInstance;

gboolean ls_instance_equal (LsInstance a, LsInstance b);
char *ls_instance_to_text (LsInstance instance);      /* (transfer full); NULL for none */
gboolean ls_instance_parse (const char *text, LsInstance *ret);

/* How a process ended, and what it used. */
typedef struct {
  int code;              /* exit status, or -1 when a signal ended it */
  int signal;            /* 0 when it exited */
  gint64 at;             /* Unix ms */
  gint64 cpu_ms;         /* user and system */
  gint64 user_ms, system_ms;
  guint64 max_rss;       /* bytes */
  guint64 minor_faults, major_faults;
} LsExit;
