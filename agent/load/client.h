/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One HTTP client connection: one request at a time, kept alive or new each time, never a second try.
 *
 * A request has exactly one outcome. Failed means: the connection was refused, or it was reset, ended or fell silent after it was asked for and
 * before the answer was whole. That a server closes an idle connection is no failure: one found closed before anything was sent is opened again. */

#include "load/answer.h"
#include "load/target.h"

#include <uv.h>

typedef enum {
  LS_OUTCOME_ANSWERED,
  LS_OUTCOME_REFUSED,
  LS_OUTCOME_RESET,
  LS_OUTCOME_CUT_SHORT,
  LS_OUTCOME_TIMED_OUT,
  LS_OUTCOME_MALFORMED,      /* what came is no HTTP answer, or goes on after its end */
  LS_OUTCOME_LOCAL,          /* this computer ran out of ports or descriptors */
  LS_N_OUTCOMES
} LsOutcome;

typedef enum { LS_CLIENT_CLOSED, LS_CLIENT_CONNECTING, LS_CLIENT_OPEN, LS_CLIENT_BUSY, LS_CLIENT_CLOSING } LsClientState;

typedef struct {
  uint64_t opened;           /* connections made */
  uint64_t closed_idle;      /* kept connections that the server closed between requests */
  uint64_t bytes_in, bytes_out;
} LsTraffic;

typedef struct LsClient LsClient;
struct LsClient {
  uv_loop_t *loop;
  const LsTarget *target;
  LsTraffic *traffic;        /* shared by all clients of a run */
  void (*done) (LsClient *client, LsOutcome outcome);      /* may send the next request */
  void *user;

  union {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  } as;
  uv_connect_t connect;
  uv_write_t write;
  LsClientState state;
  bool waiting;              /* a request waits for the old connection to be gone */
  bool in_done;
  bool keep;
  const char *request;
  size_t length;
  LsAnswer answer;
};

/* @target and @traffic must outlive the client. */
void ls_client_init (LsClient *client, uv_loop_t *loop, const LsTarget *target, LsTraffic *traffic,
                     void (*done) (LsClient *client, LsOutcome outcome), void *user);

/* Sends @request, which must stay as it is until it is done. With @keep the connection is used again if the server agrees. Only
 * for a client that is not busy. */
void ls_client_send (LsClient *client, const char *request, size_t length, bool keep);

/* Gives up the request that runs, as timed out. */
void ls_client_time_out (LsClient *client);

/* Closes without a word; a request that runs has no outcome then. The loop must turn once more. */
void ls_client_close (LsClient *client);

/* Whether a request runs. */
bool ls_client_is_busy (const LsClient *client);

const char *ls_outcome_name (LsOutcome outcome);      /* "cut_short" */
