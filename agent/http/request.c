/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* From bytes to exchanges: heads are completed and judged, bodies handed on, answers concluded. Everything here runs within
 * ls_http_connection_run. */

/* A peer that says within this time of its request that it will send no more (nc -N, a half-close) still wants the answer;
 * one that says so later, while it waits, has gone away. TCP does not tell the two apart. */
#define HALF_CLOSE_MS 200

static void
begin_exchange (LsHttpConnection *c)
{
  LsHttpExchange *e = &c->exchange;
  memset (e, 0, offsetof (LsHttpExchange, fields));
  e->connection = c;
  ls_http_buffer_reset (&e->fields, 1024);
  ls_http_buffer_reset (&e->collected, 0);
  e->body = (LsHttpBody){ 0 };
  memset (&e->head, 0, offsetof (LsHttpHead, fields));
  e->began = c->queued;
  c->phase = LS_HTTP_EXCHANGE;
}

static void
next_request (LsHttpConnection *c)
{
  c->phase = LS_HTTP_HEAD;
  c->head_used = 0;
  c->scan = (LsHttpScan){ 0 };
  c->idle_ms = uv_now (c->server->loop);
}

/* The layer's own answer, to a request that it does not hand on or does not let go on. */
void
ls_http_connection_refuse (LsHttpConnection *c, LsHttpVerdict verdict)
{
  LsHttpExchange *e = &c->exchange;
  if (c->phase == LS_HTTP_EXCHANGE && e->answer != LS_HTTP_ANSWER_NONE)
    {
      /* Half an answer cannot be taken back; that it is cut off says enough. */
      ls_http_connection_uncork (c);
      c->lost = true;
      return;
    }
  if (c->phase != LS_HTTP_EXCHANGE)
    {
      begin_exchange (c);
      e->bytes_in = c->head_used;
    }
  e->refusal = verdict.reason;
  e->reading = false;
  ls_http_buffer_reset (&e->fields, 1024);
  if (ls_http_answer_problem (e, verdict) < 0)
    c->lost = true;
}

/* --- heads --- */

static int
reserve_head (LsHttpConnection *c, size_t size)
{
  if (size <= c->head_size)
    return 0;
  size_t wanted = c->head_size * 2 > size ? c->head_size * 2 : size;
  char *head = c->head == c->inline_head ? malloc (wanted) : realloc (c->head, wanted);
  if (!head)
    return -ENOMEM;
  if (c->head == c->inline_head)
    memcpy (head, c->inline_head, c->head_used);
  c->head = head;
  c->head_size = wanted;
  return 0;
}

/* Ends the strings that the exchange gives out; a path before a query gets a copy behind the head. */
static int
end_strings (LsHttpConnection *c)
{
  LsHttpExchange *e = &c->exchange;
  const LsHttpHead *head = &e->head;
  int r = reserve_head (c, c->head_used + head->path_length + 1u);
  if (r < 0)
    return r;
  char *text = c->head + c->scan.blank;
  text[head->target + head->target_length] = '\0';
  e->target = text + head->target;
  e->query = head->query ? text + head->query : "";
  if (head->path_length == 0)
    e->path = "/";
  else if (!head->query)
    e->path = text + head->path;
  else
    {
      char *path = c->head + c->head_used;
      memcpy (path, text + head->path, head->path_length);
      path[head->path_length] = '\0';
      e->path = path;
    }
  for (unsigned i = 0; i < head->n_fields; i++)
    text[head->fields[i].value + head->fields[i].value_length] = '\0';
  return 0;
}

static void
announce (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  LsHttpExchange *e = &c->exchange;
  e->announced = true;
  server->in_flight++;
  if (ls_http_body_is_complete (&e->body))
    e->complete_ms = uv_now (server->loop);
  server->handlers.request (server->user, e);
}

/* The head is whole: judge it and hand the request on. */
static void
take_request (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  LsHttpExchange *e = &c->exchange;
  LsHttpVerdict verdict = { 0 };
  char *text = c->head + c->scan.blank;
  begin_exchange (c);
  e->bytes_in = c->head_used;
  bool fine = ls_http_head_parse (text, c->head_used - c->scan.blank, server->limits.target_bytes, &e->head, &verdict);
  if (e->head.target_length > 0 && end_strings (c) < 0)
    {
      c->lost = true;
      return;
    }
  if (fine && e->head.has_length && e->head.length > server->limits.body_bytes)
    {
      fine = false;
      verdict = (LsHttpVerdict){ 413, "The body is larger than this server takes." };
    }
  if (!fine)
    {
      ls_http_connection_refuse (c, verdict);
      return;
    }
  ls_http_body_init (&e->body, &e->head, server->limits.body_bytes);
  announce (c);
}

/* A head that is not whole yet may already be too long, or nonsense. */
static bool
judge_beginning (LsHttpConnection *c, LsHttpVerdict *verdict)
{
  const LsHttpLimits *limits = &c->server->limits;
  const char *text = c->head + c->scan.blank;
  size_t length = c->head_used - c->scan.blank;
  if (c->scan.past_first)
    return true;
  if (!ls_http_head_peek (text, length, verdict))
    return false;
  /* The longest method and the version stand beside the target. */
  if (length > limits->target_bytes + sizeof "OPTIONS  HTTP/1.1\r")
    {
      *verdict = (LsHttpVerdict){ 414, "The request target is longer than this server takes." };
      return false;
    }
  return true;
}

static LsHttpVerdict
too_long (const LsHttpConnection *c)
{
  if (!c->scan.past_first)
    return (LsHttpVerdict){ 414, "The request target is longer than this server takes." };
  return (LsHttpVerdict){ 431, "The headers are larger than this server takes." };
}

static size_t
take_head (LsHttpConnection *c, const char *data, size_t length)
{
  LsHttpServer *server = c->server;
  LsHttpVerdict verdict = { 0 };
  size_t used = 0;
  if (c->head_used == 0)
    {
      c->started_ms = uv_now (server->loop);
      c->started_ns = uv_hrtime ();
    }
  LsHttpScanResult result = ls_http_scan (&c->scan, data, length, &used, &verdict);
  if (result != LS_HTTP_SCAN_REFUSED && c->head_used + used > server->limits.head_bytes)
    {
      result = LS_HTTP_SCAN_REFUSED;
      verdict = too_long (c);
    }
  if (result == LS_HTTP_SCAN_REFUSED)
    {
      c->head_used += length; /* for the record; nothing of it is looked at any more */
      ls_http_connection_refuse (c, verdict);
      return length;
    }
  if (reserve_head (c, c->head_used + used) < 0)
    {
      c->lost = true;
      return length;
    }
  memcpy (c->head + c->head_used, data, used);
  c->head_used += used;
  if (result == LS_HTTP_SCAN_DONE)
    take_request (c);
  else if (!judge_beginning (c, &verdict))
    ls_http_connection_refuse (c, verdict);
  return used;
}

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
        next_request (c);
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
      next_request (c);
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
    next_request (c);
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
  else if (e->answer != LS_HTTP_ANSWER_NONE)
    c->lost = c->lost || e->answer != LS_HTTP_ANSWER_ENDED;
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
  if (e->raw && e->answer != LS_HTTP_ANSWER_ENDED && length > 0 && e->on_raw)
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
          used = take_head (c, data + at, length - at);
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
