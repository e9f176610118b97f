/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/channel.h"
#include "abi/channel.h"
#include "pool/memory.h"

#include <stdio.h>

#define SLOW_BYTES (256 * 1024)
#define FLUSH_BYTES (64 * 1024)

typedef struct {
  uv_write_t write;
  char *text;
} Block;

static void
on_line (void *user, const char *text, size_t length)
{
  LsChannel *channel = user;
  json_error_t error;
  if (channel->line != NULL && channel->line (channel->user, text, length))
    return;
  json_t *object = json_loadb (text, length, JSON_REJECT_DUPLICATES, &error);
  if (json_is_object (object))
    channel->message (channel->user, object);
  else
    fprintf (stderr, "A line on the channel is not a JSON object and was ignored: %.*s%s\n", length > 100 ? 100 : (int) length, text,
             length > 100 ? "…" : "");
  json_decref (object);
}

static void
on_dropped (void *user, size_t length)
{
  fprintf (stderr, "A line of %zu bytes on the channel was ignored: %d are allowed.\n", length, LS_CHANNEL_MAX_LINE);
}

static void
on_alloc (uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
  static char buffer[64 * 1024]; /* read and cut on the spot, in the main thread only */
  *buf = uv_buf_init (buffer, sizeof buffer);
}

static void
on_read (uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
  LsChannel *channel = stream->data;
  if (n > 0) {
    ls_lines_feed (&channel->lines, buf->base, (size_t) n);
    ls_channel_flush (channel);
  }
  else if (n < 0 && !channel->ended) {
    channel->ended = true;
    uv_read_stop (stream);
    channel->end (channel->user);
  }
}

int
ls_channel_open (LsChannel *channel, uv_loop_t *loop, int fd)
{
  channel->lines = (LsLines) { .max = LS_CHANNEL_MAX_LINE, .line = on_line, .dropped = on_dropped, .user = channel };
  channel->ended = false;
  channel->out = (LsText) { 0 };
  uv_pipe_init (loop, &channel->pipe, 0);
  channel->pipe.data = channel;
  int r = uv_pipe_open (&channel->pipe, fd);
  if (r == 0)
    r = uv_read_start ((uv_stream_t *) &channel->pipe, on_alloc, on_read);
  return r;
}

static void
on_closed (uv_handle_t *pipe)
{
  LsChannel *channel = pipe->data;
  ls_lines_clear (&channel->lines);
  ls_text_clear (&channel->out);
}

static void
on_shut_down (uv_shutdown_t *request, int status)
{
  if (!uv_is_closing ((uv_handle_t *) request->handle))
    uv_close ((uv_handle_t *) request->handle, on_closed);
}

void
ls_channel_close (LsChannel *channel)
{
  uv_stream_t *stream = (uv_stream_t *) &channel->pipe;
  ls_channel_flush (channel);
  bool unwritten = !channel->ended && uv_stream_get_write_queue_size (stream) > 0;
  if (unwritten && uv_shutdown (&channel->shutdown, stream, on_shut_down) == 0)
    return;
  if (!uv_is_closing ((uv_handle_t *) stream))
    uv_close ((uv_handle_t *) stream, on_closed);
}

static void
on_written (uv_write_t *write, int status)
{
  Block *block = (Block *) write;
  free (block->text);
  free (block);
}

void
ls_channel_flush (LsChannel *channel)
{
  uv_stream_t *stream = (uv_stream_t *) &channel->pipe;
  LsText *out = &channel->out;
  if (out->length == 0 || channel->ended)
    return;
  uv_buf_t buf = uv_buf_init (out->data, (unsigned) out->length);
  int n = uv_try_write (stream, &buf, 1);
  size_t written = n > 0 ? (size_t) n : 0;
  if (written < out->length && (n >= 0 || n == UV_EAGAIN)) {
    Block *block = ls_new0 (Block, 1);
    size_t left = out->length - written;
    block->text = ls_must (malloc (left));
    memcpy (block->text, out->data + written, left);
    buf = uv_buf_init (block->text, (unsigned) left);
    if (uv_write (&block->write, stream, &buf, 1, on_written) < 0)
      on_written (&block->write, -1);
  }
  out->length = 0;
}

void
ls_channel_add (LsChannel *channel, const char *line, size_t length)
{
  if (channel->ended)
    return;
  ls_text_add (&channel->out, line, length);
  if (channel->out.length >= FLUSH_BYTES)
    ls_channel_flush (channel);
}

bool
ls_channel_is_slow (const LsChannel *channel)
{
  return channel->ended || uv_stream_get_write_queue_size ((const uv_stream_t *) &channel->pipe) > SLOW_BYTES;
}

void
ls_channel_send (LsChannel *channel, json_t *object)
{
  char *text = json_dumps (object, JSON_COMPACT);
  json_decref (object);
  if (text == NULL)
    return;
  ls_channel_add (channel, text, strlen (text));
  ls_channel_add (channel, "\n", 1);
  free (text);
}
