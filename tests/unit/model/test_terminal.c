/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/terminal.h"
#include "codec_check.h"

static void
write_down (void *user, guint type, const char *payload, gsize length)
{
  GString *seen = user;
  g_string_append_printf (seen, "%u:%.*s;", type, (int) length, payload);
}

static GString *
some_frames (void)
{
  GString *bytes = g_string_new (NULL);
  ls_terminal_frame_append (bytes, LS_FRAME_OUTPUT, "hello", 5);
  ls_terminal_frame_append (bytes, LS_FRAME_INPUT, "", 0);
  ls_terminal_frame_append (bytes, LS_FRAME_ERRORS, "\r\n", 2);
  ls_terminal_frame_append (bytes, 77, "?", 1);
  return bytes;
}

static void
frames_are_what_the_document_says (void **state)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  ls_terminal_window_append (bytes, (LsTerminalSize) { 40, 300 });
  assert_int_equal (bytes->len, 12);
  assert_memory_equal (bytes->str, "\2\0\0\0" "\0\0\0\4" "\0\50" "\1\54", 12);
}

static void
frames_come_out_whole_however_they_come_in (void **state)
{
  g_autoptr (GString) bytes = some_frames ();
  for (gsize piece = 1; piece <= bytes->len; piece++)
    {
      g_autoptr (GString) seen = g_string_new (NULL);
      g_autoptr (LsTerminalReader) reader = ls_terminal_reader_new (write_down, seen);
      for (gsize at = 0; at < bytes->len; at += piece)
        assert_true (ls_terminal_reader_feed (reader, bytes->str + at, MIN (piece, bytes->len - at), NULL));
      assert_string_equal (seen->str, "1:hello;0:;4:\r\n;77:?;");
    }
}

static void
what_is_no_frame_ends_it (void **state)
{
  static const char nonsense[] = "GET / HTTP/1.1\r\n", too_long[] = "\0\0\0\0\0\1\0\1", longest[] = "\0\0\0\0\0\1\0\0";
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (LsTerminalReader) reader = ls_terminal_reader_new (write_down, seen);
  g_autoptr (LsTerminalReader) other = ls_terminal_reader_new (write_down, seen);
  g_autoptr (LsTerminalReader) third = ls_terminal_reader_new (write_down, seen);
  g_autoptr (GError) error = NULL;
  assert_false (ls_terminal_reader_feed (reader, nonsense, sizeof nonsense - 1, &error));
  assert_int_equal (error->code, LS_ERROR_MALFORMED);
  assert_false (ls_terminal_reader_feed (other, too_long, 8, NULL));
  assert_true (ls_terminal_reader_feed (third, longest, 8, NULL));
  assert_string_equal (seen->str, "");
}

static void
much_becomes_several_frames (void **state)
{
  g_autofree char *data = g_strnfill (LS_TERMINAL_PAYLOAD_MAX + 1, 'x');
  g_autoptr (GString) bytes = g_string_new (NULL), seen = g_string_new (NULL);
  g_autoptr (LsTerminalReader) reader = ls_terminal_reader_new (write_down, seen);
  ls_terminal_bytes_append (bytes, LS_FRAME_INPUT, data, LS_TERMINAL_PAYLOAD_MAX + 1);
  ls_terminal_bytes_append (bytes, LS_FRAME_INPUT, data, 0);
  assert_int_equal (bytes->len, LS_TERMINAL_PAYLOAD_MAX + 1 + 2 * LS_TERMINAL_HEADER);
  assert_true (ls_terminal_reader_feed (reader, bytes->str, bytes->len, NULL));
  assert_non_null (strstr (seen->str, "x;0:x;"));
}

static void
a_size_is_four_bytes_and_never_nothing (void **state)
{
  LsTerminalSize size = { 0 };
  assert_true (ls_terminal_window_parse ("\0\30\0\120", 4, &size));
  assert_int_equal (size.rows, 24);
  assert_int_equal (size.columns, 80);
  assert_false (ls_terminal_window_parse ("\0\0\0\1", 4, &size));
  assert_false (ls_terminal_window_parse ("\0\1\0", 3, &size));
  assert_int_equal (size.rows, 24);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (frames_are_what_the_document_says),
    cmocka_unit_test (frames_come_out_whole_however_they_come_in),
    cmocka_unit_test (what_is_no_frame_ends_it),
    cmocka_unit_test (much_becomes_several_frames),
    cmocka_unit_test (a_size_is_four_bytes_and_never_nothing),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
