/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks: run, fed, followed, signalled, stopped, and remembered with how they ended. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <string.h>
#include <unistd.h>

#define SOON 10000

static void
run (LsTestAgent *agent, const char *spec)
{
  g_autofree char *body = g_strdup_printf ("{\"spec\":%s}", spec);

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", body));
}

static void
how_it_ended_is_told (void **state)
{
  static const struct { const char *spec, *state; int code; const char *signal; } cases[] = {
    { "{\"argv\":[\"true\"]}", "exited", 0, "" },
    { "{\"argv\":[\"sh\",\"-c\",\"exit 7\"]}", "failed", 7, "" },
    { "{\"argv\":\"kill -SEGV $$\"}", "failed", -1, "SIGSEGV" },
    { "{\"argv\":[\"sleep\",\"100\"],\"timeout_ms\":100}", "timed-out", -1, "SIGTERM" },
    { "{\"argv\":[\"pwd\"],\"cwd\":\"/\",\"env\":{\"A\":\"b\"}}", "exited", 0, "" },
  };
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *target = g_strdup_printf ("/v1/tasks/t%u", i + 1);
      json_t *task;

      run (agent, cases[i].spec);
      task = ls_test_until (agent, target, "status.state", cases[i].state, SOON);
      if (cases[i].code >= 0)
        assert_int_equal (ls_test_number (task, "status.exit.code"), cases[i].code);
      else
        assert_true (json_is_null (ls_test_member (task, "status.exit.code")));
      assert_string_equal (ls_test_text (task, "status.exit.signal"), cases[i].signal);
      assert_true (ls_test_number (task, "status.usage.max_rss") > 0);
      assert_true (ls_test_number (task, "status.ended_at") >= ls_test_number (task, "status.started_at"));
      json_decref (task);
    }
  assert_int_equal (ls_test_count_zombies (agent->pid), 0);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* The whole answer to GET @target, which ends when the task does. */
static LsTestReply *
output_of (LsTestAgent *agent, const char *target)
{
  LsTestReply *reply = ls_test_call (agent, "GET", target, NULL, NULL);

  assert_int_equal (reply->status, 200);
  assert_true (reply->complete);
  return reply;
}

static void
it_is_fed_and_followed_to_its_end (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  const char *request = "GET /v1/tasks/t1/output?follow=1 HTTP/1.1\r\nHost: a\r\n\r\n";
  g_autoptr (LsTestReply) followed = NULL, errors = NULL;
  int fd;

  run (agent, "{\"argv\":\"tr a-z A-Z; echo done >&2\",\"stdin\":\"open\"}");
  fd = ls_test_connect_unix (agent->socket);
  assert_true (ls_test_send_all (fd, request, strlen (request)));
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input", "hello\n"));
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/input?close=1", "no line end"));
  followed = ls_test_read_reply (fd, FALSE, SOON);
  close (fd);
  assert_true (followed->complete);
  assert_non_null (strstr (followed->body, "HELLO\nNO LINE END"));
  assert_non_null (strstr (followed->body, "done\n"));
  errors = output_of (agent, "/v1/tasks/t1/output?stream=stderr&follow=1");
  assert_string_equal (errors->body, "done\n");
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  json_decref (ls_test_expect (agent, 409, "POST", "/v1/tasks/t1/input", "too late"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
its_output_is_had_back_byte_by_byte (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autoptr (LsTestReply) bytes = NULL, many = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  json_t *logs;

  run (agent, "{\"argv\":\"printf 'a\\\\0\\\\377\\\\r\\\\n\\\\nend'\"}");
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  bytes = output_of (agent, "/v1/tasks/t1/output?stream=stdout");
  assert_int_equal (bytes->length, 9);
  assert_memory_equal (bytes->body, "a\0\377\r\n\nend", 9);
  logs = ls_test_get (agent, "/v1/logs?source=t1&raw=1");
  assert_string_equal (ls_test_text (logs, "items.0.base64"), "YQD/DQ==");
  assert_string_equal (ls_test_text (logs, "items.2.text"), "end");
  assert_true (json_is_false (ls_test_member (logs, "items.2.newline")));
  json_decref (logs);

  run (agent, "{\"argv\":\"seq 1 50000\"}");
  many = output_of (agent, "/v1/tasks/t2/output?follow=1");
  for (int i = 1; i <= 50000; i++)
    g_string_append_printf (expected, "%d\n", i);
  assert_int_equal (many->length, expected->len);
  assert_memory_equal (many->body, expected->str, expected->len);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
it_is_signalled_and_stopped (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  json_t *task;
  g_autofree char *signal = NULL, *stop = NULL;

  run (agent, "{\"argv\":\"trap 'echo caught' USR1; echo up; while :; do sleep 0.02; done\"}");
  json_decref (ls_test_until (agent, "/v1/logs?source=t1", "items.0.text", "up", SOON));
  task = ls_test_get (agent, "/v1/tasks/t1");
  signal = g_strdup_printf ("{\"signal\":\"USR1\",\"instance\":\"%s\"}", ls_test_text (task, "status.instance"));
  stop = g_strdup_printf ("{\"instance\":\"%s\"}", ls_test_text (task, "status.instance"));
  json_decref (task);
  json_decref (ls_test_expect (agent, 412, "POST", "/v1/tasks/t1/signal", "{\"signal\":\"USR1\",\"instance\":\"1-1\"}"));
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/signal", signal));
  json_decref (ls_test_until (agent, "/v1/logs?source=t1", "items.1.text", "caught", SOON));
  json_decref (ls_test_expect (agent, 412, "POST", "/v1/tasks/t1/stop", "{\"instance\":\"1-1\"}"));
  json_decref (ls_test_expect (agent, 202, "POST", "/v1/tasks/t1/stop", stop));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "stopped", SOON));
  /* The sleep that it had started is gone with it. */
  ls_test_assert_childless (agent->pid);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
removed_it_is_gone_with_its_output (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  json_t *logs;

  run (agent, "{\"argv\":\"echo x; sleep 100\"}");
  json_decref (ls_test_until (agent, "/v1/logs?source=t1", "items.0.text", "x", SOON));
  json_decref (ls_test_expect (agent, 202, "DELETE", "/v1/tasks/t1", NULL));
  ls_test_until_gone (agent, "/v1/tasks/t1", SOON);
  logs = ls_test_get (agent, "/v1/logs?source=t1");
  assert_int_equal (json_array_size (json_object_get (logs, "items")), 0);
  json_decref (logs);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_same_key_runs_it_once (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  const char *body = "{\"spec\":{\"argv\":[\"true\"]}}", *key = "Idempotency-Key: abc\r\n";
  g_autoptr (LsTestReply) first = ls_test_call (agent, "POST", "/v1/tasks", key, body);
  g_autoptr (LsTestReply) second = ls_test_call (agent, "POST", "/v1/tasks", key, body);
  g_autoptr (LsTestReply) other = ls_test_call (agent, "POST", "/v1/tasks", key, "{\"spec\":{\"argv\":[\"false\"]}}");
  json_t *tasks;

  assert_int_equal (first->status, 201);
  assert_int_equal (second->status, 200);
  assert_string_equal (ls_test_text (first->json, "id"), ls_test_text (second->json, "id"));
  assert_int_equal (other->status, 422);
  tasks = ls_test_get (agent, "/v1/tasks");
  assert_int_equal (json_array_size (json_object_get (tasks, "items")), 1);
  json_decref (tasks);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
the_agent_takes_tasks_down_with_it (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);

  run (agent, "{\"argv\":[\"sleep\",\"1000\"]}");
  /* A grandchild in the background, which outlives its parent. */
  run (agent, "{\"argv\":\"sleep 1000 & echo $!\"}");
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "running", SOON));
  json_decref (ls_test_until (agent, "/v1/tasks/t2", "status.state", "exited", SOON));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* Who said that they would read its output, and never did, do no harm at the end. */
static void
the_agent_ends_while_a_reader_is_expected (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks?follow=1", "{\"spec\":{\"argv\":[\"true\"]}}"));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", 20000));
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (how_it_ended_is_told, ls_test_teardown),
    cmocka_unit_test_teardown (it_is_fed_and_followed_to_its_end, ls_test_teardown),
    cmocka_unit_test_teardown (its_output_is_had_back_byte_by_byte, ls_test_teardown),
    cmocka_unit_test_teardown (it_is_signalled_and_stopped, ls_test_teardown),
    cmocka_unit_test_teardown (removed_it_is_gone_with_its_output, ls_test_teardown),
    cmocka_unit_test_teardown (the_same_key_runs_it_once, ls_test_teardown),
    cmocka_unit_test_teardown (the_agent_takes_tasks_down_with_it, ls_test_teardown),
    cmocka_unit_test_teardown (the_agent_ends_while_a_reader_is_expected, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
