/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/call.h"
#include "service/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void
percent_coding_is_decoded (void **state)
{
  static const struct { const char *text; gboolean form; const char *decoded; } cases[] = {
    { "plain", FALSE, "plain" },
    { "", FALSE, "" },
    { "a%20b", FALSE, "a b" },
    { "a+b", FALSE, "a+b" },
    { "a+b", TRUE, "a b" },
    { "a%2Bb", TRUE, "a+b" },
    { "%E2%80%93", FALSE, "–" },
    { "%e2%80%93", FALSE, "–" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *decoded = ls_url_decode (cases[i].text, strlen (cases[i].text), cases[i].form);

      assert_string_equal (decoded, cases[i].decoded);
    }
}

static void
wrong_coding_is_refused (void **state)
{
  static const char *const cases[] = { "%", "%4", "a%4", "%zz", "%4g", "%00", "%ff", "%C0%80", "%E2%80" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_null (ls_url_decode (cases[i], strlen (cases[i]), FALSE));
  /* What follows the text is not read. */
  assert_null (ls_url_decode ("%41", 2, FALSE));
}

static void
topics_are_a_set (void **state)
{
  static const struct { const char *text; guint topics; } cases[] = {
    { NULL, LS_TOPIC_SAMPLE | LS_TOPIC_CHANGE | LS_TOPIC_MESSAGE },
    { "log", LS_TOPIC_LOG },
    { "sample,change", LS_TOPIC_SAMPLE | LS_TOPIC_CHANGE },
    { "change,change,message", LS_TOPIC_CHANGE | LS_TOPIC_MESSAGE },
  };
  guint topics = 99;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      assert_true (ls_topics_parse (cases[i].text, &topics, NULL));
      assert_int_equal (topics, cases[i].topics);
    }
  topics = 99;
  assert_false (ls_topics_parse ("sample,changes", &topics, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MALFORMED));
  assert_non_null (strstr (error->message, "“changes”"));
  assert_int_equal (topics, 99);
}

static void
event_ids_are_of_one_epoch (void **state)
{
  guint64 number = 0;

  assert_true (ls_event_id_parse ("9f3c-88121", "9f3c", &number));
  assert_int_equal (number, 88121);
  assert_true (ls_event_id_parse ("9f3c-0", "9f3c", &number));
  assert_int_equal (number, 0);
  assert_false (ls_event_id_parse ("9f3d-1", "9f3c", &number));
  assert_false (ls_event_id_parse ("9f3c", "9f3c", &number));
  assert_false (ls_event_id_parse ("9f3c-", "9f3c", &number));
  assert_false (ls_event_id_parse ("9f3c-1x", "9f3c", &number));
  assert_false (ls_event_id_parse ("9f3c-99999999999999999999", "9f3c", &number));
  assert_false (ls_event_id_parse ("", "9f3c", &number));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (percent_coding_is_decoded),
    cmocka_unit_test (wrong_coding_is_refused),
    cmocka_unit_test (topics_are_a_set),
    cmocka_unit_test (event_ids_are_of_one_epoch),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
