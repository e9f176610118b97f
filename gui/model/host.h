/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The computer under the agent: the CPU of each core and memory over the last ten minutes, and the newest figures. */

#include <jansson.h>

#include "gui/model/series.h"
#include "model/sample.h"

enum { LS_MEMORY_USED, LS_MEMORY_CACHED, LS_MEMORY_COLUMNS };

typedef struct {
  guint cores;             /* 0: nothing came yet */
  LsSeries *cpu;           /* a column a core, 0 … 1; NULL before the first */
  LsSeries *memory;        /* bytes, LS_MEMORY_… */
  double memory_total, memory_used, memory_cached, swap_total, swap_used;      /* bytes; NaN: unknown */
  double load[3];
} LsHost;

void ls_host_init (LsHost *host);
void ls_host_clear (LsHost *host);
void ls_host_sample (LsHost *host, const LsSample *sample);
/* The member "host" of the history; @at are its times. */
void ls_host_history (LsHost *host, json_t *history, json_t *at, gint64 step_ms);
double ls_host_cpu (const LsHost *host);      /* mean of all cores now, 0 … 1; NaN: unknown */
