/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/check.h"

#include "desk.h"

/* This process only looks on, through a library whose caches live as long as it does. The window is checked in its own process. */
const char *__asan_default_options (void);
const char *
__asan_default_options (void)
{
  return "detect_leaks=0";
}

const char desk_config[] = "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n\n[pool compute]\nthreads = 1\n";

int
desk_open (void **state, LsTestAgent *agent)
{
  Desk *desk = g_new0 (Desk, 1);
  *state = desk;
  desk->agent = agent;
  char *argv[] = { (char *) g_getenv ("LINESHAFT_TEST_DASHBOARD"), (char *) "--socket", desk->agent->socket, NULL };
  desk->window = screen_open_window (argv);
  return 0;
}

int
desk_set_up (void **state)
{
  return desk_open (state, ls_test_agent_start (desk_config));
}

int
desk_tear_down (void **state)
{
  Desk *desk = *state;
  void *agent = desk->agent;
  screen_close_window (desk->window);
  int result = ls_test_teardown (&agent);
  g_free (desk);
  return result;
}

void
desk_click (AtspiRole role, const char *name)
{
  AtspiAccessible *found = screen_wait_for (role, name, SOON);
  screen_click (found);
  g_object_unref (found);
}

void
desk_answer (const char *label)
{
  AtspiAccessible *found = screen_wait_for_response (label, SOON);
  screen_click (found);
  g_object_unref (found);
}
