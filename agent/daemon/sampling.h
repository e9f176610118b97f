/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Sampling as the agent does it: the figures of the platform, the roster of the supervisor, and a timer on the loop that keeps to whole
 * intervals of the wall clock. */

#include "core/supervisor.h"
#include "metrics/sampler.h"

#include <uv.h>

typedef struct LsSampling LsSampling;

/* @taken gets each sample. */
LsSampling *ls_sampling_new (uv_loop_t *loop, LsSupervisor *supervisor, const char *epoch, gint64 interval_ms, double budget,
                             void (*taken) (void *self, const LsSample *sample), void *self);
LsSampler *ls_sampling_sampler (LsSampling *sampling);
void ls_sampling_start (LsSampling *sampling);
/* Stops, and frees once libuv has let go; @closed may be NULL. */
void ls_sampling_close (LsSampling *sampling, void (*closed) (void *user), void *user);
