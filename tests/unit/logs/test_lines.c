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

/* --- whatever comes --- */

#define SOURCES 3
#define STREAMS 2

typedef struct {
  GString *of[SOURCES][STREAMS];      /* what was written, and what was told: a line end behind each line */
} Texts;

static void
texts_init (Texts *texts)
{
  for (guint i = 0; i < SOURCES * STREAMS; i++)
    texts->of[i / STREAMS][i % STREAMS] = g_string_new (NULL);
}

static void
texts_clear (Texts *texts)
{
  for (guint i = 0; i < SOURCES * STREAMS; i++)
    g_string_free (texts->of[i / STREAMS][i % STREAMS], TRUE);
}

static GString *
text_of (Texts *texts, const LsLogEntry *entry)
{
  return texts->of[entry->source[0] - 'a'][entry->stream];
}

static gboolean
put_together (void *user, const LsLogEntry *entry)
{
  GString *text = text_of (user, entry);

  g_string_append_len (text, entry->text, (gssize) entry->length);
  if (!entry->partial)
    g_string_append_c (text, '\n');
  return TRUE;
}

static void
hear_line (void *user, const LsLogEntry *entry)
{
  put_together (user, entry);
}

/* A source that ends leaves no line open. */
static void
end_source (LsLogStore *store, Texts *written, guint source)
{
  const char name[] = { (char) ('a' + source), '\0' };

  ls_log_store_end (store, name);
  for (guint stream = 0; stream < STREAMS; stream++)
    {
      GString *text = written->of[source][stream];

      if (text->len > 0 && text->str[text->len - 1] != '\n')
        g_string_append_c (text, '\n');
    }
}

static void
write_something (LsLogStore *store, GRand *dice, Texts *written)
{
  guint source = (guint) g_rand_int_range (dice, 0, SOURCES), stream = (guint) g_rand_int_range (dice, 0, STREAMS);
  const char name[] = { (char) ('a' + source), '\0' };
  char data[60];
  gsize length = (gsize) g_rand_int_range (dice, 1, sizeof data);

  for (gsize i = 0; i < length; i++)
    data[i] = g_rand_int_range (dice, 0, 40) == 0 ? '\n' : (char) g_rand_int_range (dice, 'a', 'z');
  ls_log_store_append (store, name, (LsLogStream) stream, data, length, 1);
  g_string_append_len (written->of[source][stream], data, (gssize) length);
}

static void
assert_same (Texts *written, Texts *told)
{
  for (guint i = 0; i < SOURCES * STREAMS; i++)
    assert_string_equal (told->of[i / STREAMS][i % STREAMS]->str, written->of[i / STREAMS][i % STREAMS]->str);
}

static void
every_line_comes_once_and_whole (void **state)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (11);
  const LsLogQuery live = { .stream = -1, .unit = LS_LOG_LINES_LIVE }, lines = { .stream = -1, .unit = LS_LOG_LINES };

  for (guint round = 0; round < 50; round++)
    {
      LsLogStore *store = ls_log_store_new (NULL, 4 << 20, 0, NULL);
      Texts written, heard, asked;
      LsLogFollower *follower;

      texts_init (&written), texts_init (&heard), texts_init (&asked);
      follower = ls_log_store_follow (store, &live, hear_line, NULL, &heard);
      for (guint i = 0; i < 200; i++)
        if (g_rand_int_range (dice, 0, 8) == 0)
          ls_log_store_show_unfinished (store);
        else if (g_rand_int_range (dice, 0, 20) == 0)
          end_source (store, &written, (guint) g_rand_int_range (dice, 0, SOURCES));
        else
          write_something (store, dice, &written);
      for (guint source = 0; source < SOURCES; source++)
        end_source (store, &written, source);
      ls_log_store_each (store, &lines, put_together, &asked);
      assert_same (&written, &asked);
      assert_same (&written, &heard);
      ls_log_store_unfollow (store, follower);
      ls_log_store_free (store);
      texts_clear (&written), texts_clear (&heard), texts_clear (&asked);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
    TEST (lines_are_joined_from_their_pieces),
    cmocka_unit_test (a_line_without_end_is_given_in_parts),
    cmocka_unit_test (every_line_comes_once_and_whole),
    TEST (who_follows_lines_is_told_of_one_that_waits),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
