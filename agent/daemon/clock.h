/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The supervisor's clock on a libuv loop. */

#include "core/supervisor.h"

#include <uv.h>

typedef struct {
  uv_timer_t timer;
  LsSupervisor *supervisor;      /* set once it is there */
  GTimeZone *zone;               /* the last one asked for; keeps GLib from reading it again */
} LsLoopClock;

void ls_loop_clock_init (LsLoopClock *clock, uv_loop_t *loop);
void ls_loop_clock_clear (LsLoopClock *clock);      /* the timer is the loop's */
LsClock ls_loop_clock_port (LsLoopClock *clock);
