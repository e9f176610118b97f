/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/channel.h"

#include "abi/channel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNWRITTEN_MAX (1024 * 1024)

struct LsWorkerChannel {
  uv_pipe_t pipe;
  LsWorkerChannelHandlers handlers;
  void *user;
  char *line;          /* grows up to LS_CHANNEL_MAX_LINE */
  size_t used, size;
  bool dropping;       /* the rest of a line that was too long */
  bool over;
};

typedef struct {
  uv_write_t request;
  char *text;
} Outgoing;

static void
on_alloc (uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
  static char input[65536]; /* one loop, one read at a time */
  *buffer = uv_buf_init (input, sizeof input);
}

static bool
is_internal (const json_t *message)
{
  const char *cmd = json_string_value (json_object_get (message, "cmd"));
  return cmd
         && (strncmp (cmd, LS_CHANNEL_INTERNAL_NODE, strlen (LS_CHANNEL_INTERNAL_NODE)) == 0
             || strncmp (cmd, LS_CHANNEL_INTERNAL_OWN, strlen (LS_CHANNEL_INTERNAL_OWN)) == 0);
}

static void
take_line (LsWorkerChannel *channel, const char *line, size_t length)
{
  json_error_t error;
  if (length == 0)
    return;
  json_t *message = json_loadb (line, length, JSON_DECODE_ANY, &error);
  if (!message)
    {
      fprintf (stderr, "lineshaft-worker: a line on the channel is not JSON: %s\n", error.text);
      return;
    }
  if (!is_internal (message))
    channel->handlers.message (channel->user, message);
  json_decref (message);
}

static bool
keep (LsWorkerChannel *channel, const char *data, size_t length)
{
  if (channel->used + length > LS_CHANNEL_MAX_LINE)
    {
      fprintf (stderr, "lineshaft-worker: a line on the channel is longer than %d bytes; dropped\n", LS_CHANNEL_MAX_LINE);
      channel->used = 0;
      channel->dropping = true;
      return false;
    }
  if (channel->used + length > channel->size)
    {
      size_t size = (channel->used + length) * 2;
      char *line = realloc (channel->line, size);
      if (!line)
        return false;
      channel->line = line;
      channel->size = size;
    }
  memcpy (channel->line + channel->used, data, length);
  channel->used += length;
  return true;
}

static void
take_bytes (LsWorkerChannel *channel, const char *data, size_t length)
{
  while (length > 0 && !channel->over)
    {
      const char *feed = memchr (data, '\n', length);
      size_t part = feed ? (size_t) (feed - data) : length;
      if (!channel->dropping && (channel->used > 0 || !feed))
        keep (channel, data, part);
      if (feed && !channel->dropping)
        take_line (channel, channel->used > 0 ? channel->line : data, channel->used > 0 ? channel->used : part);
      if (feed)
        {
          channel->used = 0;
          channel->dropping = false;
          part++;
        }
      data += part;
      length -= part;
    }
}

static void
on_read (uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
  LsWorkerChannel *channel = stream->data;
  if (n >= 0)
    {
      take_bytes (channel, buffer->base, (size_t) n);
      return;
    }
  uv_read_stop (stream);
  if (!channel->over)
    channel->handlers.ended (channel->user);
}

int
ls_worker_channel_open (uv_loop_t *loop, int fd, const LsWorkerChannelHandlers *handlers, void *user,
                        LsWorkerChannel **ret_channel)
{
  LsWorkerChannel *channel = calloc (1, sizeof *channel);
  if (!channel)
    return -ENOMEM;
  channel->handlers = *handlers;
  channel->user = user;
  int r = uv_pipe_init (loop, &channel->pipe, 0);
  if (r < 0)
    {
      free (channel);
      return r;
    }
  channel->pipe.data = channel;
  r = uv_pipe_open (&channel->pipe, fd);
  if (r >= 0)
    r = uv_read_start ((uv_stream_t *) &channel->pipe, on_alloc, on_read);
  if (r < 0)
    {
      ls_worker_channel_close (channel);
      return r;
    }
  *ret_channel = channel;
  return 0;
}

static void
on_written (uv_write_t *request, int status)
{
  Outgoing *outgoing = (Outgoing *) request;
  free (outgoing->text);
  free (outgoing);
}

int
ls_worker_channel_send (LsWorkerChannel *channel, const json_t *message)
{
  if (uv_stream_get_write_queue_size ((uv_stream_t *) &channel->pipe) > UNWRITTEN_MAX)
    return -ENOBUFS;
  Outgoing *outgoing = calloc (1, sizeof *outgoing);
  char *text = json_dumps (message, JSON_COMPACT | JSON_ENCODE_ANY);
  size_t length = text ? strlen (text) : 0;
  if (!outgoing || !text)
    {
      free (outgoing);
      free (text);
      return -ENOMEM;
    }
  text[length] = '\n'; /* in the place of the NUL: the length is known from here on */
  outgoing->text = text;
  uv_buf_t buffer = uv_buf_init (text, (unsigned) length + 1);
  int r = uv_write (&outgoing->request, (uv_stream_t *) &channel->pipe, &buffer, 1, on_written);
  if (r < 0)
    on_written (&outgoing->request, r);
  return r;
}

static void
on_closed (uv_handle_t *handle)
{
  LsWorkerChannel *channel = handle->data;
  free (channel->line);
  free (channel);
}

void
ls_worker_channel_close (LsWorkerChannel *channel)
{
  if (!channel || channel->over)
    return;
  channel->over = true;
  uv_close ((uv_handle_t *) &channel->pipe, on_closed);
}
