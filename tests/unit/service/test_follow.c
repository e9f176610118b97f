/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/follow.h"
#include "service/log_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void
count_ready (void *user)
{
  ++*(guint *) user;
}

static void
append (LsLogStore *store, const char *source, const char *text)
{
  ls_log_store_append (store, source, LS_LOG_STDOUT, text, strlen (text), 1);
}

static void
it_begins_with_what_is_kept_and_goes_on (void **state)
{
  LsLogStore *store = ls_log_store_new (NULL, 1 << 20, 0, NULL);
  const char *const sources[] = { "t1", NULL };
  const LsLogQuery query = { .sources = sources, .stream = -1 };
  g_autoptr (GString) text = g_string_new (NULL);
  guint ready = 0;
  LsFollow *follow;

  append (store, "t1", "one\nt");
  append (store, "t2", "other\n");
  follow = ls_follow_new (store, &query, TRUE, ls_follow_format_bytes, count_ready, &ready);
  assert_false (ls_follow_take (follow, text, 1000));
  assert_string_equal (text->str, "one\nt");
  append (store, "t1", "wo\n");
  append (store, "t2", "other\n");
  assert_int_equal (ready, 1);
  assert_false (ls_follow_take (follow, text, 1000));
  assert_string_equal (text->str, "one\ntwo\n");
  assert_false (ls_follow_take (follow, text, 1000));
  assert_string_equal (text->str, "one\ntwo\n");
  ls_follow_free (follow);
  append (store, "t1", "after\n");
  assert_int_equal (ready, 1);
  ls_log_store_free (store);
}

static void
a_slow_reader_gets_everything_in_order (void **state)
{
  LsLogStore *store = ls_log_store_new (NULL, 64 << 20, 0, NULL);
  const LsLogQuery query = { .stream = -1 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  guint ready = 0;
  LsFollow *follow = ls_follow_new (store, &query, TRUE, ls_follow_format_bytes, count_ready, &ready);

  /* Far more than it keeps ready, with a look in between now and then. */
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *line = g_strdup_printf ("line number %u\n", i);

      append (store, "t1", line);
      g_string_append (expected, line);
      if (i % 7000 == 0)
        ls_follow_take (follow, text, 100);
    }
  while (ls_follow_take (follow, text, 5000))
    ;
  assert_string_equal (text->str, expected->str);
  ls_follow_free (follow);
  ls_log_store_free (store);
}

static void
the_last_lines_are_where_it_begins (void **state)
{
  LsLogStore *store = ls_log_store_new (NULL, 1 << 20, 0, NULL);
  const LsLogQuery query = { .stream = -1, .last = 2 };
  g_autoptr (GString) text = g_string_new (NULL);
  guint ready = 0;
  LsFollow *follow;

  append (store, "a", "1\n2\n3\n4\n");
  follow = ls_follow_new (store, &query, TRUE, ls_follow_format_bytes, count_ready, &ready);
  assert_true (ls_follow_take (follow, text, 1));
  assert_string_equal (text->str, "3\n");
  append (store, "a", "5\n6\n7\n");
  while (ls_follow_take (follow, text, 1))
    ;
  assert_string_equal (text->str, "3\n4\n5\n6\n7\n");
  ls_follow_free (follow);
  ls_log_store_free (store);
}

static void
entries_have_their_json (void **state)
{
  static const struct { const char *text; gsize length; gboolean newline, raw; const char *json; } cases[] = {
    { "a", 1, TRUE, FALSE, "{\"seq\":7,\"at\":9,\"source\":\"web.1\",\"stream\":\"stderr\",\"text\":\"a\"}" },
    { "\xff!", 2, TRUE, FALSE, "{\"seq\":7,\"at\":9,\"source\":\"web.1\",\"stream\":\"stderr\",\"text\":\"\xef\xbf\xbd!\"}" },
    { "a", 1, FALSE, TRUE, "{\"seq\":7,\"at\":9,\"source\":\"web.1\",\"stream\":\"stderr\",\"text\":\"a\",\"newline\":false}" },
    { "\xff!", 2, TRUE, TRUE, "{\"seq\":7,\"at\":9,\"source\":\"web.1\",\"stream\":\"stderr\",\"base64\":\"/yE=\",\"newline\":true}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const LsLogEntry entry = { 7, 9, "web.1", LS_LOG_STDERR, cases[i].text, cases[i].length, cases[i].newline };
      g_autoptr (json_t) json = ls_log_entry_to_json (&entry, cases[i].raw);
      g_autofree char *text = ls_json_to_text (json);

      assert_string_equal (text, cases[i].json);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (it_begins_with_what_is_kept_and_goes_on),
    cmocka_unit_test (a_slow_reader_gets_everything_in_order),
    cmocka_unit_test (the_last_lines_are_where_it_begins),
    cmocka_unit_test (entries_have_their_json),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
