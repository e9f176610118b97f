/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* What a task writes reaches who reads it: every byte for who keeps up, and no harm by who does not. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <string.h>
#include <unistd.h>

#define SMALL_MEMORY "[agent]\nlog-memory = 256KiB\nlog-disk = 1MiB\n"
#define ROUNDS 20

/* "lineshaft run -- sh -c COMMAND": its stdout; its stderr is to be @errors. */
static char *
run (const LsTestAgent *agent, const char *command, const char *errors)
{
  const char *argv[] = { g_getenv ("LINESHAFT_TEST_CLI"), "-H", agent->socket, "run", "--", "sh", "-c", command, NULL };
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &said, &status, &error))
    fail_msg ("%s", error->message);
  assert_string_equal (said, errors);
  assert_int_equal (status, 0);
  return output;
}

static void
run_hands_on_every_short_line (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (SMALL_MEMORY);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (int i = 1; i <= 200000; i++)
    g_string_append_printf (expected, "%d\n", i);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *output = run (agent, "seq 1 200000", "");

      assert_int_equal (strlen (output), expected->len);
      assert_string_equal (output, expected->str);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
run_hands_on_both_streams (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (SMALL_MEMORY);
  g_autofree char *copy = g_build_filename (agent->folder, "copy", NULL);
  g_autofree char *command = g_strdup_printf ("head -c 15000000 /dev/urandom | base64 | tee '%s'; seq 1 20000 >&2", copy);
  g_autoptr (GString) errors = g_string_new (NULL);
  g_autofree char *output = NULL, *expected = NULL;

  for (int i = 1; i <= 20000; i++)
    g_string_append_printf (errors, "%d\n", i);
  output = run (agent, command, errors->str);
  assert_true (g_file_get_contents (copy, &expected, NULL, NULL));
  assert_int_equal (strlen (output), strlen (expected));
  assert_string_equal (output, expected);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* Two readers of a task do not read, one before it writes and one of its log: it ends all the same, and what memory lost is counted. */
static void
a_reader_that_never_reads_stops_nobody (void **state)
{
  static const char *const requests[] = {
    "GET /v1/tasks/t1/output?follow=1 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /v1/logs?source=t1&follow=1 HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  LsTestAgent *agent = *state = ls_test_agent_start (SMALL_MEMORY);
  int stuck[G_N_ELEMENTS (requests)];
  g_autofree char *other = NULL;
  json_t *task;

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"read x; yes | head -c 20000000\",\"stdin\":\"open\"}}"));
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      stuck[i] = ls_test_connect_unix (agent->socket);
      assert_true (ls_test_send_all (stuck[i], requests[i], strlen (requests[i])));
    }
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input", "go\n"));
  /* Meanwhile another is read, whole. */
  other = run (agent, "seq 1 5", "");
  assert_string_equal (other, "1\n2\n3\n4\n5\n");
  task = ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", 30000);
  assert_int_equal (ls_test_number (task, "status.output.stdout_bytes"), 20000000);
  assert_true (ls_test_number (task, "status.output.dropped_bytes") > 19000000);
  json_decref (task);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    close (stuck[i]);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* Who says that he follows, and does not. */
static void
a_task_does_not_wait_for_ever_for_its_reader (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (SMALL_MEMORY);
  json_t *task;

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks?follow=1", "{\"spec\":{\"argv\":\"seq 1 200000\"}}"));
  task = ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", 30000);
  assert_int_equal (ls_test_number (task, "status.output.stdout_bytes"), 1288895);
  json_decref (task);
  json_decref (ls_test_expect (agent, 400, "POST", "/v1/tasks?follow=perhaps", "{\"spec\":{\"argv\":[\"true\"]}}"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (run_hands_on_every_short_line, ls_test_teardown),
    cmocka_unit_test_teardown (run_hands_on_both_streams, ls_test_teardown),
    cmocka_unit_test_teardown (a_reader_that_never_reads_stops_nobody, ls_test_teardown),
    cmocka_unit_test_teardown (a_task_does_not_wait_for_ever_for_its_reader, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
