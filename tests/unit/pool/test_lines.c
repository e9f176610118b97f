/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "pool/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
  char seen[256];          /* "[one][two]<9>": lines, and the lengths of those that were dropped */
} Seen;

static void
on_line (void *user, const char *text, size_t length)
{
  Seen *seen = user;
  size_t at = strlen (seen->seen);
  snprintf (seen->seen + at, sizeof seen->seen - at, "[%.*s]", (int) length, text);
}

static void
on_dropped (void *user, size_t length)
{
  Seen *seen = user;
  size_t at = strlen (seen->seen);
  snprintf (seen->seen + at, sizeof seen->seen - at, "<%zu>", length);
}

/* However the bytes are cut, the lines are the same. */
static void
lines_are_cut_the_same_however_they_come (void **state)
{
  static const struct {
    const char *bytes, *seen;
  } cases[] = {
    { "one\ntwo\n", "[one][two]" },
    { "\n\n\n", "" },
    { "no end", "" },
    { "12345678\n123456789\nok\n", "[12345678]<9>[ok]" },
    { "a very much longer line than that\nb\n", "<33>[b]" },
    { "a\n\nb\n", "[a][b]" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (size_t piece = 1; piece <= strlen (cases[i].bytes); piece++) {
      Seen seen = { "" };
      LsLines lines = { .max = 8, .line = on_line, .dropped = on_dropped, .user = &seen };
      size_t length = strlen (cases[i].bytes);
      for (size_t at = 0; at < length; at += piece)
        ls_lines_feed (&lines, cases[i].bytes + at, piece < length - at ? piece : length - at);
      assert_string_equal (seen.seen, cases[i].seen);
      ls_lines_clear (&lines);
    }
}

static void
an_endless_line_takes_no_memory (void **state)
{
  static char block[4096];
  Seen seen = { "" };
  LsLines lines = { .max = 8192, .line = on_line, .dropped = on_dropped, .user = &seen };
  memset (block, 'x', sizeof block);
  for (int i = 0; i < 1000; i++)
    ls_lines_feed (&lines, block, sizeof block);
  assert_true (lines.capacity <= 4 * 8192);
  ls_lines_feed (&lines, "\nok\n", 4);
  assert_string_equal (seen.seen, "<4096000>[ok]");
  ls_lines_clear (&lines);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (lines_are_cut_the_same_however_they_come),
    cmocka_unit_test (an_endless_line_takes_no_memory),
  };
  return cmocka_run_group_tests_name ("lines", tests, NULL, NULL);
}
