/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The message channel to the agent: one JSON value on a line, both ways (abi/channel.h). */

#include <jansson.h>
#include <uv.h>

typedef struct LsWorkerChannel LsWorkerChannel;

typedef struct {
  void (*message) (void *user, json_t *message);   /* a user's message; internal ones are not ours to answer */
  void (*ended) (void *user);                      /* the other end is gone; once */
} LsWorkerChannelHandlers;

/* Takes over @fd, one end of a stream socketpair. Returns 0 or a negative errno. */
int ls_worker_channel_open (uv_loop_t *loop, int fd, const LsWorkerChannelHandlers *handlers, void *user,
                            LsWorkerChannel **ret_channel);

/* Sends @message; dropped with -ENOBUFS if the other end has long stopped reading. */
int ls_worker_channel_send (LsWorkerChannel *channel, const json_t *message);

/* Ends and frees it. May be NULL. */
void ls_worker_channel_close (LsWorkerChannel *channel);
