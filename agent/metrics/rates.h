/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From two readings to what happened between them. Pure functions. */

#include "model/figures.h"

/* Share of the time between two readings that a core was busy, 0 … 1. Counters that went back (idle time does on some
 * kernels) or did not move give 0. */
double ls_core_share (const LsCoreTimes *before, const LsCoreTimes *after);

/* Cores that @cpu_us of CPU time in @span_us are, never negative; NaN for no span. */
double ls_cores_used (guint64 before_us, guint64 after_us, gint64 span_us);

/* The interval of sampling: what was asked, doubled as often as the cost of a sample needs to stay within a share of one core. */
typedef struct {
  gint64 asked_ms;
  double budget;           /* share of a core */
  double cost_us;          /* of one sample, smoothed; 0: none taken yet */
  guint doublings;
} LsPace;

void ls_pace_add_cost (LsPace *pace, double cost_us);
gint64 ls_pace_interval_ms (const LsPace *pace);
