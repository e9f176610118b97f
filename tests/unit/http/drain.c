/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Ending well: nobody who has asked goes without an answer. */

#define GET_KEPT "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

static void
on_drained (void *user)
{
  Bench *bench = user;
  assert_false (bench->drained);
  assert_int_equal (ls_http_server_connections (bench->server), 0);
  bench->drained = true;
}

static bool
is_drained (void *user)
{
  return ((Bench *) user)->drained;
}

static bool
is_held (void *user)
{
  return ((Bench *) user)->held != NULL;
}

static uint64_t
now_ms (void)
{
  return uv_hrtime () / 1000000;
}

static char *
ask (Bench *bench, int fd, const char *ends_with)
{
  assert_true (bench_send (bench, fd, GET_KEPT, sizeof GET_KEPT - 1, 0));
  return bench_receive (bench, fd, ends_with);
}

static void
without_connections_it_ends_after_the_grace (void **state)
{
  for (unsigned grace = 0; grace <= 40; grace += 40)
    {
      Bench *bench = bench_new (NULL);
      uint64_t start = now_ms ();
      ls_http_server_drain (bench->server, grace, on_drained, bench);
      assert_true (bench_until (bench, is_drained, bench));
      assert_in_range (now_ms () - start, grace > 0 ? grace - 2 : 0, grace + 500);
      bench_free (bench);
    }
}

static void
kept_connections_are_told_to_close_and_then_closed (void **state)
{
  Bench *bench = bench_new (NULL);
  int active = bench_connect (bench), idle = bench_connect (bench);
  char *answer = ask (bench, active, "GET / ?");
  assert_null (strstr (answer, "Connection: close"));
  free (answer);
  free (ask (bench, idle, "GET / ?"));
  uint64_t start = now_ms ();
  ls_http_server_drain (bench->server, 100, on_drained, bench);
  answer = ask (bench, active, NULL);
  assert_int_equal (answer_status (answer), 200);
  assert_non_null (strstr (answer, "Connection: close\r\n"));
  free (answer);
  close (active);
  assert_true (now_ms () - start < 90);
  answer = bench_receive (bench, idle, NULL);
  assert_string_equal (answer, "");
  assert_in_range (now_ms () - start, 95, 600);
  free (answer);
  assert_true (bench_until (bench, is_drained, bench));
  close (idle);
  bench_free (bench);
}

static void
a_request_in_flight_is_finished (void **state)
{
  Bench *bench = bench_new (NULL);
  int fd = bench_connect (bench);
  bench_send (bench, fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n", 31, 0);
  assert_true (bench_until (bench, is_held, bench));
  ls_http_server_drain (bench->server, 20, on_drained, bench);
  bench_run (bench, 120);
  assert_false (bench->drained);
  ls_http_exchange_respond (bench->held, 200, NULL, "done", 4);
  char *answer = bench_receive (bench, fd, NULL);
  assert_string_equal (answer_body (answer), "done");
  assert_non_null (strstr (answer, "Connection: close\r\n"));
  free (answer);
  close (fd);
  assert_true (bench_until (bench, is_drained, bench));
  assert_int_equal (bench->complete, 1);
  bench_free (bench);
}

/* The client connected before the drain; it was in the queue and is served, unless it says nothing. */
static void
what_waits_in_the_queue_is_taken (void **state)
{
  Bench *bench = bench_new (NULL);
  int fds[20];
  for (int i = 0; i < 20; i++)
    {
      fds[i] = bench_connect (bench);
      assert_int_equal (send (fds[i], GET_KEPT, sizeof GET_KEPT - 1, 0), sizeof GET_KEPT - 1);
    }
  ls_http_server_drain (bench->server, 50, on_drained, bench);
  for (int i = 0; i < 20; i++)
    {
      char *answer = bench_receive (bench, fds[i], NULL);
      assert_int_equal (answer_status (answer), 200);
      free (answer);
      close (fds[i]);
    }
  assert_true (bench_until (bench, is_drained, bench));
  assert_int_equal (bench->statuses[200], 20);
  bench_free (bench);
}

static void
a_listener_that_others_share_is_left_to_them (void **state)
{
  Bench *bench = bench_new_unix (NULL);
  ls_http_server_drain (bench->server, 2000, on_drained, bench);
  bench_run (bench, 10);
  assert_int_equal (bench_try_connect (bench), -ECONNREFUSED); /* here nobody else has it */
  bench_free (bench);
}

static void
close_the_server (void *user, LsHttpExchange *exchange)
{
  Bench *bench = user;
  ls_http_exchange_respond (exchange, 200, NULL, "x", 1);
  ls_http_server_close (bench->server, NULL, NULL);
}

static void
a_handler_may_close_the_server (void **state)
{
  Bench *bench = bench_new (NULL);
  bench->handler = close_the_server;
  int fd = bench_connect (bench), idle = bench_connect (bench);
  bench_send (bench, fd, GET_KEPT GET_KEPT, 2 * (sizeof GET_KEPT - 1), 0);
  uv_run (&bench->loop, UV_RUN_DEFAULT);
  assert_int_equal (bench->requests, 1);
  assert_int_equal (bench->observed, 1);
  assert_int_equal (bench->connections_opened, bench->connections_closed);
  assert_int_equal (uv_loop_close (&bench->loop), 0);
  close (fd);
  close (idle);
  free (bench);
}

static void
closing_ends_what_is_in_flight (void **state)
{
  Bench *bench = bench_new (NULL);
  int fd = bench_connect (bench);
  bench_send (bench, fd, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n", 31, 0);
  assert_true (bench_until (bench, is_held, bench));
  bench_free (bench);
  close (fd);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (without_connections_it_ends_after_the_grace),
    cmocka_unit_test (kept_connections_are_told_to_close_and_then_closed),
    cmocka_unit_test (a_request_in_flight_is_finished),
    cmocka_unit_test (what_waits_in_the_queue_is_taken),
    cmocka_unit_test (a_listener_that_others_share_is_left_to_them),
    cmocka_unit_test (a_handler_may_close_the_server),
    cmocka_unit_test (closing_ends_what_is_in_flight),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
