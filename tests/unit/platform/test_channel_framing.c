/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/channel_framing.h"

#include <string.h>

#define MAX_LINE 10

static void
note_line (void *user, const char *line, gsize length)
{
  g_string_append_len (user, line, (gssize) length);
  g_string_append_c (user, '|');
}

/* Feeds @text in pieces of @piece bytes; the lines that came, each ended by a bar. (transfer full) */
static char *
lines_of (const char *text, gsize piece, guint64 *ret_dropped)
{
  g_autoptr (LsChannelFraming) framing = ls_channel_framing_new (MAX_LINE);
  GString *lines = g_string_new (NULL);
  gsize length = strlen (text);
  for (gsize at = 0; at < length; at += piece)
    ls_channel_framing_feed (framing, text + at, MIN (piece, length - at), note_line, lines);
  *ret_dropped = ls_channel_framing_dropped (framing);
  return g_string_free (lines, FALSE);
}

static void
lines_come_out_whole_however_they_came_in (void **state)
{
  static const struct {
    const char *text, *lines;
    guint dropped;
  } cases[] = {
    { "", "", 0 },
    { "one\n", "one|", 0 },
    { "one\ntwo\nthree", "one|two|", 0 },
    { "\n\none\n\n", "one|", 0 },
    { "one\r\ntwo\r\n\r\n", "one|two|", 0 },
    { "0123456789\nafter\n", "0123456789|after|", 0 },
    { "0123456789x\nafter\n", "after|", 1 },
    { "before\n0123456789012345678901234567890123456789\nafter\n", "before|after|", 1 },
    { "0123456789x\n0123456789y\nz\n", "z|", 2 },
    { "0123456789x", "", 1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece <= strlen (cases[i].text) + 1; piece++) {
      guint64 dropped;
      g_autofree char *lines = lines_of (cases[i].text, piece, &dropped);
      assert_string_equal (lines, cases[i].lines);
      assert_int_equal (dropped, cases[i].dropped);
    }
}

static void
a_line_of_the_greatest_length_comes_through (void **state)
{
  const gsize max = 1024 * 1024;
  g_autoptr (LsChannelFraming) framing = ls_channel_framing_new (max);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *line = g_strnfill (max, 'x');
  ls_channel_framing_feed (framing, line, max, note_line, lines);
  ls_channel_framing_feed (framing, "\nshort\n", 7, note_line, lines);
  assert_int_equal (lines->len, max + 1 + strlen ("short|"));
  assert_int_equal (ls_channel_framing_dropped (framing), 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (lines_come_out_whole_however_they_came_in),
    cmocka_unit_test (a_line_of_the_greatest_length_comes_through),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
