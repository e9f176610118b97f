/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/channel.h"
#include "abi/channel.h"
#include "pool/memory.h"

#include <stdio.h>

#define SLOW_BYTES (256 * 1024)

typedef struct {
  uv_write_t write;
  char *text;
} Line;

static void
on_line (void *user, const char *text, size_t length)
{
  LsChannel *channel = user;
  json_error_t error;
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
  if (n > 0)
    ls_lines_feed (&channel->lines, buf->base, (size_t) n);
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
  bool unwritten = !channel->ended && uv_stream_get_write_queue_size (stream) > 0;
  if (unwritten && uv_shutdown (&channel->shutdown, stream, on_shut_down) == 0)
    return;
  if (!uv_is_closing ((uv_handle_t *) stream))
    uv_close ((uv_handle_t *) stream, on_closed);
}

static void
on_written (uv_write_t *write, int status)
{
  Line *line = (Line *) write;
  free (line->text);
  free (line);
}

void
ls_channel_send (LsChannel *channel, json_t *object, bool may_drop)
{
  uv_stream_t *stream = (uv_stream_t *) &channel->pipe;
  bool slow = uv_stream_get_write_queue_size (stream) > SLOW_BYTES;
  char *text = channel->ended || (slow && may_drop) ? NULL : json_dumps (object, JSON_COMPACT);
  json_decref (object);
  if (text == NULL)
    return;
  size_t length = strlen (text);
  text[length++] = '\n'; /* the line's end takes the place of the terminator */
  uv_buf_t buf = uv_buf_init (text, (unsigned) length);
  int n = uv_try_write (stream, &buf, 1);
  if (n == (int) length || (n < 0 && n != UV_EAGAIN)) {
    free (text);
    return;
  }
  Line *line = ls_new0 (Line, 1);
  line->text = text;
  if (n > 0)
    buf = uv_buf_init (text + n, (unsigned) (length - (size_t) n));
  if (uv_write (&line->write, stream, &buf, 1, on_written) < 0)
    on_written (&line->write, -1);
}
