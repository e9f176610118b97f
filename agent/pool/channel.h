/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The host's end of the channel (abi/channel.h): JSON objects in, JSON objects out, on the main loop.
 *
 * What cannot be understood is said on stderr, which is in the pool's log, and forgotten. */

#include "pool/lines.h"
#include "pool/text.h"

#include <jansson.h>
#include <uv.h>

typedef struct LsChannel LsChannel;
struct LsChannel {
  uv_pipe_t pipe;
  uv_shutdown_t shutdown;
  LsLines lines;
  LsText out;              /* not yet given to the system */
  bool ended;
  bool (*line) (void *user, const char *text, size_t length);      /* before it is parsed: true: it is dealt with; may be NULL */
  void (*message) (void *user, json_t *object);
  void (*end) (void *user);      /* the agent has closed it or is gone; told once */
  void *user;
};

/* Takes over @fd. Returns 0 or a negative errno. */
int ls_channel_open (LsChannel *channel, uv_loop_t *loop, int fd);
void ls_channel_close (LsChannel *channel);      /* once what was sent is written, or the agent is gone */

/* What is sent goes out in one piece with the next flush; what answers a message is flushed by itself. */
void ls_channel_send (LsChannel *channel, json_t *object);      /* takes over @object */
void ls_channel_add (LsChannel *channel, const char *line, size_t length);      /* with its end */
void ls_channel_flush (LsChannel *channel);
bool ls_channel_is_slow (const LsChannel *channel);      /* the agent does not keep up: leave out what may be left out */
