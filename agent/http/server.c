/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Taken from one listener before the loop looks at other things; the few leave connections for other processes on the
 * same socket. */
#define ACCEPT_BATCH 8
#define RETRY_MS 100          /* until accepting is tried again without a free descriptor */
#define OVER_LIMIT_MAX 128    /* connections being told 503 at once; further ones are closed unheard */

static void on_listener (uv_poll_t *poll, int status, int events);

LsHttpLimits
ls_http_limits_default (void)
{
  return (LsHttpLimits){
    .head_bytes = 16384,
    .target_bytes = 8192,
    .body_bytes = 1048576,
    .connections = 0,
    .head_timeout_ms = 10000,
    .request_timeout_ms = 30000,
    .idle_timeout_ms = 60000,
    .write_timeout_ms = 30000,
  };
}

/* --- the due list --- */

static void
on_due (uv_prepare_t *prepare)
{
  LsHttpServer *server = prepare->data;
  /* Handlers may make others due meanwhile; those are dealt with as well. */
  while (server->due)
    {
      LsHttpConnection *c = server->due;
      server->due = c->next_due;
      c->due = false;
      ls_http_connection_run (c, NULL, 0);
    }
}

/* --- making and ending --- */

int
ls_http_server_new (uv_loop_t *loop, const LsHttpLimits *limits, const LsHttpHandlers *handlers, void *user,
                    LsHttpServer **ret_server)
{
  if (!handlers->request)
    return -EINVAL;
  LsHttpServer *server = calloc (1, sizeof *server);
  if (!server)
    return -ENOMEM;
  server->loop = loop;
  server->limits = *limits;
  if (server->limits.head_bytes > LS_HTTP_MAX_HEAD)
    server->limits.head_bytes = LS_HTTP_MAX_HEAD;
  if (server->limits.target_bytes > server->limits.head_bytes)
    server->limits.target_bytes = server->limits.head_bytes;
  server->handlers = *handlers;
  server->user = user;
  server->sweep_due_ms = UINT64_MAX;
  if (ls_http_buffer_reserve (&server->output, LS_HTTP_CORK_BYTES) < 0)
    {
      free (server);
      return -ENOMEM;
    }
  uv_timer_init (loop, &server->sweep);
  uv_timer_init (loop, &server->drain_timer);
  uv_timer_init (loop, &server->retry);
  uv_prepare_init (loop, &server->due_hook);
  server->sweep.data = server->drain_timer.data = server->retry.data = server->due_hook.data = server;
  server->handles = 4;
  uv_prepare_start (&server->due_hook, on_due);
  uv_unref ((uv_handle_t *) &server->due_hook);
  *ret_server = server;
  return 0;
}

static void
on_handle_closed (uv_handle_t *handle)
{
  ls_http_server_handle_closed (handle->data);
}

/* The last handle takes the server with it. */
void
ls_http_server_handle_closed (LsHttpServer *server)
{
  if (--server->handles > 0 || !server->closing)
    return;
  void (*closed) (void *) = server->on_closed;
  void *user = server->closed_user;
  ls_http_buffer_reset (&server->output, 0);
  ls_http_buffer_reset (&server->assembly, 0);
  ls_http_buffer_reset (&server->targets, 0);
  free (server);
  if (closed)
    closed (user);
}

static void
on_listener_closed (uv_handle_t *handle)
{
  LsHttpListener *listener = handle->data;
  LsHttpServer *server = listener->server;
  free (listener);
  ls_http_server_handle_closed (server);
}

/* Takes the listener out of the list at *@at. Its socket may live on in other processes, so it is only closed. */
static void
close_listener (LsHttpListener **at)
{
  LsHttpListener *listener = *at;
  *at = listener->next;
  uv_poll_stop (&listener->poll);
  uv_close ((uv_handle_t *) &listener->poll, on_listener_closed);
  close (listener->fd);
}

static void
stop_accepting (LsHttpServer *server)
{
  uv_timer_stop (&server->retry);
  while (server->listeners)
    close_listener (&server->listeners);
}

void
ls_http_server_close (LsHttpServer *server, void (*closed) (void *user), void *user)
{
  if (server->closing)
    return;
  server->closing = true;
  server->on_closed = closed;
  server->closed_user = user;
  stop_accepting (server);
  while (server->connections)
    ls_http_connection_abort (server->connections);
  uv_close ((uv_handle_t *) &server->sweep, on_handle_closed);
  uv_close ((uv_handle_t *) &server->drain_timer, on_handle_closed);
  uv_close ((uv_handle_t *) &server->retry, on_handle_closed);
  uv_close ((uv_handle_t *) &server->due_hook, on_handle_closed);
}

/* --- accepting --- */

static int
accept_one (int fd)
{
#ifdef __linux__
  return accept4 (fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
  int accepted = accept (fd, NULL, NULL);
  if (accepted >= 0)
    {
      fcntl (accepted, F_SETFL, fcntl (accepted, F_GETFL) | O_NONBLOCK);
      fcntl (accepted, F_SETFD, FD_CLOEXEC);
    }
  return accepted;
#endif
}

static void
on_retry (uv_timer_t *timer)
{
  LsHttpServer *server = timer->data;
  for (LsHttpListener *listener = server->listeners; listener; listener = listener->next)
    uv_poll_start (&listener->poll, UV_READABLE, on_listener);
}

/* Out of descriptors or memory: those who wait do so in the kernel's queue, and we do not spin. */
static void
pause_accepting (LsHttpServer *server)
{
  for (LsHttpListener *listener = server->listeners; listener; listener = listener->next)
    uv_poll_stop (&listener->poll);
  uv_timer_start (&server->retry, on_retry, RETRY_MS, 0);
}

static void
accept_some (LsHttpListener *listener, unsigned count)
{
  LsHttpServer *server = listener->server;
  while (count-- > 0)
    {
      int fd = accept_one (listener->fd);
      if (fd < 0)
        {
          if (errno == ECONNABORTED || errno == EINTR)
            continue;
          if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            pause_accepting (server);
          return;
        }
      if (server->over_limit >= OVER_LIMIT_MAX && server->limits.connections > 0)
        close (fd);
      else
        ls_http_connection_accept (server, fd);
      if (server->closing)
        return;
    }
}

static void
on_listener (uv_poll_t *poll, int status, int events)
{
  accept_some (poll->data, ACCEPT_BATCH);
}

/* Accepted sockets inherit this, which saves a call for each. Nagle's algorithm only delays answers. A Unix socket refuses
 * it, and needs none. */
static void
tune_listener (int fd)
{
  int on = 1;
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int
ls_http_server_listen (LsHttpServer *server, int fd)
{
  if (server->closing || server->draining)
    return -ESHUTDOWN;
  int listening = 0;
  socklen_t length = sizeof listening;
  if (getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && !listening)
    return -EINVAL;
  LsHttpListener *listener = calloc (1, sizeof *listener);
  if (!listener)
    return -ENOMEM;
  int r = uv_poll_init (server->loop, &listener->poll, fd); /* makes it non-blocking */
  if (r < 0)
    {
      free (listener);
      return r;
    }
  tune_listener (fd);
  server->handles++;
  listener->poll.data = listener;
  listener->server = server;
  listener->fd = fd;
  listener->next = server->listeners;
  server->listeners = listener;
  return uv_poll_start (&listener->poll, UV_READABLE, on_listener);
}

/* --- draining --- */

static void
tell_drained (uv_timer_t *timer)
{
  LsHttpServer *server = timer->data;
  if (server->drain_told || server->closing)
    return;
  server->drain_told = true;
  if (server->on_drained)
    server->on_drained (server->drained_user);
}

/* Tells it from the loop, not from within whatever closed the last connection. */
void
ls_http_server_check_drained (LsHttpServer *server)
{
  if (server->drain_over && server->open == 0 && !server->drain_told && !server->closing)
    uv_timer_start (&server->drain_timer, tell_drained, 0, 0);
}

static void
on_drain_end (uv_timer_t *timer)
{
  LsHttpServer *server = timer->data;
  for (LsHttpListener *listener = server->listeners; listener; listener = listener->next)
    accept_some (listener, UINT16_MAX);
  if (server->closing)
    return;
  server->drain_over = true;
  stop_accepting (server);
  for (LsHttpConnection *c = server->connections; c; c = c->next)
    ls_http_connection_set_deadline (c);
  ls_http_server_check_drained (server);
}

/* A socket with SO_REUSEPORT has a queue of its own that nobody else takes from. Any other may be shared with processes that
 * stay, which are to get what comes from now on. */
static bool
has_own_queue (int fd)
{
  int on = 0;
  socklen_t length = sizeof on;
  return getsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, &length) == 0 && on;
}

static void
leave_shared_listeners (LsHttpServer *server)
{
  LsHttpListener **at = &server->listeners;
  while (*at && !server->closing)
    if (has_own_queue ((*at)->fd))
      at = &(*at)->next;
    else
      {
        accept_some (*at, UINT16_MAX);
        if (!server->closing)
          close_listener (at);
      }
}

void
ls_http_server_drain (LsHttpServer *server, unsigned grace_ms, void (*drained) (void *user), void *user)
{
  if (server->draining || server->closing)
    return;
  server->draining = true;
  server->grace_ms = grace_ms;
  uv_update_time (server->loop);      /* the grace begins now, and not when the loop looked at the clock last */
  server->drain_end_ms = uv_now (server->loop) + grace_ms;
  server->on_drained = drained;
  server->drained_user = user;
  uv_timer_start (&server->drain_timer, on_drain_end, grace_ms, 0);
  leave_shared_listeners (server);
}

/* --- figures --- */

unsigned
ls_http_server_connections (const LsHttpServer *server)
{
  return server->open - server->over_limit;
}

unsigned
ls_http_server_in_flight (const LsHttpServer *server)
{
  return server->in_flight;
}

uint64_t
ls_http_server_accepted (const LsHttpServer *server)
{
  return server->accepted;
}

/* Told after a connection has run, so a request that is answered at once does not show. */
void
ls_http_server_tell_gauges (LsHttpServer *server)
{
  unsigned connections = ls_http_server_connections (server);
  if (connections == server->told_connections && server->in_flight == server->told_in_flight)
    return;
  server->told_connections = connections;
  server->told_in_flight = server->in_flight;
  if (server->handlers.gauges)
    server->handlers.gauges (server->user, connections, server->in_flight);
}

void *
ls_http_connection_context (const LsHttpConnection *connection)
{
  return connection->context;
}

int
ls_http_connection_fd (const LsHttpConnection *connection)
{
  return connection->fd;
}
