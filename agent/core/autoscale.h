/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How many workers a cluster should have whose workers are a range. A pure decision: samples in, a number out.
 *
 * One worker more after 5 samples in a row above 70 % of a core, one fewer after 60 in a row below 30 % with a worker
 * to spare. Anything between, and every change, begins the count again: so load that swings does not make workers swing. */

#include "model/cluster.h"

typedef struct {
  guint busy, idle;        /* samples in a row */
} LsAutoscale;

typedef struct {
  LsRange range;
  guint wanted;            /* as it is now */
  guint ready;             /* a cluster on its way to wanted is not judged */
  double mean_cpu;         /* of a ready worker, 0 … 1; NaN: unknown */
  guint in_flight;         /* requests in all of them */
} LsAutoscaleSample;

/* The number wanted from now on, within the range. */
guint ls_autoscale_next (LsAutoscale *autoscale, const LsAutoscaleSample *sample);
void ls_autoscale_reset (LsAutoscale *autoscale);
