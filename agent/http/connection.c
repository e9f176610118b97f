/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The life of a socket: accepted, polled, read, closed. Writing is output.c's business, what the bytes mean request.c's. */

/* --- reading --- */

/* Whether more input has a place to go. */
static bool
wants_input (const LsHttpConnection *c)
{
  if (c->eof || c->lost)
    return false;
  switch (c->phase)
    {
    case LS_HTTP_HEAD:
      /* A peer that does not take its answers is not listened to either. */
      return ls_http_buffer_length (&c->output) == 0;
    case LS_HTTP_EXCHANGE:
      return ls_http_buffer_length (&c->input) < LS_HTTP_KEPT_INPUT;
    case LS_HTTP_DISCARD:
    case LS_HTTP_LINGER:
      return true;
    default:
      return false;
    }
}

static void on_poll (uv_poll_t *poll, int status, int events);

/* Asks libuv for what is needed now. UV_PRIORITIZED keeps a quiet socket registered, so that its peer's end is noticed even
 * when nothing is read or written. */
static void
update_poll (LsHttpConnection *c)
{
  int events = (wants_input (c) ? UV_READABLE : 0) | (ls_http_buffer_length (&c->output) > 0 ? UV_WRITABLE : 0);
  if (events == 0)
    events = UV_PRIORITIZED;
  if (events == c->events)
    return;
  c->events = events;
  uv_poll_start (&c->poll, events, on_poll);
}

static void
read_input (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  ssize_t n;
  do
    n = recv (c->fd, server->input, sizeof server->input, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    {
      ls_http_connection_run (c, server->input, (size_t) n);
      return;
    }
  if (n == 0)
    ls_http_connection_at_eof (c);
  else if (errno != EAGAIN && errno != EWOULDBLOCK)
    c->lost = true;
  ls_http_connection_run (c, NULL, 0);
}

static void
on_poll (uv_poll_t *poll, int status, int events)
{
  LsHttpConnection *c = poll->data;
  if (status < 0 || events == UV_PRIORITIZED)
    {
      c->lost = true;
      ls_http_connection_run (c, NULL, 0);
      return;
    }
  if (events & UV_WRITABLE)
    ls_http_connection_flush (c);
  if ((events & UV_READABLE) && !c->lost)
    read_input (c);
  else
    ls_http_connection_run (c, NULL, 0);
}

/* --- running --- */

static int
keep_input (LsHttpConnection *c, const char *data, size_t length)
{
  return ls_http_buffer_append (&c->input, data, length);
}

static void
tell_drained (LsHttpConnection *c)
{
  LsHttpExchange *e = &c->exchange;
  if (c->phase != LS_HTTP_EXCHANGE || !e->wants_drained || ls_http_connection_unwritten (c) > 0)
    return;
  e->wants_drained = false;
  if (e->on_drained && e->answer != LS_HTTP_ANSWER_ENDED)
    e->on_drained (e->drained_user, e);
}

static void
process_all (LsHttpConnection *c, const char *data, size_t length)
{
  size_t used;
  if (ls_http_buffer_length (&c->input) == 0)
    {
      used = ls_http_connection_process (c, data, length);
      if (used < length && c->phase != LS_HTTP_CLOSED && keep_input (c, data + used, length - used) < 0)
        c->lost = true;
      return;
    }
  if (keep_input (c, data, length) < 0)
    c->lost = true;
  used = ls_http_connection_process (c, c->input.data + c->input.start, ls_http_buffer_length (&c->input));
  if (c->phase == LS_HTTP_CLOSED)
    return;
  ls_http_buffer_consume (&c->input, used);
  if (ls_http_buffer_length (&c->input) == 0)
    ls_http_buffer_reset (&c->input, 0);
}

/* Does all that can be done for a connection now, with @length new bytes: the only place from which handlers are called. */
void
ls_http_connection_run (LsHttpConnection *c, const char *data, size_t length)
{
  LsHttpServer *server = c->server;
  if (c->phase == LS_HTTP_CLOSED || c->running)
    return;
  c->running = true;
  if (!c->lost)
    {
      server->corked = c;
      tell_drained (c);
      process_all (c, data, length);
      if (c->phase != LS_HTTP_CLOSED)
        ls_http_connection_uncork (c);
      else if (server->corked == c)
        server->corked = NULL;
    }
  c->running = false;
  if (c->lost)
    ls_http_connection_abort (c);
  else if (c->phase != LS_HTTP_CLOSED)
    {
      update_poll (c);
      ls_http_connection_set_deadline (c);
    }
  ls_http_server_tell_gauges (server);
}

/* Has the connection run before the loop sleeps. */
void
ls_http_connection_make_due (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  if (c->due || c->running || c->phase == LS_HTTP_CLOSED)
    return;
  c->due = true;
  c->next_due = server->due;
  server->due = c;
}

/* --- beginning and end --- */

void
ls_http_connection_accept (LsHttpServer *server, int fd)
{
  LsHttpConnection *c = calloc (1, sizeof *c);
  if (!c || uv_poll_init (server->loop, &c->poll, fd) < 0)
    {
      free (c);
      close (fd);
      return;
    }
  uint64_t now_ms = uv_now (server->loop);
  server->handles++;
  c->poll.data = c;
  c->server = server;
  c->fd = fd;
  c->head = c->inline_head;
  c->head_size = sizeof c->inline_head;
  c->exchange.connection = c;
  c->idle_ms = c->started_ms = c->progress_ms = now_ms;
  c->next = server->connections;
  if (c->next)
    c->next->previous = c;
  server->connections = c;
  server->accepted++;
  server->open++;

  c->opened = true;
  if (server->handlers.opened && !server->handlers.opened (server->user, c, &c->context))
    {
      ls_http_connection_close (c);
      return;
    }
  if (server->limits.connections == 0 || server->counted < server->limits.connections)
    {
      c->counted = true;
      server->counted++;
    }
  else
    {
      c->over_limit = true;
      server->over_limit++;
      c->started_ns = uv_hrtime ();
      ls_http_connection_refuse (c, (LsHttpVerdict){ 503, "There are as many connections as this server takes; try again soon." });
    }
  ls_http_connection_run (c, NULL, 0);
}

/* Shuts our side once all is written, and waits for the peer's end. */
void
ls_http_connection_linger (LsHttpConnection *c)
{
  if (c->eof)
    {
      ls_http_connection_close (c);
      return;
    }
  shutdown (c->fd, SHUT_WR);
  c->phase = LS_HTTP_LINGER;
  c->linger_ms = c->progress_ms = uv_now (c->server->loop);
}

static void
on_closed (uv_handle_t *handle)
{
  LsHttpConnection *c = handle->data;
  LsHttpServer *server = c->server;
  if (c->head != c->inline_head)
    free (c->head);
  ls_http_buffer_reset (&c->input, 0);
  ls_http_buffer_reset (&c->output, 0);
  ls_http_buffer_reset (&c->exchange.fields, 0);
  ls_http_buffer_reset (&c->exchange.collected, 0);
  free (c->waiting);
  free (c);
  ls_http_server_check_drained (server);
  ls_http_server_handle_closed (server);
}

static void
unlink_connection (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  if (c->previous)
    c->previous->next = c->next;
  else
    server->connections = c->next;
  if (c->next)
    c->next->previous = c->previous;
  for (LsHttpConnection **at = &server->due; c->due && *at; at = &(*at)->next_due)
    if (*at == c)
      {
        *at = c->next_due;
        c->due = false;
        break;
      }
  server->open--;
  server->counted -= c->counted;
  server->over_limit -= c->over_limit;
}

void
ls_http_connection_close (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  if (c->phase == LS_HTTP_CLOSED)
    return;
  ls_http_receipts_settle (c, true);
  c->phase = LS_HTTP_CLOSED;
  unlink_connection (c);
  uv_poll_stop (&c->poll);
  uv_close ((uv_handle_t *) &c->poll, on_closed);
  if (server->handlers.closed && c->opened)
    server->handlers.closed (server->user, c, c->context);
  close (c->fd);
  c->fd = -1;
}

/* The peer is gone or is cut off. */
void
ls_http_connection_abort (LsHttpConnection *c)
{
  if (c->phase == LS_HTTP_CLOSED)
    return;
  ls_http_connection_uncork (c);
  c->lost = true;
  ls_http_receipts_settle (c, true);
  if (c->phase == LS_HTTP_EXCHANGE)
    ls_http_exchange_abandon (&c->exchange);
  ls_http_connection_close (c);
}
