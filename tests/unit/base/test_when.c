/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What people write: the next runs of what is right, the sentence for what is wrong. */

#include "base/when.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static gint64
moment (GTimeZone *zone, const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, zone);

  assert_non_null (time);
  return g_date_time_to_unix (time) * 1000;
}

static char *
show (GTimeZone *zone, gint64 at)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

  return g_date_time_format (local, "%Y-%m-%dT%H:%M%:z");
}

static LsWhen
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  LsWhen when;

  if (!ls_when_parse (text, &when, &error))
    fail_msg ("%s: %s", text, error->message);
  return when;
}

/* The runs that follow @after, apart by spaces. */
static void
check (const char *zone_name, const char *text, const char *after, const char *expected)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  g_auto (GStrv) runs = g_strsplit (expected, " ", -1);
  LsWhen when = parse (text);
  gint64 at;

  assert_non_null (zone);
  at = moment (zone, after);
  for (char **run = runs; *run; run++)
    {
      g_autofree char *shown = NULL;

      at = ls_when_next (&when, zone, 0, at);
      shown = show (zone, at);
      if (strcmp (shown, *run) != 0)
        fail_msg ("%s after %s: %s instead of %s", text, after, shown, *run);
    }
}

static void
words_become_their_next_runs (void **state)
{
  static const struct { const char *text, *after, *runs; } cases[] = {
    { "daily 03:00", "2026-11-23T02:59:59", "2026-11-23T03:00+00:00 2026-11-24T03:00+00:00" },
    { "daily 03:00", "2026-11-23T03:00:00", "2026-11-24T03:00+00:00" },
    { "Daily at 3:00", "2026-11-23T03:00:01", "2026-11-24T03:00+00:00" },
    { "daily", "2026-12-31T12:00:00", "2027-01-01T00:00+00:00" },
    { "hourly", "2026-11-23T10:00:00", "2026-11-23T11:00+00:00" },
    { "hourly :15", "2026-11-23T10:00:00", "2026-11-23T10:15+00:00 2026-11-23T11:15+00:00" },
    { "weekly mon 03:00", "2026-11-23T03:00:00", "2026-11-30T03:00+00:00 2026-12-07T03:00+00:00" },
    { "weekly mon,Thu 03:00", "2026-11-23T03:00:00", "2026-11-26T03:00+00:00 2026-11-30T03:00+00:00" },
    { "weekly sat-sun 9:30", "2026-11-23T03:00:00", "2026-11-28T09:30+00:00 2026-11-29T09:30+00:00 2026-12-05T09:30+00:00" },
    { "weekly monday", "2026-11-24T03:00:00", "2026-11-30T00:00+00:00" },
    { "monthly 1 03:00", "2026-11-23T03:00:00", "2026-12-01T03:00+00:00 2027-01-01T03:00+00:00" },
    { "monthly 31 03:00", "2026-11-23T03:00:00", "2026-12-31T03:00+00:00 2027-01-31T03:00+00:00 2027-03-31T03:00+00:00" },
    { "@hourly", "2026-11-23T10:00:00", "2026-11-23T11:00+00:00" },
    { "@daily", "2026-11-23T10:00:00", "2026-11-24T00:00+00:00" },
    { "@weekly", "2026-11-23T10:00:00", "2026-11-29T00:00+00:00" },
    { "@monthly", "2026-11-23T10:00:00", "2026-12-01T00:00+00:00" },
    { "@yearly", "2026-11-23T10:00:00", "2027-01-01T00:00+00:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check ("UTC", cases[i].text, cases[i].after, cases[i].runs);
}

static void
cron_lines_are_read_as_cron_does (void **state)
{
  static const struct { const char *text, *after, *runs; } cases[] = {
    { "*/20 * * * *", "2026-11-23T10:05:00", "2026-11-23T10:20+00:00 2026-11-23T10:40+00:00 2026-11-23T11:00+00:00" },
    { "0,30 8-9 * * *", "2026-11-23T08:10:00", "2026-11-23T08:30+00:00 2026-11-23T09:00+00:00 2026-11-23T09:30+00:00 2026-11-24T08:00+00:00" },
    { "10-30/10 6 * * *", "2026-11-23T06:10:00", "2026-11-23T06:20+00:00 2026-11-23T06:30+00:00 2026-11-24T06:10+00:00" },
    { "0 9 * * mon-fri", "2026-11-27T09:00:00", "2026-11-30T09:00+00:00" },
    { "0 9 * JAN,jul 7", "2026-11-27T09:00:00", "2027-01-03T09:00+00:00" },
    /* both days given: either will do */
    { "0 0 13 * fri", "2026-11-09T00:00:00", "2026-11-13T00:00+00:00 2026-11-20T00:00+00:00 2026-11-27T00:00+00:00 2026-12-04T00:00+00:00 2026-12-11T00:00+00:00 2026-12-13T00:00+00:00" },
    /* one of them with a star: both must hold */
    { "0 0 */2 * mon", "2026-11-01T00:00:00", "2026-11-09T00:00+00:00 2026-11-23T00:00+00:00 2026-12-07T00:00+00:00" },
    { "0 0 29 2 *", "2026-11-23T00:00:00", "2028-02-29T00:00+00:00 2032-02-29T00:00+00:00" },
    { "0 * 29 2 *", "2028-02-29T23:00:00", "2032-02-29T00:00+00:00" },
    { "0 0 29 feb *", "2096-02-29T00:00:00", "2104-02-29T00:00+00:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check ("UTC", cases[i].text, cases[i].after, cases[i].runs);
}

static void
a_clock_that_jumps_loses_and_doubles_no_time_of_day (void **state)
{
  static const struct { const char *zone, *text, *after, *runs; } cases[] = {
    /* 2026-03-29: 02:00 becomes 03:00; 2026-10-25: 03:00 becomes 02:00 */
    { "Europe/Berlin", "daily 02:30", "2026-03-28T12:00:00", "2026-03-29T03:00+02:00 2026-03-30T02:30+02:00" },
    { "Europe/Berlin", "daily 03:00", "2026-03-28T12:00:00", "2026-03-29T03:00+02:00 2026-03-30T03:00+02:00" },
    { "Europe/Berlin", "*/30 1-3 * * *", "2026-03-29T01:00:00", "2026-03-29T01:30+01:00 2026-03-29T03:00+02:00 2026-03-29T03:30+02:00 2026-03-30T01:00+02:00" },
    { "Europe/Berlin", "daily 02:30", "2026-10-24T12:00:00", "2026-10-25T02:30+02:00 2026-10-26T02:30+01:00" },
    { "Europe/Berlin", "hourly :30", "2026-10-25T01:00:00", "2026-10-25T01:30+02:00 2026-10-25T02:30+02:00 2026-10-25T02:30+01:00 2026-10-25T03:30+01:00" },
    { "Europe/Berlin", "hourly :30", "2026-03-29T01:00:00", "2026-03-29T01:30+01:00 2026-03-29T03:30+02:00" },
    { "America/New_York", "daily 02:15", "2026-03-07T12:00:00", "2026-03-08T03:00-04:00 2026-03-09T02:15-04:00" },
    { "America/New_York", "30 1 * * *", "2026-10-31T12:00:00", "2026-11-01T01:30-04:00 2026-11-02T01:30-05:00" },
    /* half an hour: 2026-10-04 02:00 becomes 02:30; 2026-04-05 02:00 becomes 01:30 */
    { "Australia/Lord_Howe", "daily 02:10", "2026-10-03T12:00:00", "2026-10-04T02:30+11:00 2026-10-05T02:10+11:00" },
    { "Australia/Lord_Howe", "daily 01:45", "2026-04-04T12:00:00", "2026-04-05T01:45+11:00 2026-04-06T01:45+10:30" },
    { "Australia/Lord_Howe", "hourly :45", "2026-04-05T01:00:00", "2026-04-05T01:45+11:00 2026-04-05T01:45+10:30 2026-04-05T02:45+10:30" },
    /* at midnight: 2026-04-24 00:00 becomes 01:00 */
    { "Africa/Cairo", "@daily", "2026-04-23T12:00:00", "2026-04-24T01:00+03:00 2026-04-25T00:00+03:00" },
    /* a day that never was */
    { "Pacific/Apia", "daily 12:00", "2011-12-29T12:00:00", "2011-12-31T00:00+14:00 2011-12-31T12:00+14:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    check (cases[i].zone, cases[i].text, cases[i].after, cases[i].runs);
}

static void
intervals_are_counted_from_their_base (void **state)
{
  static const struct { const char *text; gint64 ms; } cases[] = {
    { "every 5 min", 300000 }, { "every 5min", 300000 }, { "every 1 s", 1000 },   { "every 90 seconds", 90000 }, { "every minute", 60000 },
    { "every 2 h", 7200000 },  { "every hour", 3600000 }, { "every day", 86400000 }, { "EVERY 1.5 h", 5400000 },    { "every 10", 10000 },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsWhen when = parse (cases[i].text);

      assert_int_equal (when.every_ms, cases[i].ms);
      assert_int_equal (ls_when_next (&when, utc, 500, 500), 500 + cases[i].ms);
      assert_int_equal (ls_when_next (&when, utc, 500, 499 + cases[i].ms), 500 + cases[i].ms);
      assert_int_equal (ls_when_next (&when, utc, 500, 501 + 7 * cases[i].ms), 500 + 8 * cases[i].ms);
      assert_int_equal (ls_when_next (&when, utc, 500, 0), 500 + cases[i].ms);
    }
}

static void
what_cannot_be_a_rule_is_one_sentence (void **state)
{
  static const struct { const char *text, *words[3]; } cases[] = {
    { "", { "when is empty", "daily 03:00" } },
    { "dayly 03:00", { "\"dayly\" is not a rule", "did you mean \"daily\"" } },
    { "daily 25:00", { "\"25:00\" is not a time of day", "00:00 to 23:59" } },
    { "daily 3", { "\"3\" is not a time of day" } },
    { "daily 03:00 utc", { "\"utc\" is too much" } },
    { "weekly", { "needs a day of the week", "weekly mon 03:00" } },
    { "weekly 03:00", { "\"03:00\" is not a day of the week" } },
    { "weekly fri-mon 03:00", { "not a day of the week" } },
    { "monthly 32 03:00", { "\"32\" is not a day of the month", "1 to 31" } },
    { "hourly 15", { "\"15\" is not a minute", "hourly :15" } },
    { "hourly :60", { "\":60\" is not a minute" } },
    { "every", { "not a time span", "every 5 min" } },
    { "every blue moon", { "\"blue moon\" is not a time span" } },
    { "every 5 min daily", { "\"5 min daily\" is not a time span" } },
    { "every 0 s", { "too often", "every 1 s" } },
    { "every 500ms", { "too often" } },
    { "every 400 d", { "too seldom" } },
    { "61 * * * *", { "\"61\" is not a minute", "the minute (field 1)", "0 to 59" } },
    { "* 24 * * *", { "\"24\" is not an hour", "field 2" } },
    { "* * 0 * *", { "\"0\" is not a day of the month", "field 3" } },
    { "* * * foo *", { "\"foo\" is not a month", "field 4", "jan to dec" } },
    { "* * * * 8", { "\"8\" is not a day of the week", "field 5", "Sunday" } },
    { "30-10 * * * *", { "\"30-10\" runs backwards" } },
    { "*/0 * * * *", { "\"*/0\" has no good step" } },
    { "5/10 * * * *", { "a step without a range", "5-59/10" } },
    { "1,,2 * * * *", { "\"\" is not a minute" } },
    { "0 0 30 2 *", { "never comes" } },
    { "0 0 31 4,6 *", { "never comes" } },
    { "* * * *", { "has 4 fields", "five: minute, hour" } },
    { "* * * * * *", { "has 6 fields" } },
    { "@reboot", { "[task NAME]" } },
    { "@nightly", { "there is no @nightly", "@daily" } },
    { "@daily 03:00", { "\"03:00\" is too much" } },
    { "tomorrow", { "\"tomorrow\" is not a time", "five cron fields" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      LsWhen when = { .every_ms = 42 };

      assert_false (ls_when_parse (cases[i].text, &when, &error));
      assert_int_equal (when.every_ms, 42);
      assert_non_null (error);
      assert_null (strchr (error->message, '\n'));
      for (guint word = 0; word < G_N_ELEMENTS (cases[i].words) && cases[i].words[word]; word++)
        if (!strstr (error->message, cases[i].words[word]))
          fail_msg ("\"%s\": %s (without %s)", cases[i].text, error->message, cases[i].words[word]);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (words_become_their_next_runs),
    cmocka_unit_test (cron_lines_are_read_as_cron_does),
    cmocka_unit_test (a_clock_that_jumps_loses_and_doubles_no_time_of_day),
    cmocka_unit_test (intervals_are_counted_from_their_base),
    cmocka_unit_test (what_cannot_be_a_rule_is_one_sentence),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
