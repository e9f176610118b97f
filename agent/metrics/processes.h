/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The processes that the sampler follows: a reader for each instance, kept open as long as it is in the roster, and what it read last. */

#include "metrics/sampler.h"

typedef struct LsProcesses LsProcesses;

typedef struct {
  LsInstance instance;
  char *text;              /* of the instance */
  void *reader;
  guint64 cpu_us;          /* at the last reading */
  double cores;            /* used between the last two; NaN: unknown */
  guint64 rss;
  guint threads;
  guint64 round;           /* of the last reading */
} LsProcess;

LsProcesses *ls_processes_new (const LsSamplerSources *sources);      /* copies @sources */
void ls_processes_free (LsProcesses *processes);
/* A round reads each process once; those that nobody asked for in it are forgotten at its end. */
void ls_processes_begin (LsProcesses *processes, gint64 span_us);
const LsProcess *ls_processes_read (LsProcesses *processes, LsInstance instance);
void ls_processes_end (LsProcesses *processes);
