/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The host's end of the channel (abi/channel.h): JSON objects in, JSON objects out, on the main loop.
 *
 * What cannot be understood is said on stderr, which is in the pool's log, and forgotten. */

#include "pool/lines.h"

#include <jansson.h>
#include <uv.h>

typedef struct LsChannel LsChannel;
struct LsChannel {
  uv_pipe_t pipe;
  uv_shutdown_t shutdown;
  LsLines lines;
  bool ended;
  void (*message) (void *user, json_t *object);
  void (*end) (void *user);      /* the agent has closed it or is gone; told once */
  void *user;
};

/* Takes over @fd. Returns 0 or a negative errno. */
int ls_channel_open (LsChannel *channel, uv_loop_t *loop, int fd);
void ls_channel_close (LsChannel *channel);      /* once what was sent is written, or the agent is gone */

/* Takes over @object. With @may_drop it is left out while the agent is slow to read. */
void ls_channel_send (LsChannel *channel, json_t *object, bool may_drop);
