/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Bytes to the peer: gathered while a connection is corked, handed to the kernel in as few calls as will do, and kept only if
 * it will not take them. */

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* then the program ignores SIGPIPE */
#endif

size_t
ls_http_connection_unwritten (const LsHttpConnection *c)
{
  return (size_t) (c->queued - c->sent);
}

bool
ls_http_connection_is_corked (const LsHttpConnection *c)
{
  return c->server->corked == c && ls_http_buffer_length (&c->output) == 0;
}

static void
lose (LsHttpConnection *c)
{
  c->lost = true;
  ls_http_connection_make_due (c);
}

/* One write; returns the bytes taken, 0 if the kernel takes none now, or a negative errno. */
static ssize_t
write_now (LsHttpConnection *c, const struct iovec *parts, int count)
{
  ssize_t n;
  do
    if (count == 1)
      n = send (c->fd, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL);
    else
      {
        struct msghdr message = { .msg_iov = (struct iovec *) parts, .msg_iovlen = (size_t) count };
        n = sendmsg (c->fd, &message, MSG_NOSIGNAL);
      }
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? 0 : -errno;
  c->sent += (uint64_t) n;
  return n;
}

static int
keep_rest (LsHttpConnection *c, const struct iovec *parts, int count, size_t taken)
{
  if (ls_http_buffer_length (&c->output) == 0)
    c->progress_ms = uv_now (c->server->loop);
  for (int i = 0; i < count; i++)
    {
      size_t skip = taken < parts[i].iov_len ? taken : parts[i].iov_len;
      taken -= skip;
      int r = ls_http_buffer_append (&c->output, (const char *) parts[i].iov_base + skip, parts[i].iov_len - skip);
      if (r < 0)
        {
          lose (c);
          return r;
        }
    }
  ls_http_connection_make_due (c); /* so that it is waited for */
  return 0;
}

static int
write_or_keep (LsHttpConnection *c, const struct iovec *parts, int count)
{
  size_t length = 0;
  for (int i = 0; i < count; i++)
    length += parts[i].iov_len;
  ssize_t n = ls_http_buffer_length (&c->output) == 0 ? write_now (c, parts, count) : 0;
  if (n < 0)
    {
      lose (c);
      return -EPIPE;
    }
  return (size_t) n == length ? 0 : keep_rest (c, parts, count, (size_t) n);
}

/* Gives bytes to the peer: at once, with the others of a corked connection, or behind those that already wait. */
int
ls_http_connection_send (LsHttpConnection *c, const struct iovec *parts, int count)
{
  LsHttpServer *server = c->server;
  if (c->lost || c->phase == LS_HTTP_CLOSED)
    return -EPIPE;
  size_t length = 0;
  for (int i = 0; i < count; i++)
    length += parts[i].iov_len;
  if (ls_http_connection_is_corked (c))
    {
      if (ls_http_buffer_length (&server->output) + length <= LS_HTTP_CORK_BYTES)
        {
          for (int i = 0; i < count; i++)
            if (ls_http_buffer_append (&server->output, parts[i].iov_base, parts[i].iov_len) < 0)
              {
                lose (c);
                return -ENOMEM;
              }
          c->queued += length;
          return 0;
        }
      int r = ls_http_connection_uncork (c);
      server->corked = c;
      if (r < 0)
        return r;
    }
  c->queued += length;
  return write_or_keep (c, parts, count);
}

/* Writes what gathered, and reports the answers that are out with it. */
int
ls_http_connection_uncork (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  if (server->corked != c)
    return c->lost ? -EPIPE : 0;
  server->corked = NULL;
  int r = 0;
  size_t length = ls_http_buffer_length (&server->output);
  if (length > 0 && !c->lost)
    {
      struct iovec part = { server->output.data + server->output.start, length };
      r = write_or_keep (c, &part, 1);
    }
  ls_http_buffer_reset (&server->output, 2 * LS_HTTP_CORK_BYTES);
  ls_http_receipts_flush (c);
  return r;
}

/* The kernel takes bytes again. */
void
ls_http_connection_flush (LsHttpConnection *c)
{
  size_t length = ls_http_buffer_length (&c->output);
  if (length == 0)
    return;
  struct iovec part = { c->output.data + c->output.start, length };
  ssize_t n = write_now (c, &part, 1);
  if (n < 0)
    {
      c->lost = true;
      return;
    }
  if (n > 0)
    c->progress_ms = uv_now (c->server->loop);
  ls_http_buffer_consume (&c->output, (size_t) n);
  if (ls_http_buffer_length (&c->output) == 0)
    {
      ls_http_buffer_reset (&c->output, 4096);
      ls_http_receipts_settle (c, false);
    }
}
