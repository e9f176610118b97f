/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers that are killed: replaced at once, without harm to the others, and without a trace in the agent. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/events.h"
#include "tests/support/load.h"
#include "tests/support/processes.h"

#include <signal.h>
#include <string.h>

#define WEB "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 4\n"
#define SOON 10000
#define CONNECTIONS 16
#define REPLACED_MS (200 * LS_TEST_SLOWNESS)

static void
wait_ready (LsTestAgent *agent)
{
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "4", SOON));
}

static pid_t
pid_of (LsTestAgent *agent, const char *id)
{
  g_autofree char *target = g_strdup_printf ("/v1/workers/%s", id);
  json_t *worker = ls_test_until (agent, target, "state", "ready", SOON);
  pid_t pid = (pid_t) ls_test_number (worker, "pid");

  json_decref (worker);
  return pid;
}

/* Waits until another process than @before serves as @id. */
static void
wait_replaced (LsTestEvents *events, const char *id, pid_t before)
{
  for (;;)
    {
      const LsTestEvent *event = ls_test_events_change (events, "worker", "id", id, SOON);
      json_t *worker = json_object_get (event->data, "resource");

      if (strcmp (ls_test_text (worker, "state"), "ready") == 0 && ls_test_number (worker, "pid") != before)
        return;
    }
}

static void
a_killed_worker_is_replaced_at_once_under_load (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events;
  LsTestLoad *load;
  json_t *result, *worker;
  gint64 killed_at, took_ms, counted;
  pid_t pid;

  wait_ready (agent);
  events = ls_test_events_open (agent, "/v1/events?topics=change", NULL);
  ls_test_events_next (events, "snapshot", SOON);
  load = ls_test_load_start (ls_test_port (agent, "web"), "--connections 16 --keep-alive mixed --duration 3s");
  while (ls_test_requests (agent, "web", -1) < 500)
    g_usleep (1000);
  pid = pid_of (agent, "web.3");
  killed_at = g_get_monotonic_time ();
  kill (pid, SIGKILL);
  wait_replaced (events, "web.3", pid);
  took_ms = (g_get_monotonic_time () - killed_at) / 1000;
  if (took_ms > REPLACED_MS)
    fail_msg ("it took %d ms to replace a killed worker", (int) took_ms);
  worker = ls_test_get (agent, "/v1/workers/web.3");
  assert_string_equal (ls_test_text (worker, "last_exit.signal"), "SIGKILL");
  assert_non_null (strstr (ls_test_text (worker, "reason"), "replaced in"));

  /* Only what was on the killed one's connections is lost, and the count is off by no more. */
  result = ls_test_load_finish (load);
  assert_int_equal (ls_test_number (result, "failures.refused"), 0);
  assert_in_range (ls_test_number (result, "failed"), 0, CONNECTIONS);
  counted = ls_test_requests (agent, "web", 200);
  assert_in_range (counted, ls_test_number (result, "answered"), ls_test_number (result, "answered") + CONNECTIONS);
  assert_int_equal (ls_test_count_zombies (agent->pid), 0);
  ls_test_events_close (events);
  json_decref (result);
  json_decref (worker);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
kill_many (LsTestAgent *agent, LsTestEvents *events, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("web.%u", i % 4 + 1);
      pid_t pid = pid_of (agent, id);

      kill (pid, SIGKILL);
      wait_replaced (events, id, pid);
    }
}

static void
a_hundred_kills_leave_nothing_behind (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events;
  guint fds;
  gsize rss, more;

  wait_ready (agent);
  events = ls_test_events_open (agent, "/v1/events?topics=change", NULL);
  ls_test_events_next (events, "snapshot", SOON);
  kill_many (agent, events, 12);
  fds = ls_test_count_fds (agent->pid);
  rss = ls_test_rss (agent->pid);
  kill_many (agent, events, 100);
  assert_int_equal (ls_test_count_fds (agent->pid), fds);
  more = ls_test_rss (agent->pid);
  if (LS_TEST_SLOWNESS == 1 && more > rss + 256 * 1024)
    fail_msg ("a hundred kills cost %zu bytes of memory", more - rss);
  assert_int_equal (ls_test_count_children (agent->pid), 4);
  assert_int_equal (ls_test_count_zombies (agent->pid), 0);
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_program_that_never_comes_up_is_shown_and_not_hammered (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[cluster bad]\ncommand = /bin/sh -c 'echo no luck today; exit 3'\nworkers = 1\n");
  json_t *cluster = ls_test_until (agent, "/v1/clusters/bad", "status.state", "failing", 30000);
  json_t *worker;

  assert_non_null (strstr (ls_test_text (cluster, "status.reason"), "3"));
  worker = ls_test_get (agent, "/v1/workers/bad.1");
  assert_int_equal (ls_test_number (worker, "last_exit.code"), 3);
  assert_string_equal (ls_test_text (worker, "last_exit.log_tail.0"), "no luck today");
  json_decref (cluster);
  json_decref (worker);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_program_that_there_is_not_is_told_plainly (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autoptr (LsTestReply) reply = ls_test_call (agent, "PUT", "/v1/clusters/ghost", NULL, "{\"command\":[\"/no/such/program\"],\"workers\":1}");

  assert_true (reply->status == 201 || reply->status == 422);
  if (reply->status == 201)
    {
      json_t *worker = ls_test_until (agent, "/v1/clusters/ghost", "status.ready", "0", SOON);

      json_decref (worker);
    }
  else
    assert_non_null (strstr (reply->body, "/no/such/program"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (a_killed_worker_is_replaced_at_once_under_load, ls_test_teardown),
    cmocka_unit_test_teardown (a_hundred_kills_leave_nothing_behind, ls_test_teardown),
    cmocka_unit_test_teardown (a_program_that_never_comes_up_is_shown_and_not_hammered, ls_test_teardown),
    cmocka_unit_test_teardown (a_program_that_there_is_not_is_told_plainly, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
