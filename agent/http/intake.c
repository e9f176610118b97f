/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* From bytes to an exchange: a head is gathered, judged, and handed on or refused. */

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

/* Ready for another head. */
void
ls_http_connection_next_request (LsHttpConnection *c)
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

/* Takes what belongs to the head of @data; a whole one becomes an exchange. */
size_t
ls_http_connection_take_head (LsHttpConnection *c, const char *data, size_t length)
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
