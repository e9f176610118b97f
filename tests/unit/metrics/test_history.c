/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#define START 1795400000000
#define MIB (1024 * 1024)

static void
add_worker (LsSample *sample, const char *id, guint64 requests)
{
  LsWorkerSample *worker = ls_worker_sample_new (id);

  worker->requests = requests;
  worker->cpu = 0.25;
  worker->rss = 2 * MIB;
  worker->p95_us = 900;
  g_ptr_array_add (sample->workers, worker);
}

static LsSample *
sample_at (gint64 at, gint64 span_ms, guint64 requests)
{
  LsSample *sample = ls_sample_new ();
  LsClusterSample *web = ls_cluster_sample_new ("web");
  LsCodeCount ok = { 204, requests };

  sample->at = at;
  sample->span_ms = span_ms;
  sample->cores = 2;
  sample->cpu = g_new0 (double, 2);
  sample->cpu[1] = 0.5;
  sample->memory_total = 1000;
  sample->memory_available = 400;
  web->requests = requests;
  if (requests > 0)
    g_array_append_val (web->codes, ok);
  web->p95_us = requests > 0 ? 1000 : -1;
  web->cpu = 0.5;
  g_ptr_array_add (sample->clusters, web);
  add_worker (sample, "web.1", requests);
  return sample;
}

static void
add (LsHistory *history, gint64 at, gint64 span_ms, guint64 requests)
{
  g_autoptr (LsSample) sample = sample_at (at, span_ms, requests);

  ls_history_add (history, sample);
}

static json_t *
get (const LsHistory *history, gint64 since, gint64 step, const char *const *of)
{
  json_t *json = ls_history_to_json (history, since, step, of);

  assert_non_null (json);
  return json;
}

static json_t *
column (json_t *json, const char *group, const char *name, const char *key)
{
  json_t *of = json_object_get (json_object_get (json, group), name);

  return key != NULL ? json_object_get (of, key) : of;
}

static gint64
sum (json_t *list)
{
  gint64 total = 0;

  for (size_t i = 0; i < json_array_size (list); i++)
    total += json_integer_value (json_array_get (list, i));
  return total;
}

static gsize
nulls (json_t *list)
{
  gsize count = 0;

  for (size_t i = 0; i < json_array_size (list); i++)
    count += json_is_null (json_array_get (list, i));
  return count;
}

static void
an_empty_history_has_no_points (void **state)
{
  LsHistory *history = ls_history_new (4 * MIB);
  g_autoptr (json_t) json = get (history, 0, 1000, NULL);

  assert_int_equal (json_array_size (json_object_get (json, "at")), 0);
  assert_int_equal (json_object_size (json_object_get (json, "clusters")), 0);
  ls_history_free (history);
}

static void
what_went_in_comes_out (void **state)
{
  static const char *const of[] = { "host", "web", "web.1", "nobody", NULL };
  LsHistory *history = ls_history_new (4 * MIB);

  for (guint i = 0; i < 30; i++)
    add (history, START + i * 1000 + 3, 1000, 100000 + i);
  g_autoptr (json_t) json = get (history, START + 5000, 1000, of);
  assert_int_equal (json_integer_value (json_object_get (json, "step_ms")), 1000);
  assert_int_equal (json_array_size (json_object_get (json, "at")), 25);
  assert_int_equal (json_integer_value (json_array_get (json_object_get (json, "at"), 0)), START + 5000);
  json_t *requests = column (json, "clusters", "web", "requests");
  assert_int_equal (json_array_size (requests), 25);
  assert_int_equal (json_integer_value (json_array_get (requests, 24)), 100029);
  assert_int_equal (json_integer_value (json_array_get (json_array_get (column (json, "clusters", "web", "classes"), 0), 1)), 100005);
  assert_int_equal (json_integer_value (json_array_get (column (json, "clusters", "web", "p95_us"), 0)), 1000);
  assert_true (json_is_null (json_array_get (column (json, "clusters", "web", "p50_us"), 0)));
  assert_int_equal (json_integer_value (json_array_get (column (json, "host", "memory_used", NULL), 0)), 600);
  assert_true (fabs (json_real_value (json_array_get (json_array_get (column (json, "host", "cpu", NULL), 0), 1)) - 0.5) < 0.003);
  assert_true (fabs (json_real_value (json_array_get (column (json, "workers", "web.1", "cpu"), 0)) - 0.25) < 0.001);
  assert_int_equal (json_integer_value (json_array_get (column (json, "workers", "web.1", "rss"), 0)), 2 * MIB);
  assert_null (column (json, "clusters", "nobody", NULL));

  g_autoptr (json_t) usual = get (history, 0, 1000, NULL);
  assert_non_null (column (usual, "clusters", "web", NULL));
  assert_int_equal (json_object_size (json_object_get (usual, "workers")), 0);
  ls_history_free (history);
}

static void
ten_seconds_are_the_sum_of_theirs (void **state)
{
  static const char *const of[] = { "web", "web.1", NULL };
  LsHistory *history = ls_history_new (4 * MIB);

  for (guint i = 0; i < 100; i++)
    add (history, START + i * 1000, 1000, i);
  g_autoptr (json_t) json = get (history, 0, 2500, of);
  assert_int_equal (json_integer_value (json_object_get (json, "step_ms")), 10000);
  json_t *requests = column (json, "clusters", "web", "requests");
  assert_int_equal (json_array_size (requests), 10);
  assert_int_equal (json_integer_value (json_array_get (requests, 1)), 145);
  assert_int_equal (sum (requests), 4950);
  assert_int_equal (sum (column (json, "workers", "web.1", "requests")), 4950);
  ls_history_free (history);
}

static void
a_drifting_timer_makes_no_gaps_and_loses_no_count (void **state)
{
  LsHistory *history = ls_history_new (4 * MIB);

  for (guint i = 0; i < 3000; i++)
    add (history, START + i * 1003 + (i % 7) * 20, 1003, 10);
  g_autoptr (json_t) json = get (history, 0, 1000, NULL);
  assert_int_equal (nulls (column (json, "clusters", "web", "requests")), 0);
  assert_int_equal (sum (column (json, "clusters", "web", "requests")), 30000);
  ls_history_free (history);
}

static void
any_interval_gives_the_same_rate (void **state)
{
  static const gint64 intervals[] = { 200, 500, 1000, 2000, 5000, 60000 };

  for (guint i = 0; i < G_N_ELEMENTS (intervals); i++)
    {
      LsHistory *history = ls_history_new (4 * MIB);

      for (gint64 at = 0; at < 600000; at += intervals[i])
        add (history, START + at, intervals[i], (guint64) intervals[i] / 10);
      g_autoptr (json_t) json = get (history, START + 100000, 1000, NULL);
      json_t *requests = column (json, "clusters", "web", "requests");
      assert_int_equal (nulls (requests), 0);
      assert_in_range (sum (requests), 95 * (gint64) json_array_size (requests), 105 * (gint64) json_array_size (requests));
      ls_history_free (history);
    }
}

static void
time_without_samples_is_null (void **state)
{
  LsHistory *history = ls_history_new (4 * MIB);

  add (history, START, 1000, 1);
  add (history, START + 20000, 1000, 1);
  g_autoptr (json_t) json = get (history, 0, 1000, NULL);
  assert_int_equal (json_array_size (json_object_get (json, "at")), 21);
  assert_int_equal (nulls (column (json, "clusters", "web", "requests")), 19);
  ls_history_free (history);
}

static void
a_clock_set_back_begins_again_there (void **state)
{
  LsHistory *history = ls_history_new (4 * MIB);

  for (guint i = 0; i < 100; i++)
    add (history, START + i * 1000, 1000, 1);
  for (guint i = 0; i < 5; i++)
    add (history, START + 50000 + i * 1000, 1000, 2);
  g_autoptr (json_t) json = get (history, 0, 1000, NULL);
  assert_int_equal (sum (column (json, "clusters", "web", "requests")), 50 + 10);

  /* Far back, and far ahead. */
  add (history, 5000, 1000, 7);
  add (history, START + (gint64) 1000 * 365 * 24 * 3600, 1000, 9);
  g_autoptr (json_t) later = get (history, 0, 1000, NULL);
  assert_int_equal (sum (column (later, "clusters", "web", "requests")), 9);
  ls_history_free (history);
}

static void
an_hour_and_a_day_are_kept_and_no_more (void **state)
{
  LsHistory *history = ls_history_new (4 * MIB);
  static const char *const of[] = { "web.1", NULL };
  gsize full = 0;

  for (guint i = 0; i < 100000; i++)
    {
      add (history, START + (gint64) i * 1000, 1000, 1);
      if (i == 90000)
        full = ls_history_memory (history);
    }
  g_autoptr (json_t) fine = get (history, 0, 1000, NULL);
  g_autoptr (json_t) coarse = get (history, 0, 10000, NULL);
  g_autoptr (json_t) worker = get (history, 0, 1000, of);
  assert_int_equal (json_array_size (json_object_get (fine, "at")), 3600);
  assert_int_equal (json_array_size (json_object_get (coarse, "at")), 8640);
  assert_int_equal (sum (column (coarse, "clusters", "web", "requests")), 86400);
  assert_int_equal (json_array_size (json_object_get (worker, "at")), 600);
  assert_in_range (ls_history_memory (history), full - 20000, full + 20000);
  assert_true (full < 1 * MIB);
  ls_history_free (history);
}

static void
names_that_went_are_forgotten_with_their_data (void **state)
{
  LsHistory *history = ls_history_new (4 * MIB);
  gsize before;

  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (LsSample) sample = sample_at (START + i * 1000, 1000, 1);
      g_autofree char *id = g_strdup_printf ("t%u", i);

      add_worker (sample, id, G_MAXUINT64);
      ls_history_add (history, sample);
    }
  before = ls_history_memory (history);
  for (guint i = 3000; i < 3700; i++)
    add (history, START + i * 1000, 1000, 1);
  assert_true (ls_history_memory (history) + 500 * 500 < before);
  ls_history_free (history);
}

static void
two_instances_of_a_slot_are_one_point (void **state)
{
  static const char *const of[] = { "web.1", NULL };
  LsHistory *history = ls_history_new (4 * MIB);
  g_autoptr (LsSample) sample = sample_at (START, 1000, 3);

  add_worker (sample, "web.1", 4);
  ls_history_add (history, sample);
  g_autoptr (json_t) json = get (history, 0, 1000, of);
  assert_int_equal (sum (column (json, "workers", "web.1", "requests")), 7);
  assert_true (fabs (json_real_value (json_array_get (column (json, "workers", "web.1", "cpu"), 0)) - 0.5) < 0.001);
  ls_history_free (history);
}

/* Many names on a small budget: never over it, workers give first, and the cluster's minutes are the last to go. */
static void
the_budget_holds_and_workers_give_first (void **state)
{
  enum { BUDGET = 512 * 1024, WORKERS = 500, SECONDS = 1300 };
  LsHistory *history = ls_history_new (BUDGET);
  static const char *const of[] = { "web.1", NULL };

  for (guint i = 0; i < SECONDS; i++)
    {
      g_autoptr (LsSample) sample = sample_at (START + i * 1000, 1000, 1);

      for (guint worker = 2; worker <= WORKERS; worker++)
        {
          g_autofree char *id = g_strdup_printf ("web.%u", worker);
          add_worker (sample, id, 1);
        }
      ls_history_add (history, sample);
      assert_true (ls_history_memory (history) <= BUDGET);
    }
  g_autoptr (json_t) cluster = get (history, 0, 1000, NULL);
  g_autoptr (json_t) worker = get (history, 0, 1000, of);
  assert_int_equal (json_array_size (json_object_get (cluster, "at")), SECONDS);
  assert_in_range (json_array_size (json_object_get (worker, "at")), 1, 300);
  ls_history_free (history);
}

static void
a_budget_too_small_for_anything_is_still_kept (void **state)
{
  LsHistory *history = ls_history_new (3000);

  for (guint i = 0; i < 20000; i++)
    {
      add (history, START + (gint64) i * 1000, 1000, 1);
      assert_true (ls_history_memory (history) <= 3000);
    }
  ls_history_free (history);
}

static void
the_number_of_cores_may_change (void **state)
{
  LsHistory *history = ls_history_new (4 * MIB);

  add (history, START, 1000, 1);
  for (guint i = 1; i < 4; i++)
    {
      g_autoptr (LsSample) sample = sample_at (START + i * 1000, 1000, 1);
      sample->cores = 1;
      ls_history_add (history, sample);
    }
  g_autoptr (json_t) json = get (history, 0, 1000, NULL);
  assert_int_equal (json_array_size (json_array_get (column (json, "host", "cpu", NULL), 3)), 1);
  ls_history_free (history);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (an_empty_history_has_no_points),
    cmocka_unit_test (what_went_in_comes_out),
    cmocka_unit_test (ten_seconds_are_the_sum_of_theirs),
    cmocka_unit_test (a_drifting_timer_makes_no_gaps_and_loses_no_count),
    cmocka_unit_test (any_interval_gives_the_same_rate),
    cmocka_unit_test (time_without_samples_is_null),
    cmocka_unit_test (a_clock_set_back_begins_again_there),
    cmocka_unit_test (an_hour_and_a_day_are_kept_and_no_more),
    cmocka_unit_test (names_that_went_are_forgotten_with_their_data),
    cmocka_unit_test (two_instances_of_a_slot_are_one_point),
    cmocka_unit_test (the_budget_holds_and_workers_give_first),
    cmocka_unit_test (a_budget_too_small_for_anything_is_still_kept),
    cmocka_unit_test (the_number_of_cores_may_change),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
