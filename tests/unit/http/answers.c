/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Well-formed requests and the exact bytes of their answers. */

/* Replaces the value of each Date, which is the only part of an answer that changes. */
static void
blank_date (char *text)
{
  for (char *at = text; (at = strstr (at, "Date: ")); at++)
    {
      char *end = strstr (at, "\r\n");
      assert_int_equal (end - at, 35);
      memmove (at, end + 2, strlen (end + 2) + 1);
    }
}

static void
check (Bench *bench, const char *request, const char *wanted)
{
  for (size_t piece = 0; piece < 8; piece++)
    {
      char *answer = bench_talk (bench, request, strlen (request), piece);
      blank_date (answer);
      if (strcmp (answer, wanted) != 0)
        fail_msg ("pieces of %zu:\n%s\ngot:\n%s\nwanted:\n%s", piece, request, answer, wanted);
      free (answer);
    }
}

static void
answers_are_exact (void **state)
{
  static const struct {
    const char *request, *answer;
  } cases[] = {
    { "GET /a?b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nConnection: close\r\n\r\nGET /a ?b" },
    { "\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET / ?" },
    { "HEAD /a?b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\nConnection: close\r\n\r\n" },
    { "GET http://h HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET / ?" },
    { "GET / HTTP/1.0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET / ?" },
    { "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\nGET / ?"
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nGET /2 ?" },
    { "GET /status/204 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 204 No Content\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" },
    { "GET /status/304 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 304 Not Modified\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" },
    { "GET /status/299 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 299 \r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody" },
    { "POST /collect HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello" },
    { "POST /collect HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello" },
    { "POST /collect HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
    { "GET /collect HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
    { "POST /collect HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
      "HTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi" },
    { "POST /unread HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\nConnection: close\r\n\r\nPOST /unread ?" },
    { "POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nPOST /unread ?"
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET / ?" },
    { "POST /unread HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET / HTTP/1.0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nPOST /unread ?"
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET / ?" },
    { "POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nhi",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\nConnection: close\r\n\r\nPOST /unread ?" },
    { "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /hooked HTTP/1.1\r\nHost: h\r\n\r\nHEAD /b HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /never HTTP/1.1\r\n",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nGET /a ?"
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhooked"
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nGET /c ?" },
  };
  Bench *bench = bench_new (NULL);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    check (bench, cases[i].request, cases[i].answer);
  assert_int_equal (bench->requests, bench->observed);
  assert_int_equal (bench->refused, 0);
  bench_free (bench);
}

/* Takes the chunks of an answer apart. */
static void
join_chunks (const char *text, char *out)
{
  for (;;)
    {
      char *data;
      size_t size = strtoul (text, &data, 16);
      assert_memory_equal (data, "\r\n", 2);
      memcpy (out, data + 2, size);
      out += size;
      assert_memory_equal (data + 2 + size, "\r\n", 2);
      text = data + 2 + size + 2;
      if (size == 0)
        break;
    }
  *out = '\0';
  assert_string_equal (text, "");
}

static void
a_streamed_answer_is_chunked (void **state)
{
  static const char request[] =
      "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  Bench *bench = bench_new_unix (NULL);
  for (size_t piece = 0; piece < sizeof request; piece++)
    {
      char *answer = bench_talk (bench, request, sizeof request - 1, piece), body[64];
      assert_non_null (strstr (answer, "Transfer-Encoding: chunked\r\n"));
      join_chunks (answer_body (answer), body);
      assert_string_equal (body, "hello world");
      free (answer);
    }
  bench_free (bench);
}

static void
a_streamed_answer_to_http_1_0_ends_with_the_connection (void **state)
{
  Bench *bench = bench_new (NULL);
  check (bench, "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello",
         "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nhello");
  check (bench, "HEAD /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
         "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
  bench_free (bench);
}

static void
many_pipelined_requests_are_answered_in_order_and_counted (void **state)
{
  enum { COUNT = 1000 };
  char *request = calloc (COUNT, 64);
  for (int i = 0; i < COUNT; i++)
    sprintf (request + strlen (request), "GET /%d HTTP/1.1\r\nHost: h\r\n%s\r\n", i, i == COUNT - 1 ? "Connection: close\r\n" : "");
  for (size_t piece = 0; piece <= 3000; piece += 1000)
    {
      Bench *bench = bench_new (NULL);
      char *answer = bench_talk (bench, request, strlen (request), piece), *at = answer, wanted[64];
      for (int i = 0; i < COUNT; i++)
        {
          snprintf (wanted, sizeof wanted, "\r\n\r\nGET /%d ?", i);
          at = strstr (at, wanted);
          assert_non_null (at);
        }
      assert_string_equal (at, wanted);
      assert_int_equal (bench->statuses[200], COUNT);
      assert_string_equal (bench->last_target, "/999");
      assert_int_equal (bench->max_in_flight, 0);
      free (answer);
      bench_free (bench);
    }
  free (request);
}

static bool
is_held (void *user)
{
  return ((Bench *) user)->held != NULL;
}

static void
a_pipelined_request_waits_for_the_one_before (void **state)
{
  static const char request[] = "GET /hold HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  Bench *bench = bench_new (NULL);
  int fd = bench_connect (bench);
  assert_true (bench_send (bench, fd, request, sizeof request - 1, 0));
  assert_true (bench_until (bench, is_held, bench));
  bench_run (bench, 20);
  assert_int_equal (bench->requests, 1);
  assert_int_equal (ls_http_server_in_flight (bench->server), 1);
  ls_http_exchange_respond (bench->held, 200, NULL, "first", 5);
  char *answer = bench_receive (bench, fd, NULL);
  blank_date (answer);
  assert_string_equal (answer, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst"
                               "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n\r\nGET /b ?");
  assert_int_equal (bench->closed, 1);
  assert_int_equal (bench->complete, 1);
  free (answer);
  close (fd);
  bench_free (bench);
}

static void
decorate (void *user, LsHttpExchange *exchange)
{
  assert_int_equal (ls_http_exchange_add_header (exchange, "X-One", "1"), 0);
  assert_int_equal (ls_http_exchange_add_header (exchange, "X-Two", "a\tb"), 0);
  assert_true (ls_http_exchange_add_header (exchange, "X-Bad", "a\r\nSet-Cookie: b") < 0);
  assert_true (ls_http_exchange_add_header (exchange, "X Bad", "a") < 0);
  assert_true (ls_http_exchange_add_header (exchange, "", "a") < 0);
  assert_true (ls_http_exchange_add_header (exchange, "content-length", "1") < 0);
  assert_true (ls_http_exchange_respond (exchange, 100, NULL, "", 0) < 0);
  assert_true (ls_http_exchange_respond (exchange, 600, NULL, "", 0) < 0);
  assert_true (ls_http_exchange_respond (exchange, 200, "a\r\nb", "", 0) < 0);
  assert_int_equal (ls_http_exchange_respond (exchange, 200, NULL, "x", 1), 0);
  assert_true (ls_http_exchange_respond (exchange, 200, NULL, "x", 1) < 0);
  assert_true (ls_http_exchange_add_header (exchange, "X-Late", "a") < 0);
  assert_true (ls_http_exchange_write (exchange, "x", 1) < 0);
}

static void
headers_of_an_answer_cannot_be_split (void **state)
{
  Bench *bench = bench_new (NULL);
  bench->handler = decorate;
  check (bench, "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-One: 1\r\nX-Two: a\tb\r\nConnection: close\r\n\r\nx");
  bench_free (bench);
}

static void
promise (void *user, LsHttpExchange *exchange)
{
  const char *path = ls_http_exchange_path (exchange);
  ls_http_exchange_begin (exchange, 200, NULL, 5);
  if (strcmp (path, "/much") == 0)
    assert_true (ls_http_exchange_write (exchange, "123456", 6) < 0);
  ls_http_exchange_write (exchange, "123", 3);
  if (strcmp (path, "/little") != 0)
    ls_http_exchange_write (exchange, "45", 2);
  ls_http_exchange_end (exchange);
}

static void
an_answer_keeps_to_the_length_it_promised (void **state)
{
  Bench *bench = bench_new (NULL);
  bench->handler = promise;
  check (bench, "GET /much HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n12345");
  check (bench, "GET /little HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n123");
  bench_free (bench);
}

static void
strings_last_as_long_as_the_exchange (void **state)
{
  char request[8192];
  Bench *bench = bench_new (NULL);
  int fd = bench_connect (bench);
  snprintf (request, sizeof request, "GET /hold?query=%03000d HTTP/1.1\r\nHost: h\r\nX-Long: %03000d\r\n\r\n", 7, 8);
  assert_true (bench_send (bench, fd, request, strlen (request), 100));
  assert_true (bench_until (bench, is_held, bench));
  char *other = bench_talk (bench, "GET /other HTTP/1.0\r\n\r\n", 23, 0);
  assert_string_equal (ls_http_exchange_method (bench->held), "GET");
  assert_string_equal (ls_http_exchange_path (bench->held), "/hold");
  assert_int_equal (strlen (ls_http_exchange_query (bench->held)), 3006);
  assert_int_equal (strlen (ls_http_exchange_target (bench->held)), 3012);
  assert_int_equal (strlen (ls_http_exchange_header (bench->held, "x-long")), 3000);
  assert_null (ls_http_exchange_header (bench->held, "x-short"));
  ls_http_exchange_respond (bench->held, 200, NULL, NULL, 0);
  free (bench_receive (bench, fd, "\r\n\r\n"));
  free (other);
  close (fd);
  bench_free (bench);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (answers_are_exact),
    cmocka_unit_test (a_streamed_answer_is_chunked),
    cmocka_unit_test (a_streamed_answer_to_http_1_0_ends_with_the_connection),
    cmocka_unit_test (many_pipelined_requests_are_answered_in_order_and_counted),
    cmocka_unit_test (a_pipelined_request_waits_for_the_one_before),
    cmocka_unit_test (headers_of_an_answer_cannot_be_split),
    cmocka_unit_test (an_answer_keeps_to_the_length_it_promised),
    cmocka_unit_test (strings_last_as_long_as_the_exchange),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
