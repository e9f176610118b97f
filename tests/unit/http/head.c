/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/body.h"
#include "http/head.h"
#include "http/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

/* The pure parts: what a head says, where a body ends, what a code means. */

static bool
parse (const char *text, LsHttpHead *head, LsHttpVerdict *verdict)
{
  *verdict = (LsHttpVerdict){ 0 };
  return ls_http_head_parse (text, strlen (text), 8192, head, verdict);
}

static void
assert_span (const char *text, unsigned offset, unsigned length, const char *wanted)
{
  assert_int_equal (length, strlen (wanted));
  assert_memory_equal (text + offset, wanted, length);
}

static void
targets_are_cut_into_path_and_query (void **state)
{
  static const struct {
    const char *text, *target, *path, *query;
  } cases[] = {
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "/", "/", "" },
    { "GET /a/b?c=d&e HTTP/1.1\r\nHost: a\r\n\r\n", "/a/b?c=d&e", "/a/b", "c=d&e" },
    { "GET /a? HTTP/1.1\r\nHost: a\r\n\r\n", "/a?", "/a", "" },
    { "GET /a?b?c HTTP/1.1\r\nHost: a\r\n\r\n", "/a?b?c", "/a", "b?c" },
    { "GET http://h:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n", "http://h:80/x?y", "/x", "y" },
    { "GET HTTPS://h HTTP/1.1\r\nHost: a\r\n\r\n", "HTTPS://h", "", "" },
    { "GET http://h?q HTTP/1.1\r\nHost: a\r\n\r\n", "http://h?q", "", "q" },
    { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*", "*", "" },
    { "GET //a//b HTTP/1.1\r\nHost: a\r\n\r\n", "//a//b", "//a//b", "" },
    { "GET /%20{}|\"<> HTTP/1.1\r\nHost: a\r\n\r\n", "/%20{}|\"<>", "/%20{}|\"<>", "" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
      LsHttpHead head;
      LsHttpVerdict verdict;
      if (!parse (cases[i].text, &head, &verdict))
        fail_msg ("%s: %s", cases[i].text, verdict.reason);
      assert_span (cases[i].text, head.target, head.target_length, cases[i].target);
      assert_span (cases[i].text, head.path, head.path_length, cases[i].path);
      assert_span (cases[i].text, head.query, head.query_length, cases[i].query);
    }
}

static void
connections_are_kept_as_the_version_and_the_header_say (void **state)
{
  static const struct {
    const char *text;
    bool keep;
  } cases[] = {
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", true },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close ,y\r\n\r\n", false },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false },
    { "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", true },
    { "GET / HTTP/1.0\r\n\r\n", false },
    { "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true },
    { "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
      LsHttpHead head;
      LsHttpVerdict verdict;
      assert_true (parse (cases[i].text, &head, &verdict));
      assert_int_equal (head.keep_alive, cases[i].keep);
    }
}

static void
framing_is_understood (void **state)
{
  LsHttpHead head;
  LsHttpVerdict verdict;
  assert_true (parse ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0042 \r\n\r\n", &head, &verdict));
  assert_true (head.has_length && !head.chunked);
  assert_int_equal (head.length, 42);
  assert_true (parse ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", &head, &verdict));
  assert_true (!head.has_length && head.chunked);
  assert_true (parse ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n", &head, &verdict));
  assert_true (head.expect_continue);
  assert_true (parse ("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", &head, &verdict));
  assert_false (head.expect_continue);
  assert_true (parse ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", &head, &verdict));
  assert_true (head.upgrade);
  assert_true (parse ("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n", &head, &verdict));
  assert_false (head.upgrade);
}

static void
fields_are_found_and_trimmed (void **state)
{
  static const char text[] = "GET / HTTP/1.1\r\nhOsT:\t a:80 \t\r\nEmpty:\r\nX-Y: one two\r\nX-Y: three\r\n\r\n";
  LsHttpHead head;
  LsHttpVerdict verdict;
  assert_true (parse (text, &head, &verdict));
  assert_int_equal (head.n_fields, 4);
  const LsHttpField *field = ls_http_head_find (&head, text, "Host");
  assert_span (text, field->value, field->value_length, "a:80");
  field = ls_http_head_find (&head, text, "x-y");
  assert_span (text, field->value, field->value_length, "one two");
  field = ls_http_head_find (&head, text, "EMPTY");
  assert_int_equal (field->value_length, 0);
  assert_null (ls_http_head_find (&head, text, "X-"));
}

static void
every_split_finds_the_same_end (void **state)
{
  static const char text[] = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
  size_t length = sizeof text - 1, wanted = length - 4;
  for (size_t split = 0; split <= length; split++)
    {
      LsHttpScan scan = { 0 };
      LsHttpVerdict verdict;
      size_t first = 0, second = 0;
      LsHttpScanResult result = ls_http_scan (&scan, text, split, &first, &verdict);
      if (result == LS_HTTP_SCAN_MORE)
        result = ls_http_scan (&scan, text + split, length - split, &second, &verdict);
      assert_int_equal (result, LS_HTTP_SCAN_DONE);
      assert_int_equal (first + second, wanted);
      assert_int_equal (scan.blank, 2);
    }
}

/* Reads a chunked body in pieces of @step bytes; the body goes to @out. */
static LsHttpBodyResult
decode (const char *data, size_t length, size_t step, char *out, size_t *ret_used)
{
  LsHttpHead head = { .chunked = true };
  LsHttpBody body;
  LsHttpVerdict verdict = { 0 };
  LsHttpBodyResult result = LS_HTTP_BODY_MORE;
  size_t at = 0, written = 0;
  ls_http_body_init (&body, &head, 100);
  while (result != LS_HTTP_BODY_END && result != LS_HTTP_BODY_REFUSED)
    {
      size_t part = length - at < step ? length - at : step, used, piece_length;
      const char *piece;
      result = ls_http_body_read (&body, data + at, part, &used, &piece, &piece_length, &verdict);
      at += used;
      if (result == LS_HTTP_BODY_PIECE)
        {
          memcpy (out + written, piece, piece_length);
          written += piece_length;
        }
      else if (result == LS_HTTP_BODY_MORE && part == 0)
        break;
    }
  out[written] = '\0';
  *ret_used = at;
  return result;
}

static void
chunks_are_joined_whatever_pieces_they_come_in (void **state)
{
  static const char data[] = "3\r\nabc\r\n0A;x=\"y z\";q\r\n0123456789\r\n1 ;e\r\n!\r\n000\r\nTrailer: dropped\r\nOther:\r\n\r\nNEXT";
  for (size_t step = 1; step < sizeof data; step++)
    {
      char out[256];
      size_t used;
      assert_int_equal (decode (data, sizeof data - 1, step, out, &used), LS_HTTP_BODY_END);
      assert_string_equal (out, "abc0123456789!");
      assert_int_equal (used, sizeof data - 1 - 4);
    }
}

static void
a_chunk_past_the_limit_is_refused_before_its_data (void **state)
{
  char out[256];
  size_t used;
  assert_int_equal (decode ("64\r\n", 4, 4, out, &used), LS_HTTP_BODY_MORE);
  assert_int_equal (decode ("65\r\n", 4, 4, out, &used), LS_HTTP_BODY_REFUSED);
  assert_int_equal (decode ("ffffffffffffffff\r\n", 18, 18, out, &used), LS_HTTP_BODY_REFUSED);
}

static void
every_standard_code_has_a_name_and_a_meaning (void **state)
{
  static const unsigned codes[] = { 100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305,
                                    307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417,
                                    421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511 };
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
    {
      assert_non_null (ls_http_status_reason (codes[i]));
      const char *meaning = ls_http_status_meaning (codes[i]);
      assert_non_null (meaning);
      assert_int_equal (meaning[strlen (meaning) - 1], '.');
    }
  assert_string_equal (ls_http_status_reason (404), "Not Found");
  static const unsigned strangers[] = { 0, 99, 104, 199, 299, 306, 399, 419, 452, 498, 509, 512, 599, 600, 4000000000u };
  for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
    {
      assert_null (ls_http_status_reason (strangers[i]));
      assert_null (ls_http_status_meaning (strangers[i]));
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (targets_are_cut_into_path_and_query),
    cmocka_unit_test (connections_are_kept_as_the_version_and_the_header_say),
    cmocka_unit_test (framing_is_understood),
    cmocka_unit_test (fields_are_found_and_trimmed),
    cmocka_unit_test (every_split_finds_the_same_end),
    cmocka_unit_test (chunks_are_joined_whatever_pieces_they_come_in),
    cmocka_unit_test (a_chunk_past_the_limit_is_refused_before_its_data),
    cmocka_unit_test (every_standard_code_has_a_name_and_a_meaning),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
