/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static LsTable *
sample_table (void)
{
  static const char *const titles[] = { "NAME", ">N", "~COMMAND", NULL };
  LsTable *table = ls_table_new (titles);
  ls_table_add (table, LS_TONE_PLAIN, "web");
  ls_table_add (table, LS_TONE_PLAIN, "5");
  ls_table_add (table, LS_TONE_PLAIN, "node app.js --port 80");
  ls_table_add (table, LS_TONE_GOOD, "a-long-name");
  ls_table_add (table, LS_TONE_PLAIN, "1000");
  ls_table_add (table, LS_TONE_PLAIN, NULL);
  return table;
}

static void
columns_are_aligned (void **state)
{
  g_autoptr (LsTable) table = sample_table ();
  g_autofree char *text = ls_table_render (table, 0, FALSE);
  assert_int_equal (ls_table_rows (table), 2);
  assert_string_equal (text, "NAME            N  COMMAND\n"
                             "web             5  node app.js --port 80\n"
                             "a-long-name  1000  –\n");
}

static void
what_may_be_cut_gives_way (void **state)
{
  g_autoptr (LsTable) table = sample_table ();
  g_autofree char *text = ls_table_render (table, 30, FALSE);
  assert_string_equal (text, "NAME            N  COMMAND\n"
                             "web             5  node app.j…\n"
                             "a-long-name  1000  –\n");
}

static void
no_line_is_wider_than_the_terminal (void **state)
{
  g_autoptr (LsTable) table = sample_table ();
  for (guint width = 12; width < 60; width++)
    {
      g_autofree char *text = ls_table_render (table, width, FALSE);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
      for (char **line = lines; *line; line++)
        assert_true (ls_text_width (*line) <= width);
    }
}

static void
colours_are_only_around_the_text (void **state)
{
  g_autoptr (LsTable) table = sample_table ();
  g_autofree char *text = ls_table_render (table, 0, TRUE);
  assert_non_null (g_strstr_len (text, -1, "\033[32ma-long-name\033[0m  1000"));
}

static void
escapes_of_others_do_not_reach_the_terminal (void **state)
{
  static const char *const titles[] = { "A", NULL };
  g_autoptr (LsTable) table = ls_table_new (titles);
  ls_table_add (table, LS_TONE_PLAIN, "\033[2Jx\ny");
  ls_table_add (table, LS_TONE_PLAIN, "\xff");
  g_autofree char *text = ls_table_render (table, 0, FALSE);
  assert_string_equal (text, "A\n [2Jx y\n\xef\xbf\xbd\n");
}

static void
width_counts_columns_not_bytes (void **state)
{
  assert_int_equal (ls_text_width ("µs…"), 3);
  assert_int_equal (ls_text_width ("日本"), 4);
  g_autofree char *cut = ls_text_cut ("日本語", 5);
  assert_string_equal (cut, "日本…");
  g_autofree char *none = ls_text_cut ("abc", 0);
  assert_string_equal (none, "");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (columns_are_aligned),
    cmocka_unit_test (what_may_be_cut_gives_way),
    cmocka_unit_test (no_line_is_wider_than_the_terminal),
    cmocka_unit_test (colours_are_only_around_the_text),
    cmocka_unit_test (escapes_of_others_do_not_reach_the_terminal),
    cmocka_unit_test (width_counts_columns_not_bytes),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
