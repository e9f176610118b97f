/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sse.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
note (void *user, const char *type, const char *data, gsize length, const char *id)
{
  assert_int_equal (length, strlen (data));
  g_string_append_printf (user, "<%s|%s|%s>", type, data, id ? id : "-");
}

static const struct {
  const char *stream, *events;
} cases[] = {
  { "data: a\n\n", "<message|a|->" },
  { "event: sample\ndata: {}\nid: 9f3c-1\n\n", "<sample|{}|9f3c-1>" },
  { "data:a\ndata: b\ndata\n\n", "<message|a\nb\n|->" },
  { "data:  two spaces\n\n", "<message| two spaces|->" },
  { ": a comment\n\n:\n\ndata: x\n\n", "<message|x|->" },
  { "id: 1\ndata: a\n\ndata: b\n\n", "<message|a|1><message|b|1>" },
  { "id: 1\n\ndata: b\n\n", "<message|b|1>" },
  { "id: 1\ndata: a\n\nid\ndata: b\n\n", "<message|a|1><message|b|>" },
  { "event: x\n\ndata: b\n\n", "<message|b|->" },
  { "retry: 5\nunknown: y\ndata: b\n\n", "<message|b|->" },
  { "data: a\r\n\r\ndata: b\r\rdata: c\n\n", "<message|a|-><message|b|-><message|c|->" },
  { "\xef\xbb\xbf" "data: a\n\n", "<message|a|->" },
  { "data: never ended\n", "" },
  { "data:\n\n", "<message||->" },
};

/* Fed in pieces of every size, the events are the same. */
static void
events_come_out_however_the_bytes_are_cut (void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece <= strlen (cases[i].stream); piece++)
      {
        g_autoptr (GString) seen = g_string_new (NULL);
        LsSseParser *parser = ls_sse_parser_new (note, seen);
        gsize length = strlen (cases[i].stream);
        for (gsize at = 0; at < length; at += piece)
          assert_true (ls_sse_parser_feed (parser, cases[i].stream + at, MIN (piece, length - at)));
        assert_string_equal (seen->str, cases[i].events);
        ls_sse_parser_free (parser);
      }
}

static void
an_id_with_a_nul_is_ignored (void **state)
{
  static const char stream[] = "id: a\0b\ndata: x\n\n";
  g_autoptr (GString) seen = g_string_new (NULL);
  LsSseParser *parser = ls_sse_parser_new (note, seen);
  assert_true (ls_sse_parser_feed (parser, stream, sizeof stream - 1));
  assert_string_equal (seen->str, "<message|x|->");
  ls_sse_parser_free (parser);
}

static void
an_event_without_end_is_given_up (void **state)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  LsSseParser *parser = ls_sse_parser_new (note, seen);
  g_autofree char *megabyte = g_strnfill (1 << 20, 'x');
  gboolean going = ls_sse_parser_feed (parser, "data: ", 6);
  int fed = 0;
  for (; going && fed < 64; fed++)
    going = ls_sse_parser_feed (parser, megabyte, 1 << 20);
  assert_false (going);
  assert_int_equal (fed, 16);
  ls_sse_parser_free (parser);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (events_come_out_however_the_bytes_are_cut),
    cmocka_unit_test (an_id_with_a_nul_is_ignored),
    cmocka_unit_test (an_event_without_end_is_given_up),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
