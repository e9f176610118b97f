/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A server that does as it is told: for each connection, what it answers to each request on it, on the test's own loop. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include <cmocka.h>

typedef enum { THEN_KEEP, THEN_CLOSE, THEN_RESET } Then;

typedef struct {
  const char *answer;      /* NULL: none */
  Then then;
} Act;

typedef struct {
  uv_loop_t loop;
  uv_tcp_t listener;
  int port;
  const Act *acts;         /* one a request, in order of arrival; the last one is repeated */
  unsigned n_acts;
  unsigned requests;
  unsigned accepted;
} Server;

void server_start (Server *server, const Act *acts, unsigned n_acts);
void server_stop (Server *server);      /* and ends the loop */
