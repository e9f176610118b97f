/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures: they agree with the kernel's, and taking them costs next to nothing. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/events.h"
#include "tests/support/processes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WEB "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 4\n"
#define SOON 10000
#define CORES_MAX 1024

typedef struct {
  double busy, total;      /* ticks; idle and iowait are not busy */
} Core;

static guint
read_cores (Core *cores)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  assert_true (g_file_get_contents ("/proc/stat", &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL && n < CORES_MAX; line++)
    {
      double v[8] = { 0 };

      if (!g_str_has_prefix (*line, "cpu") || !g_ascii_isdigit ((*line)[3]))
        continue;
      assert_true (sscanf (strchr (*line, ' '), "%lf %lf %lf %lf %lf %lf %lf %lf", v, v + 1, v + 2, v + 3, v + 4, v + 5, v + 6, v + 7) >= 4);
      cores[n] = (Core) { v[0] + v[1] + v[2] + v[5] + v[6] + v[7], 0 };
      for (int i = 0; i < 8; i++)
        cores[n].total += v[i];
      n++;
    }
  return n;
}

/* Over the same seconds: read when each of two samples came, beside what the samples between said. */
static void
core_use_agrees_with_the_kernel (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=sample", NULL);
  Core before[CORES_MAX], after[CORES_MAX];
  double used[CORES_MAX] = { 0 }, span = 0;
  guint n;

  /* Something to be measured, on one core at least. */
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"while :; do :; done\"}}"));
  ls_test_events_next (events, "sample", SOON);
  ls_test_events_next (events, "sample", SOON);
  n = read_cores (before);
  for (int i = 0; i < 4; i++)
    {
      const LsTestEvent *event = ls_test_events_next (events, "sample", SOON);
      double span_ms = (double) ls_test_number (event->data, "span_ms");

      assert_int_equal (json_array_size (ls_test_member (event->data, "host.cpu")), n);
      for (guint core = 0; core < n; core++)
        used[core] += span_ms * json_number_value (json_array_get (ls_test_member (event->data, "host.cpu"), core));
      span += span_ms;
    }
  assert_int_equal (read_cores (after), n);
  for (guint core = 0; core < n; core++)
    {
      double told = used[core] / span;
      double found = (after[core].busy - before[core].busy) / (after[core].total - before[core].total);

      if (fabs (told - found) > 0.01 * LS_TEST_SLOWNESS)
        fail_msg ("core %u: told %.4f, the kernel says %.4f", core, told, found);
    }
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_busy_task_uses_one_core (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=sample", NULL);
  json_t *task = ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"while :; do :; done\"}}");
  pid_t pid = (pid_t) ls_test_number (task, "status.pid");
  double told = 0, found;
  guint64 used;
  gint64 at;

  ls_test_events_next (events, "sample", SOON);
  ls_test_events_next (events, "sample", SOON);
  used = ls_test_cpu_us (pid);
  at = g_get_monotonic_time ();
  for (int i = 0; i < 3; i++)
    {
      const LsTestEvent *event = ls_test_events_next (events, "sample", SOON);

      assert_string_equal (ls_test_text (event->data, "workers.rows.0.0"), "t1");
      told += json_number_value (ls_test_member (event->data, "workers.rows.0.3")) / 3;
    }
  found = (double) (ls_test_cpu_us (pid) - used) / (double) (g_get_monotonic_time () - at);
  assert_true (fabs (told - found) < 0.03 * LS_TEST_SLOWNESS);
  json_decref (task);
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
watching_costs_next_to_nothing (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events", NULL);
  guint64 before;
  gint64 at;
  double share;
  json_t *about;

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "4", SOON));
  ls_test_events_next (events, "sample", SOON);
  ls_test_events_next (events, "sample", SOON);
  before = ls_test_cpu_us (agent->pid);
  at = g_get_monotonic_time ();
  for (int i = 0; i < 5; i++)
    ls_test_events_next (events, "sample", SOON);
  share = (double) (ls_test_cpu_us (agent->pid) - before) / (double) (g_get_monotonic_time () - at);
  if (share > 0.01 * LS_TEST_SLOWNESS)
    fail_msg ("the agent used %.1f %% of a core", share * 100);
  if (LS_TEST_SLOWNESS == 1)
    assert_in_range (ls_test_rss (agent->pid), 0, 12 * 1024 * 1024);
  about = ls_test_get (agent, "/v1/agent");
  assert_true (json_is_false (ls_test_member (about, "sampling.stretched")));
  json_decref (about);
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
who_comes_late_gets_the_history (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=sample", NULL);
  json_t *history, *host;
  gsize n;

  for (int i = 0; i < 3; i++)
    ls_test_events_next (events, "sample", SOON);
  history = ls_test_get (agent, "/v1/history?since=0&step=1000&of=host,web,web.1");
  n = json_array_size (json_object_get (history, "at"));
  assert_true (n >= 2);
  assert_int_equal (json_array_size (ls_test_member (history, "clusters.web.requests")), n);
  assert_int_equal (json_array_size (ls_test_member (history, "host.memory_used")), n);
  assert_int_equal (json_array_size (json_object_get (json_object_get (json_object_get (history, "workers"), "web.1"), "cpu")), n);
  json_decref (history);
  host = ls_test_get (agent, "/v1/host");
  assert_true (ls_test_number (host, "memory.total") > 0);
  assert_true (ls_test_number (host, "booted_at") > 0);
  json_decref (host);
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (core_use_agrees_with_the_kernel, ls_test_teardown),
    cmocka_unit_test_teardown (a_busy_task_uses_one_core, ls_test_teardown),
    cmocka_unit_test_teardown (watching_costs_next_to_nothing, ls_test_teardown),
    cmocka_unit_test_teardown (who_comes_late_gets_the_history, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
