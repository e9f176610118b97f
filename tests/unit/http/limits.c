/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Limits in time and number. */

static LsHttpLimits
quick_limits (void)
{
  LsHttpLimits limits = ls_http_limits_default ();
  limits.head_timeout_ms = 60;
  limits.request_timeout_ms = 120;
  limits.idle_timeout_ms = 90;
  limits.write_timeout_ms = 80;
  return limits;
}

static void
expect_timeout (Bench *bench, const char *request, unsigned status, unsigned at_least_ms)
{
  unsigned observed = bench->observed;
  uint64_t start = uv_hrtime ();
  char *answer = bench_talk (bench, request, strlen (request), 0);
  uint64_t ms = (uv_hrtime () - start) / 1000000;
  if (answer_status (answer) != status || strstr (answer, "<"))
    fail_msg ("%s: wanted %u, got %s", request, status, answer);
  assert_in_range (ms, at_least_ms - 2, at_least_ms + 1000); /* the loop counts whole milliseconds */
  assert_int_equal (bench->observed, observed + (status > 0));
  free (answer);
}

static void
what_takes_too_long_is_answered_408_or_closed (void **state)
{
  LsHttpLimits limits = quick_limits ();
  Bench *bench = bench_new (&limits);
  expect_timeout (bench, "GET / HTTP/1.1\r\nHost: h\r\n", 408, 60);
  expect_timeout (bench, "G", 408, 60);
  expect_timeout (bench, "\r\n", 408, 60);
  expect_timeout (bench, "POST /collect HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhell", 408, 120);
  expect_timeout (bench, "POST /collect HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell", 408, 120);
  expect_timeout (bench, "", 0, 90);
  assert_int_equal (bench->statuses[408], 5);
  bench_free (bench);
}

static void
a_kept_connection_is_closed_silently_when_idle (void **state)
{
  LsHttpLimits limits = quick_limits ();
  Bench *bench = bench_new (&limits);
  char *answer = bench_talk (bench, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27, 0);
  assert_string_equal (answer_body (answer), "GET / ?");
  assert_int_equal (bench->observed, 1);
  free (answer);
  bench_free (bench);
}

/* A byte every now and then does not keep a half-open request alive. */
static void
a_slow_head_is_not_forgiven (void **state)
{
  LsHttpLimits limits = quick_limits ();
  Bench *bench = bench_new (&limits);
  int fd = bench_connect (bench);
  uint64_t start = uv_hrtime ();
  bench_send (bench, fd, "GET /", 5, 0);
  while (bench->observed == 0 && uv_hrtime () - start < 2000000000ull)
    {
      bench_send (bench, fd, "A", 1, 0);
      bench_run (bench, 10);
    }
  assert_int_equal (bench->last_status, 408);
  assert_in_range ((uv_hrtime () - start) / 1000000, 58, 500);
  close (fd);
  bench_free (bench);
}

static bool
all_observed (void *user)
{
  return ((Bench *) user)->observed >= 500;
}

static bool
all_closed (void *user)
{
  Bench *bench = user;
  return bench->connections_closed == bench->connections_opened;
}

static void
half_open (Bench *bench, int count)
{
  int fds[500];
  for (int i = 0; i < count; i++)
    {
      fds[i] = bench_connect (bench);
      bench_send (bench, fds[i], "POST /collect HTTP/1.1\r\nHost:", 29, 0);
    }
  assert_true (bench_until (bench, all_observed, bench));
  for (int i = 0; i < count; i++)
    {
      char *answer = bench_receive (bench, fds[i], NULL);
      assert_int_equal (answer_status (answer), 408);
      free (answer);
      close (fds[i]);
    }
  assert_true (bench_until (bench, all_closed, bench));
  bench->observed = 0;
}

static void
five_hundred_half_open_requests_are_answered_and_forgotten (void **state)
{
  LsHttpLimits limits = quick_limits ();
  limits.head_timeout_ms = 300;
  limits.idle_timeout_ms = 30000;      /* on a busy machine a while may pass between the connection and its first byte */
  Bench *bench = bench_new (&limits);
  half_open (bench, 500);
  size_t before = mallinfo2 ().uordblks;
  half_open (bench, 500);
  assert_in_range (mallinfo2 ().uordblks, 0, before + 4096);
  assert_int_equal (bench->statuses[408], 1000);
  assert_int_equal (ls_http_server_connections (bench->server), 0);
  bench_free (bench);
}

static void
a_connection_too_many_is_told_so (void **state)
{
  LsHttpLimits limits = ls_http_limits_default ();
  limits.connections = 2;
  Bench *bench = bench_new (&limits);
  int first = bench_connect (bench), second = bench_connect (bench);
  bench_run (bench, 10);
  char *answer = bench_talk (bench, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 27, 0);
  assert_int_equal (answer_status (answer), 503);
  assert_non_null (strstr (answer, "Retry-After: 1\r\n"));
  assert_int_equal (bench->statuses[503], 1);
  assert_int_equal (ls_http_server_connections (bench->server), 2);
  free (answer);
  close (first);
  bench_run (bench, 10);
  answer = bench_talk (bench, "GET / HTTP/1.0\r\n\r\n", 18, 0);
  assert_int_equal (answer_status (answer), 200);
  free (answer);
  close (second);
  bench_free (bench);
}

/* The client is still sending when it is refused: no reset may cut off the reason. */
static void
a_refusal_of_a_large_body_can_be_read (void **state)
{
  enum { SIZE = 20 * 1024 * 1024 };
  char *request = calloc (1, SIZE + 256);
  int head = sprintf (request, "POST /collect HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", SIZE);
  for (int i = 0; i < 2; i++)
    {
      Bench *bench = i ? bench_new_unix (NULL) : bench_new (NULL);
      int fd = bench_connect (bench);
      assert_true (bench_send (bench, fd, request, (size_t) head + SIZE, 0));
      shutdown (fd, SHUT_WR);
      char *answer = bench_receive (bench, fd, NULL);
      assert_int_equal (answer_status (answer), 413);
      assert_null (strstr (answer, "<reset>"));
      assert_int_equal (bench->requests, 0);
      assert_int_equal (bench->statuses[413], 1);
      free (answer);
      close (fd);
      bench_free (bench);
    }
  free (request);
}

static bool
has_accepted_one_more (void *user)
{
  return ((Bench *) user)->connections_opened == 2;
}

/* Out of descriptors, the server waits and does not spin; the client gets its answer once there is one. */
static void
without_descriptors_it_waits (void **state)
{
  struct rlimit limit, tight;
  Bench *bench = bench_new (NULL);
  int first = bench_connect (bench), second = socket (AF_INET, SOCK_STREAM, 0);
  close (second);
  bench_run (bench, 10);
  int waiting = bench_connect (bench);
  getrlimit (RLIMIT_NOFILE, &limit);
  tight = limit;
  tight.rlim_cur = (rlim_t) waiting + 1;
  assert_int_equal (setrlimit (RLIMIT_NOFILE, &tight), 0);
  struct rusage before, after;
  getrusage (RUSAGE_SELF, &before);
  bench_run (bench, 250);
  getrusage (RUSAGE_SELF, &after);
  assert_int_equal (bench->connections_opened, 1);
  setrlimit (RLIMIT_NOFILE, &limit);
  uint64_t used_us = (uint64_t) (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000u
                     + (uint64_t) (after.ru_utime.tv_usec - before.ru_utime.tv_usec);
  assert_true (used_us < 125000);
  assert_true (bench_until (bench, has_accepted_one_more, bench));
  close (first);
  close (waiting);
  bench_free (bench);
}

static void
strangers_are_closed_at_once (void **state)
{
  Bench *bench = bench_new (NULL);
  bench->refuse_connections = true;
  int fd = bench_connect (bench);
  char *answer = bench_receive (bench, fd, NULL);
  assert_string_equal (answer, "");
  assert_int_equal (bench->observed, 0);
  free (answer);
  close (fd);
  bench_free (bench);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (what_takes_too_long_is_answered_408_or_closed),
    cmocka_unit_test (a_kept_connection_is_closed_silently_when_idle),
    cmocka_unit_test (a_slow_head_is_not_forgiven),
    cmocka_unit_test (five_hundred_half_open_requests_are_answered_and_forgotten),
    cmocka_unit_test (a_connection_too_many_is_told_so),
    cmocka_unit_test (a_refusal_of_a_large_body_can_be_read),
    cmocka_unit_test (without_descriptors_it_waits),
    cmocka_unit_test (strangers_are_closed_at_once),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
