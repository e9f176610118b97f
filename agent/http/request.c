/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* From one request to the next: bodies are handed on, answers concluded, the end of the peer's bytes is understood. Heads are
 * intake.c's business. Everything here runs within ls_http_connection_run. */

/* A peer that says within this time of its request that it will send no more (nc -N, a half-close) still wants the answer;
 * one that says so later, while it waits, has gone away. TCP does not tell the two apart. */
#define HALF_CLOSE_MS 200

/* --- bodies --- */

static void
end_body (LsHttpConnection *c)
{
  LsHttpExchange *e = &c->exchange;
  e->body_over = true;
  e->complete_ms = uv_now (c->server->loop);
  if (e->on_collected)
    e->on_collected (e->body_user, e, e->collected.data ? e->collected.data : "", ls_http_buffer_length (&e->collected));
  else if (e->on_end)
    e->on_end (e->body_user);
}

static void
give_piece (LsHttpConnection *c, const char *piece, size_t length)
{
  LsHttpExchange *e = &c->exchange;
  if (e->on_collected)
    {
      if (ls_http_buffer_reserve (&e->collected, length + 1) < 0)
        {
          c->lost = true;
          return;
        }
      ls_http_buffer_append (&e->collected, piece, length);
      e->collected.data[e->collected.end] = '\0';
    }
  else if (e->on_chunk && !e->on_chunk (e->body_user, piece, length))
    {
      e->paused = true;
      e->paused_ms = uv_now (c->server->loop);
    }
}

/* Reads one piece for whoever reads the body. *@ret_used bytes were taken; false: no progress. */
static bool
take_body (LsHttpConnection *c, const char *data, size_t length, size_t *ret_used)
{
  LsHttpExchange *e = &c->exchange;
  LsHttpVerdict verdict = { 0 };
  const char *piece;
  size_t piece_length;
  LsHttpBodyResult result = ls_http_body_read (&e->body, data, length, ret_used, &piece, &piece_length, &verdict);
  e->bytes_in += *ret_used;
  if (*ret_used > 0)
    c->progress_ms = uv_now (c->server->loop);
  switch (result)
    {
    case LS_HTTP_BODY_PIECE:
      give_piece (c, piece, piece_length);
      return true;
    case LS_HTTP_BODY_END:
      end_body (c);
      return true;
    case LS_HTTP_BODY_REFUSED:
      ls_http_connection_refuse (c, verdict);
      return true;
    default:
      return *ret_used > 0;
    }
}

/* The answer is out; what is left of the body is of no interest. */
static size_t
discard (LsHttpConnection *c, const char *data, size_t length)
{
  LsHttpExchange *e = &c->exchange;
  LsHttpVerdict verdict;
  size_t at = 0;
  while (c->phase == LS_HTTP_DISCARD)
    {
      const char *piece;
      size_t used, piece_length;
      LsHttpBodyResult result = ls_http_body_read (&e->body, data + at, length - at, &used, &piece, &piece_length, &verdict);
      at += used;
      e->bytes_in += used;
      if (result == LS_HTTP_BODY_END)
        ls_http_connection_next_request (c);
      else if (result == LS_HTTP_BODY_REFUSED || e->bytes_in > c->head_used + 2 * LS_HTTP_SMALL_REST)
        ls_http_connection_linger (c);
      else if (result == LS_HTTP_BODY_MORE)
        break;
    }
  return at;
}

/* --- conclusions --- */

/* Ends the exchange with the handler's knowledge. The exchange must not be used afterwards. */
static void
conclude (LsHttpExchange *e, bool complete)
{
  LsHttpServer *server = e->connection->server;
  void (*closed) (void *, LsHttpExchange *, bool) = e->on_closed;
  if (e->announced)
    server->in_flight--;
  e->announced = false;
  e->on_closed = NULL;
  e->on_drained = NULL;
  e->reading = false;
  if (closed)
    closed (e->closed_user, e, complete);
}

/* An answer that nobody waits for goes out with the next ones, and is reported then. */
static bool
may_gather (const LsHttpConnection *c)
{
  const LsHttpExchange *e = &c->exchange;
  return ls_http_connection_is_corked (c) && e->keep && !e->on_closed && !e->refusal && !e->raw
         && ls_http_body_is_complete (&e->body) && c->server->n_receipts < LS_HTTP_BATCH;
}

/* The peer itself wanted the end and has nothing more to say: no need to wait for its FIN. */
static bool
may_close_now (const LsHttpConnection *c, bool more)
{
  const LsHttpExchange *e = &c->exchange;
  return !more && !e->refusal && !e->head.keep_alive && ls_http_body_is_complete (&e->body);
}

/* After the answer's end: reports it and goes on to the next request. False if that has to wait for the peer. */
static bool
finish (LsHttpConnection *c, bool more)
{
  LsHttpExchange *e = &c->exchange;
  if (may_gather (c))
    {
      ls_http_receipt_push (e);
      conclude (e, true);
      ls_http_connection_next_request (c);
      return true;
    }
  ls_http_connection_uncork (c);
  c->server->corked = c;
  if (c->lost || ls_http_connection_unwritten (c) > 0)
    return false;
  if (!e->raw)
    ls_http_exchange_report (e, false);
  conclude (e, !e->refusal);
  if (c->phase != LS_HTTP_EXCHANGE)
    return true;
  if (e->keep && !e->raw && ls_http_body_is_complete (&e->body))
    ls_http_connection_next_request (c);
  else if (e->keep && !e->raw)
    c->phase = LS_HTTP_DISCARD;
  else if (may_close_now (c, more))
    ls_http_connection_close (c);
  else
    ls_http_connection_linger (c);
  return true;
}

/* The connection ends under the exchange. */
void
ls_http_exchange_abandon (LsHttpExchange *e)
{
  if (!e->raw)
    ls_http_exchange_report (e, true);
  conclude (e, false);
}

/* --- the end of the peer's bytes --- */

/* The moment in which the end is seen; what is still unread of an exchange is settled when it has been worked off. */
void
ls_http_connection_at_eof (LsHttpConnection *c)
{
  const LsHttpExchange *e = &c->exchange;
  c->eof = true;
  if (c->phase == LS_HTTP_EXCHANGE && !e->raw && e->answer != LS_HTTP_ANSWER_ENDED && ls_http_body_is_complete (&e->body)
      && uv_now (c->server->loop) > e->complete_ms + HALF_CLOSE_MS)
    c->lost = true;
  else if (c->phase == LS_HTTP_DISCARD || c->phase == LS_HTTP_LINGER)
    ls_http_connection_close (c);
}

/* Between requests, or within a head: false if there is nothing more to do. */
static bool
end_at_head (LsHttpConnection *c)
{
  ls_http_connection_uncork (c);
  c->server->corked = c;
  if (ls_http_connection_unwritten (c) > 0 || c->lost)
    return false;
  if (c->head_used > 0)
    ls_http_connection_refuse (c, (LsHttpVerdict){ 400, "The request ended before its head was complete." });
  else
    ls_http_connection_close (c);
  return true;
}

/* All input is used up and no more will come. */
static void
starve (LsHttpConnection *c)
{
  LsHttpExchange *e = &c->exchange;
  if (e->raw)
    {
      if (!e->body_over && e->on_raw)
        {
          e->body_over = true;
          e->on_raw (e->body_user, NULL, 0);
        }
    }
  else
    ls_http_connection_refuse (c, (LsHttpVerdict){ 400, "The request ended before its body was complete." });
}

/* --- the loop --- */

static bool
reads_body (const LsHttpExchange *e)
{
  return e->reading && !e->paused && !e->body_over && !e->raw;
}

/* One step within an exchange. False: it has to wait. */
static bool
step_exchange (LsHttpConnection *c, const char *data, size_t length, size_t *ret_used)
{
  LsHttpExchange *e = &c->exchange;
  if (reads_body (e) && take_body (c, data, length, ret_used))
    return true;
  if (e->raw && !e->paused && e->answer != LS_HTTP_ANSWER_ENDED && length > 0 && e->on_raw)
    {
      *ret_used = length;
      e->bytes_in += length;
      e->on_raw (e->body_user, data, length);
      return true;
    }
  if (e->answer == LS_HTTP_ANSWER_ENDED)
    return finish (c, length > 0);
  if (c->eof && length == 0 && !e->paused && (e->raw ? !e->body_over : !ls_http_body_is_complete (&e->body)))
    {
      starve (c);
      return !c->lost;
    }
  return false;
}

/* Takes what can be taken of @data and returns how much that was. */
size_t
ls_http_connection_process (LsHttpConnection *c, const char *data, size_t length)
{
  size_t at = 0;
  for (;;)
    {
      size_t used = 0;
      if (c->lost)
        return at;
      switch (c->phase)
        {
        case LS_HTTP_HEAD:
          if (c->server->n_receipts == LS_HTTP_BATCH || ls_http_buffer_length (&c->server->output) > LS_HTTP_CORK_BYTES / 2)
            {
              ls_http_connection_uncork (c);
              c->server->corked = c;
            }
          if (at == length && c->eof && end_at_head (c))
            break;
          if (at == length || ls_http_buffer_length (&c->output) > 0)
            return at;
          used = ls_http_connection_take_head (c, data + at, length - at);
          break;
        case LS_HTTP_EXCHANGE:
          if (!step_exchange (c, data + at, length - at, &used))
            return at;
          break;
        case LS_HTTP_DISCARD:
          used = discard (c, data + at, length - at);
          if (c->phase == LS_HTTP_DISCARD && c->eof)
            ls_http_connection_close (c);
          if (c->phase == LS_HTTP_DISCARD)
            return at + used;
          break;
        default: /* LINGER, CLOSED */
          if (length > at)
            c->progress_ms = uv_now (c->server->loop);
          return length;
        }
      at += used;
    }
}
