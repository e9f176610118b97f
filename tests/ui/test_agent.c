/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The window and the agent that it finds: one that has nothing to do yet, one of before an update, and none. */

#include "tests/support/check.h"

#include "desk.h"

#include "tests/support/processes.h"

#include "config.h"

#include <unistd.h>

/* What somebody sees who has just installed it. */
static int
set_up_fresh (void **state)
{
  return desk_open (state, ls_test_agent_start (""));
}

static void
the_first_start_runs_nothing_and_offers_two_ways (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("Nothing runs yet", SOON);
  assert_int_equal (ls_test_count_children (desk->agent->pid), 0);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Run your program…");
  screen_wait_for_text ("Create", SOON);
  screen_key ("Escape");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Try the demo");
  screen_wait_for_text ("4 of 4 ready", SOON);
  screen_wait_for_text ("Demo traffic is running", SOON);
}

/* The agent of before, that finds this build's programs when it looks for its own. */
static void
become_older (LsTestAgent *agent)
{
  const char *older = g_getenv ("LINESHAFT_TEST_OLDER");
  g_autofree char *folder = g_path_get_dirname (g_getenv ("LINESHAFT_TEST_AGENT")), *parts = g_path_get_dirname (folder);
  g_autofree char *programs = g_strdup_printf ("%s/daemon:%s/worker:%s/pool", parts, parts, parts);
  g_setenv ("LINESHAFT_LIBEXEC_DIR", programs, TRUE);
  execl (older, older, "--config", agent->config, "--socket", agent->socket, NULL);
  _exit (127);
}

static int
set_up_older (void **state)
{
  LsTestAgent *agent = ls_test_agent_launch_as (desk_config, NULL, TRUE, become_older);
  assert_true (ls_test_agent_says (agent, "READY=1", SOON * 1000));
  return desk_open (state, agent);
}

static char *
instance_of (const Desk *desk, const char *worker)
{
  json_t *json = ls_test_get (desk->agent, worker);
  char *instance = g_strdup (ls_test_text (json, "instance"));
  json_decref (json);
  return instance;
}

static void
an_older_agent_is_told_of_and_restarted_by_a_click (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("An older agent (0.0.9) is running", SOON);
  screen_wait_for_text ("2 of 2 ready", SOON);
  g_autofree char *before = instance_of (desk, "/v1/workers/web.1");

  /* Nothing is stopped before somebody says so. */
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Restart agent…");
  screen_wait_for_text ("2 workers end and are started anew", SOON);
  desk_answer ("Cancel");
  g_autofree char *after = instance_of (desk, "/v1/workers/web.1");
  assert_string_equal (before, after);

  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Restart agent…");
  desk_answer ("Restart agent");
  screen_wait_for_text ("The agent is now " LS_VERSION, SOON);
  screen_wait_for_text ("2 of 2 ready", SOON);
  assert_false (screen_shows (ATSPI_ROLE_PUSH_BUTTON, "Restart agent…"));
  json_t *agent = ls_test_get (desk->agent, "/v1/agent");
  assert_int_equal (ls_test_number (agent, "pid"), desk->agent->pid);
  json_decref (agent);
}

/* --- a window that finds no agent --- */

typedef struct {
  char *folder, *socket;
  GPid window;
} Alone;

/* The agent that the window starts reads the config of its user. */
static void
write_config_of_user (const char *text)
{
  g_autofree char *folder = g_build_filename (g_getenv ("XDG_CONFIG_HOME"), "lineshaft", NULL), *path = g_build_filename (folder, "lineshaft.conf", NULL);
  assert_int_equal (g_mkdir_with_parents (folder, 0700), 0);
  assert_true (g_file_set_contents (path, text, -1, NULL));
}

static int
set_up_alone_with (void **state, const char *config)
{
  Alone *alone = *state = g_new0 (Alone, 1);
  write_config_of_user (config);
  alone->folder = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  alone->socket = g_build_filename (alone->folder, "agent.sock", NULL);
  char *argv[] = { (char *) g_getenv ("LINESHAFT_TEST_DASHBOARD"), (char *) "--socket", alone->socket, (char *) "--start-agent", NULL };
  alone->window = screen_open_window (argv);
  return 0;
}

static int
set_up_alone (void **state)
{
  return set_up_alone_with (state, "");
}

static int
set_up_alone_with_pool (void **state)
{
  return set_up_alone_with (state, "[pool compute]\nthreads = 1\n");
}

static int
tear_down_alone (void **state)
{
  Alone *alone = *state;
  screen_close_window (alone->window);
  /* After a failure, or where it was kept running: the agent was adopted by this process. */
  ls_test_kill_children ();
  g_autofree char *clean = g_strdup_printf ("rm -rf %s", alone->folder);
  assert_true (g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL));
  g_free (alone->socket);
  g_free (alone->folder);
  g_free (alone);
  return 0;
}

static gboolean
answers (const Alone *alone)
{
  int fd = ls_test_connect_unix (alone->socket);
  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static void
wait_until_closed (const Alone *alone)
{
  for (gint64 end = g_get_monotonic_time () + SOON * G_USEC_PER_SEC; ls_test_is_alive (alone->window);) {
    if (g_get_monotonic_time () > end)
      fail_msg ("the window did not close");
    g_usleep (20 * 1000);
  }
}

static void
close_and_say (const Alone *alone, const char *what)
{
  screen_wait_for_text ("compute", SOON);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Close");
  screen_wait_for_text ("Keep running what runs?", SOON);
  assert_true (answers (alone));
  desk_answer (what);
  wait_until_closed (alone);
}

static void
nothing_is_asked_where_nothing_runs (void **state)
{
  screen_wait_for_text ("Nothing runs yet", SOON);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Close");
  wait_until_closed (*state);
  assert_false (answers (*state));
}

static void
a_window_alone_starts_an_agent_and_takes_it_along (void **state)
{
  close_and_say (*state, "Stop everything");
  assert_false (answers (*state));
}

static void
what_is_kept_running_outlives_the_window (void **state)
{
  close_and_say (*state, "Keep running");
  assert_true (answers (*state));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (the_first_start_runs_nothing_and_offers_two_ways, set_up_fresh, desk_tear_down),
    cmocka_unit_test_setup_teardown (an_older_agent_is_told_of_and_restarted_by_a_click, set_up_older, desk_tear_down),
    cmocka_unit_test_setup_teardown (nothing_is_asked_where_nothing_runs, set_up_alone, tear_down_alone),
    cmocka_unit_test_setup_teardown (a_window_alone_starts_an_agent_and_takes_it_along, set_up_alone_with_pool, tear_down_alone),
    cmocka_unit_test_setup_teardown (what_is_kept_running_outlives_the_window, set_up_alone_with_pool, tear_down_alone),
  };
  /* What the demo runs is found in PATH, as where it is installed. */
  g_autofree char *load = g_path_get_dirname (g_getenv ("LINESHAFT_TEST_LOAD")), *path = g_strdup_printf ("%s:%s", load, g_getenv ("PATH"));
  g_setenv ("PATH", path, TRUE);
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
