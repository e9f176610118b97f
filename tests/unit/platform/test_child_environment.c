/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Text in, text out: the environment of a child, and what it says on its notify socket. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/child_environment.h"
#include "platform/notify_socket.h"

#include <string.h>

static const LsChildLinks no_links = { -1, -1, NULL };

static char *
environment_of (const LsSpawnRequest *request, const LsChildLinks *links, const char *const *inherited)
{
  char *listen_pid;
  g_auto (GStrv) environment = ls_child_environment (request, links, inherited, &listen_pid);
  if (listen_pid)
    strcpy (listen_pid, "PID");
  return g_strjoinv (" ", environment);
}

static void
the_request_comes_over_the_inherited (void **state)
{
  static const char *const inherited[] = { "HOME=/root", "PATH=/bin", NULL };
  static const char *const env[] = { "PATH=/opt", "NEW=", "NEW=2", NULL };
  LsSpawnRequest request = { .id = "web.1", .env = env };
  g_autofree char *text = environment_of (&request, &no_links, inherited);
  assert_string_equal (text, "HOME=/root PATH=/opt NEW=2 LINESHAFT_ID=web.1");
}

static void
what_was_said_to_the_agent_stays_with_it (void **state)
{
  static const char *const inherited[] = {
    "LISTEN_FDS=1", "LISTEN_PID=1", "LISTEN_FDNAMES=x", "NOTIFY_SOCKET=/run/x", "NODE_CHANNEL_FD=3", "NODE_CHANNEL_SERIALIZATION_MODE=advanced",
    "NODE_UNIQUE_ID=1", "WATCHDOG_USEC=1", "WATCHDOG_PID=1", "LINESHAFT_SCOREBOARD_FD=4", "LINESHAFT_ROW=1", "LINESHAFT_ID=a",
    "LINESHAFT_CLUSTER=a", "LINESHAFT_SLOT=1", "LISTEN_FDS_NOT=kept", "NODE_ENV=production", NULL,
  };
  LsSpawnRequest request = { .id = "t1" };
  g_autofree char *text = environment_of (&request, &no_links, inherited);
  assert_string_equal (text, "LISTEN_FDS_NOT=kept NODE_ENV=production LINESHAFT_ID=t1");
}

static void
what_the_request_says_itself_stays (void **state)
{
  static const char *const inherited[] = { NULL };
  static const char *const env[] = { "NODE_UNIQUE_ID=7", "LINESHAFT_SLOT=3", NULL };
  LsSpawnRequest request = { .id = "t1", .env = env };
  g_autofree char *text = environment_of (&request, &no_links, inherited);
  assert_string_equal (text, "NODE_UNIQUE_ID=7 LINESHAFT_SLOT=3 LINESHAFT_ID=t1");
}

static void
links_are_named_by_their_usual_names (void **state)
{
  static const char *const inherited[] = { NULL };
  static const char *const names[] = { "web", "[::1]:80" };
  LsChildLinks links = { 5, 6, "/run/notify/1" };
  LsSpawnRequest request = { .id = "web.1", .listen_names = names, .n_listen_fds = 2, .scoreboard_row = 12 };
  g_autofree char *text = environment_of (&request, &links, inherited);
  assert_string_equal (text, "LINESHAFT_ID=web.1 NOTIFY_SOCKET=/run/notify/1 NODE_CHANNEL_FD=6 NODE_CHANNEL_SERIALIZATION_MODE=json "
                             "LINESHAFT_SCOREBOARD_FD=5 LINESHAFT_ROW=12 LISTEN_FDS=2 LISTEN_FDNAMES=web:[--1]-80 LISTEN_PID=PID");
}

static void
a_value_is_found_by_its_whole_name (void **state)
{
  static const char *const environment[] = { "PATHS=no", "PATH=yes=1", "EMPTY=", NULL };
  assert_string_equal (ls_environment_get (environment, "PATH"), "yes=1");
  assert_string_equal (ls_environment_get (environment, "EMPTY"), "");
  assert_null (ls_environment_get (environment, "PAT"));
}

static void
note (void *user, LsNotifyKind kind, const char *text)
{
  g_string_append_printf (user, "%d%s%s ", kind, text ? ":" : "", text ? text : "");
}

static void
a_datagram_is_lines_of_keys_and_values (void **state)
{
  static const struct {
    const char *datagram, *heard;
  } cases[] = {
    { "READY=1", "0 " },
    { "READY=1\n", "0 " },
    { "STOPPING=1\nWATCHDOG=1\nRELOADING=1", "1 2 4 " },
    { "STATUS=", "3: " },
    { "STATUS=a=b c", "3:a=b c " },
    { "READY=0\nREADY=11\nready=1\n READY=1\nREADY", "" },
    { "\n\nMAINPID=1\nFDSTORE=1\n", "" },
    { "", "" },
    { "STATUS=\xff", "3:\xef\xbf\xbd " },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) heard = g_string_new (NULL);
    ls_notify_parse (cases[i].datagram, strlen (cases[i].datagram), note, heard);
    assert_string_equal (heard->str, cases[i].heard);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_request_comes_over_the_inherited),
    cmocka_unit_test (what_was_said_to_the_agent_stays_with_it),
    cmocka_unit_test (what_the_request_says_itself_stays),
    cmocka_unit_test (links_are_named_by_their_usual_names),
    cmocka_unit_test (a_value_is_found_by_its_whole_name),
    cmocka_unit_test (a_datagram_is_lines_of_keys_and_values),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
