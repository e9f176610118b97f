/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/stream.h"

#include "base/error.h"

#include <errno.h>
#include <unistd.h>

struct LsStream {
  uv_poll_t poll;
  int fd;                   /* -1: closed */
  LsStreamEvents events;    /* data NULL: for writing only */
  GByteArray *queue;
  gsize sent;               /* of the queue */
  char last;                /* byte that came into it */
  gboolean ended;           /* for reading */
  gboolean held;
  gboolean broken;          /* for writing */
  gboolean finishing;
  gboolean closing;
};

/* One buffer for all: it is used up before the next read. */
static char read_buffer[LS_STREAM_READ_SIZE];

static void update_poll (LsStream *stream);

static gsize
unsent (const LsStream *stream)
{
  return stream->queue ? stream->queue->len - stream->sent : 0;
}

static void
forget_queue (LsStream *stream)
{
  g_clear_pointer (&stream->queue, g_byte_array_unref);
  stream->sent = 0;
}

static void
stream_freed (uv_handle_t *handle)
{
  LsStream *stream = handle->data;
  forget_queue (stream);
  g_free (stream);
}

static void
close_fd (LsStream *stream)
{
  if (stream->fd < 0)
    return;
  uv_poll_stop (&stream->poll);
  close (stream->fd);
  stream->fd = -1;
}

static void
end_reading (LsStream *stream)
{
  if (stream->ended)
    return;
  stream->ended = TRUE;
  update_poll (stream);
  if (stream->events.ended)
    stream->events.ended (stream->events.owner, stream);
}

/* How many bytes came; 0 when there is nothing now, or nothing any more. */
static gsize
read_once (LsStream *stream, gsize max)
{
  ssize_t got;
  do
    got = read (stream->fd, read_buffer, MIN (max, sizeof read_buffer));
  while (got < 0 && errno == EINTR);
  if (got > 0) {
    stream->events.data (stream->events.owner, stream, read_buffer, (gsize) got);
    return (gsize) got;
  }
  if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
    end_reading (stream);
  return 0;
}

/* FALSE when the other side is gone. */
static gboolean
flush (LsStream *stream)
{
  while (unsent (stream) > 0) {
    ssize_t put = write (stream->fd, stream->queue->data + stream->sent, unsent (stream));
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return TRUE;
    if (put < 0) {
      stream->broken = TRUE;
      forget_queue (stream);
      return FALSE;
    }
    stream->sent += (gsize) put;
  }
  forget_queue (stream);
  return TRUE;
}

static void
writable (LsStream *stream)
{
  flush (stream);
  if (unsent (stream) == 0 && stream->finishing)
    close_fd (stream);
  else
    update_poll (stream);
}

static void
poll_ready (uv_poll_t *poll, int status, int events)
{
  LsStream *stream = poll->data;
  gboolean trouble = status < 0;      /* an error is pending on the descriptor: the calls below find out which */
  if ((trouble || (events & UV_WRITABLE)) && unsent (stream) > 0)
    writable (stream);
  if (stream->closing || stream->fd < 0)
    return;
  if (stream->events.data && !stream->ended && (trouble || (events & UV_READABLE)))
    if (read_once (stream, sizeof read_buffer) == 0 && trouble && !stream->closing)
      end_reading (stream);
  if (trouble && !stream->closing)
    update_poll (stream);
}

static void
update_poll (LsStream *stream)
{
  if (stream->closing || stream->fd < 0)
    return;
  int wanted = (stream->events.data && !stream->ended && !stream->held ? UV_READABLE : 0) | (unsent (stream) > 0 ? UV_WRITABLE : 0);
  if (wanted)
    uv_poll_start (&stream->poll, wanted, poll_ready);
  else
    uv_poll_stop (&stream->poll);
}

LsStream *
ls_stream_new (uv_loop_t *loop, int fd, const LsStreamEvents *events, GError **error)
{
  LsStream *stream = g_new0 (LsStream, 1);
  int failed = uv_poll_init (loop, &stream->poll, fd);
  if (failed < 0) {
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "a pipe to the child cannot be watched: %s", uv_strerror (failed));
    close (fd);
    g_free (stream);
    return NULL;
  }
  stream->fd = fd;
  stream->last = '\n';
  stream->poll.data = stream;
  if (events)
    stream->events = *events;
  update_poll (stream);
  return stream;
}

gboolean
ls_stream_write_unbounded (LsStream *stream, const char *data, gsize length, GError **error)
{
  if (stream->fd >= 0 && !stream->broken && !stream->finishing) {
    if (!stream->queue)
      stream->queue = g_byte_array_new ();
    if (stream->sent > 0) {
      g_byte_array_remove_range (stream->queue, 0, (guint) stream->sent);
      stream->sent = 0;
    }
    g_byte_array_append (stream->queue, (const guint8 *) data, (guint) length);
    if (length > 0)
      stream->last = data[length - 1];
    gboolean alive = flush (stream);
    update_poll (stream);
    if (alive)
      return TRUE;
  }
  g_set_error_literal (error, LS_ERROR, LS_ERROR_CONFLICT, "the other side has closed it");
  return FALSE;
}

gboolean
ls_stream_write (LsStream *stream, const char *data, gsize length, GError **error)
{
  if (unsent (stream) + length > LS_STREAM_QUEUE_MAX && (unsent (stream) > 0 || length > LS_STREAM_QUEUE_MAX)) {
    g_set_error (error, LS_ERROR, LS_ERROR_BUSY, "%" G_GSIZE_FORMAT " bytes are still unread, no more are taken now", unsent (stream));
    return FALSE;
  }
  return ls_stream_write_unbounded (stream, data, length, error);
}

char
ls_stream_last_written (const LsStream *stream)
{
  return stream->last;
}

void
ls_stream_finish_writing (LsStream *stream)
{
  stream->finishing = TRUE;
  if (unsent (stream) == 0)
    close_fd (stream);
}

void
ls_stream_hold (LsStream *stream, gboolean hold)
{
  if (stream->held == hold)
    return;
  stream->held = hold;
  update_poll (stream);
}

void
ls_stream_drain (LsStream *stream, gsize max)
{
  while (max > 0 && !stream->closing && !stream->ended && stream->fd >= 0) {
    gsize got = read_once (stream, max);
    if (got == 0)
      return;
    max -= got;
  }
}

gboolean
ls_stream_has_ended (const LsStream *stream)
{
  return stream->ended;
}

void
ls_stream_close (LsStream *stream)
{
  if (!stream || stream->closing)
    return;
  close_fd (stream);
  stream->closing = TRUE;
  uv_close ((uv_handle_t *) &stream->poll, stream_freed);
}
