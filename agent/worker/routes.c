/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/worker.h"

#include "http/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What the built-in worker answers: enough to see a cluster at work, and to try each part of it from outside. */

#define TEXT "text/plain; charset=utf-8"
#define SLEEP_MAX_MS 60000
#define CPU_MAX_MS 10000
#define ECHO_UNWRITTEN_MAX 65536

static void
answer_text (LsHttpExchange *exchange, unsigned status, const char *text)
{
  ls_http_exchange_respond (exchange, status, TEXT, text, strlen (text));
}

static void
answer_json (LsHttpExchange *exchange, unsigned status, const char *type, json_t *json)
{
  char *text = json ? json_dumps (json, JSON_COMPACT) : NULL;
  size_t length = text ? strlen (text) : 0;
  if (text)
    {
      text[length] = '\n'; /* in the place of the NUL */
      ls_http_exchange_respond (exchange, status, type, text, length + 1);
    }
  else
    answer_text (exchange, 500, "There is no memory left for an answer.\n");
  free (text);
  json_decref (json);
}

void
ls_worker_problem (LsHttpExchange *exchange, unsigned status, const char *detail)
{
  answer_json (exchange, status, "application/problem+json",
               json_pack ("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title", ls_http_status_reason (status), "status",
                          (int) status, "detail", detail));
}

/* --- / --- */

static size_t
put_number (char *p, uint64_t number)
{
  char digits[20];
  size_t n = 0, length;
  do
    digits[n++] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  length = n;
  while (n > 0)
    *p++ = digits[--n];
  return length;
}

static void
answer_who_as_json (LsWorker *worker, LsHttpExchange *exchange)
{
  const LsWorkerSettings *settings = worker->settings;
  json_t *slot = settings->slot >= 0 ? json_integer (settings->slot) : json_null ();
  answer_json (exchange, 200, "application/json",
               json_pack ("{s:s, s:s?, s:o, s:i, s:I}", "worker", settings->id, "cluster", settings->cluster, "slot", slot, "pid",
                          (int) worker->row->pid, "request", (json_int_t) worker->requests));
}

/* The page that benchmarks ask for, hence by hand. */
static void
answer_who (LsWorker *worker, LsHttpExchange *exchange)
{
  const char *accept = ls_http_exchange_header (exchange, "Accept");
  if (accept && strstr (accept, "application/json"))
    {
      answer_who_as_json (worker, exchange);
      return;
    }
  char text[sizeof worker->greeting + 24];
  memcpy (text, worker->greeting, worker->greeting_length);
  size_t length = worker->greeting_length;
  length += put_number (text + length, worker->requests);
  text[length++] = '\n';
  ls_http_exchange_respond (exchange, 200, TEXT, text, length);
}

static void
answer_health (LsWorker *worker, LsHttpExchange *exchange)
{
  answer_text (exchange, 200, worker->draining ? "draining\n" : "ok\n");
}

/* --- /status/CODE --- */

/* What some codes must bring along (RFC 9110), for an answer that a client can make sense of. */
static void
add_companion (LsHttpExchange *exchange, unsigned code)
{
  static const struct {
    unsigned code;
    const char *name, *value;
  } companions[] = {
    { 401, "WWW-Authenticate", "Basic realm=\"lineshaft\"" },
    { 405, "Allow", "GET, HEAD" },
    { 407, "Proxy-Authenticate", "Basic realm=\"lineshaft\"" },
    { 426, "Upgrade", "HTTP/1.1" },
    { 429, "Retry-After", "1" },
    { 503, "Retry-After", "1" },
  };
  for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++)
    if (companions[i].code == code)
      ls_http_exchange_add_header (exchange, companions[i].name, companions[i].value);
}

static void
answer_status (LsWorker *worker, LsHttpExchange *exchange, unsigned code)
{
  char text[256];
  if (code >= 100 && code < 200)
    {
      ls_worker_problem (exchange, 422,
                         "A code below 200 is not an answer but a remark before one; a server may not end a request with it.");
      return;
    }
  if (code < 100 || code > 599)
    {
      ls_worker_problem (exchange, 422, "Status codes go from 100 to 599, and an answer's from 200 to 599.");
      return;
    }
  const char *reason = ls_http_status_reason (code), *meaning = ls_http_status_meaning (code);
  int length = snprintf (text, sizeof text, "%u %s: %s\n", code, reason ? reason : "(no name)",
                         meaning ? meaning : "A code without a registered meaning; its first digit says what kind it is.");
  add_companion (exchange, code);
  if (code == 204 || code == 205 || code == 304) /* these never carry content (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5) */
    ls_http_exchange_respond (exchange, code, NULL, NULL, 0);
  else
    ls_http_exchange_respond (exchange, code, TEXT, text, (size_t) length);
}

/* --- /sleep/MS --- */

typedef struct {
  uv_timer_t timer;
  LsHttpExchange *exchange;
  unsigned ms;
} Sleep;

static void
free_handle (uv_handle_t *handle)
{
  free (handle->data);
}

static void
on_awake (uv_timer_t *timer)
{
  const Sleep *sleeper = timer->data;
  char text[48];
  int length = snprintf (text, sizeof text, "slept %u ms\n", sleeper->ms);
  ls_http_exchange_respond (sleeper->exchange, 200, TEXT, text, (size_t) length);
}

static void
on_sleep_closed (void *user, LsHttpExchange *exchange, bool complete)
{
  Sleep *sleeper = user;
  uv_close ((uv_handle_t *) &sleeper->timer, free_handle);
}

static void
answer_sleep (LsWorker *worker, LsHttpExchange *exchange, unsigned ms)
{
  if (ms > SLEEP_MAX_MS)
    {
      ls_worker_problem (exchange, 422, "A request may sleep for 60000 ms at most.");
      return;
    }
  Sleep *sleeper = calloc (1, sizeof *sleeper);
  if (!sleeper)
    {
      ls_worker_problem (exchange, 503, "There is no memory left for this.");
      return;
    }
  sleeper->exchange = exchange;
  sleeper->ms = ms;
  uv_timer_init (worker->loop, &sleeper->timer);
  sleeper->timer.data = sleeper;
  uv_timer_start (&sleeper->timer, on_awake, ms, 0);
  ls_http_exchange_on_closed (exchange, on_sleep_closed, sleeper);
}

/* --- /cpu/MS --- */

static void
answer_cpu (LsWorker *worker, LsHttpExchange *exchange, unsigned ms)
{
  if (ms > CPU_MAX_MS)
    ls_worker_problem (exchange, 422, "A request may burn 10000 ms at most.");
  else
    ls_worker_burn (worker, exchange, ms);
}

/* --- /echo --- */

static void
on_echo_drained (void *user, LsHttpExchange *exchange)
{
  ls_http_exchange_resume_body (exchange);
}

/* No faster in than out: a client that does not read its echo is not read from either. */
static bool
on_echo_chunk (void *user, const char *data, size_t length)
{
  LsHttpExchange *exchange = user;
  ls_http_exchange_write (exchange, data, length);
  return ls_http_exchange_unwritten (exchange) < ECHO_UNWRITTEN_MAX;
}

static void
on_echo_end (void *user)
{
  ls_http_exchange_end (user);
}

static void
on_echo_whole (void *user, LsHttpExchange *exchange, const char *body, size_t length)
{
  const char *type = ls_http_exchange_header (exchange, "Content-Type");
  ls_http_exchange_respond (exchange, 200, type ? type : "application/octet-stream", body, length);
}

/* A body of known length streams through. One in chunks may turn out too large, and 413 can only be said before the answer
 * has begun: so it is collected first, up to the server's limit. */
static void
answer_echo (LsWorker *worker, LsHttpExchange *exchange)
{
  const char *type = ls_http_exchange_header (exchange, "Content-Type");
  const char *length = ls_http_exchange_header (exchange, "Content-Length");
  if (!length || strtoll (length, NULL, 10) == 0)
    {
      ls_http_exchange_collect_body (exchange, on_echo_whole, NULL);
      return;
    }
  ls_http_exchange_on_drained (exchange, on_echo_drained, NULL);
  if (ls_http_exchange_read_body (exchange, on_echo_chunk, on_echo_end, exchange) == 0)
    ls_http_exchange_begin (exchange, 200, type ? type : "application/octet-stream", strtoll (length, NULL, 10));
}

/* --- which is which --- */

typedef struct {
  const char *path;        /* whole, or up to the number */
  const char *methods;     /* as Allow has them; a HEAD goes with each GET */
  void (*answer) (LsWorker *worker, LsHttpExchange *exchange);
  void (*answer_number) (LsWorker *worker, LsHttpExchange *exchange, unsigned number);
} Route;

static const Route routes[] = {
  { "/", "GET, HEAD, OPTIONS", answer_who, NULL },
  { "/healthz", "GET, HEAD, OPTIONS", answer_health, NULL },
  { "/echo", "POST, PUT, OPTIONS", answer_echo, NULL },
  { "/status/", "GET, HEAD, OPTIONS", NULL, answer_status },
  { "/sleep/", "GET, HEAD, OPTIONS", NULL, answer_sleep },
  { "/cpu/", "GET, HEAD, OPTIONS", NULL, answer_cpu },
};

static const Route *
find_route (const char *path)
{
  for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
    if (routes[i].answer ? strcmp (path, routes[i].path) == 0 : strncmp (path, routes[i].path, strlen (routes[i].path)) == 0)
      return &routes[i];
  return NULL;
}

/* Method names are no part of one another here, so a plain search will do; most often it is the first. */
static bool
takes_method (const Route *route, LsHttpExchange *exchange)
{
  const char *method = ls_http_exchange_method (exchange);
  if (strncmp (route->methods, method, strlen (method)) == 0 || strstr (route->methods, method))
    return true;
  ls_http_exchange_add_header (exchange, "Allow", route->methods);
  ls_worker_problem (exchange, 405, "This address does not take that method; the Allow header says which it takes.");
  return false;
}

static bool
parse_number (const char *text, unsigned *ret_number)
{
  unsigned number = 0;
  size_t length = strlen (text);
  if (length == 0 || length > 9)
    return false;
  for (size_t i = 0; i < length; i++)
    {
      if (text[i] < '0' || text[i] > '9')
        return false;
      number = number * 10 + (unsigned) (text[i] - '0');
    }
  *ret_number = number;
  return true;
}

static void
answer_number (LsWorker *worker, LsHttpExchange *exchange, const Route *route)
{
  unsigned number;
  if (parse_number (ls_http_exchange_path (exchange) + strlen (route->path), &number))
    route->answer_number (worker, exchange, number);
  else
    ls_worker_problem (exchange, 422, "This address ends in a whole number, as in /status/404, /sleep/100 or /cpu/50.");
}

void
ls_worker_route (void *user, LsHttpExchange *exchange)
{
  LsWorker *worker = user;
  const Route *route = find_route (ls_http_exchange_path (exchange));
  worker->requests++;
  bool options = strcmp (ls_http_exchange_method (exchange), "OPTIONS") == 0;
  if (options && (route || strcmp (ls_http_exchange_path (exchange), "*") == 0))
    {
      ls_http_exchange_add_header (exchange, "Allow", route ? route->methods : "GET, HEAD, POST, PUT, OPTIONS");
      ls_http_exchange_respond (exchange, 204, NULL, NULL, 0);
    }
  else if (!route)
    ls_worker_problem (exchange, 404,
                       "There is nothing here. Try /, /healthz, /status/404, /sleep/100, /cpu/50, or POST to /echo.");
  else if (!takes_method (route, exchange))
    return;
  else if (route->answer)
    route->answer (worker, exchange);
  else
    answer_number (worker, exchange, route);
}
