/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A schedule from its form to its history, by hand. */

#include "tests/support/check.h"

#include "desk.h"

#include "tests/support/processes.h"

static void
a_schedule_is_made_run_paused_and_removed (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Tasks");
  screen_wait_for_text ("No tasks", SOON);
  desk_click (ATSPI_ROLE_PAGE_TAB, "Schedules");
  screen_wait_for_text ("No schedules", SOON);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "New schedule…");

  /* The name has the focus. While the rule is typed, what is wrong with it is said; then when it is due. */
  screen_wait_for_text ("When, as in daily 03:00", SOON);
  screen_type ("backup");
  desk_click (ATSPI_ROLE_INVALID, "Command, as in a terminal");
  screen_type ("sh -c 'exit 3'");
  desk_click (ATSPI_ROLE_INVALID, "When, as in daily 03:00");
  screen_type ("weekly mo");
  screen_wait_for_text ("is not a day of the week", SOON);
  screen_type ("n 03:00");
  screen_wait_for_text ("Next: Mon ", SOON);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Create");
  json_decref (ls_test_until (desk->agent, "/v1/schedules/backup", "spec.when", "weekly mon 03:00", SOON * 1000));

  screen_wait_for_text ("It has not run yet", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Run now");
  json_decref (ls_test_until (desk->agent, "/v1/schedules/backup", "status.runs.0.state", "failed", SOON * 1000));
  screen_wait_for_text ("✗ exit status 3", SOON);
  screen_wait_for_text ("the last run failed: exited with code 3", SOON);

  desk_click (ATSPI_ROLE_INVALID, "The schedule is active");
  json_decref (ls_test_until (desk->agent, "/v1/schedules/backup", "status.state", "paused", SOON * 1000));
  screen_wait_for_text ("Paused: nothing is due", SOON);
  desk_click (ATSPI_ROLE_INVALID, "The schedule is active");
  json_decref (ls_test_until (desk->agent, "/v1/schedules/backup", "status.state", "waiting", SOON * 1000));
  /* Somebody else pauses it. */
  json_decref (ls_test_expect (desk->agent, 200, "PATCH", "/v1/schedules/backup", "{\"paused\":true}"));
  screen_wait_for_text ("Paused: nothing is due", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Remove schedule");
  screen_wait_for_text ("Remove backup?", SOON);
  screen_key ("alt+r");
  ls_test_until_gone (desk->agent, "/v1/schedules/backup", SOON * 1000);
  screen_wait_for_text ("No schedules", SOON);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (a_schedule_is_made_run_paused_and_removed, desk_set_up, desk_tear_down),
  };
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
