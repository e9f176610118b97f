/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The window as a person meets it: a real agent with real workers, a real pointer, and processes that are counted. */

#include "tests/support/check.h"

#include "screen.h"

#include "tests/support/agent.h"
#include "tests/support/processes.h"

#include <signal.h>
#include <string.h>

/* This process only looks on, through a library whose caches live as long as it does. The window is checked in its own process. */
const char *__asan_default_options (void);
const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}

#define SOON 30      /* seconds; a bound, not a figure */

static const char config[] = "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n\n[pool compute]\nthreads = 1\n";

typedef struct {
  LsTestAgent *agent;
  GPid window;
} Desk;

static int
set_up (void **state)
{
  Desk *desk = g_new0 (Desk, 1);
  *state = desk;
  desk->agent = ls_test_agent_start (config);
  char *argv[] = { (char *) g_getenv ("LINESHAFT_TEST_DASHBOARD"), (char *) "--socket", desk->agent->socket, NULL };
  desk->window = screen_open_window (argv);
  return 0;
}

static int
tear_down (void **state)
{
  Desk *desk = *state;
  void *agent = desk->agent;
  screen_close_window (desk->window);
  int result = ls_test_teardown (&agent);
  g_free (desk);
  return result;
}

static void
click (AtspiRole role, const char *name)
{
  AtspiAccessible *found = screen_wait_for (role, name, SOON);
  screen_click (found);
  g_object_unref (found);
}

/* Children of the agent: its workers and the host of its pool. */
static void
wait_for_children (const Desk *desk, guint n)
{
  gint64 end = g_get_monotonic_time () + SOON * G_USEC_PER_SEC;
  while (ls_test_count_children (desk->agent->pid) != n) {
    if (g_get_monotonic_time () > end)
      fail_msg ("the agent has %u children, not %u", ls_test_count_children (desk->agent->pid), n);
    g_usleep (20 * 1000);
  }
}

static void
clicks_on_plus_and_minus_start_and_end_processes (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  wait_for_children (desk, 3);

  click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  screen_wait_for_text ("3 of 3 ready", SOON);
  wait_for_children (desk, 4);

  /* Two quick clicks are one wish. */
  click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  screen_wait_for_text ("5 of 5 ready", SOON);
  wait_for_children (desk, 6);

  click (ATSPI_ROLE_PUSH_BUTTON, "Remove worker from web");
  screen_wait_for_text ("4 of 4 ready", SOON);
  wait_for_children (desk, 5);
  json_decref (ls_test_until (desk->agent, "/v1/clusters/web", "status.ready", "4", SOON * 1000));
}

static void
a_killed_worker_is_told_of_with_its_replacement (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  json_t *worker = ls_test_get (desk->agent, "/v1/workers/web.2");
  kill ((pid_t) ls_test_number (worker, "pid"), SIGKILL);
  json_decref (worker);
  screen_wait_for_text ("web.2 killed by signal 9, replaced in", SOON);
  screen_wait_for_text ("2 of 2 ready", SOON);
}

static void
the_window_survives_the_loss_of_its_agent (void **state)
{
  Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  kill (desk->agent->pid, SIGKILL);
  assert_true (ls_test_agent_ended (desk->agent, SOON * 1000));
  screen_wait_for_text ("Retrying", SOON);

  /* What it showed is still there, and it comes back by itself to an agent on the same socket. */
  assert_true (screen_shows (ATSPI_ROLE_INVALID, "web"));
  g_autofree char *socket = g_strdup (desk->agent->socket);
  const char *arguments[] = { "--socket", socket, NULL };
  LsTestAgent *second = ls_test_agent_launch (config, arguments);
  assert_true (ls_test_agent_says (second, "READY=1", SOON * 1000));
  screen_wait_for_text ("2 of 2 ready", SOON);
  ls_test_agent_free (second);
}

static void
every_page_opens_by_a_click (void **state)
{
  screen_wait_for_text ("2 of 2 ready", SOON);
  click (ATSPI_ROLE_INVALID, "Clusters");
  screen_wait_for_text ("web.2", SOON);
  click (ATSPI_ROLE_INVALID, "Pools");
  screen_wait_for_text ("compute", SOON);
  click (ATSPI_ROLE_INVALID, "Tasks");
  screen_wait_for_text ("No tasks", SOON);
  click (ATSPI_ROLE_INVALID, "Logs");
  screen_wait_for_text ("Everything", SOON);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (clicks_on_plus_and_minus_start_and_end_processes, set_up, tear_down),
    cmocka_unit_test_setup_teardown (a_killed_worker_is_told_of_with_its_replacement, set_up, tear_down),
    cmocka_unit_test_setup_teardown (the_window_survives_the_loss_of_its_agent, set_up, tear_down),
    cmocka_unit_test_setup_teardown (every_page_opens_by_a_click, set_up, tear_down),
  };
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
