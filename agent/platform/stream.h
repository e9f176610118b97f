/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Our end of a pipe or socketpair to a child.
 *
 * At most one buffer is read a turn of the loop, so a child that floods its output cannot starve the others: the pipe
 * fills and the child waits. Writes are queued when the child is slow, up to a limit. Descriptors that come as
 * ancillary data are closed by the kernel, since plain read() takes none. */

#include <glib.h>
#include <uv.h>

#define LS_STREAM_READ_SIZE (64 * 1024)
#define LS_STREAM_QUEUE_MAX (1024 * 1024)

typedef struct LsStream LsStream;

typedef struct {
  void (*data) (void *owner, LsStream *stream, const char *data, gsize length);
  void (*ended) (void *owner, LsStream *stream);      /* nothing more will come; close it now or later */
  void *owner;
} LsStreamEvents;

/* Takes @fd, which becomes non-blocking. @events NULL: for writing only. NULL with an error; @fd is closed then too. */
LsStream *ls_stream_new (uv_loop_t *loop, int fd, const LsStreamEvents *events, GError **error);
/* All of @data or nothing: LS_ERROR_BUSY when the queue is full, LS_ERROR_CONFLICT when the other side has closed. */
gboolean ls_stream_write (LsStream *stream, const char *data, gsize length, GError **error);
/* As above, whatever the length. */
gboolean ls_stream_write_unbounded (LsStream *stream, const char *data, gsize length, GError **error);
/* The last byte that was given to it; a line end before the first. */
char ls_stream_last_written (const LsStream *stream);
/* Closes for writing once the queue is empty. */
void ls_stream_finish_writing (LsStream *stream);
/* While held, nothing is read but by ls_stream_drain. */
void ls_stream_hold (LsStream *stream, gboolean hold);
/* Reads what is there now, @max bytes at most, without waiting for the loop. */
void ls_stream_drain (LsStream *stream, gsize max);
gboolean ls_stream_has_ended (const LsStream *stream);
/* No event comes after this; the memory goes when the loop lets go of it. Takes NULL. */
void ls_stream_close (LsStream *stream);
