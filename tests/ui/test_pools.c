/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A pool by hand: its shared buffers, and a word with a job while it runs. */

#include "tests/support/check.h"

#include "desk.h"

#include "tests/support/processes.h"

#include <unistd.h>

static void
open_pools (void)
{
  screen_wait_for_text ("2 of 2 ready", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Pools");
  screen_wait_for_text ("No jobs yet", SOON);
}

static void
a_buffer_is_made_and_removed (void **state)
{
  const Desk *desk = *state;
  open_pools ();
  desk_click (ATSPI_ROLE_INVALID, "Buffers");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "New buffer…");

  /* The name has the focus. What is wrong is said where it is, and nothing is made. */
  screen_wait_for_text ("Size, as in 64M", SOON);
  screen_type ("Frame");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Create");
  screen_wait_for_text ("A name begins with a small letter", SOON);
  screen_key ("ctrl+a");
  screen_type ("frame");
  desk_click (ATSPI_ROLE_INVALID, "Size, as in 64M");
  screen_type ("lots");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Create");
  screen_wait_for_text ("lots", SOON);
  screen_key ("ctrl+a");
  screen_type ("4M");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Create");
  json_t *buffer = ls_test_until (desk->agent, "/v1/pools/compute/buffers/frame", "state", "ready", SOON * 1000);
  assert_int_equal (ls_test_number (buffer, "size"), 4 * 1024 * 1024);
  g_autofree char *path = g_strdup (ls_test_text (buffer, "path"));
  json_decref (buffer);

  screen_wait_for_text ("4.00 MiB", SOON);
  if (*path) {
    screen_wait_for_text (path, SOON);
    desk_click (ATSPI_ROLE_PUSH_BUTTON, "Copy the path of compute.frame");
    screen_wait_for_text ("Path copied", SOON);
    assert_int_equal (access (path, F_OK), 0);
  }

  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Remove compute.frame");
  screen_wait_for_text ("Remove frame?", SOON);
  desk_answer ("Remove");
  ls_test_until_gone (desk->agent, "/v1/pools/compute/buffers/frame", SOON * 1000);
  screen_wait_for_text ("share without a copy", SOON);
  if (*path)
    assert_int_equal (access (path, F_OK), -1);
}

static void
a_running_job_is_asked_how_far_it_is (void **state)
{
  const Desk *desk = *state;
  open_pools ();
  json_decref (ls_test_expect (desk->agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1000000000000\"]}"));
  json_decref (ls_test_until (desk->agent, "/v1/jobs/j1", "state", "running", SOON * 1000));
  desk_click (ATSPI_ROLE_INVALID, "j1");
  desk_click (ATSPI_ROLE_INVALID, "Messages");
  desk_click (ATSPI_ROLE_INVALID, "Message to send");
  screen_type ("how far?");
  screen_wait_for_text ("Goes as a text", SOON);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Send message");
  screen_wait_for_text ("\"how far?\"", SOON);
  screen_wait_for_text ("\"limit\":1000000000000", SOON);

  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Cancel job");
  json_decref (ls_test_until (desk->agent, "/v1/jobs/j1", "state", "cancelled", SOON * 1000));
  /* What was said stays to be read. */
  screen_wait_for_text ("cancelled", SOON);
  screen_wait_for_text ("\"limit\":1000000000000", SOON);
  assert_false (screen_shows (ATSPI_ROLE_PUSH_BUTTON, "Send message"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (a_buffer_is_made_and_removed, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown (a_running_job_is_asked_how_far_it_is, desk_set_up, desk_tear_down),
  };
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
