/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The worker: what its files share. It serves until it is told to stop, then drains and exits.
 *
 * worker.c is its life, routes.c what it answers, burn.c the work that it gives to libuv's thread pool. */

#include "abi/scoreboard.h"
#include "http/server.h"
#include "worker/channel.h"
#include "worker/settings.h"

#include <stdbool.h>

typedef struct {
  uv_loop_t *loop;
  const LsWorkerSettings *settings;
  LsScoreboardRow *row;
  LsHttpServer *server;
  LsWorkerChannel *channel;    /* NULL: none, or gone */
  uv_timer_t heartbeat;
  uv_signal_t terminate, interrupt;
  uint64_t heartbeat_due_ns;
  unsigned heartbeat_ms;
  uint64_t requests;           /* handed to a route */
  unsigned io_pending;         /* work given to the thread pool and not back yet */
  bool draining;
  unsigned logged;             /* refusals, since the last heartbeat */
  unsigned unlogged;
  char greeting[96];           /* "web.3 pid 4711 request " */
  size_t greeting_length;
} LsWorker;

/* Serves until drained. Returns the exit status. */
int ls_worker_run (LsWorker *worker, const LsWorkerSettings *settings);

/* --- routes.c --- */
void ls_worker_route (void *user, LsHttpExchange *exchange);

/* A problem document (RFC 9457). @detail is a sentence. */
void ls_worker_problem (LsHttpExchange *exchange, unsigned status, const char *detail);

/* --- burn.c: /cpu/MS --- */
void ls_worker_burn (LsWorker *worker, LsHttpExchange *exchange, unsigned ms);
