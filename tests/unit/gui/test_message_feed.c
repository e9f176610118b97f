/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/message_feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
take (LsMessageFeed *feed, const char *items)
{
  g_autofree char *text = g_strdup_printf ("{\"items\":[%s],\"next\":null}", items);
  json_t *answer = json_loads (text, 0, NULL);
  assert_non_null (answer);
  ls_message_feed_take (feed, answer);
  json_decref (answer);
}

#define MESSAGE(at, json) "{\"kind\":\"task\",\"id\":\"t1\",\"at\":" #at ",\"message\":" json "}"

/* All texts, one after the other. */
static char *
texts (LsMessageFeed *feed)
{
  GListModel *items = ls_message_feed_items (feed);
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < g_list_model_get_n_items (items); i++) {
    g_autoptr (LsMessageItem) item = g_list_model_get_item (items, i);
    g_string_append_printf (all, "%s%s", i ? " " : "", ls_message_item_text (item));
  }
  return g_string_free (all, FALSE);
}

static void
assert_shown (LsMessageFeed *feed, const char *expected)
{
  g_autofree char *shown = texts (feed);
  assert_string_equal (shown, expected);
}

static void
what_is_told_again_is_shown_once (void **state)
{
  g_autoptr (LsMessageFeed) feed = ls_message_feed_new (NULL, "/v1/tasks/t1");
  take (feed, MESSAGE (1000, "{\"n\":1}") "," MESSAGE (1001, "\"two\""));
  take (feed, MESSAGE (1000, "{\"n\":1}") "," MESSAGE (1001, "\"two\"") "," MESSAGE (1002, "3"));
  assert_shown (feed, "{\"n\":1} \"two\" 3");
  take (feed, MESSAGE (1000, "{\"n\":1}") "," MESSAGE (1001, "\"two\"") "," MESSAGE (1002, "3"));
  assert_shown (feed, "{\"n\":1} \"two\" 3");
}

static void
what_the_agent_forgot_stays (void **state)
{
  g_autoptr (LsMessageFeed) feed = ls_message_feed_new (NULL, "/v1/tasks/t1");
  take (feed, MESSAGE (1000, "1") "," MESSAGE (1001, "2") "," MESSAGE (1002, "3"));
  take (feed, MESSAGE (1002, "3") "," MESSAGE (1003, "4"));
  assert_shown (feed, "1 2 3 4");
  take (feed, "");
  take (feed, MESSAGE (1004, "5"));
  assert_shown (feed, "1 2 3 4 5");
}

static void
the_same_words_twice_are_two_messages (void **state)
{
  g_autoptr (LsMessageFeed) feed = ls_message_feed_new (NULL, "/v1/tasks/t1");
  take (feed, MESSAGE (1000, "1"));
  take (feed, MESSAGE (1000, "1") "," MESSAGE (1000, "1"));
  take (feed, MESSAGE (1000, "1") "," MESSAGE (1000, "1") "," MESSAGE (1001, "1"));
  assert_shown (feed, "1 1 1");
}

static void
there_is_an_end_to_what_is_shown (void **state)
{
  g_autoptr (LsMessageFeed) feed = ls_message_feed_new (NULL, "/v1/tasks/t1");
  g_autofree char *long_text = g_strnfill (3 * LS_MESSAGE_TEXT_MAX, 'x');
  for (guint i = 0; i < LS_MESSAGES_MAX + 5; i++) {
    g_autofree char *one = g_strdup_printf ("{\"at\":%u,\"message\":%u}", i + 1, i);
    take (feed, one);
  }
  assert_int_equal (g_list_model_get_n_items (ls_message_feed_items (feed)), LS_MESSAGES_MAX);
  g_autoptr (LsMessageItem) first = g_list_model_get_item (ls_message_feed_items (feed), 0);
  assert_string_equal (ls_message_item_text (first), "5");
  assert_int_equal (ls_message_item_at (first), 6);
  assert_false (ls_message_item_is_sent (first));

  g_autofree char *long_one = g_strdup_printf ("{\"at\":9000,\"message\":\"%s\"}", long_text);
  take (feed, long_one);
  g_autoptr (LsMessageItem) last = g_list_model_get_item (ls_message_feed_items (feed), LS_MESSAGES_MAX - 1);
  assert_int_equal (g_utf8_strlen (ls_message_item_text (last), -1), LS_MESSAGE_TEXT_MAX + 2);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (what_is_told_again_is_shown_once),
    cmocka_unit_test (what_the_agent_forgot_stays),
    cmocka_unit_test (the_same_words_twice_are_two_messages),
    cmocka_unit_test (there_is_an_end_to_what_is_shown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
