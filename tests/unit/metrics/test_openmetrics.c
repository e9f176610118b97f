/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/openmetrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static LsSample *
make_sample (void)
{
  LsSample *sample = ls_sample_new ();
  LsWorkerSample *worker = ls_worker_sample_new ("web.1");

  sample->cores = 2;
  sample->cpu = g_new0 (double, 2);
  sample->cpu[1] = 0.25;
  sample->memory_total = 8000;
  sample->agent_rss = 7340032;
  worker->cpu = 0.5;
  worker->rss = 4096;
  g_ptr_array_add (sample->workers, worker);
  worker = ls_worker_sample_new ("web.1");
  worker->cpu = 0.25;
  g_ptr_array_add (sample->workers, worker);
  g_ptr_array_add (sample->workers, ls_worker_sample_new ("t42"));
  g_ptr_array_add (sample->pools, ls_pool_sample_new ("compute"));
  return sample;
}

static char *
make_text (const char *cluster, gboolean with_sample)
{
  g_autofree LsCounts *counts = g_new0 (LsCounts, 1);
  g_autoptr (LsSample) sample = make_sample ();
  g_autoptr (LsSchedule) schedule = ls_schedule_new ("backup");
  g_autoptr (GPtrArray) schedules = g_ptr_array_new ();
  const LsClusterMetrics clusters[] = { { cluster, counts, 7, 3, 4, 2, 9 }, { "idle", counts, 0, 0, 0, 0, 0 } };

  g_autofree guint64 *waits = g_new0 (guint64, LS_HISTOGRAM_BUCKETS), *runs = g_new0 (guint64, LS_HISTOGRAM_BUCKETS);
  const LsPoolMetrics pools[] = { { "compute", 12, 3, 2, 1, 4, waits, runs, 90, 5000000 } };

  waits[ls_histogram_bucket (5)] = 18;
  runs[ls_histogram_bucket (50)] = 17;
  runs[ls_histogram_bucket (5000000)] = 1;
  counts->requests = 6;
  counts->codes[200 - 100] = 5;
  counts->codes[503 - 100] = 1;
  counts->latency[ls_histogram_bucket (100)] = 3;
  counts->latency[ls_histogram_bucket (30000)] = 2;
  counts->latency[ls_histogram_bucket (20000000)] = 1;
  counts->latency_sum_us = 20060300;
  schedule->next_at = 1795410000000;
  schedule->counts[LS_RUN_FAILED] = 3;
  g_ptr_array_add (schedules, schedule);
  return ls_openmetrics_text (with_sample ? sample : NULL, clusters, 2, pools, 1, schedules, 33, 1795400000500);
}

static void
has_line (const char *text, const char *line)
{
  g_autofree char *whole = g_strconcat ("\n", line, "\n", NULL);

  if (strstr (text, whole) == NULL)
    fail_msg ("no line: %s in\n%s", line, text);
}

static void
the_figures_are_there (void **state)
{
  g_autofree char *text = make_text ("web", TRUE);
  static const char *const lines[] = {
    "http_server_requests_total{cluster=\"web\",code=\"200\"} 5",
    "http_server_requests_total{cluster=\"web\",code=\"503\"} 1",
    "http_server_request_duration_seconds_bucket{cluster=\"web\",le=\"0.005\"} 3",
    "http_server_request_duration_seconds_bucket{cluster=\"web\",le=\"0.025\"} 3",
    "http_server_request_duration_seconds_bucket{cluster=\"web\",le=\"0.05\"} 5",
    "http_server_request_duration_seconds_bucket{cluster=\"web\",le=\"10.0\"} 5",
    "http_server_request_duration_seconds_bucket{cluster=\"web\",le=\"+Inf\"} 6",
    "http_server_request_duration_seconds_count{cluster=\"web\"} 6",
    "http_server_request_duration_seconds_sum{cluster=\"web\"} 20.060300",
    "# TYPE http_server_request_duration_seconds histogram",
    "# UNIT http_server_request_duration_seconds seconds",
    "lineshaft_worker_restarts_total{cluster=\"web\"} 7",
    "lineshaft_workers_ready{cluster=\"web\"} 3",
    "lineshaft_workers_wanted{cluster=\"web\"} 4",
    "lineshaft_schedule_runs_total{schedule=\"backup\",result=\"failed\"} 3",
    "lineshaft_schedule_next_run_timestamp_seconds{schedule=\"backup\"} 1795410000.000000",
    "lineshaft_pool_jobs_total{pool=\"compute\",state=\"done\"} 12",
    "lineshaft_pool_jobs_total{pool=\"compute\",state=\"timed-out\"} 2",
    "lineshaft_pool_restarts_total{pool=\"compute\"} 4",
    "lineshaft_pool_job_wait_seconds_bucket{pool=\"compute\",le=\"0.00001\"} 18",
    "lineshaft_pool_job_run_seconds_bucket{pool=\"compute\",le=\"0.0001\"} 17",
    "lineshaft_pool_job_run_seconds_bucket{pool=\"compute\",le=\"+Inf\"} 18",
    "lineshaft_pool_job_run_seconds_sum{pool=\"compute\"} 5.000000",
    "http_server_active_requests{cluster=\"web\"} 2",
    "lineshaft_worker_cpu_cores{cluster=\"web\",worker=\"web.1\"} 0.750000",
    "system_cpu_utilization_ratio{cpu=\"1\"} 0.250000",
    "node_memory_MemTotal_bytes 8000",
    "process_resident_memory_bytes 7340032",
    "process_open_fds 33",
    "process_start_time_seconds 1795400000.500000",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    has_line (text, lines[i]);
  assert_null (strstr (text, "t42"));
}

static void
it_ends_as_it_must (void **state)
{
  g_autofree char *text = make_text ("web", TRUE), *early = make_text ("web", FALSE), *empty = ls_openmetrics_text (NULL, NULL, 0, NULL, 0, NULL, 1, 0);

  assert_true (g_str_has_suffix (text, "\n# EOF\n"));
  assert_true (g_str_has_suffix (early, "\n# EOF\n"));
  assert_null (strstr (early, "node_load1"));
  assert_true (g_str_has_suffix (empty, "\n# EOF\n"));
}

/* The rules of the format, line by line. */
static void
every_line_is_valid (void **state)
{
  g_autofree char *text = make_text ("odd\"name\\with\nall", TRUE);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) families = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) series = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GRegex) sample = g_regex_new ("^([a-zA-Z_][a-zA-Z0-9_]*)(\\{[a-z]+=\"([^\"\\\\]|\\\\[\\\\\"n])*\"(,[a-z]+=\"([^\"\\\\]|\\\\[\\\\\"n])*\")*\\})? [0-9.]+$", 0, 0, NULL);
  g_autofree char *family = NULL;

  assert_non_null (sample);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit (*line, " ", 4);

      if (**line == '\0')
        {
          assert_null (line[1]);
          continue;
        }
      if (g_str_equal (*line, "# EOF"))
        continue;
      if (g_str_has_prefix (*line, "# TYPE "))
        {
          g_free (family);
          family = g_strdup (words[2]);
          assert_true (g_hash_table_add (families, g_strdup (family)));      /* never apart */
          continue;
        }
      if (g_str_has_prefix (*line, "# UNIT "))
        {
          assert_true (g_str_has_suffix (words[2], words[3]));
          continue;
        }
      if (g_str_has_prefix (*line, "# HELP "))
        {
          assert_string_equal (words[2], family);
          continue;
        }
      if (!g_regex_match (sample, *line, 0, NULL))
        fail_msg ("not a sample: %s", *line);
      assert_true (g_str_has_prefix (*line, family));
      *strrchr (*line, ' ') = '\0';
      assert_true (g_hash_table_add (series, *line));                        /* each once */
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_figures_are_there),
    cmocka_unit_test (it_ends_as_it_must),
    cmocka_unit_test (every_line_is_valid),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
