/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Logs: what every child wrote, found again and followed. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <string.h>
#include <unistd.h>

#define TALKER "[cluster talk]\ncommand = /bin/sh -c 'echo Hello from $LINESHAFT_ID; echo trouble >&2; while :; do sleep 1; done'\nworkers = 2\nready = started\n"
#define SOON 10000

static gsize
count (LsTestAgent *agent, const char *target)
{
  json_t *logs = ls_test_get (agent, target);
  gsize n = json_array_size (json_object_get (logs, "items"));

  json_decref (logs);
  return n;
}

static void
lines_are_found_by_source_stream_and_text (void **state)
{
  static const struct { const char *target; gsize lines; } cases[] = {
    { "/v1/logs?source=talk.1", 2 },
    { "/v1/logs?source=talk", 4 },
    { "/v1/logs?source=talk.1,talk.2", 4 },
    { "/v1/logs?source=talk.1&source=talk.2&stream=stderr", 2 },
    { "/v1/logs?source=talk&stream=stdout", 2 },
    { "/v1/logs?source=talk&grep=hello", 2 },
    { "/v1/logs?source=talk&grep=from%20talk.2", 1 },
    { "/v1/logs?source=talk&last=1", 1 },
    { "/v1/logs?source=talk&since=9999999999999", 0 },
    { "/v1/logs?source=nobody", 0 },
  };
  LsTestAgent *agent = *state = ls_test_agent_start (TALKER);
  json_t *first, *second;

  json_decref (ls_test_until (agent, "/v1/logs?source=talk.1&stream=stderr", "items.0.text", "trouble", SOON));
  json_decref (ls_test_until (agent, "/v1/logs?source=talk.2&stream=stderr", "items.0.text", "trouble", SOON));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (count (agent, cases[i].target) != cases[i].lines)
      fail_msg ("%s has %zu lines instead of %zu", cases[i].target, count (agent, cases[i].target), cases[i].lines);
  /* Page by page. */
  first = ls_test_get (agent, "/v1/logs?source=talk&limit=3");
  assert_int_equal (json_array_size (json_object_get (first, "items")), 3);
  {
    g_autofree char *next = g_strdup_printf ("/v1/logs?source=talk&limit=3&after=%s", ls_test_text (first, "next"));

    second = ls_test_get (agent, next);
    assert_int_equal (json_array_size (json_object_get (second, "items")), 1);
    assert_true (json_is_null (json_object_get (second, "next")));
  }
  json_decref (first);
  json_decref (second);
  /* The agent's own stand there too. */
  assert_true (count (agent, "/v1/logs?source=agent&grep=answers%20on") == 1);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
they_are_followed_as_they_come (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  const char *request = "GET /v1/logs?follow=1&source=t1&last=1 HTTP/1.1\r\nHost: a\r\n\r\n";
  g_autoptr (GString) got = g_string_new (NULL);
  int fd;

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"echo one; echo two; read x; echo got $x\",\"stdin\":\"open\"}}"));
  json_decref (ls_test_until (agent, "/v1/logs?source=t1", "items.1.text", "two", SOON));
  fd = ls_test_connect_unix (agent->socket);
  assert_true (ls_test_send_all (fd, request, strlen (request)));
  for (gboolean told = FALSE; strstr (got->str, "got it") == NULL;)
    {
      char buffer[4096];
      ssize_t n;

      if (strstr (got->str, "two") != NULL && !told)
        {
          json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input", "it\n"));
          told = TRUE;
        }
      assert_true (ls_test_readable (fd, SOON));
      n = read (fd, buffer, sizeof buffer);
      assert_true (n > 0);
      g_string_append_len (got, buffer, n);
    }
  close (fd);
  assert_non_null (strstr (got->str, "Content-Type: application/x-ndjson"));
  assert_null (strstr (got->str, "\"one\""));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
read_until (int fd, GString *got, const char *wanted)
{
  while (strstr (got->str, wanted) == NULL)
    {
      char buffer[4096];
      ssize_t n;

      assert_true (ls_test_readable (fd, SOON));
      n = read (fd, buffer, sizeof buffer);
      assert_true (n > 0);
      g_string_append_len (got, buffer, n);
    }
}

/* A question has no line end: who follows is told of it while it waits, and the line is one entry when it is whole. */
static void
a_line_in_pieces_is_one_entry (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  const char *request = "GET /v1/logs?follow=1&source=t1 HTTP/1.1\r\nHost: a\r\n\r\n";
  g_autoptr (GString) got = g_string_new (NULL);
  int fd = ls_test_connect_unix (agent->socket);
  json_t *logs;

  assert_true (ls_test_send_all (fd, request, strlen (request)));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks",
                               "{\"spec\":{\"argv\":\"printf 'Name'; printf '? '; read x; printf 'You are %s\\\\n' $x; printf bye\",\"stdin\":\"open\"}}"));
  read_until (fd, got, "\"Name? \",\"partial\":true");
  logs = ls_test_get (agent, "/v1/logs?source=t1");
  assert_int_equal (json_array_size (json_object_get (logs, "items")), 1);
  assert_string_equal (ls_test_text (logs, "items.0.text"), "Name? ");
  json_decref (logs);
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input", "Ada\n"));
  read_until (fd, got, "\"You are Ada\"}");
  read_until (fd, got, "\"bye\"}");      /* its end is the end of the line */
  close (fd);
  logs = ls_test_get (agent, "/v1/logs?source=t1");
  assert_int_equal (json_array_size (json_object_get (logs, "items")), 2);
  assert_string_equal (ls_test_text (logs, "items.0.text"), "Name? You are Ada");
  assert_null (json_object_get (json_array_get (json_object_get (logs, "items"), 1), "partial"));
  json_decref (logs);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* Somebody follows a torrent and does not read: the agent keeps a bounded part of it. */
static void
a_torrent_costs_a_bounded_memory (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[agent]\nlog-memory = 1MiB\nlog-disk = 4MiB\n");
  const char *request = "GET /v1/logs?follow=1 HTTP/1.1\r\nHost: a\r\n\r\n";
  gsize before = ls_test_rss (agent->pid);
  int fd = ls_test_connect_unix (agent->socket);
  json_t *task;

  assert_true (ls_test_send_all (fd, request, strlen (request)));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"head -c 100000000 /dev/zero | tr '\\\\0' x | fold -w 100\"}}"));
  task = ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", 120000);
  assert_int_equal (ls_test_number (task, "status.output.stdout_bytes"), 100000000 + 999999);
  assert_true (ls_test_number (task, "status.output.dropped_bytes") > 0);
  json_decref (task);
  if (LS_TEST_SLOWNESS == 1)
    assert_in_range (ls_test_rss (agent->pid), 0, before + 5 * 1024 * 1024);
  close (fd);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (lines_are_found_by_source_stream_and_text, ls_test_teardown),
    cmocka_unit_test_teardown (they_are_followed_as_they_come, ls_test_teardown),
    cmocka_unit_test_teardown (a_line_in_pieces_is_one_entry, ls_test_teardown),
    cmocka_unit_test_teardown (a_torrent_costs_a_bounded_memory, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
