/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "load/answer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
  const char *bytes;
  unsigned code;
  uint64_t body;
  bool keep_alive;
  bool until_end;          /* complete only with the end of the connection */
} Good;

static const Good good[] = {
  { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, 5, true, false },
  { "HTTP/1.1 200 OK\r\ncontent-LENGTH:5\r\n\r\nhello", 200, 5, true, false },
  { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 200, 5, true, false },
  { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 200, 0, false, false },
  { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: upgrade, Close\r\n\r\n", 200, 0, false, false },
  { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, 2, false, false },
  { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok", 200, 2, true, false },
  { "HTTP/1.1 204 No Content\r\n\r\n", 204, 0, true, false },
  { "HTTP/1.1 304 Not Modified\r\nContent-Length: 512\r\n\r\n", 304, 0, true, false },
  { "HTTP/1.1 404 Not Found\nContent-Length: 1\n\nx", 404, 1, true, false },
  { "HTTP/1.1 500\r\nContent-Length: 1\r\n\r\nx", 500, 1, true, false },
  { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx", 201, 1, true, false },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1A;a=b\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n", 200, 31, true, false },
  { "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n000\r\nTrailer: yes\r\n\r\n", 200, 1, true, false },
  { "HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, 13, false, true },
};

/* However the bytes are cut, the answer is the same. */
static void
answers_are_read_the_same_however_they_come (void **state)
{
  static LsAnswer answer;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    size_t length = strlen (good[i].bytes);
    for (size_t piece = 1; piece <= length; piece++) {
      ls_answer_init (&answer);
      for (size_t at = 0; at < length; at += piece) {
        size_t n = piece < length - at ? piece : length - at;
        assert_false (ls_answer_is_complete (&answer));
        assert_int_equal (ls_answer_feed (&answer, good[i].bytes + at, n), n);
      }
      assert_int_equal (ls_answer_is_complete (&answer), !good[i].until_end);
      assert_true (ls_answer_end (&answer));
      assert_int_equal (answer.code, good[i].code);
      assert_int_equal (answer.body_bytes, good[i].body);
      assert_int_equal (answer.keep_alive, good[i].keep_alive);
    }
  }
}

static void
what_cannot_be_an_answer_is_refused (void **state)
{
  static const char *const bad[] = {
    "\r\n",
    "GET / HTTP/1.1\r\n",
    "HTTP/2 200\r\n",
    "HTTP/1.1 099 Low\r\n",
    "HTTP/1.1 2000 OK\r\n",
    "HTTP/1.1 20\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length:\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
  };
  static LsAnswer answer;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    ls_answer_init (&answer);
    if (ls_answer_feed (&answer, bad[i], strlen (bad[i])) != -EBADMSG)
      fail_msg ("was taken: %s", bad[i]);
  }
}

static void
an_answer_cut_short_is_not_complete (void **state)
{
  static LsAnswer answer;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    size_t length = strlen (good[i].bytes);
    for (size_t n = 0; n < length && !good[i].until_end; n++) {
      ls_answer_init (&answer);
      assert_int_equal (ls_answer_feed (&answer, good[i].bytes, n), n);
      assert_false (ls_answer_end (&answer));
    }
  }
}

static void
bytes_after_the_end_are_left (void **state)
{
  static const char bytes[] = "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n";
  static LsAnswer answer;
  ls_answer_init (&answer);
  assert_int_equal (ls_answer_feed (&answer, bytes, sizeof bytes - 1), 27);
}

static void
heads_are_bounded (void **state)
{
  static LsAnswer answer;
  static char line[LS_ANSWER_MAX_LINE + 2];
  memset (line, 'x', sizeof line);
  ls_answer_init (&answer);
  assert_int_equal (ls_answer_feed (&answer, line, sizeof line), -EBADMSG);

  ls_answer_init (&answer);
  assert_true (ls_answer_feed (&answer, "HTTP/1.1 200 OK\r\n", 17) == 17);
  ssize_t r = 0;
  for (int i = 0; i < 10000 && r >= 0; i++)
    r = ls_answer_feed (&answer, "A: 0123456789\r\n", 15);
  assert_int_equal (r, -EBADMSG);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (answers_are_read_the_same_however_they_come),
    cmocka_unit_test (what_cannot_be_an_answer_is_refused),
    cmocka_unit_test (an_answer_cut_short_is_not_complete),
    cmocka_unit_test (bytes_after_the_end_are_left),
    cmocka_unit_test (heads_are_bounded),
  };
  return cmocka_run_group_tests_name ("answer", tests, NULL, NULL);
}
