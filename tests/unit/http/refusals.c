/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <stdio.h>

/* Every refusal by its exact status, whatever pieces the bytes come in; each is counted once, and the client reads it whole. */

typedef struct {
  const char *name;
  const char *request;
  unsigned status;
  const char *sentence; /* part of it; NULL: any */
} Refusal;

static const Refusal refusals[] = {
  { "length and coding", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "Transfer-Encoding" },
  { "coding and length", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400, "Content-Length" },
  { "two unequal lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", 400, "Content-Length" },
  { "two equal lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400, "Content-Length" },
  { "a list of lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello", 400, "Content-Length" },
  { "a signed length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400, "Content-Length" },
  { "a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400, "Content-Length" },
  { "a hexadecimal length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400, "Content-Length" },
  { "an empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400, NULL },
  { "a huge length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400, "Content-Length" },
  { "a large body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413, "larger" },
  { "no host", "GET / HTTP/1.1\r\n\r\n", 400, "Host is missing" },
  { "two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "Host is given twice" },
  { "a strange host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "Host is not" },
  { "space before colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, NULL },
  { "tab before colon", "GET / HTTP/1.1\r\nHost: a\r\nX\t: a\r\n\r\n", 400, NULL },
  { "a folded header", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400, "folding" },
  { "a folded first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "folding" },
  { "bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400, "bare LF" },
  { "bare LF after a header", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "bare LF" },
  { "bare LF as the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400, "bare LF" },
  { "a control character in a header", "GET / HTTP/1.1\r\nHost: a\r\nX: a\001b\r\n\r\n", 400, "character" },
  { "a bare CR where the head might end", "GET / HTTP/1.1\r\nHost: a\r\n\rX: y\r\n\r\n", 400, "bare CR" },
  { "a bare CR before the end", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n\r\n", 400, "bare CR" },
  { "an empty place among the codings", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n", 400, "empty place" },
  { "a comma behind the coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,\r\n\r\n", 400, NULL },
  { "bare CR", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400, NULL },
  { "NUL in a header", NULL, 400, NULL },
  { "no colon", "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400, NULL },
  { "empty name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400, NULL },
  { "HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "HTTP/1.1" },
  { "HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505, NULL },
  { "HTTP/0.9", "GET /\r\n\r\n", 400, "no version" },
  { "HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", 505, NULL },
  { "a misspelt version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400, NULL },
  { "a lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400, NULL },
  { "TLS", "\x16\x03\x01\x02", 400, "TLS" },
  { "binary", "\x01\x02\x03\x04", 400, "method" },
  { "an unknown method", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", 501, "not implemented" },
  { "a lower-case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501, NULL },
  { "CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "CONNECT" },
  { "TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "TRACE" },
  { "two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, NULL },
  { "space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "percent" },
  { "a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "fragment" },
  { "a target without slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400, NULL },
  { "another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, NULL },
  { "a user in the target", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400, "user" },
  { "asterisk with GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "OPTIONS" },
  { "identity, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity, chunked\r\n\r\n", 501, "chunked" },
  { "gzip, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, NULL },
  { "gzip and chunked in two lines", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", 501, NULL },
  { "an unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501, NULL },
  { "chunked twice", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400, NULL },
  { "chunked not last", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400, NULL },
  { "an empty coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", 400, NULL },
  { "chunked with HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "HTTP/1.0" },
  { "another expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 3\r\n\r\n", 417, "100-continue" },
  { "only empty lines", "\r\n\r\n\r\n", 400, NULL },
  { "a chunk without size", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400, "size" },
  { "a signed chunk", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n", 400, "size" },
  { "a chunk with 0x", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400, NULL },
  { "a chunk longer than said", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400, "longer" },
  { "a chunk with bare LF", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400, NULL },
  { "white space after a chunk's size", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", 400, NULL },
  { "a chunk with too many digits", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n00000000000000003\r\n", 400, "digits" },
  { "a chunk past the limit", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413, NULL },
  { "a folded trailer", "POST /collect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\n\r\n", 400, NULL },
};

static void
check_refusal (Bench *bench, const Refusal *refusal, size_t piece)
{
  static const char with_nul[] = "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n";
  const char *request = refusal->request ? refusal->request : with_nul;
  size_t length = refusal->request ? strlen (refusal->request) : sizeof with_nul - 1;
  unsigned observed = bench->observed, refused = bench->refused;
  char *answer = bench_talk (bench, request, length, piece);
  if (answer_status (answer) != refusal->status || strstr (answer, "<"))
    fail_msg ("%s, pieces of %zu: wanted %u, got: %s", refusal->name, piece, refusal->status, answer);
  if (refusal->sentence && !strstr (answer_body (answer), refusal->sentence))
    fail_msg ("%s: no '%s' in: %s", refusal->name, refusal->sentence, answer);
  assert_non_null (strstr (answer, "Connection: close\r\n"));
  assert_non_null (strstr (answer, "Content-Type: application/problem+json\r\n"));
  char status[32];
  snprintf (status, sizeof status, "\"status\":%u,\"detail\":\"", refusal->status);
  assert_non_null (strstr (answer_body (answer), status));
  assert_int_equal (bench->observed, observed + 1);
  assert_int_equal (bench->refused, refused + 1);
  assert_int_equal (bench->last_status, refusal->status);
  free (answer);
}

static void
each_refusal_has_its_status (void **state)
{
  Bench *bench = bench_new (NULL);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
    check_refusal (bench, &refusals[i], 0);
  bench_free (bench);
}

static void
the_same_byte_by_byte (void **state)
{
  Bench *bench = bench_new (NULL);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
    check_refusal (bench, &refusals[i], 1);
  bench_free (bench);
}

static void
the_same_in_pieces_over_a_unix_socket (void **state)
{
  Bench *bench = bench_new_unix (NULL);
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
    check_refusal (bench, &refusals[i], 3 + i % 11);
  bench_free (bench);
}

static void
expect_long (Bench *bench, const char *before, const char *after, size_t fill, unsigned status)
{
  char *filler = malloc (fill + 1), *request = malloc (fill + 256);
  memset (filler, 'x', fill);
  filler[fill] = '\0';
  int length = snprintf (request, fill + 256, "%s%s%s", before, filler, after);
  for (size_t piece = 0; piece <= 1000; piece += 500)
    {
      char *answer = bench_talk (bench, request, (size_t) length, piece);
      if (answer_status (answer) != status || strstr (answer, "<"))
        fail_msg ("%zu bytes in pieces of %zu: wanted %u, got %s", fill, piece, status, answer);
      assert_int_equal (bench->last_status, status);
      free (answer);
    }
  free (filler);
  free (request);
}

static void
what_is_too_long_is_refused_and_what_just_fits_is_not (void **state)
{
  Bench *bench = bench_new (NULL);
  expect_long (bench, "GET /", " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 8191, 200);
  expect_long (bench, "GET /", " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 8192, 414);
  expect_long (bench, "GET /", " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 100000, 414);
  expect_long (bench, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ", "\r\n\r\n", 16384 - 51, 200);
  expect_long (bench, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ", "\r\n\r\n", 16384 - 50, 431);
  expect_long (bench, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ", "\r\n\r\n", 65536, 431);
  expect_long (bench, "POST /collect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1;", "\r\na\r\n0\r\n\r\n", 5000, 400);
  expect_long (bench, "POST /collect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", "\r\n\r\n", 9000, 431);
  bench_free (bench);
}

static void
more_than_a_hundred_headers_are_refused (void **state)
{
  Bench *bench = bench_new (NULL);
  for (unsigned count = 99; count <= 100; count++)
    {
      char request[4096] = "GET / HTTP/1.0\r\nHost: a\r\n";
      for (unsigned i = 0; i < count; i++)
        strcat (request, "X: y\r\n");
      strcat (request, "\r\n");
      char *answer = bench_talk (bench, request, strlen (request), 0);
      assert_int_equal (answer_status (answer), count == 99 ? 200 : 431);
      free (answer);
    }
  bench_free (bench);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (each_refusal_has_its_status),
    cmocka_unit_test (the_same_byte_by_byte),
    cmocka_unit_test (the_same_in_pieces_over_a_unix_socket),
    cmocka_unit_test (what_is_too_long_is_refused_and_what_just_fits_is_not),
    cmocka_unit_test (more_than_a_hundred_headers_are_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
