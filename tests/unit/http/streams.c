/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bodies that do not fit into one go, peers that leave, protocols that change. */

#define LARGE (8 * 1024 * 1024)

static bool
is_held (void *user)
{
  return ((Bench *) user)->held != NULL;
}

static bool
is_closed (void *user)
{
  return ((Bench *) user)->closed > 0;
}

/* --- back-pressure --- */

typedef struct {
  LsHttpExchange *exchange;
  size_t read;
  unsigned pauses;
} Sink;

static Sink sink;

static bool
take_and_pause (void *user, const char *data, size_t length)
{
  sink.read += length;
  sink.pauses++;
  return false;
}

static void
sink_ends (void *user)
{
  char text[32];
  int length = snprintf (text, sizeof text, "%zu", sink.read);
  ls_http_exchange_respond (sink.exchange, 200, NULL, text, (size_t) length);
}

static void
read_with_pauses (void *user, LsHttpExchange *exchange)
{
  sink = (Sink){ .exchange = exchange };
  ls_http_exchange_read_body (exchange, take_and_pause, sink_ends, NULL);
}

static void
a_handler_that_pauses_makes_the_client_wait (void **state)
{
  LsHttpLimits limits = ls_http_limits_default ();
  limits.body_bytes = LARGE;
  limits.request_timeout_ms = 150;
  Bench *bench = bench_new_unix (&limits);
  bench->handler = read_with_pauses;
  char *body = calloc (1, LARGE);
  int fd = bench_connect (bench);
  char head[128];
  int length = snprintf (head, sizeof head, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", LARGE);
  bench_send (bench, fd, head, (size_t) length, 0);
  size_t sent = 0;
  for (int i = 0; i < 200; i++)
    {
      ssize_t n = send (fd, body, 65536, MSG_NOSIGNAL);
      sent += n > 0 ? (size_t) n : 0;
      bench_run (bench, 1);
    }
  assert_true (sent < 2 * 1024 * 1024); /* what the socket holds, and a little */
  assert_int_equal (sink.pauses, 1);
  bench_run (bench, 200);
  assert_int_equal (bench->observed, 0); /* the pause is not held against the client */

  uint64_t end = uv_hrtime () + 4000000000ull;
  while (sent < LARGE && uv_hrtime () < end)
    {
      ssize_t n = send (fd, body, LARGE - sent < 65536 ? LARGE - sent : 65536, MSG_NOSIGNAL);
      sent += n > 0 ? (size_t) n : 0;
      ls_http_exchange_resume_body (sink.exchange);
      uv_run (&bench->loop, UV_RUN_NOWAIT);
    }
  while (bench->observed == 0 && uv_hrtime () < end)
    {
      ls_http_exchange_resume_body (sink.exchange);
      bench_run (bench, 1);
    }
  char *answer = bench_receive (bench, fd, NULL);
  assert_int_equal (answer_status (answer), 200);
  assert_int_equal (strtoul (answer_body (answer), NULL, 10), LARGE);
  free (answer);
  free (body);
  close (fd);
  bench_free (bench);
}

static unsigned drained;

static void
write_more (void *user, LsHttpExchange *exchange)
{
  static const char block[65536];
  drained++;
  while (ls_http_exchange_unwritten (exchange) == 0 && sink.read < LARGE)
    {
      assert_int_equal (ls_http_exchange_write (exchange, block, sizeof block), 0);
      sink.read += sizeof block;
    }
  assert_true (ls_http_exchange_unwritten (exchange) <= sizeof block);
  if (sink.read == LARGE)
    ls_http_exchange_end (exchange);
}

static void
write_a_lot (void *user, LsHttpExchange *exchange)
{
  sink = (Sink){ .exchange = exchange };
  drained = 0;
  ls_http_exchange_begin (exchange, 200, NULL, LARGE);
  ls_http_exchange_on_drained (exchange, write_more, user);
  write_more (user, exchange);
}

static void
a_client_that_does_not_read_makes_the_handler_wait (void **state)
{
  Bench *bench = bench_new_unix (NULL);
  bench->handler = write_a_lot;
  int fd = bench_connect (bench);
  bench_send (bench, fd, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 46, 0);
  bench_run (bench, 100);
  assert_true (sink.read < LARGE / 2);
  assert_int_equal (bench->observed, 0);
  char *answer = malloc (LARGE + 4096);
  size_t used = 0;
  uint64_t end = uv_hrtime () + 4000000000ull;
  ssize_t n = 1;
  while (n != 0 && uv_hrtime () < end)
    {
      n = recv (fd, answer + used, 65536, 0);
      used += n > 0 ? (size_t) n : 0;
      uv_run (&bench->loop, UV_RUN_NOWAIT);
    }
  assert_true (used > LARGE && used < LARGE + 300);
  assert_int_equal (bench->last_bytes_out, used);
  assert_true (drained > 10);
  assert_int_equal (bench->statuses[200], 1);
  free (answer);
  close (fd);
  bench_free (bench);
}

static void
a_client_that_never_reads_is_cut_off (void **state)
{
  LsHttpLimits limits = ls_http_limits_default ();
  limits.write_timeout_ms = 80;
  Bench *bench = bench_new_unix (&limits);
  bench->handler = write_a_lot;
  int fd = bench_connect (bench);
  bench_send (bench, fd, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27, 0);
  uint64_t start = uv_hrtime ();
  while (bench->connections_closed == 0 && uv_hrtime () - start < 3000000000ull)
    bench_run (bench, 5);
  assert_int_equal (bench->connections_closed, 1);
  assert_int_equal (bench->statuses[200], 1); /* its head was on the way */
  close (fd);
  bench_free (bench);
}

/* A pipelining client that does not read is not read from either, and nothing grows. */
static void
unread_answers_stop_the_reading_of_requests (void **state)
{
  static const char request[] = "GET /some-longer-path-to-make-the-answer-longer HTTP/1.1\r\nHost: h\r\n\r\n";
  Bench *bench = bench_new_unix (NULL);
  int fd = bench_connect (bench);
  size_t sent = 0;
  uint64_t end = uv_hrtime () + 300000000ull;
  while (uv_hrtime () < end)
    {
      size_t at = sent % (sizeof request - 1);
      ssize_t n = send (fd, request + at, sizeof request - 1 - at, MSG_NOSIGNAL);
      sent += n > 0 ? (size_t) n : 0;
      uv_run (&bench->loop, UV_RUN_NOWAIT);
    }
  unsigned requests = bench->requests;
  assert_true (requests < 20000);
  bench_run (bench, 50);
  assert_int_equal (bench->requests, requests);
  assert_true (bench->observed < requests);
  shutdown (fd, SHUT_WR);
  char *answer = bench_receive (bench, fd, NULL);
  unsigned whole = (unsigned) (sent / (sizeof request - 1)), count = 0;
  for (const char *at = answer; (at = strstr (at, "HTTP/1.1 200 OK")); at++)
    count++;
  assert_int_equal (count, whole);
  assert_int_equal (bench->statuses[200], whole);
  assert_int_equal (bench->observed, whole + (sent % (sizeof request - 1) > 0));
  free (answer);
  close (fd);
  bench_free (bench);
}

/* --- peers that leave --- */

static void
a_client_that_leaves_is_noticed_and_counted (void **state)
{
  for (int i = 0; i < 2; i++)
    {
      Bench *bench = i ? bench_new_unix (NULL) : bench_new (NULL);
      int fd = bench_connect (bench);
      bench_send (bench, fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n", 31, 0);
      assert_true (bench_until (bench, is_held, bench));
      bench_run (bench, 250);
      close (fd);
      assert_true (bench_until (bench, is_closed, bench));
      assert_int_equal (bench->complete, 0);
      assert_int_equal (bench->statuses[499], 1);
      assert_int_equal (bench->observed, 1);
      assert_int_equal (ls_http_server_in_flight (bench->server), 0);
      bench_free (bench);
    }
}

static void
a_client_that_shuts_its_side_with_the_request_is_answered (void **state)
{
  Bench *bench = bench_new (NULL);
  int fd = bench_connect (bench);
  bench_send (bench, fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n", 31, 0);
  shutdown (fd, SHUT_WR);
  assert_true (bench_until (bench, is_held, bench));
  bench_run (bench, 300);
  assert_non_null (bench->held);
  ls_http_exchange_respond (bench->held, 200, NULL, "late", 4);
  char *answer = bench_receive (bench, fd, NULL);
  assert_string_equal (answer_body (answer), "late");
  assert_int_equal (bench->complete, 1);
  free (answer);
  close (fd);
  bench_free (bench);
}

static void
expect_cut_request (Bench *bench, const char *request, unsigned status)
{
  int fd = bench_connect (bench);
  bench_send (bench, fd, request, strlen (request), 0);
  shutdown (fd, SHUT_WR);
  char *answer = bench_receive (bench, fd, NULL);
  if (answer_status (answer) != status)
    fail_msg ("%s: wanted %u, got %s", request, status, answer);
  free (answer);
  close (fd);
}

static void
a_request_that_breaks_off_is_refused (void **state)
{
  Bench *bench = bench_new (NULL);
  expect_cut_request (bench, "GET / HT", 400);
  expect_cut_request (bench, "POST /collect HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe", 400);
  expect_cut_request (bench, "POST /collect HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 400);
  expect_cut_request (bench, "", 0);
  expect_cut_request (bench, "GET / HTTP/1.1\r\nHost: h\r\n\r\nGET", 200);
  assert_int_equal (bench->observed, 5);
  assert_int_equal (bench->statuses[400], 4);
  bench_free (bench);
}

static void
a_marked_stream_has_no_time_limit_and_does_not_count (void **state)
{
  LsHttpLimits limits = ls_http_limits_default ();
  limits.idle_timeout_ms = limits.head_timeout_ms = limits.write_timeout_ms = limits.request_timeout_ms = 50;
  limits.connections = 1;
  Bench *bench = bench_new (&limits);
  int fd = bench_connect (bench);
  bench_send (bench, fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n", 31, 0);
  assert_true (bench_until (bench, is_held, bench));
  LsHttpExchange *stream = bench->held;
  ls_http_exchange_mark_stream (stream);
  ls_http_exchange_begin (stream, 200, "text/event-stream", -1);
  bench_run (bench, 260); /* past all limits, and past the time in which a half-close is forgiven */
  char *answer = bench_talk (bench, "GET / HTTP/1.0\r\n\r\n", 18, 0);
  assert_int_equal (answer_status (answer), 200);
  free (answer);
  ls_http_exchange_write (stream, "tick", 4);
  answer = bench_receive (bench, fd, "tick\r\n");
  assert_int_equal (answer_status (answer), 200);
  free (answer);
  close (fd);
  assert_true (bench_until (bench, is_closed, bench));
  assert_int_equal (bench->complete, 0);
  assert_int_equal (bench->statuses[200], 2);
  bench_free (bench);
}

/* --- upgrade --- */

static void
an_upgraded_connection_carries_bytes_both_ways (void **state)
{
  static const char request[] = "GET /upgrade HTTP/1.1\r\nHost: h\r\nUpgrade: raw\r\nConnection: Upgrade\r\n\r\nearly";
  for (size_t piece = 0; piece < 5; piece++)
    {
      Bench *bench = bench_new_unix (NULL);
      int fd = bench_connect (bench);
      bench_send (bench, fd, request, sizeof request - 1, piece);
      char *answer = bench_receive (bench, fd, "early");
      assert_int_equal (answer_status (answer), 101);
      assert_non_null (strstr (answer, "Upgrade: raw\r\nConnection: Upgrade\r\n"));
      assert_string_equal (answer_body (answer), "early");
      free (answer);
      bench_send (bench, fd, "GET / HTTP/9\n", 13, 0);
      free (bench_receive (bench, fd, "GET / HTTP/9\n"));
      shutdown (fd, SHUT_WR);
      answer = bench_receive (bench, fd, NULL);
      assert_string_equal (answer, "");
      free (answer);
      assert_true (bench_until (bench, is_closed, bench));
      assert_int_equal (bench->complete, 1);
      assert_int_equal (bench->observed, 1);
      assert_int_equal (bench->statuses[101], 1);
      close (fd);
      bench_free (bench);
    }
}

static void
nobody_is_upgraded_who_did_not_ask (void **state)
{
  Bench *bench = bench_new (NULL);
  char *answer = bench_talk (bench, "GET /upgrade HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 53, 0);
  assert_int_equal (answer_status (answer), 426);
  free (answer);
  bench_free (bench);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_handler_that_pauses_makes_the_client_wait),
    cmocka_unit_test (a_client_that_does_not_read_makes_the_handler_wait),
    cmocka_unit_test (a_client_that_never_reads_is_cut_off),
    cmocka_unit_test (unread_answers_stop_the_reading_of_requests),
    cmocka_unit_test (a_client_that_leaves_is_noticed_and_counted),
    cmocka_unit_test (a_client_that_shuts_its_side_with_the_request_is_answered),
    cmocka_unit_test (a_request_that_breaks_off_is_refused),
    cmocka_unit_test (a_marked_stream_has_no_time_limit_and_does_not_count),
    cmocka_unit_test (an_upgraded_connection_carries_bytes_both_ways),
    cmocka_unit_test (nobody_is_upgraded_who_did_not_ask),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
