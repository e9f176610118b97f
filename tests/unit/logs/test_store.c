/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "logs/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define BUDGET (256 * 1024)

static const LsLogQuery everything = { .stream = -1 };

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

static gboolean
collect_bytes (void *user, const LsLogEntry *entry)
{
  g_string_append_len (user, entry->text, (gssize) entry->length);
  if (entry->newline)
    g_string_append_c (user, '\n');
  return TRUE;
}

static void
assert_query (LsLogStore *store, LsLogQuery query, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);

  ls_log_store_each (store, &query, collect, found);
  assert_string_equal (found->str, expected);
}

static void
bytes_come_back_exactly (void **state)
{
  LsLogStore *store = *state;
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  g_autoptr (GString) written = g_string_new (NULL), found = g_string_new (NULL);
  static const char *const of[] = { "t1", NULL };

  for (guint round = 0; round < 300; round++)
    {
      char data[200];
      gsize length = (gsize) g_rand_int_range (random, 0, sizeof data);

      for (gsize i = 0; i < length; i++)
        data[i] = g_rand_int_range (random, 0, 60) == 0 ? '\n' : (char) g_rand_int_range (random, 0, 256);
      ls_log_store_append (store, "t1", LS_LOG_STDOUT, data, length, 1);
      put (store, "other", "noise\n");
      g_string_append_len (written, data, (gssize) length);
    }
  ls_log_store_each (store, &(LsLogQuery) { .sources = of, .stream = LS_LOG_STDOUT }, collect_bytes, found);
  assert_int_equal (found->len, written->len);
  assert_memory_equal (found->str, written->str, written->len);
}

static void
queries_choose (void **state)
{
  LsLogStore *store = *state;
  static const char *const web[] = { "web", NULL }, *const web2[] = { "web.2", NULL }, *const two[] = { "web.1", "t4", NULL }, *const none[] = { "we", NULL };

  put (store, "web.1", "Hello\nworld\n");
  ls_log_store_append (store, "web.2", LS_LOG_STDERR, "ERROR here\n", 11, 2000);
  put (store, "web.2", "done\n");
  put (store, "t4", "partial");
  put (store, "t42", "x\n");

  assert_query (store, everything, "web.1:Hello|web.1:world|web.2:ERROR here|web.2:done|t4:partial~t42:x|");
  assert_query (store, (LsLogQuery) { .sources = web, .stream = -1 }, "web.1:Hello|web.1:world|web.2:ERROR here|web.2:done|");
  assert_query (store, (LsLogQuery) { .sources = web2, .stream = -1 }, "web.2:ERROR here|web.2:done|");
  assert_query (store, (LsLogQuery) { .sources = two, .stream = -1 }, "web.1:Hello|web.1:world|t4:partial~");
  assert_query (store, (LsLogQuery) { .sources = none, .stream = -1 }, "");
  assert_query (store, (LsLogQuery) { .stream = LS_LOG_STDERR }, "web.2:ERROR here|");
  assert_query (store, (LsLogQuery) { .stream = -1, .grep = "error" }, "web.2:ERROR here|");
  assert_query (store, (LsLogQuery) { .stream = -1, .grep = "nothing" }, "");
  assert_query (store, (LsLogQuery) { .stream = -1, .since = 1500 }, "web.2:ERROR here|");
  assert_query (store, (LsLogQuery) { .stream = -1, .after_seq = 4 }, "t4:partial~t42:x|");
  assert_query (store, (LsLogQuery) { .stream = -1, .last = 3 }, "web.2:done|t4:partial~t42:x|");
  assert_query (store, (LsLogQuery) { .sources = web, .stream = -1, .last = 1 }, "web.2:done|");
  assert_query (store, (LsLogQuery) { .stream = -1, .last = 1, .grep = "o" }, "web.2:done|");
  assert_query (store, (LsLogQuery) { .stream = -1, .last = 99 }, "web.1:Hello|web.1:world|web.2:ERROR here|web.2:done|t4:partial~t42:x|");
}

static void
a_line_in_pieces_is_one_line (void **state)
{
  LsLogStore *store = *state;

  put (store, "a", "first\nsec");
  ls_log_store_append (store, "a", LS_LOG_STDERR, "err\n", 4, 1000);
  put (store, "b", "other\n");
  put (store, "a", "ond ne");
  put (store, "a", "edle\nthird\n");

  assert_query (store, (LsLogQuery) { .stream = -1, .grep = "SECOND NEEDLE" }, "a:sec~a:ond ne~a:edle|");
  assert_query (store, (LsLogQuery) { .stream = -1, .last = 2 }, "a:sec~a:ond ne~a:edle|a:third|");
  assert_query (store, (LsLogQuery) { .stream = -1, .last = 3 }, "a:sec~b:other|a:ond ne~a:edle|a:third|");
  assert_query (store, (LsLogQuery) { .stream = LS_LOG_STDERR, .last = 5 }, "a:err|");
}

static void
assert_tail (LsLogStore *store, const char *source, guint n, const char *expected)
{
  g_auto (GStrv) lines = ls_log_store_tail (store, source, n);
  g_autofree char *joined = lines != NULL ? g_strjoinv ("|", lines) : NULL;

  if (expected == NULL)
    assert_null (lines);
  else
    assert_string_equal (joined, expected);
}

static void
a_tail_is_the_last_lines (void **state)
{
  LsLogStore *store = *state;

  assert_tail (store, "web.1", 5, NULL);
  put (store, "web.1", "one\ntwo\nthr");
  put (store, "web.2", "other\n");
  put (store, "web.1", "ee\nfatal, and no newline");
  ls_log_store_end (store, "web.1");
  assert_tail (store, "web.1", 2, "three|fatal, and no newline");
  assert_tail (store, "web.1", 99, "one|two|three|fatal, and no newline");
  assert_tail (store, "web.1", 0, NULL);
  assert_tail (store, "web", 5, NULL);

  /* The next process in the slot begins a line of its own. */
  put (store, "web.1", "hello\n");
  assert_tail (store, "web.1", 2, "fatal, and no newline|hello");
  put (store, "web.3", "bad \xff\xfe bytes\n");
  assert_tail (store, "web.3", 1, "bad \xef\xbf\xbd\xef\xbf\xbd bytes");
}

static void
memory_is_bounded_and_drops_are_counted (void **state)
{
  LsLogStore *store = *state;
  g_autofree char *block = g_malloc (64 * 1024);
  guint64 written = 0, dropped = 0;
  g_autoptr (GString) kept = g_string_new (NULL);

  for (gsize i = 0; i < 64 * 1024; i++)
    block[i] = i % 80 == 79 ? '\n' : 'x';
  for (guint i = 0; i < 200; i++)
    {
      dropped += ls_log_store_append (store, "noisy", LS_LOG_STDOUT, block, 64 * 1024, 1);
      written += 64 * 1024;
      assert_true (ls_log_store_memory (store) <= BUDGET);
    }
  ls_log_store_each (store, &everything, collect_bytes, kept);
  assert_int_equal (written - dropped, kept->len);
  assert_true (kept->len > BUDGET / 4);
}

static void
a_noisy_source_does_not_push_out_the_others (void **state)
{
  LsLogStore *store = *state;

  put (store, "quiet", "the one line that matters\n");
  for (guint i = 0; i < 20000; i++)
    put (store, "noisy", "noise noise noise noise noise noise noise noise\n");
  assert_tail (store, "quiet", 5, "the one line that matters");
  assert_true (ls_log_store_memory (store) <= BUDGET);
}

static void
many_ended_sources_leave_nothing_behind (void **state)
{
  LsLogStore *store = *state;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%u", i);

      put (store, id, "short output of a short task\n");
      ls_log_store_end (store, id);
      assert_true (ls_log_store_memory (store) <= BUDGET);
    }
  assert_tail (store, "t9999", 1, "short output of a short task");
  assert_tail (store, "t0", 1, NULL);
}

static void
a_line_without_end_is_bounded (void **state)
{
  LsLogStore *store = *state;
  g_autofree char *block = g_strnfill (64 * 1024, 'y');

  for (guint i = 0; i < 100; i++)
    ls_log_store_append (store, "endless", LS_LOG_STDOUT, block, 64 * 1024, 1);
  assert_true (ls_log_store_memory (store) <= BUDGET);
  assert_query (store, (LsLogQuery) { .stream = -1, .grep = "z" }, "");
}

static void
forgotten_is_gone (void **state)
{
  LsLogStore *store = *state;

  put (store, "a", "1\n");
  put (store, "b", "2\n");
  ls_log_store_forget (store, "a");
  ls_log_store_forget (store, "never");
  assert_query (store, everything, "b:2|");
}

/* --- followers --- */

typedef struct {
  LsLogStore *store;
  LsLogFollower *self, *other;
  GString *seen;
  guint stop_after;
  char *echo, *forget;
} Ear;

static void
ear_entry (void *user, const LsLogEntry *entry)
{
  Ear *ear = user;

  collect (ear->seen, entry);
  if (ear->echo != NULL)
    {
      g_autofree char *echo = g_steal_pointer (&ear->echo);
      put (ear->store, "echo", echo);
    }
  if (ear->forget != NULL)
    ls_log_store_forget (ear->store, g_steal_pointer (&ear->forget));
  if (ear->stop_after > 0 && --ear->stop_after == 0)
    {
      ls_log_store_unfollow (ear->store, g_steal_pointer (&ear->self));
      ls_log_store_unfollow (ear->store, g_steal_pointer (&ear->other));
    }
}

static void
ear_ended (void *user, const char *source)
{
  Ear *ear = user;

  g_string_append_printf (ear->seen, "%s ended.", source);
  ls_log_store_unfollow (ear->store, g_steal_pointer (&ear->self));
}

static void
followers_hear_what_matches (void **state)
{
  LsLogStore *store = *state;
  static const char *const of[] = { "web", NULL };
  const LsLogQuery query = { .sources = of, .stream = -1, .grep = "x" };
  g_autoptr (GString) seen = g_string_new (NULL);
  Ear ear = { .store = store, .seen = seen };

  put (store, "web.1", "x before\n");
  ear.self = ls_log_store_follow (store, &query, ear_entry, ear_ended, &ear);
  put (store, "web.1", "x one\nno\nx two");
  put (store, "t1", "x task\n");
  assert_string_equal (seen->str, "web.1:x one|web.1:x two~");
  ls_log_store_end (store, "t1");
  ls_log_store_end (store, "web.1");
  assert_string_equal (seen->str, "web.1:x one|web.1:x two~web.1 ended.");
  put (store, "web.1", "x after\n");
  assert_null (strstr (seen->str, "after"));
}

static void
a_paused_follower_hears_only_of_the_end (void **state)
{
  LsLogStore *store = *state;
  g_autoptr (GString) seen = g_string_new (NULL);
  Ear ear = { .store = store, .seen = seen };
  LsLogFollower *self = ear.self = ls_log_store_follow (store, &everything, ear_entry, ear_ended, &ear);

  put (store, "t1", "one\n");
  ls_log_store_pause (store, self, TRUE);
  ls_log_store_pause (store, self, TRUE);
  put (store, "t1", "two\n");
  ls_log_store_pause (store, self, FALSE);
  put (store, "t1", "three\n");
  ls_log_store_pause (store, self, TRUE);
  ls_log_store_end (store, "t1");
  assert_string_equal (seen->str, "t1:one|t1:three|t1 ended.");
}

static void
short_lines_cost_their_bytes (void **state)
{
  LsLogStore *store = *state;
  g_autoptr (GString) text = g_string_new (NULL), found = g_string_new (NULL);

  while (text->len < BUDGET * 9 / 10)
    g_string_append (text, "y\n");
  assert_int_equal (ls_log_store_append (store, "t1", LS_LOG_STDOUT, text->str, text->len, 1), 0);
  ls_log_store_each (store, &everything, collect_bytes, found);
  assert_string_equal (found->str, text->str);
  assert_true (ls_log_store_memory (store) <= BUDGET);
}

static void
followers_may_go_append_and_forget_in_their_callback (void **state)
{
  LsLogStore *store = *state;
  g_autoptr (GString) seen_a = g_string_new (NULL), seen_b = g_string_new (NULL);
  Ear a = { .store = store, .seen = seen_a, .stop_after = 4, .echo = g_strdup ("echoed\n"), .forget = (char *) "s" };
  Ear b = { .store = store, .seen = seen_b };

  a.self = ls_log_store_follow (store, &everything, ear_entry, NULL, &a);
  a.other = b.self = ls_log_store_follow (store, &everything, ear_entry, NULL, &b);
  put (store, "s", "1\n2\n3\n4\n5\n");
  put (store, "s", "6\n");
  assert_string_equal (seen_a->str, "s:1|echo:echoed|s:2|s:3|");
  assert_string_equal (seen_b->str, "echo:echoed|s:1|s:2|");
}

static void
an_entry_survives_what_a_callback_appends (void **state)
{
  LsLogStore *store = *state;
  g_autoptr (GString) seen_a = g_string_new (NULL), seen_b = g_string_new (NULL);
  Ear a = { .store = store, .seen = seen_a, .echo = g_strnfill (2 * BUDGET, 'e') };
  Ear b = { .store = store, .seen = seen_b };
  static const char *const of[] = { "s", NULL };
  const LsLogQuery query = { .sources = of, .stream = -1 };

  LsLogFollower *first = ls_log_store_follow (store, &query, ear_entry, NULL, &a);
  LsLogFollower *second = ls_log_store_follow (store, &query, ear_entry, NULL, &b);
  put (store, "s", "still here\n");
  assert_string_equal (seen_b->str, "s:still here|");
  assert_true (ls_log_store_memory (store) <= BUDGET);
  ls_log_store_unfollow (store, first);
  ls_log_store_unfollow (store, second);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
    TEST (bytes_come_back_exactly),
    TEST (queries_choose),
    TEST (a_line_in_pieces_is_one_line),
    TEST (a_tail_is_the_last_lines),
    TEST (memory_is_bounded_and_drops_are_counted),
    TEST (a_noisy_source_does_not_push_out_the_others),
    TEST (many_ended_sources_leave_nothing_behind),
    TEST (a_line_without_end_is_bounded),
    TEST (forgotten_is_gone),
    TEST (followers_hear_what_matches),
    TEST (a_paused_follower_hears_only_of_the_end),
    TEST (short_lines_cost_their_bytes),
    TEST (followers_may_go_append_and_forget_in_their_callback),
    TEST (an_entry_survives_what_a_callback_appends),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
