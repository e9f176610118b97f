/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The window as it is installed: started by `flatpak run` in the real sandbox, with the permissions of the manifest and nothing else. */

#include "tests/support/check.h"

#include "tests/ui/screen.h"
#include "tests/support/agent.h"
#include "tests/support/load.h"
#include "tests/support/processes.h"

#include <signal.h>

#define SOON 30      /* seconds; a bound, not a figure */
#define START_MAX_MS 3000
#define STARTS 3

static const char config[] = "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n\n[pool compute]\nthreads = 1\n";

/* --- the agent on the host --- */

/* In the runtime folder of the desktop, where a Flatpak looks, and not in the folder of the test. */
static char *runtime_folder;

static void
use_the_desktops_runtime_folder (LsTestAgent *agent)
{
  g_setenv ("XDG_RUNTIME_DIR", runtime_folder, TRUE);
}

static LsTestAgent *
start_host_agent (void)
{
  const char *arguments[] = { "--app-id", APP_ID, NULL };
  LsTestAgent *agent = ls_test_agent_launch_as (config, arguments, TRUE, use_the_desktops_runtime_folder);

  assert_true (ls_test_agent_says (agent, "READY=1", SOON * 1000));
  return agent;
}

/* --- the window in its sandbox --- */

static GPid
open_window (const char *permission)
{
  const char *argv[] = { "flatpak", "--user", "run", permission, APP_ID, NULL };
  return screen_open_sandboxed_window ((char **) argv, "lineshaft-dashboard");
}

static void
click (AtspiRole role, const char *name)
{
  AtspiAccessible *found = screen_wait_for (role, name, SOON);
  screen_click (found);
  g_object_unref (found);
}

static void
wait_for_children (const LsTestAgent *agent, guint n)
{
  gint64 end = g_get_monotonic_time () + SOON * G_USEC_PER_SEC;

  while (ls_test_count_children (agent->pid) != n) {
    if (g_get_monotonic_time () > end)
      fail_msg ("the agent has %u children, not %u", ls_test_count_children (agent->pid), n);
    g_usleep (20 * 1000);
  }
}

/* --- tests --- */

static void
a_host_agent_is_found_with_no_permission_asked (void **state)
{
  LsTestAgent *agent = start_host_agent ();
  *state = agent;
  GPid window = open_window ("--no-talk-name=org.freedesktop.Flatpak");

  screen_wait_for_text ("2 of 2 ready", SOON);
  wait_for_children (agent, 3);
  click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
  screen_wait_for_text ("4 of 4 ready", SOON);
  wait_for_children (agent, 5);
  click (ATSPI_ROLE_PUSH_BUTTON, "Remove worker from web");
  screen_wait_for_text ("3 of 3 ready", SOON);
  wait_for_children (agent, 4);
  screen_close_window (window);
  /* An agent that ran before the window outlives it. */
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "3", SOON * 1000));
}

static void
it_shows_live_data_within_three_seconds (void **state)
{
  *state = start_host_agent ();
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < STARTS; i++) {
    gint64 begun = g_get_monotonic_time ();
    GPid window = open_window ("--no-talk-name=org.freedesktop.Flatpak");
    screen_wait_for_text ("2 of 2 ready", SOON);
    gint64 took = (g_get_monotonic_time () - begun) / 1000;
    print_message ("# from `flatpak run` to live data in the window: %" G_GINT64_FORMAT " ms\n", took);
    best = MIN (best, took);
    screen_close_window (window);
  }
  assert_in_range (best, 1, START_MAX_MS);
}

static void
what_a_person_sees (void **state)
{
  const char *picture = g_getenv ("LINESHAFT_TEST_PICTURE");
  LsTestAgent *agent = start_host_agent ();
  *state = agent;
  GPid window = open_window ("--no-talk-name=org.freedesktop.Flatpak");

  screen_wait_for_text ("2 of 2 ready", SOON);
  LsTestLoad *load = ls_test_load_start (ls_test_port (agent, "web"), "--demo --rate 60 --duration 20s");
  for (guint n = 3; n <= 6; n++) {
    g_autofree char *ready = g_strdup_printf ("%u of %u ready", n, n);
    click (ATSPI_ROLE_PUSH_BUTTON, "Add worker to web");
    screen_wait_for_text (ready, SOON);
  }
  wait_for_children (agent, 7);
  json_decref (ls_test_load_finish (load));
  if (picture != NULL)
    screen_shoot (picture);
  screen_close_window (window);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (a_host_agent_is_found_with_no_permission_asked, ls_test_teardown),
    cmocka_unit_test_teardown (it_shows_live_data_within_three_seconds, ls_test_teardown),
    cmocka_unit_test_teardown (what_a_person_sees, ls_test_teardown),
  };
  runtime_folder = g_strdup (g_get_user_runtime_dir ());
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
