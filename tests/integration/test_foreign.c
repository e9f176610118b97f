/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs that know nothing of Lineshaft: a server that takes its sockets as systemd hands them, and a Node child with process.send. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/events.h"
#include "tests/support/processes.h"

#include <string.h>

#define SOON 30000

static void
gunicorn_serves_on_the_sockets_it_is_handed (void **state)
{
  g_autofree char *config = g_strdup_printf (
    "[cluster wsgi]\ncommand = gunicorn --chdir %s --worker-tmp-dir /tmp hello:application\nlisten = 127.0.0.1:0\nworkers = 2\nbalance = shared\nready = notify\n",
    g_getenv ("LINESHAFT_TEST_DATA"));
  LsTestAgent *agent = *state = ls_test_agent_start (config);
  guint port = ls_test_port (agent, "wsgi");
  json_t *operation;

  json_decref (ls_test_until (agent, "/v1/clusters/wsgi", "status.ready", "2", SOON));
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (LsTestReply) reply = ls_test_request (ls_test_connect_tcp (port), "GET", "/", NULL, NULL, 0);

      assert_int_equal (reply->status, 200);
      assert_true (g_str_has_prefix (reply->body, "hello from wsgi."));
    }
  operation = ls_test_expect (agent, 202, "POST", "/v1/clusters/wsgi/reload", NULL);
  {
    g_autofree char *target = g_strdup_printf ("/v1/operations/%s", ls_test_text (operation, "id"));

    json_decref (ls_test_until (agent, target, "state", "done", SOON));
  }
  json_decref (operation);
  {
    g_autoptr (LsTestReply) reply = ls_test_request (ls_test_connect_tcp (port), "GET", "/", NULL, NULL, 0);

    assert_int_equal (reply->status, 200);
  }
  /* Nobody counts its requests, and that is said: unknown, not 0. */
  {
    LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=sample", NULL);
    const LsTestEvent *event = ls_test_events_next (events, "sample", SOON);

    assert_true (json_is_null (ls_test_member (event->data, "workers.rows.0.6")));
    ls_test_events_close (events);
  }
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_node_child_sends_and_gets_messages (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=message", NULL);
  g_autofree char *body = g_strdup_printf ("{\"spec\":{\"argv\":[\"node\",\"%s/child.js\"]}}", g_getenv ("LINESHAFT_TEST_DATA"));
  const LsTestEvent *event;
  json_t *task;

  ls_test_events_next (events, "snapshot", SOON);
  task = ls_test_expect (agent, 201, "POST", "/v1/tasks", body);
  event = ls_test_events_next (events, "message", SOON);
  assert_string_equal (ls_test_text (event->data, "id"), "t1");
  assert_int_equal (ls_test_number (event->data, "message.ready"), ls_test_number (task, "status.pid"));
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/messages", "{\"message\":{\"a\":[1,\"ä\"]}}"));
  event = ls_test_events_next (events, "message", SOON);
  assert_string_equal (ls_test_text (event->data, "message.echo.a.1"), "ä");
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/messages", "{\"message\":{\"end\":true}}"));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  json_decref (task);
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (gunicorn_serves_on_the_sockets_it_is_handed, ls_test_teardown),
    cmocka_unit_test_teardown (a_node_child_sends_and_gets_messages, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
