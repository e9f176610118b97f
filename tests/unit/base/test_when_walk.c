/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Random rules against a walk through every minute, around the days at which clocks jump, in several zones. The walk knows nothing of ls_when_next:
 * it looks at what the local clock shows, and at what it showed before. */

#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define RULES 120
#define WINDOW_MINUTES (4 * 1440)
#define SEED 20261123

static const char *const zone_names[] = {
  "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "America/Scoresbysund", "Pacific/Auckland", "UTC",
};

/* Each begins two days before something happens somewhere. */
static const char *const window_starts[] = {
  "2026-03-06", "2026-03-27", "2026-04-03", "2026-04-22", "2026-09-25", "2026-10-02", "2026-10-23", "2026-10-30", "2028-02-27", "2026-12-30", "2024-10-26",
};

typedef struct {
  guint64 sets[5];
  gboolean either;
  char *text;
} Rule;

/* --- a random rule --- */

static char *
random_field (GRand *dice, guint index, guint64 *ret_set)
{
  static const guint mins[] = { 0, 0, 1, 1, 0 }, maxs[] = { 59, 23, 31, 12, 6 };
  guint min = mins[index], max = maxs[index], step = 1;
  guint64 set = 0;
  GString *text = g_string_new (NULL);

  switch (g_rand_int_range (dice, 0, index > 1 ? 8 : 4))
    {
    case 0:
      step = (guint) g_rand_int_range (dice, 1, 20);
      g_string_printf (text, "*/%u", step);
      for (guint i = min; i <= max; i += step)
        set |= G_GUINT64_CONSTANT (1) << i;
      break;
    case 1:
      for (guint i = 0, n = (guint) g_rand_int_range (dice, 1, 5); i < n; i++)
        {
          guint value = (guint) g_rand_int_range (dice, (gint) min, (gint) max + 1);

          g_string_append_printf (text, "%s%u", i ? "," : "", value);
          set |= G_GUINT64_CONSTANT (1) << value;
        }
      break;
    case 2:
      {
        guint first = (guint) g_rand_int_range (dice, (gint) min, (gint) max + 1), last = (guint) g_rand_int_range (dice, (gint) first, (gint) max + 1);

        g_string_printf (text, "%u-%u", first, last);
        for (guint i = first; i <= last; i++)
          set |= G_GUINT64_CONSTANT (1) << i;
        break;
      }
    default:
      g_string_assign (text, "*");
      for (guint i = min; i <= max; i++)
        set |= G_GUINT64_CONSTANT (1) << i;
      break;
    }
  *ret_set = set;
  return g_string_free (text, FALSE);
}

static void
random_rule (GRand *dice, Rule *rule)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 5; i++)
    g_ptr_array_add (words, random_field (dice, i, &rule->sets[i]));
  rule->either = ((char *) words->pdata[2])[0] != '*' && ((char *) words->pdata[4])[0] != '*';
  g_ptr_array_add (words, NULL);
  rule->text = g_strjoinv (" ", (char **) words->pdata);
}

/* --- the walk --- */

/* @label: a minute of the local clock. */
static gboolean
fits (const Rule *rule, gint64 label)
{
  g_autoptr (GDateTime) shown = g_date_time_new_from_unix_utc (label * 60);
  gboolean date = rule->sets[2] >> g_date_time_get_day_of_month (shown) & 1;
  gboolean weekday = rule->sets[4] >> (g_date_time_get_day_of_week (shown) % 7) & 1;

  return rule->sets[0] >> g_date_time_get_minute (shown) & 1 && rule->sets[1] >> g_date_time_get_hour (shown) & 1
         && rule->sets[3] >> g_date_time_get_month (shown) & 1 && (rule->either ? date || weekday : date && weekday);
}

static gint64
label_at (GTimeZone *zone, gint64 minute)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (minute * 60);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

  return minute + g_date_time_get_utc_offset (local) / (60 * G_TIME_SPAN_SECOND);
}

/* The runs between @start and its window's end: minutes since 1970. */
static GArray *
walk (const Rule *rule, const gint64 *labels, gint64 start)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean every_hour = rule->sets[1] == 0xffffff;
  gint64 shown = labels[0];      /* the latest that the clock has shown */

  for (gint64 i = 1; i < WINDOW_MINUTES; i++)
    {
      gint64 minute = start + i;
      gboolean due = every_hour && fits (rule, labels[i]);

      for (gint64 label = shown + 1; !every_hour && !due && label <= labels[i]; label++)
        due = fits (rule, label);
      shown = MAX (shown, labels[i]);
      if (due)
        g_array_append_val (runs, minute);
    }
  return runs;
}

static void
compare (GTimeZone *zone, const char *zone_name, const Rule *rule, const gint64 *labels, gint64 start)
{
  g_autoptr (GArray) runs = walk (rule, labels, start);
  gint64 at = start * 60000;
  LsWhen when;

  assert_true (ls_when_parse (rule->text, &when, NULL));
  for (guint i = 0; i <= runs->len; i++)
    {
      gint64 next = ls_when_next (&when, zone, 0, at);

      assert_true (next > at);
      if (i < runs->len ? next != g_array_index (runs, gint64, i) * 60000 : next < (start + WINDOW_MINUTES) * 60000)
        fail_msg ("%s in %s, after %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT " instead of %" G_GINT64_FORMAT, rule->text, zone_name, at / 1000, next / 1000,
                  i < runs->len ? g_array_index (runs, gint64, i) * 60 : (gint64) -1);
      /* Between two runs the answer is the same from everywhere. */
      assert_int_equal (ls_when_next (&when, zone, 0, at + (next - at) / 2), next);
      assert_int_equal (ls_when_next (&when, zone, 0, next - 1), next);
      at = next;
    }
}

static void
check_zone (const char *name, const Rule *rules)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (name);

  assert_non_null (zone);
  for (gsize w = 0; w < G_N_ELEMENTS (window_starts); w++)
    {
      g_autofree char *midnight = g_strconcat (window_starts[w], "T00:00:00Z", NULL);
      g_autoptr (GDateTime) begin = g_date_time_new_from_iso8601 (midnight, NULL);
      g_autofree gint64 *labels = g_new (gint64, WINDOW_MINUTES);
      gint64 start = g_date_time_to_unix (begin) / 60;

      for (gint64 i = 0; i < WINDOW_MINUTES; i++)
        labels[i] = label_at (zone, start + i);
      for (guint r = (guint) w; r < RULES; r += 8)
        compare (zone, name, &rules[r], labels, start);
    }
}

static void
the_next_run_is_that_of_a_walk (void **state)
{
  GRand *dice = g_rand_new_with_seed (SEED);
  Rule rules[RULES];
  LsWhen when;

  for (guint i = 0; i < RULES; i++)
    for (random_rule (dice, &rules[i]); !ls_when_parse (rules[i].text, &when, NULL); random_rule (dice, &rules[i]))
      g_free (rules[i].text);      /* a date that never comes */
  for (gsize i = 0; i < G_N_ELEMENTS (zone_names); i++)
    check_zone (zone_names[i], rules);
  for (guint i = 0; i < RULES; i++)
    g_free (rules[i].text);
  g_rand_free (dice);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_next_run_is_that_of_a_walk),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
