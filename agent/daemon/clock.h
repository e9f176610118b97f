/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The supervisor's clock on a libuv loop. */

#include "core/supervisor.h"

#include <uv.h>

typedef struct {
  uv_timer_t timer;
  LsSupervisor *supervisor;      /* set once it is there */
} LsLoopClock;

void ls_loop_clock_init (LsLoopClock *clock, uv_loop_t *loop);
LsClock ls_loop_clock_port (LsLoopClock *clock);
