/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What a handler may ask of, and do with, an exchange. */

LsHttpConnection *
ls_http_exchange_connection (const LsHttpExchange *e)
{
  return e->connection;
}

const char *
ls_http_exchange_method (const LsHttpExchange *e)
{
  return e->head.method;
}

const char *
ls_http_exchange_target (const LsHttpExchange *e)
{
  return e->target;
}

const char *
ls_http_exchange_path (const LsHttpExchange *e)
{
  return e->path;
}

const char *
ls_http_exchange_query (const LsHttpExchange *e)
{
  return e->query;
}

const char *
ls_http_exchange_header (const LsHttpExchange *e, const char *name)
{
  const char *text = e->connection->head + e->connection->scan.blank;
  const LsHttpField *field = ls_http_head_find (&e->head, text, name);
  return field ? text + field->value : NULL;
}

bool
ls_http_exchange_has_body (const LsHttpExchange *e)
{
  return e->head.chunked || (e->head.has_length && e->head.length > 0);
}

/* --- the request's body --- */

static int
start_reading (LsHttpExchange *e, void *user)
{
  LsHttpConnection *c = e->connection;
  if (e->reading || e->body_over)
    return -EALREADY;
  if (c->lost || e->refusal)
    return -EPIPE;
  e->reading = true;
  e->body_user = user;
  ls_http_connection_make_due (c);
  if (!e->head.expect_continue || ls_http_body_is_complete (&e->body) || e->answer != LS_HTTP_ANSWER_NONE)
    return 0;
  static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
  struct iovec part = { (void *) go_on, sizeof go_on - 1 };
  e->continued = true;
  e->bytes_out += part.iov_len;
  int r = ls_http_connection_send (c, &part, 1);
  e->began = c->queued;
  return r;
}

int
ls_http_exchange_read_body (LsHttpExchange *e, bool (*chunk) (void *user, const char *data, size_t length),
                            void (*end) (void *user), void *user)
{
  int r = start_reading (e, user);
  if (r == 0)
    {
      e->on_chunk = chunk;
      e->on_end = end;
    }
  return r;
}

int
ls_http_exchange_collect_body (LsHttpExchange *e,
                               void (*done) (void *user, LsHttpExchange *exchange, const char *body, size_t length), void *user)
{
  int r = start_reading (e, user);
  if (r == 0)
    e->on_collected = done;
  return r;
}

void
ls_http_exchange_resume_body (LsHttpExchange *e)
{
  if (!e->paused)
    return;
  e->paused = false;
  ls_http_connection_pause_over (e->connection);
  ls_http_connection_make_due (e->connection);
}

void
ls_http_exchange_on_closed (LsHttpExchange *e, void (*closed) (void *user, LsHttpExchange *exchange, bool complete), void *user)
{
  e->on_closed = closed;
  e->closed_user = user;
}

/* --- the answer --- */

static bool
is_value (const char *text)
{
  for (; *text; text++)
    if (((unsigned char) *text < ' ' && *text != '\t') || *text == 0x7f)
      return false;
  return true;
}

int
ls_http_exchange_add_header (LsHttpExchange *e, const char *name, const char *value)
{
  size_t name_length = strlen (name), value_length = strlen (value);
  if (e->answer != LS_HTTP_ANSWER_NONE)
    return -EALREADY;
  for (size_t i = 0; i < name_length; i++)
    if (!ls_http_is_token_char ((unsigned char) name[i]))
      return -EINVAL;
  if (name_length == 0 || !is_value (value) || strcasecmp (name, "Content-Length") == 0
      || strcasecmp (name, "Transfer-Encoding") == 0 || strcasecmp (name, "Connection") == 0 || strcasecmp (name, "Date") == 0)
    return -EINVAL;
  int r = ls_http_buffer_reserve (&e->fields, name_length + value_length + 4);
  if (r < 0)
    return r;
  ls_http_buffer_append (&e->fields, name, name_length);
  ls_http_buffer_append (&e->fields, ": ", 2);
  ls_http_buffer_append (&e->fields, value, value_length);
  ls_http_buffer_append (&e->fields, "\r\n", 2);
  return 0;
}

static int
check_answer (const LsHttpExchange *e, unsigned status, const char *type)
{
  if (e->answer != LS_HTTP_ANSWER_NONE)
    return -EALREADY;
  if (status < 200 || status > 599 || (type && !is_value (type)))
    return -EINVAL;
  return e->connection->lost || e->connection->phase == LS_HTTP_CLOSED ? -EPIPE : 0;
}

/* The common case: the answer is put together where the connection gathers its output. */
static int
gather (LsHttpExchange *e, unsigned status, const char *type, const void *body, size_t length)
{
  LsHttpConnection *c = e->connection;
  LsHttpBuffer *out = &c->server->output;
  size_t before = ls_http_buffer_length (out);
  int r = ls_http_answer_head (e, status, type, (int64_t) length, out);
  if (r < 0)
    return r;
  if (!e->no_body)
    r = ls_http_buffer_append (out, body, length);
  size_t added = ls_http_buffer_length (out) - before;
  c->queued += added;
  e->bytes_out += added;
  return r;
}

static int
assemble (LsHttpExchange *e, unsigned status, const char *type, const void *body, size_t length)
{
  LsHttpConnection *c = e->connection;
  LsHttpBuffer *head = &c->server->assembly;
  ls_http_buffer_reset (head, 16384);
  int r = ls_http_answer_head (e, status, type, (int64_t) length, head);
  if (r < 0)
    return r;
  struct iovec parts[2] = { { head->data, ls_http_buffer_length (head) }, { (void *) body, length } };
  int count = e->no_body || length == 0 ? 1 : 2;
  e->bytes_out += parts[0].iov_len + (count == 2 ? length : 0);
  return ls_http_connection_send (c, parts, count);
}

int
ls_http_exchange_respond (LsHttpExchange *e, unsigned status, const char *type, const void *body, size_t length)
{
  LsHttpConnection *c = e->connection;
  int r = check_answer (e, status, type);
  if (r < 0)
    return r;
  e->began = c->queued;
  if (ls_http_connection_is_corked (c) && ls_http_buffer_length (&c->server->output) + length < LS_HTTP_CORK_BYTES)
    r = gather (e, status, type, body, length);
  else
    r = assemble (e, status, type, body, length);
  if (r < 0)
    c->lost = true;
  e->answer = LS_HTTP_ANSWER_ENDED;
  ls_http_connection_make_due (c);
  return r;
}

int
ls_http_exchange_begin (LsHttpExchange *e, unsigned status, const char *type, int64_t length)
{
  LsHttpConnection *c = e->connection;
  int r = check_answer (e, status, type);
  if (r < 0)
    return r;
  LsHttpBuffer *head = &c->server->assembly;
  ls_http_buffer_reset (head, 16384);
  r = ls_http_answer_head (e, status, type, length < 0 ? -1 : length, head);
  if (r < 0)
    return r;
  e->began = c->queued;
  e->answer = LS_HTTP_ANSWER_BEGUN;
  struct iovec part = { head->data, ls_http_buffer_length (head) };
  e->bytes_out += part.iov_len;
  return ls_http_connection_send (c, &part, 1);
}

static int
send_piece (LsHttpExchange *e, const void *data, size_t length)
{
  char size[24];
  struct iovec parts[3];
  int count = 0;
  if (e->chunked)
    parts[count++] = (struct iovec){ size, (size_t) snprintf (size, sizeof size, "%zx\r\n", length) };
  parts[count++] = (struct iovec){ (void *) data, length };
  if (e->chunked)
    parts[count++] = (struct iovec){ (void *) "\r\n", 2 };
  for (int i = 0; i < count; i++)
    e->bytes_out += parts[i].iov_len;
  return ls_http_connection_send (e->connection, parts, count);
}

int
ls_http_exchange_write (LsHttpExchange *e, const void *data, size_t length)
{
  if (e->answer != LS_HTTP_ANSWER_BEGUN)
    return e->refusal || e->connection->lost ? -EPIPE : -EINVAL;
  if (e->connection->lost)
    return -EPIPE;
  if (!e->raw && e->sized && length > e->promised)
    return -EMSGSIZE; /* more than Content-Length said */
  if (e->sized && !e->raw)
    e->promised -= length;
  if (length == 0 || (e->no_body && !e->raw))
    return 0;
  int r = send_piece (e, data, length);
  if (ls_http_exchange_unwritten (e) > 0)
    e->wants_drained = true;
  return r;
}

int
ls_http_exchange_end (LsHttpExchange *e)
{
  LsHttpConnection *c = e->connection;
  int r = 0;
  if (e->answer != LS_HTTP_ANSWER_BEGUN)
    return e->refusal || c->lost ? -EPIPE : -EINVAL;
  if (e->chunked && !e->no_body && !e->raw)
    {
      struct iovec part = { (void *) "0\r\n\r\n", 5 };
      e->bytes_out += part.iov_len;
      r = ls_http_connection_send (c, &part, 1);
    }
  if (!e->raw && e->sized && e->promised > 0 && !e->no_body)
    {
      /* Less than Content-Length said: only cutting the connection tells the peer that it is not whole. */
      ls_http_connection_uncork (c);
      c->lost = true;
      r = -EMSGSIZE;
    }
  e->answer = LS_HTTP_ANSWER_ENDED;
  ls_http_connection_make_due (c);
  return r;
}

size_t
ls_http_exchange_unwritten (const LsHttpExchange *e)
{
  const LsHttpConnection *c = e->connection;
  /* What is only gathered leaves as soon as the handler returns. */
  return ls_http_buffer_length (&c->output);
}

void
ls_http_exchange_on_drained (LsHttpExchange *e, void (*drained) (void *user, LsHttpExchange *exchange), void *user)
{
  e->on_drained = drained;
  e->drained_user = user;
}

void
ls_http_exchange_mark_stream (LsHttpExchange *e)
{
  LsHttpConnection *c = e->connection;
  e->stream = true;
  if (!c->counted)
    return;
  c->counted = false;
  c->server->counted--;
}

int
ls_http_exchange_upgrade (LsHttpExchange *e, const char *protocol, void (*data) (void *user, const char *data, size_t length),
                          void *user)
{
  LsHttpConnection *c = e->connection;
  if (e->answer != LS_HTTP_ANSWER_NONE)
    return -EALREADY;
  if (c->lost)
    return -EPIPE;
  if (!e->head.upgrade || !ls_http_body_is_complete (&e->body))
    return -EINVAL; /* nobody asked, or a body stands in between */
  int r = ls_http_exchange_add_header (e, "Upgrade", protocol);
  if (r < 0)
    return r;
  LsHttpBuffer *head = &c->server->assembly;
  ls_http_buffer_reset (head, 16384);
  r = ls_http_answer_head (e, 101, NULL, -1, head);
  if (r < 0)
    return r;
  e->began = c->queued;
  e->answer = LS_HTTP_ANSWER_BEGUN;
  e->raw = true;
  e->chunked = e->no_body = e->sized = false;
  e->on_raw = data;
  e->body_user = user;
  struct iovec part = { head->data, ls_http_buffer_length (head) };
  e->bytes_out += part.iov_len;
  r = ls_http_connection_send (c, &part, 1);
  ls_http_connection_uncork (c); /* those before it are reported before it */
  ls_http_exchange_report (e, false);
  ls_http_connection_make_due (c);
  return r;
}

void
ls_http_exchange_pause_raw (LsHttpExchange *e)
{
  if (!e->raw || e->paused)
    return;
  e->paused = true;
  e->paused_ms = uv_now (e->connection->server->loop);
}
