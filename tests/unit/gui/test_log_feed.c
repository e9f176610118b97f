/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/log_feed.h"
#include "gui/model/log_line.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static const char two_lines[] = "{\"seq\":1,\"at\":0,\"source\":\"web.1\",\"stream\":\"stdout\",\"text\":\"hello\"}\n"
                                "{\"seq\":2,\"at\":1000,\"source\":\"t4\",\"stream\":\"stderr\",\"text\":\"Gr\\u00fc\\u00dfe\\u001b[0m\"}\n";

static LsLogLine *
line_at (LsLogFeed *feed, guint index)
{
  g_autoptr (LsLogLine) line = g_list_model_get_item (ls_log_feed_lines (feed), index);
  assert_non_null (line);
  return line;      /* the list keeps it */
}

static void
lines_are_the_same_however_the_bytes_are_cut (void **state)
{
  for (gsize cut = 1; cut < sizeof two_lines - 1; cut++) {
    g_autoptr (LsLogFeed) feed = ls_log_feed_new (NULL);
    for (gsize at = 0; at < sizeof two_lines - 1; at += cut)
      ls_log_feed_take (feed, two_lines + at, MIN (cut, sizeof two_lines - 1 - at));
    assert_int_equal (g_list_model_get_n_items (ls_log_feed_lines (feed)), 2);
    assert_string_equal (ls_log_line_text (line_at (feed, 0)), "hello");
    assert_string_equal (ls_log_line_source (line_at (feed, 1)), "t4");
    assert_true (ls_log_line_is_stderr (line_at (feed, 1)));
  }
}

static void
what_a_label_cannot_show_is_made_showable (void **state)
{
  g_autoptr (LsLogFeed) feed = ls_log_feed_new (NULL);
  static const char base64[] = "{\"at\":0,\"source\":\"t1\",\"stream\":\"stdout\",\"base64\":\"/2E=\"}\n";
  ls_log_feed_take (feed, two_lines, strlen (two_lines));
  ls_log_feed_take (feed, base64, strlen (base64));
  assert_string_equal (ls_log_line_text (line_at (feed, 1)), "Grüße [0m");
  assert_true (g_utf8_validate (ls_log_line_text (line_at (feed, 2)), -1, NULL));
}

static void
what_is_not_a_line_is_passed_over (void **state)
{
  g_autoptr (LsLogFeed) feed = ls_log_feed_new (NULL);
  static const char junk[] = "{\"text\":\"no source\"}\nnot json\n\n[]\n";
  ls_log_feed_take (feed, junk, strlen (junk));
  assert_int_equal (g_list_model_get_n_items (ls_log_feed_lines (feed)), 0);
}

static void
the_oldest_lines_are_forgotten (void **state)
{
  g_autoptr (LsLogFeed) feed = ls_log_feed_new (NULL);
  for (guint i = 0; i < LS_LOG_FEED_MAX + 10; i++) {
    g_autofree char *line = g_strdup_printf ("{\"at\":0,\"source\":\"a\",\"stream\":\"stdout\",\"text\":\"%u\"}\n", i);
    ls_log_feed_take (feed, line, strlen (line));
  }
  assert_int_equal (g_list_model_get_n_items (ls_log_feed_lines (feed)), LS_LOG_FEED_MAX);
  assert_string_equal (ls_log_line_text (line_at (feed, 0)), "10");
}

static void
a_search_ignores_case_and_looks_at_the_source (void **state)
{
  g_autoptr (LsLogFeed) feed = ls_log_feed_new (NULL);
  g_autofree char *folded = g_utf8_casefold ("GRÜ", -1);
  ls_log_feed_take (feed, two_lines, strlen (two_lines));
  assert_true (ls_log_line_matches (line_at (feed, 1), folded));
  assert_false (ls_log_line_matches (line_at (feed, 0), folded));
  assert_true (ls_log_line_matches (line_at (feed, 0), "web.1"));
  assert_true (ls_log_line_matches (line_at (feed, 0), ""));
}

static void
take (LsLogFeed *feed, const char *source, const char *text, gboolean partial)
{
  g_autofree char *line = g_strdup_printf ("{\"at\":0,\"source\":\"%s\",\"stream\":\"stdout\",\"text\":\"%s\"%s}\n", source, text,
                                           partial ? ",\"partial\":true" : "");
  ls_log_feed_take (feed, line, strlen (line));
}

static void
the_rest_of_a_line_goes_behind_its_beginning (void **state)
{
  g_autoptr (LsLogFeed) feed = ls_log_feed_new (NULL);
  take (feed, "t1", "Name? ", TRUE);
  take (feed, "t2", "meanwhile", FALSE);
  take (feed, "t1", "Ada", TRUE);
  take (feed, "t1", " L.", FALSE);
  take (feed, "t1", "next", FALSE);
  assert_int_equal (g_list_model_get_n_items (ls_log_feed_lines (feed)), 3);
  assert_string_equal (ls_log_line_text (line_at (feed, 0)), "Name? Ada L.");
  assert_string_equal (ls_log_line_text (line_at (feed, 1)), "meanwhile");
  assert_string_equal (ls_log_line_text (line_at (feed, 2)), "next");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (lines_are_the_same_however_the_bytes_are_cut),
    cmocka_unit_test (what_a_label_cannot_show_is_made_showable),
    cmocka_unit_test (what_is_not_a_line_is_passed_over),
    cmocka_unit_test (the_rest_of_a_line_goes_behind_its_beginning),
    cmocka_unit_test (the_oldest_lines_are_forgotten),
    cmocka_unit_test (a_search_ignores_case_and_looks_at_the_source),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
