/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The jobs of the demo: now and then a search for primes in the pool "compute", so that its threads can be watched at work. */

#include <uv.h>

typedef struct LsDemo LsDemo;

/* @agent: the path of the agent's socket. */
LsDemo *ls_demo_new (uv_loop_t *loop, const char *agent, char *error, size_t error_size);      /* NULL: the sentence says why */
void ls_demo_close (LsDemo *demo);      /* stops; the loop must turn once more */
void ls_demo_free (LsDemo *demo);
