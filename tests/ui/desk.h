/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What every test of the window begins with: an agent with two workers (web) and a thread (compute), and a window on it. */

#include "screen.h"
#include "tests/support/agent.h"

#define SOON 30      /* seconds; a bound, not a figure */

typedef struct {
  LsTestAgent *agent;
  GPid window;
} Desk;

extern const char desk_config[];

int desk_set_up (void **state);
/* The same on another @agent, which is then the desk's. */
int desk_open (void **state, LsTestAgent *agent);
int desk_tear_down (void **state);
/* Waits for it and clicks on it. */
void desk_click (AtspiRole role, const char *name);
/* The button @label of a dialog that asks. */
void desk_answer (const char *label);
