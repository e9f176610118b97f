/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "logs/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* Lines from the pieces in which they came, for who asks and for who follows. */

#define BUDGET (256 * 1024)

static int
set_up (void **state)
{
  *state = ls_log_store_new (NULL, BUDGET, 0, NULL);
  return *state == NULL;
}

static int
tear_down (void **state)
{
  ls_log_store_free (*state);
  return 0;
}

static void
put (LsLogStore *store, const char *source, const char *text)
{
  ls_log_store_append (store, source, LS_LOG_STDOUT, text, strlen (text), 1000);
}

/* "source:text" of each entry, lines ended by | and open pieces by ~. */
static gboolean
collect (void *user, const LsLogEntry *entry)
{
  GString *to = user;

  g_string_append_printf (to, "%s:", entry->source);
  g_string_append_len (to, entry->text, (gssize) entry->length);
  g_string_append_c (to, entry->newline ? '|' : '~');
  return TRUE;
}

static void
assert_query (LsLogStore *store, LsLogQuery query, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);

  ls_log_store_each (store, &query, collect, found);
  assert_string_equal (found->str, expected);
}

/* As it came, and how it reads: pieces, lines and lines as they are followed. */
static void
lines_are_joined_from_their_pieces (void **state)
{
  LsLogStore *store = *state;
  const LsLogQuery lines = { .stream = -1, .unit = LS_LOG_LINES };

  put (store, "a", "first\nDown");
  put (store, "b", "other\n");
  ls_log_store_append (store, "a", LS_LOG_STDERR, "err", 3, 1000);
  put (store, "a", "load");
  assert_query (store, lines, "a:first|b:other|a:err~a:Download~");
  put (store, "a", "ing");
  put (store, "a", " done\nlast");
  assert_query (store, lines, "a:first|b:other|a:err~a:Downloading done|a:last~");
  assert_query (store, (LsLogQuery) { .stream = -1, .unit = LS_LOG_LINES, .grep = "DONE" }, "a:Downloading done|");
  assert_query (store, (LsLogQuery) { .stream = -1, .unit = LS_LOG_LINES, .last = 2 }, "a:Downloading done|a:last~");
  assert_query (store, (LsLogQuery) { .stream = -1, .unit = LS_LOG_LINES, .last = 4 }, "b:other|a:err~a:Downloading done|a:last~");
  /* From the middle of a line on: it comes whole. */
  assert_query (store, (LsLogQuery) { .stream = -1, .unit = LS_LOG_LINES, .after_seq = 5 }, "a:Downloading done|a:last~");
  assert_query (store, (LsLogQuery) { .stream = -1, .unit = LS_LOG_LINES_LIVE }, "a:first|b:other|a:Downloading done|");
  ls_log_store_end (store, "a");
  put (store, "a", "anew\n");
  assert_query (store, (LsLogQuery) { .stream = LS_LOG_STDOUT, .unit = LS_LOG_LINES }, "a:first|b:other|a:Downloading done|a:last~a:anew|");
}

static void
a_line_without_end_is_given_in_parts (void **state)
{
  LsLogStore *store = ls_log_store_new (NULL, 4 << 20, 0, NULL);
  g_autofree char *piece = g_strnfill (1000, 'x');
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < 150; i++)
    put (store, "a", piece);
  ls_log_store_each (store, &(LsLogQuery) { .stream = -1, .unit = LS_LOG_LINES }, collect, found);
  assert_int_equal (found->len, 150 * 1000 + 3 * strlen ("a:~"));
  /* A part is as long as a piece that is over the bound makes it, and no longer. */
  assert_int_equal (strchr (found->str, '~') - found->str, 2 + 66 * 1000);
  ls_log_store_free (store);
}

static void
count_call (void *user)
{
  ++*(guint *) user;
}

static void
collect_told (void *user, const LsLogEntry *entry)
{
  collect (user, entry);
  if (entry->partial)
    g_string_append_c (user, '+');
}

static void
who_follows_lines_is_told_of_one_that_waits (void **state)
{
  LsLogStore *store = *state;
  const LsLogQuery live = { .stream = -1, .unit = LS_LOG_LINES_LIVE }, looking = { .stream = -1, .unit = LS_LOG_LINES_LIVE, .grep = "name" },
                   bytes = { .stream = -1 };
  g_autoptr (GString) told = g_string_new (NULL), found = g_string_new (NULL), came = g_string_new (NULL);
  guint calls = 0;
  LsLogFollower *all, *some, *pieces;

  ls_log_store_on_unfinished (store, count_call, &calls);
  put (store, "q", "What is ");
  assert_int_equal (calls, 0);
  all = ls_log_store_follow (store, &live, collect_told, NULL, told);
  some = ls_log_store_follow (store, &looking, collect_told, NULL, found);
  pieces = ls_log_store_follow (store, &bytes, collect_told, NULL, came);
  assert_int_equal (calls, 1);      /* it waits already */
  put (store, "q", "your name? ");
  put (store, "a", "soon ");
  put (store, "a", "enough\n");
  assert_int_equal (calls, 1);
  assert_string_equal (told->str, "a:soon enough|");
  ls_log_store_show_unfinished (store);
  ls_log_store_show_unfinished (store);      /* nothing has come since */
  assert_string_equal (told->str, "a:soon enough|q:What is your name? ~+");
  put (store, "q", "Ada\nAnd");
  assert_int_equal (calls, 2);
  ls_log_store_end (store, "q");
  assert_string_equal (told->str, "a:soon enough|q:What is your name? ~+q:Ada|q:And~");
  assert_string_equal (found->str, "q:What is your name? Ada|");
  assert_string_equal (came->str, "q:your name? ~+a:soon ~+a:enough|q:Ada|q:And~+");
  /* Who comes later, or comes back, sees the same; who asks sees lines. */
  assert_query (store, live, "a:soon enough|q:What is your name? ~q:Ada|q:And~");
  assert_query (store, (LsLogQuery) { .stream = -1, .unit = LS_LOG_LINES }, "a:soon enough|q:What is your name? Ada|q:And~");
  assert_query (store, bytes, "q:What is ~q:your name? ~a:soon ~a:enough|q:Ada|q:And~");
  ls_log_store_unfollow (store, all);
  ls_log_store_unfollow (store, some);
  ls_log_store_unfollow (store, pieces);
  ls_log_store_on_unfinished (store, NULL, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
    TEST (lines_are_joined_from_their_pieces),
    cmocka_unit_test (a_line_without_end_is_given_in_parts),
    TEST (who_follows_lines_is_told_of_one_that_waits),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
