/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"
#include "http/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Room for everything in an answer's head but what the handler added. */
#define FIXED_BYTES 512

/* RFC 9110, section 5.6.7; not strftime, which speaks the locale's language. Worked out once a second. */
static void
refresh_date (LsHttpServer *server, uint64_t now_ms)
{
  static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
  static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  struct timespec now;
  struct tm tm;
  clock_gettime (CLOCK_REALTIME, &now);
  gmtime_r (&now.tv_sec, &tm);
  snprintf (server->date, sizeof server->date, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[tm.tm_wday], tm.tm_mday,
            months[tm.tm_mon], (tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min, tm.tm_sec);
  server->date_until_ms = now_ms + 1000 - (uint64_t) (now.tv_nsec / 1000000);
}

static char *
put (char *p, const char *text, size_t length)
{
  memcpy (p, text, length);
  return p + length;
}

#define PUT(p, literal) put ((p), (literal), sizeof (literal) - 1)

static char *
put_number (char *p, uint64_t number)
{
  char digits[20];
  size_t n = 0;
  do
    digits[n++] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  while (n > 0)
    *p++ = digits[--n];
  return p;
}

static char *
put_status (char *p, unsigned status)
{
  const char *reason = ls_http_status_reason (status);
  p = PUT (p, "HTTP/1.1 ");
  p = put_number (p, status);
  *p++ = ' ';
  if (reason)
    p = put (p, reason, strlen (reason));
  return PUT (p, "\r\n");
}

/* Whether the connection may go on after this answer. A large rest of a body, or one that the peer holds back until it is
 * told to go on, is not waited for. */
static bool
may_keep (const LsHttpExchange *e)
{
  const LsHttpConnection *c = e->connection;
  if (!e->head.keep_alive || e->refusal || c->server->draining || c->server->closing)
    return false;
  if (e->reading || ls_http_body_is_complete (&e->body))
    return true;
  if (e->head.expect_continue && !e->continued)
    return false;
  return e->head.chunked || e->body.remaining <= LS_HTTP_SMALL_REST;
}

/* Decides how the answer is framed (RFC 9112, section 6) and appends its head to @out. */
int
ls_http_answer_head (LsHttpExchange *e, unsigned status, const char *type, int64_t length, LsHttpBuffer *out)
{
  LsHttpServer *server = e->connection->server;
  bool bodiless = status < 200 || status == 204 || status == 304;
  size_t type_length = type ? strlen (type) : 0;
  size_t added = ls_http_buffer_length (&e->fields);
  int r = ls_http_buffer_reserve (out, FIXED_BYTES + type_length + added);
  if (r < 0)
    return r;

  e->status = status;
  e->keep = status == 101 || may_keep (e);
  e->no_body = bodiless || (e->head.method && strcmp (e->head.method, "HEAD") == 0);
  e->sized = length >= 0;
  e->promised = length >= 0 ? (uint64_t) length : 0;
  e->chunked = length < 0 && !bodiless && e->head.minor >= 1;
  if (length < 0 && !e->chunked && !bodiless)
    e->keep = false; /* HTTP/1.0: the end of the connection is the end of the body */

  uint64_t now_ms = uv_now (server->loop);
  if (now_ms >= server->date_until_ms)
    refresh_date (server, now_ms);

  char *p = put_status (out->data + out->end, status);
  p = put (p, server->date, strlen (server->date));
  if (type)
    {
      p = PUT (p, "Content-Type: ");
      p = put (p, type, type_length);
      p = PUT (p, "\r\n");
    }
  if (length >= 0 && !bodiless)
    {
      p = PUT (p, "Content-Length: ");
      p = put_number (p, (uint64_t) length);
      p = PUT (p, "\r\n");
    }
  else if (e->chunked)
    p = PUT (p, "Transfer-Encoding: chunked\r\n");
  if (added > 0)
    p = put (p, e->fields.data + e->fields.start, added);
  if (status == 101)
    p = PUT (p, "Connection: Upgrade\r\n");
  else if (!e->keep)
    p = PUT (p, "Connection: close\r\n");
  else if (e->head.minor == 0)
    p = PUT (p, "Connection: keep-alive\r\n");
  p = PUT (p, "\r\n");
  out->end = (size_t) (p - out->data);
  return 0;
}

/* The layer's own refusals, as RFC 9457 has them. */
int
ls_http_answer_problem (LsHttpExchange *e, LsHttpVerdict verdict)
{
  char body[512];
  const char *title = ls_http_status_reason (verdict.status);
  int length = snprintf (body, sizeof body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":\"%s\"}\n", title,
                         verdict.status, verdict.reason);
  if (verdict.status == 503)
    {
      int r = ls_http_exchange_add_header (e, "Retry-After", "1");
      if (r < 0)
        return r;
    }
  return ls_http_exchange_respond (e, verdict.status, "application/problem+json", body, (size_t) length);
}
