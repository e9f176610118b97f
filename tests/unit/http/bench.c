/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BOUND_MS 30000

/* --- the standard handler --- */

static bool
echo_chunk (void *user, const char *data, size_t length)
{
  ls_http_exchange_write (user, data, length);
  return true;
}

static void
echo_end (void *user)
{
  ls_http_exchange_end (user);
}

static void
collected (void *user, LsHttpExchange *exchange, const char *body, size_t length)
{
  ls_http_exchange_respond (exchange, 200, "text/plain", body, length);
}

static void
on_exchange_closed (void *user, LsHttpExchange *exchange, bool complete)
{
  Bench *bench = user;
  bench->closed++;
  bench->complete += complete;
  if (bench->held == exchange)
    bench->held = NULL;
}

static void
on_raw (void *user, const char *data, size_t length)
{
  LsHttpExchange *exchange = user;
  if (length == 0)
    ls_http_exchange_end (exchange);
  else
    ls_http_exchange_write (exchange, data, length);
}

static void
answer (Bench *bench, LsHttpExchange *e)
{
  const char *path = ls_http_exchange_path (e);
  char text[16384];
  if (strcmp (path, "/echo") == 0)
    {
      ls_http_exchange_begin (e, 200, "text/plain", -1);
      ls_http_exchange_read_body (e, echo_chunk, echo_end, e);
    }
  else if (strcmp (path, "/collect") == 0)
    ls_http_exchange_collect_body (e, collected, NULL);
  else if (strcmp (path, "/hold") == 0)
    {
      bench->held = e;
      ls_http_exchange_on_closed (e, on_exchange_closed, bench);
    }
  else if (strcmp (path, "/hooked") == 0)
    {
      ls_http_exchange_on_closed (e, on_exchange_closed, bench);
      ls_http_exchange_respond (e, 200, "text/plain", "hooked", 6);
    }
  else if (strcmp (path, "/upgrade") == 0)
    {
      ls_http_exchange_on_closed (e, on_exchange_closed, bench);
      int r = ls_http_exchange_upgrade (e, "raw", on_raw, e);
      if (r < 0)
        ls_http_exchange_respond (e, 426, "text/plain", "upgrade!", 8);
    }
  else if (strncmp (path, "/status/", 8) == 0)
    ls_http_exchange_respond (e, (unsigned) atoi (path + 8), "text/plain", "body", 4);
  else
    {
      int n = snprintf (text, sizeof text, "%s %s ?%s", ls_http_exchange_method (e), path, ls_http_exchange_query (e));
      ls_http_exchange_respond (e, 200, "text/plain", text, (size_t) n);
    }
}

static void
on_request (void *user, LsHttpExchange *exchange)
{
  Bench *bench = user;
  bench->requests++;
  if (bench->handler)
    bench->handler (bench, exchange);
  else
    answer (bench, exchange);
}

static void
on_observe (void *user, const LsHttpRecord *record)
{
  Bench *bench = user;
  bench->observed++;
  bench->last_status = record->status;
  bench->last_bytes_in = record->bytes_in;
  bench->last_bytes_out = record->bytes_out;
  bench->refused += record->refusal != NULL;
  snprintf (bench->last_target, sizeof bench->last_target, "%s", record->target ? record->target : "");
  assert_in_range (record->status, 100, 599);
  bench->statuses[record->status]++;
  assert_true (record->latency_us < 60 * 1000000ull);
}

static bool
on_opened (void *user, LsHttpConnection *connection, void **ret_context)
{
  Bench *bench = user;
  bench->connections_opened++;
  *ret_context = bench;
  return !bench->refuse_connections;
}

static void
on_connection_closed (void *user, LsHttpConnection *connection, void *context)
{
  Bench *bench = user;
  assert_true (bench->refuse_connections || context == bench);
  bench->connections_closed++;
}

static void
on_gauges (void *user, unsigned connections, unsigned in_flight)
{
  Bench *bench = user;
  if (in_flight > bench->max_in_flight)
    bench->max_in_flight = in_flight;
}

/* --- beginning and end --- */

static int
listen_tcp (Bench *bench)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal (bind (fd, (struct sockaddr *) &address, sizeof address), 0);
  assert_int_equal (listen (fd, 256), 0);
  assert_int_equal (getsockname (fd, (struct sockaddr *) &address, &length), 0);
  bench->port = ntohs (address.sin_port);
  return fd;
}

static struct sockaddr_un
unix_address (const Bench *bench)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  snprintf (address.sun_path, sizeof address.sun_path, "%s/s", bench->path);
  return address;
}

static int
listen_unix (Bench *bench)
{
  strcpy (bench->path, "/tmp/ls-http-XXXXXX");
  assert_non_null (mkdtemp (bench->path));
  struct sockaddr_un address = unix_address (bench);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal (bind (fd, (struct sockaddr *) &address, sizeof address), 0);
  assert_int_equal (listen (fd, 256), 0);
  return fd;
}

static Bench *
make (const LsHttpLimits *limits, bool unix_socket)
{
  static const LsHttpHandlers handlers = {
    .request = on_request, .observe = on_observe, .opened = on_opened, .closed = on_connection_closed, .gauges = on_gauges,
  };
  Bench *bench = calloc (1, sizeof *bench);
  bench->limits = limits ? *limits : ls_http_limits_default ();
  bench->unix_socket = unix_socket;
  assert_int_equal (uv_loop_init (&bench->loop), 0);
  assert_int_equal (ls_http_server_new (&bench->loop, &bench->limits, &handlers, bench, &bench->server), 0);
  assert_int_equal (ls_http_server_listen (bench->server, unix_socket ? listen_unix (bench) : listen_tcp (bench)), 0);
  return bench;
}

Bench *
bench_new (const LsHttpLimits *limits)
{
  return make (limits, false);
}

Bench *
bench_new_unix (const LsHttpLimits *limits)
{
  return make (limits, true);
}

static void
on_server_closed (void *user)
{
  ((Bench *) user)->ended = true;
}

void
bench_free (Bench *bench)
{
  ls_http_server_close (bench->server, on_server_closed, bench);
  uv_run (&bench->loop, UV_RUN_DEFAULT);
  assert_true (bench->ended);
  assert_int_equal (bench->connections_opened, bench->connections_closed);
  assert_int_equal (uv_loop_close (&bench->loop), 0);
  if (bench->unix_socket)
    {
      struct sockaddr_un address = unix_address (bench);
      unlink (address.sun_path);
      rmdir (bench->path);
    }
  free (bench);
}

/* --- clients --- */

int
bench_try_connect (Bench *bench)
{
  int fd = socket (bench->unix_socket ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int r;
  if (bench->unix_socket)
    {
      struct sockaddr_un address = unix_address (bench);
      r = connect (fd, (struct sockaddr *) &address, sizeof address);
    }
  else
    {
      struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) bench->port),
                                     .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
      r = connect (fd, (struct sockaddr *) &address, sizeof address);
    }
  if (r < 0)
    {
      r = -errno;
      close (fd);
      return r;
    }
  fcntl (fd, F_SETFL, O_NONBLOCK);
  return fd;
}

int
bench_connect (Bench *bench)
{
  int fd = bench_try_connect (bench);
  assert_true (fd >= 0);
  return fd;
}

static void
on_tick (uv_timer_t *timer)
{
}

/* One turn, bounded by a timer, since the loop does not know of the clients' sockets. The timer repeats: a single one may
 * run out before the loop comes to its wait. */
static void
turn (Bench *bench, unsigned ms)
{
  uv_timer_t timer;
  uv_timer_init (&bench->loop, &timer);
  uv_timer_start (&timer, on_tick, ms, ms);
  uv_run (&bench->loop, UV_RUN_ONCE);
  uv_close ((uv_handle_t *) &timer, NULL);
  uv_run (&bench->loop, UV_RUN_NOWAIT);
}

bool
bench_until (Bench *bench, bool (*condition) (void *user), void *user)
{
  uint64_t end = uv_hrtime () + BOUND_MS * 1000000ull;
  while (!condition (user))
    {
      if (uv_hrtime () > end)
        return false;
      turn (bench, 1);
    }
  return true;
}

void
bench_run (Bench *bench, unsigned ms)
{
  uint64_t end = uv_hrtime () + ms * 1000000ull;
  while (uv_hrtime () < end)
    turn (bench, 1);
}

bool
bench_send (Bench *bench, int fd, const void *data, size_t length, size_t piece)
{
  const char *p = data;
  uint64_t end = uv_hrtime () + BOUND_MS * 1000000ull;
  while (length > 0)
    {
      size_t now = piece > 0 && piece < length ? piece : length;
      ssize_t n = send (fd, p, now, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN)
        return false;
      if (uv_hrtime () > end)
        return false;
      if (n > 0)
        {
          p += n;
          length -= (size_t) n;
        }
      uv_run (&bench->loop, UV_RUN_NOWAIT);
    }
  return true;
}

char *
bench_receive (Bench *bench, int fd, const char *ends_with)
{
  size_t size = 65536, used = 0;
  char *answer_text = malloc (size);
  uint64_t end = uv_hrtime () + BOUND_MS * 1000000ull;
  for (;;)
    {
      if (size - used < 32768)
        answer_text = realloc (answer_text, size *= 2);
      ssize_t n = recv (fd, answer_text + used, size - used - 16, 0);
      if (n > 0)
        used += (size_t) n;
      answer_text[used] = '\0';
      if (n == 0)
        return answer_text;
      if (ends_with && used >= strlen (ends_with)
          && memcmp (answer_text + used - strlen (ends_with), ends_with, strlen (ends_with)) == 0)
        return answer_text;
      if (n < 0 && errno != EAGAIN)
        return strcat (answer_text, "<reset>");
      if (uv_hrtime () > end)
        return strcat (answer_text, "<silence>");
      if (n < 0)
        turn (bench, 1);
      else
        uv_run (&bench->loop, UV_RUN_NOWAIT);
    }
}

char *
bench_talk (Bench *bench, const char *request, size_t length, size_t piece)
{
  int fd = bench_connect (bench);
  bench_send (bench, fd, request, length, piece);
  char *text = bench_receive (bench, fd, NULL);
  close (fd);
  return text;
}

unsigned
answer_status (const char *answer_text)
{
  unsigned status = 0;
  return sscanf (answer_text, "HTTP/1.1 %3u ", &status) == 1 ? status : 0;
}

const char *
answer_body (const char *answer_text)
{
  const char *end = strstr (answer_text, "\r\n\r\n");
  return end ? end + 4 : "";
}
