/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
names_are_short_lower_case_words (void **state)
{
  static const struct {
    const char *name;
    gboolean valid;
  } cases[] = {
    { "web", TRUE },    { "a", TRUE },      { "web-2", TRUE }, { "a2345678901234567890123456789012", TRUE }, { "a23456789012345678901234567890123", FALSE },
    { "", FALSE },      { NULL, FALSE },    { "Web", FALSE },  { "2web", FALSE },                            { "-web", FALSE },
    { "web.1", FALSE }, { "we b", FALSE },  { "wéb", FALSE },  { "web_2", FALSE },                           { "web\n", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_int_equal (ls_name_is_valid (cases[i].name), cases[i].valid);
}

static void
whole_numbers_are_read_exactly (void **state)
{
  guint64 value = 7;
  g_autoptr (GError) error = NULL;
  assert_true (ls_parse_uint ("18446744073709551615", "x", 0, G_MAXUINT64, &value, &error));
  assert_true (value == G_MAXUINT64);
  static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "0x10", "1.5", "18446744073709551616", "99", "one" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      value = 7;
      g_clear_error (&error);
      assert_false (ls_parse_uint (bad[i], "the port", 1, 98, &value, &error));
      assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MALFORMED));
      assert_int_equal (value, 7);
    }
  assert_string_equal (error->message, "the port must be a whole number from 1 to 98, not \"one\"");
}

static void
durations_have_units (void **state)
{
  static const struct {
    const char *text;
    gint64 ms;
  } cases[] = {
    { "500ms", 500 },      { "10s", 10000 },  { "5min", 300000 }, { "5m", 300000 }, { "2h", 7200000 }, { "1d", 86400000 }, { "10", 10000 },
    { "1.5s", 1500 },      { "0", 0 },        { "10 s", 10000 },  { "3650d", G_GINT64_CONSTANT (315360000000) },
    { "", -1 },            { "-1s", -1 },     { "s", -1 },        { "1.s", -1 },    { "1e3s", -1 },    { "5x", -1 },       { "inf", -1 },
    { "3651d", -1 },       { "nan", -1 },     { "1s2", -1 },      { "99999999999999999999999999999999999", -1 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 ms = -1;
      g_autoptr (GError) error = NULL;
      assert_int_equal (ls_parse_duration_ms (cases[i].text, &ms, &error), cases[i].ms >= 0);
      assert_int_equal (ms, cases[i].ms);
      assert_int_equal (error == NULL, cases[i].ms >= 0);
    }
}

static void
sizes_are_powers_of_1024 (void **state)
{
  static const struct {
    const char *text;
    guint64 bytes;
  } cases[] = {
    { "4MiB", 4194304 }, { "512K", 524288 }, { "1048576", 1048576 }, { "1GiB", 1073741824 }, { "1.5KiB", 1536 }, { "0", 0 },
    { "4MB", G_MAXUINT64 }, { "", G_MAXUINT64 }, { "-4K", G_MAXUINT64 }, { "lots", G_MAXUINT64 }, { "99999999TiB", G_MAXUINT64 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 bytes = G_MAXUINT64;
      assert_int_equal (ls_parse_size (cases[i].text, &bytes, NULL), cases[i].bytes != G_MAXUINT64);
      assert_true (bytes == cases[i].bytes);
    }
}

static void
ranges_are_counts_pairs_or_auto (void **state)
{
  static const struct {
    const char *text;
    int min, max;
  } cases[] = {
    { "4", 4, 4 },    { "2..8", 2, 8 },  { "auto", 6, 6 }, { "0", 0, 0 },       { "4096", 4096, 4096 }, { "3..3", 3, 3 },
    { "8..2", -1, 0 }, { "4097", -1, 0 }, { "-1", -1, 0 },  { "1000000000", -1, 0 }, { "..4", -1, 0 },   { "2..", -1, 0 },
    { "", -1, 0 },    { "2...8", -1, 0 }, { "many", -1, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint min = 99, max = 99;
      g_autoptr (GError) error = NULL;
      gboolean good = cases[i].min >= 0;
      assert_int_equal (ls_parse_range (cases[i].text, 6, &min, &max, &error), good);
      assert_int_equal (min, good ? cases[i].min : 99);
      assert_int_equal (max, good ? cases[i].max : 99);
    }
}

static void
the_wrong_order_of_a_range_is_named (void **state)
{
  guint min, max;
  g_autoptr (GError) error = NULL;
  assert_false (ls_parse_range ("8..2", 1, &min, &max, &error));
  assert_string_equal (error->message, "\"8..2\" is not a range: the smaller number comes first, as in 2..8");
}

static void
booleans_are_words (void **state)
{
  gboolean value = FALSE;
  assert_true (ls_parse_boolean ("Yes", &value, NULL) && value);
  assert_true (ls_parse_boolean ("off", &value, NULL) && !value);
  assert_true (ls_parse_boolean ("1", &value, NULL) && value);
  assert_false (ls_parse_boolean ("maybe", &value, NULL));
}

static void
typos_find_their_word (void **state)
{
  static const char *const verbs[] = { "status", "list", "show", "top", "logs", "set", "stop", "rm", NULL };
  static const struct {
    const char *typo, *word;
  } cases[] = {
    { "statsu", "status" }, { "stats", "status" }, { "lsit", "list" }, { "shwo", "show" }, { "log", "logs" }, { "stp", "stop" },
    { "frobnicate", NULL }, { "", NULL },          { "xy", NULL },     { "status", "status" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *found = ls_closest_word (cases[i].typo, verbs);
      if (cases[i].word)
        assert_string_equal (found, cases[i].word);
      else
        assert_null (found);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (names_are_short_lower_case_words), cmocka_unit_test (whole_numbers_are_read_exactly),
    cmocka_unit_test (durations_have_units),             cmocka_unit_test (sizes_are_powers_of_1024),
    cmocka_unit_test (ranges_are_counts_pairs_or_auto),  cmocka_unit_test (the_wrong_order_of_a_range_is_named),
    cmocka_unit_test (booleans_are_words),               cmocka_unit_test (typos_find_their_word),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
