/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/schedule_item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define NOW 1795400000000      /* Monday 2026-11-23, 02:13:20 UTC */

static void
a_rule_shows_its_next_runs_while_it_is_typed (void **state)
{
  static const struct { const char *text, *preview; } cases[] = {
    { "daily 03:00", "Mon 23 Nov 03:00 · Tue 24 Nov 03:00 · Wed 25 Nov 03:00" },
    { "weekly mon,thu 3:00", "Mon 23 Nov 03:00 · Thu 26 Nov 03:00 · Mon 30 Nov 03:00" },
    { "every 20 s", "02:13:40 · 02:14:00 · 02:14:20" },
    { "every 1 h", "Mon 23 Nov 03:13 · Mon 23 Nov 04:13 · Mon 23 Nov 05:13" },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *preview = NULL;
    assert_true (ls_schedule_preview (cases[i].text, NOW, utc, 3, &preview, NULL));
    assert_string_equal (preview, cases[i].preview);
  }
}

static void
half_a_rule_says_what_is_missing (void **state)
{
  static const struct { const char *text, *words; } cases[] = {
    { "", "when is empty" }, { "dai", "not a time" }, { "daily 3", "not a time of day" }, { "weekly", "needs a day of the week" }, { "* * *", "has 3 fields" },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    char *preview = NULL;
    assert_false (ls_schedule_preview (cases[i].text, NOW, utc, 3, &preview, &error));
    assert_null (preview);
    if (!strstr (error->message, cases[i].words))
      fail_msg ("“%s”: %s", cases[i].text, error->message);
  }
}

static void
a_run_is_told_in_a_sign_and_words (void **state)
{
  static const struct { LsScheduleRun run; const char *text, *css; } cases[] = {
    { { .state = LS_RUN_EXITED, .exit = { .at = 1 } }, "✓ done", "success" },
    { { .state = LS_RUN_FAILED, .exit = { .at = 1, .code = 3 } }, "✗ exit status 3", "error" },
    { { .state = LS_RUN_FAILED, .exit = { .at = 1, .code = -1, .signal = 9 } }, "✗ SIGKILL", "error" },
    { { .state = LS_RUN_FAILED }, "✗ not started", "error" },
    { { .state = LS_RUN_TIMED_OUT, .exit = { .at = 1, .code = -1, .signal = 15 } }, "✗ took too long", "error" },
    { { .state = LS_RUN_STOPPED }, "■ stopped", "dim-label" },
    { { .state = LS_RUN_SKIPPED, .count = 1 }, "– skipped", "dim-label" },
    { { .state = LS_RUN_SKIPPED, .count = 7 }, "– skipped 7×", "dim-label" },
    { { .state = LS_RUN_RUNNING }, "▸ running", "success" },
  };
  g_autofree char *none = ls_schedule_run_text (NULL);
  assert_string_equal (none, "–");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = ls_schedule_run_text (&cases[i].run);
    assert_string_equal (text, cases[i].text);
    assert_string_equal (ls_schedule_run_css (&cases[i].run), cases[i].css);
  }
}

static void
the_next_run_is_how_soon_and_when (void **state)
{
  static const struct { gint64 in_ms; const char *text; } cases[] = {
    { 300, "in 1 s" },
    { 45000, "in 45 s" },
    { 46 * 60000, "in 46 min (02:59)" },
    { 2 * 3600000, "in 2 h (04:13)" },
    { 49 * 3600000, "in 2 d (Wed 03:13)" },
    { 40 * 24 * (gint64) 3600000, "in 40 d (2 Jan 02:13)" },
  };
  g_autoptr (LsSchedule) schedule = ls_schedule_new ("backup");
  g_autofree char *none = ls_schedule_next_text (schedule, NOW);
  assert_string_equal (none, "–");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    schedule->next_at = NOW + cases[i].in_ms;
    g_autofree char *text = ls_schedule_next_text (schedule, NOW);
    assert_string_equal (text, cases[i].text);
  }
  schedule->spec.paused = TRUE;
  g_autofree char *paused = ls_schedule_next_text (schedule, NOW);
  assert_string_equal (paused, "paused");
}

static LsRunItem *
run_item (LsRunState state, gint64 at, gint64 ended_at, guint count)
{
  LsScheduleRun *run = ls_schedule_run_new (state, LS_CAUSE_TIME, at);
  run->ended_at = ended_at;
  run->count = count;
  return ls_run_item_new (run);
}

static void
the_last_runs_are_summed_up (void **state)
{
  g_autoptr (GListStore) runs = g_list_store_new (LS_TYPE_RUN_ITEM);
  g_autoptr (LsRunItem) done = run_item (LS_RUN_EXITED, NOW - 5000, NOW - 2000, 1);
  g_autoptr (LsRunItem) old = run_item (LS_RUN_TIMED_OUT, NOW - G_GINT64_CONSTANT (48) * 3600 * 1000, NOW, 1);
  g_autoptr (LsRunItem) skipped = run_item (LS_RUN_SKIPPED, NOW - 9000, 0, 3);
  g_list_store_append (runs, done);
  g_autofree char *one = ls_schedule_runs_text (G_LIST_MODEL (runs));
  assert_string_equal (one, "The last run: done");
  g_list_store_append (runs, done);
  g_list_store_append (runs, skipped);
  g_list_store_append (runs, old);
  g_autofree char *all = ls_schedule_runs_text (G_LIST_MODEL (runs));
  assert_string_equal (all, "The last 6 runs: 2 done, 1 took too long, 3 skipped");
  g_autofree char *first = ls_schedule_run_sentence (ls_run_item_get (done), NOW);
  assert_string_equal (first, "02:13:15 · ✓ done · 3 s");
  g_autofree char *second = ls_schedule_run_sentence (ls_run_item_get (skipped), NOW);
  assert_string_equal (second, "02:13:11 · – skipped 3×");
  g_autofree char *last = ls_schedule_run_at_text (ls_run_item_get (old), NOW);
  assert_string_equal (last, "Sat 21 Nov 02:13");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_rule_shows_its_next_runs_while_it_is_typed),
    cmocka_unit_test (half_a_rule_says_what_is_missing),
    cmocka_unit_test (a_run_is_told_in_a_sign_and_words),
    cmocka_unit_test (the_next_run_is_how_soon_and_when),
    cmocka_unit_test (the_last_runs_are_summed_up),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
