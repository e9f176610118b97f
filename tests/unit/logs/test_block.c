/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "logs/block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static LsLogBlock *
block_of (const char *text, gboolean by_line)
{
  gsize length = strlen (text);
  LsLogBlock *block = ls_log_block_new (NULL, LS_LOG_STDERR, 5, length);

  block->seq = 10;
  if (!by_line)
    ls_log_block_append (block, text, length);
  for (gsize taken = 0; by_line && taken < length;)
    taken += ls_log_block_append_line (block, text + taken);
  return block;
}

static void
note (GString *to, const LsLogPiece *piece)
{
  LsLogEntry entry;

  ls_log_piece_to_entry (piece, "s", &entry);
  assert_int_equal (entry.at, 5);
  assert_int_equal (entry.stream, LS_LOG_STDERR);
  g_string_append_printf (to, "%d:%.*s%c", (int) entry.seq, (int) entry.length, entry.text, entry.newline ? '|' : '~');
}

static void
pieces_are_had_back_in_both_directions (void **state)
{
  static const struct { const char *text, *forwards, *backwards; } cases[] = {
    { "a", "10:a~", "10:a~" },
    { "\n", "10:|", "10:|" },
    { "a\n", "10:a|", "10:a|" },
    { "a\nbc", "10:a|11:bc~", "11:bc~10:a|" },
    { "\n\n\n", "10:|11:|12:|", "12:|11:|10:|" },
    { "one\n\nthree\n", "10:one|11:|12:three|", "12:three|11:|10:one|" },
    { "\nx", "10:|11:x~", "11:x~10:|" },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      LsLogBlock *block = block_of (cases[i / 2].text, i % 2);
      g_autoptr (GString) forwards = g_string_new (NULL), backwards = g_string_new (NULL);
      LsLogPiece piece;

      assert_true (ls_log_block_first (block, &piece));
      do
        note (forwards, &piece);
      while (ls_log_piece_next (&piece));
      assert_true (ls_log_block_last (block, &piece));
      do
        note (backwards, &piece);
      while (ls_log_piece_previous (&piece));
      assert_string_equal (forwards->str, cases[i / 2].forwards);
      assert_string_equal (backwards->str, cases[i / 2].backwards);
      g_free (block);
    }
}

static void
whole_lines_go_into_one_block (void **state)
{
  g_autofree char *text = g_strnfill (3 * LS_LOG_BLOCK_MAX, 'x');

  assert_int_equal (ls_log_block_fit (text, 10), 10);
  assert_int_equal (ls_log_block_fit (text, LS_LOG_BLOCK_MAX), LS_LOG_BLOCK_MAX);
  assert_int_equal (ls_log_block_fit (text, 3 * LS_LOG_BLOCK_MAX), LS_LOG_BLOCK_MAX);
  text[100] = '\n';
  text[LS_LOG_BLOCK_MAX] = '\n';
  assert_int_equal (ls_log_block_fit (text, 3 * LS_LOG_BLOCK_MAX), 101);
  assert_int_equal (ls_log_block_fit (text + 1, 3 * LS_LOG_BLOCK_MAX - 1), LS_LOG_BLOCK_MAX);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (pieces_are_had_back_in_both_directions),
    cmocka_unit_test (whole_lines_go_into_one_block),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
