/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

/* Time-outs without timers: each connection has a deadline, and one timer of the server runs for the nearest. A deadline
 * that moves away leaves the timer alone; it finds nothing due then and takes the next. */

#define NEVER UINT64_MAX
#define LINGER_QUIET_MS 2000   /* without a byte from a peer that was told to go */
#define LINGER_TOTAL_MS 30000

static uint64_t
after (uint64_t start_ms, unsigned limit_ms)
{
  return limit_ms == 0 ? NEVER : start_ms + limit_ms;
}

static uint64_t
idle_deadline (const LsHttpConnection *c)
{
  const LsHttpServer *server = c->server;
  if (c->head_used > 0)
    return after (c->started_ms, server->limits.head_timeout_ms);
  if (server->draining)
    {
      /* A connection that has just come is given as long to ask as one that was there. */
      uint64_t own = c->idle_ms + server->grace_ms;
      return own > server->drain_end_ms ? own : server->drain_end_ms;
    }
  return after (c->idle_ms, server->limits.idle_timeout_ms);
}

static uint64_t
deadline_of (const LsHttpConnection *c)
{
  const LsHttpServer *server = c->server;
  const LsHttpExchange *e = &c->exchange;
  if (c->phase == LS_HTTP_LINGER)
    {
      uint64_t quiet = c->progress_ms + LINGER_QUIET_MS, total = c->linger_ms + LINGER_TOTAL_MS;
      return quiet < total ? quiet : total;
    }
  if (ls_http_connection_unwritten (c) > 0)
    return after (c->progress_ms, server->limits.write_timeout_ms);
  if (c->phase == LS_HTTP_HEAD)
    return idle_deadline (c);
  if (c->phase == LS_HTTP_DISCARD)
    return after (c->started_ms, server->limits.request_timeout_ms);
  if (!e->raw && !e->stream && e->reading && !e->paused && !e->body_over)
    return after (c->started_ms, server->limits.request_timeout_ms);
  return NEVER; /* it is the handler's turn */
}

void
ls_http_connection_set_deadline (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  c->deadline_ms = deadline_of (c);
  if (c->deadline_ms >= server->sweep_due_ms || server->closing)
    return;
  uint64_t now_ms = uv_now (server->loop);
  server->sweep_due_ms = c->deadline_ms;
  uv_timer_start (&server->sweep, ls_http_server_on_sweep, c->deadline_ms > now_ms ? c->deadline_ms - now_ms : 0, 0);
}

/* A pause that the handler asked for is not the peer's fault. */
void
ls_http_connection_pause_over (LsHttpConnection *c)
{
  c->started_ms += uv_now (c->server->loop) - c->exchange.paused_ms;
}

static void
expire (LsHttpConnection *c)
{
  switch (c->phase)
    {
    case LS_HTTP_LINGER:
    case LS_HTTP_DISCARD:
      ls_http_connection_close (c);
      return;
    case LS_HTTP_HEAD:
      if (ls_http_connection_unwritten (c) > 0)
        break;
      if (c->head_used == 0)
        {
          ls_http_connection_close (c);
          return;
        }
      ls_http_connection_refuse (c, (LsHttpVerdict){ 408, "The headers did not arrive in time." });
      ls_http_connection_run (c, NULL, 0);
      return;
    default:
      if (ls_http_connection_unwritten (c) > 0 || c->exchange.answer != LS_HTTP_ANSWER_NONE)
        break;
      ls_http_connection_refuse (c, (LsHttpVerdict){ 408, "The body did not arrive in time." });
      ls_http_connection_run (c, NULL, 0);
      return;
    }
  ls_http_connection_abort (c);
}

/* Deadlines that lie close together are dealt with in one go. */
static uint64_t
grain (const LsHttpServer *server)
{
  uint64_t shortest = server->limits.head_timeout_ms ? server->limits.head_timeout_ms : 1000;
  if (server->limits.idle_timeout_ms && server->limits.idle_timeout_ms < shortest)
    shortest = server->limits.idle_timeout_ms;
  return shortest / 40;
}

void
ls_http_server_on_sweep (uv_timer_t *timer)
{
  LsHttpServer *server = timer->data;
  uint64_t now_ms = uv_now (server->loop), nearest = NEVER;
  server->sweep_due_ms = NEVER;
  LsHttpConnection *next;
  for (LsHttpConnection *c = server->connections; c; c = next)
    {
      next = c->next;
      if (c->deadline_ms <= now_ms)
        expire (c);
      if (server->closing)
        return;
    }
  for (LsHttpConnection *c = server->connections; c; c = c->next)
    if (c->deadline_ms < nearest)
      nearest = c->deadline_ms;
  ls_http_server_tell_gauges (server);
  if (nearest == NEVER)
    return;
  uint64_t earliest = now_ms + grain (server);
  server->sweep_due_ms = nearest > earliest ? nearest : earliest;
  uv_timer_start (&server->sweep, ls_http_server_on_sweep, server->sweep_due_ms - now_ms, 0);
}
