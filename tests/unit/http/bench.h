/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A real server on a loop of its own, and clients that send raw bytes to it and look at the raw answer. Everything waits for
 * an event, with a bound. */

#include "http/server.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

typedef struct {
  uv_loop_t loop;
  LsHttpServer *server;
  LsHttpLimits limits;
  bool unix_socket;
  char path[64];
  int port;

  /* What happened. */
  unsigned requests, observed, closed, complete, refused, connections_opened, connections_closed;
  unsigned last_status;
  uint64_t last_bytes_in, last_bytes_out;
  char last_target[256];
  unsigned statuses[600];
  unsigned max_in_flight;
  bool drained, ended;
  LsHttpExchange *held;   /* by "/hold" */
  void (*handler) (void *user, LsHttpExchange *exchange);   /* instead of the standard one */
  bool refuse_connections;
} Bench;

/* Starts a server with @limits (NULL: the default ones). */
Bench *bench_new (const LsHttpLimits *limits);
Bench *bench_new_unix (const LsHttpLimits *limits);

/* Ends it and checks that nothing is left: connections, exchanges, handles. */
void bench_free (Bench *bench);

/* A client's socket, non-blocking and connected. */
int bench_connect (Bench *bench);

/* The same, but returns a negative errno if there is nobody. */
int bench_try_connect (Bench *bench);

/* Turns the loop until @condition or two seconds have passed; returns whether it came true. */
bool bench_until (Bench *bench, bool (*condition) (void *user), void *user);

/* Turns the loop for @ms. */
void bench_run (Bench *bench, unsigned ms);

/* Sends all of @data in pieces of @piece bytes (0: at once), turning the loop. False if the peer would not take it. */
bool bench_send (Bench *bench, int fd, const void *data, size_t length, size_t piece);

/* Reads until @ends_with was read (NULL: until the peer's end); returns the bytes, NUL-terminated, to be freed. A peer that
 * resets the connection is marked by "<reset>", one that goes silent by "<silence>" at the end. */
char *bench_receive (Bench *bench, int fd, const char *ends_with);

/* One connection: sends @request, shuts down nothing, reads to the end. */
char *bench_talk (Bench *bench, const char *request, size_t length, size_t piece);

/* The status of the first answer in @answer, or 0. */
unsigned answer_status (const char *answer);

/* The body of the first answer. */
const char *answer_body (const char *answer);
