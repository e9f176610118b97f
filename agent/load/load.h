/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One run of load: connections that send requests, by the clock (a rate) or one after another, until a number or a time is reached.
 *
 * With a rate, latency counts from when a request was due if it had to wait for a free connection: a slow server cannot hide by slowing its
 * client down. The first tolerance of 2 ms is the timer's own. */

#include "load/options.h"
#include "load/report.h"

#include <uv.h>

typedef struct LsLoad LsLoad;

/* Starts on @loop; @ended is told once every request has its outcome and all is closed. @options must outlive it. */
LsLoad *ls_load_new (uv_loop_t *loop, const LsLoadOptions *options, void (*ended) (void *user), void *user);
void ls_load_free (LsLoad *load);      /* after @ended */

/* Sends nothing more; what is under way has one second, or the time-out of its request at the natural end. Asked twice: ends at once. */
void ls_load_interrupt (LsLoad *load);

/* What became of everything so far; points into @load. */
void ls_load_report (const LsLoad *load, LsReport *ret);

/* Microseconds since the start (until the end). */
uint64_t ls_load_elapsed_us (const LsLoad *load);
