/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The window as a person meets it: a real agent with real workers, a real pointer, and processes that are counted. */

#include "tests/support/check.h"

#include "desk.h"

#include "tests/support/processes.h"

#include <signal.h>
#include <string.h>

static void
clicks_on_plus_and_minus_start_and_end_processes (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  ls_test_until_children (desk->agent->pid, 3);

  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  screen_wait_for_text ("3 of 3 ready", SOON);
  ls_test_until_children (desk->agent->pid, 4);

  /* Two quick clicks are one wish. */
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  screen_wait_for_text ("5 of 5 ready", SOON);
  ls_test_until_children (desk->agent->pid, 6);

  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Remove worker from web");
  screen_wait_for_text ("4 of 4 ready", SOON);
  ls_test_until_children (desk->agent->pid, 5);
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
  LsTestAgent *second = ls_test_agent_launch (desk_config, arguments);
  assert_true (ls_test_agent_says (second, "READY=1", SOON * 1000));
  screen_wait_for_text ("2 of 2 ready", SOON);
  ls_test_agent_free (second);
}

static void
every_page_opens_by_a_click (void **state)
{
  screen_wait_for_text ("2 of 2 ready", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Clusters");
  screen_wait_for_text ("web.2", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Pools");
  screen_wait_for_text ("compute", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Tasks");
  screen_wait_for_text ("No tasks", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Logs");
  screen_wait_for_text ("Everything", SOON);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (clicks_on_plus_and_minus_start_and_end_processes, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown (a_killed_worker_is_told_of_with_its_replacement, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown (the_window_survives_the_loss_of_its_agent, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown (every_page_opens_by_a_click, desk_set_up, desk_tear_down),
  };
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
