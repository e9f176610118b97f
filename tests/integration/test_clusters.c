/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* A cluster's life: started, served, scaled, reloaded, stopped, removed, and everything taken down in the end. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WEB "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 4\n"
#define SOON 10000

static void
answer_once (LsTestAgent *agent, int expected)
{
  int fd = ls_test_connect_tcp (ls_test_port (agent, "web"));
  g_autoptr (LsTestReply) reply = NULL;

  assert_true (fd >= 0);
  reply = ls_test_request (fd, "GET", "/healthz", NULL, NULL, 0);
  assert_int_equal (reply->status, expected);
}

static void
wait_ready (LsTestAgent *agent, guint workers)
{
  g_autofree char *n = g_strdup_printf ("%u", workers);

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", n, SOON));
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "ready", SOON));
}

static void
expect (LsTestAgent *agent, int status, const char *method, const char *target, const char *body)
{
  json_decref (ls_test_expect (agent, status, method, target, body));
}

static void
workers_of_the_config_serve (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  json_t *workers;

  wait_ready (agent, 4);
  answer_once (agent, 200);
  workers = ls_test_get (agent, "/v1/workers");
  assert_int_equal (json_array_size (json_object_get (workers, "items")), 4);
  for (int i = 0; i < 4; i++)
    {
      json_t *worker = ls_test_member (json_object_get (workers, "items"), (char[]) { (char) ('0' + i), '\0' });

      assert_string_equal (ls_test_text (worker, "state"), "ready");
      assert_true (ls_test_is_alive ((pid_t) ls_test_number (worker, "pid")));
      assert_true (ls_test_number (worker, "ready_ms") >= 0);
    }
  json_decref (workers);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
it_scales_up_and_down (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);

  wait_ready (agent, 4);
  expect (agent, 202, "PATCH", "/v1/clusters/web", "{\"workers\":16}");
  wait_ready (agent, 16);
  assert_int_equal (ls_test_count_children (agent->pid), 16);
  expect (agent, 202, "PATCH", "/v1/clusters/web", "{\"workers\":{\"min\":1,\"max\":1}}");
  wait_ready (agent, 1);
  json_decref (ls_test_until (agent, "/v1/workers", "items.1.id", "", SOON));
  assert_int_equal (ls_test_count_children (agent->pid), 1);
  answer_once (agent, 200);
  /* The same wish again changes nothing. */
  expect (agent, 200, "PATCH", "/v1/clusters/web", "{\"workers\":1}");
  expect (agent, 422, "PATCH", "/v1/clusters/web", "{\"workers\":65}");
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_reload_replaces_every_worker (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  json_t *before, *after, *operation;

  wait_ready (agent, 4);
  before = ls_test_get (agent, "/v1/workers");
  operation = ls_test_expect (agent, 202, "POST", "/v1/clusters/web/reload", NULL);
  assert_string_equal (ls_test_text (operation, "verb"), "reload");
  {
    g_autofree char *target = g_strdup_printf ("/v1/operations/%s", ls_test_text (operation, "id"));
    g_autoptr (LsTestReply) again = ls_test_call (agent, "POST", "/v1/clusters/web/reload", NULL, NULL);

    /* A second one while it runs is refused and names the first. */
    assert_int_equal (again->status, 409);
    assert_non_null (strstr (again->body, ls_test_text (operation, "id")));
    json_decref (ls_test_until (agent, target, "state", "done", 30000));
  }
  after = ls_test_get (agent, "/v1/workers");
  assert_int_equal (json_array_size (json_object_get (after, "items")), 4);
  for (int i = 0; i < 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("items.%d.instance", i);
      g_autofree char *id = g_strdup_printf ("items.%d.id", i);

      assert_string_equal (ls_test_text (before, id), ls_test_text (after, id));
      assert_string_not_equal (ls_test_text (before, path), ls_test_text (after, path));
    }
  json_decref (before);
  json_decref (after);
  json_decref (operation);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
one_worker_is_restarted_or_drained_by_its_instance (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  json_t *worker, *operation, *now;
  g_autofree char *good = NULL, *target = NULL;

  wait_ready (agent, 4);
  worker = ls_test_get (agent, "/v1/workers/web.2");
  good = g_strdup_printf ("{\"instance\":\"%s\"}", ls_test_text (worker, "instance"));
  expect (agent, 412, "POST", "/v1/workers/web.2/restart", "{\"instance\":\"1-1\"}");
  expect (agent, 400, "POST", "/v1/workers/web.2/restart", "{\"instance\":\"web.2\"}");
  expect (agent, 412, "POST", "/v1/workers/web.2/signal", "{\"signal\":\"SIGTERM\",\"instance\":\"1-1\"}");
  expect (agent, 404, "POST", "/v1/workers/web.9/restart", NULL);
  operation = ls_test_expect (agent, 202, "POST", "/v1/workers/web.2/restart", good);
  target = g_strdup_printf ("/v1/operations/%s", ls_test_text (operation, "id"));
  json_decref (ls_test_until (agent, target, "state", "done", SOON));
  json_decref (ls_test_until (agent, "/v1/workers", "items.4.id", "", SOON));
  now = ls_test_get (agent, "/v1/workers/web.2");
  assert_string_equal (ls_test_text (now, "state"), "ready");
  assert_string_not_equal (ls_test_text (now, "instance"), ls_test_text (worker, "instance"));
  /* What was named is no more. */
  expect (agent, 412, "POST", "/v1/workers/web.2/drain", good);
  expect (agent, 202, "POST", "/v1/workers/web.2/drain", NULL);
  json_decref (ls_test_until (agent, "/v1/clusters/web", "spec.workers.max", "3", SOON));
  wait_ready (agent, 3);
  json_decref (worker);
  json_decref (operation);
  json_decref (now);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_cluster_is_made_stopped_started_and_removed (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autoptr (LsTestReply) made = ls_test_call (agent, "PUT", "/v1/clusters/web", NULL, "{\"listen\":[\"127.0.0.1:0\"],\"workers\":2}");
  g_autofree char *etag = ls_test_reply_header (made, "ETag");
  g_autofree char *location = ls_test_reply_header (made, "Location");

  assert_int_equal (made->status, 201);
  assert_string_equal (location, "/v1/clusters/web");
  assert_non_null (etag);
  assert_string_equal (ls_test_text (made->json, "origin"), "api");
  wait_ready (agent, 2);
  {
    g_autoptr (LsTestReply) stale = ls_test_call (agent, "PATCH", "/v1/clusters/web", "If-Match: \"999999\"\r\n", "{\"workers\":3}");
    g_autoptr (LsTestReply) twice = ls_test_call (agent, "PUT", "/v1/clusters/web", "If-None-Match: *\r\n", "{}");

    assert_int_equal (stale->status, 412);
    assert_int_equal (twice->status, 412);
  }
  expect (agent, 202, "POST", "/v1/clusters/web/stop", NULL);
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "stopped", SOON));
  json_decref (ls_test_until (agent, "/v1/workers", "items.0.pid", "", SOON));
  assert_int_equal (ls_test_count_children (agent->pid), 0);
  expect (agent, 202, "POST", "/v1/clusters/web/start", NULL);
  wait_ready (agent, 2);
  answer_once (agent, 200);
  expect (agent, 202, "DELETE", "/v1/clusters/web", NULL);
  ls_test_until_gone (agent, "/v1/clusters/web", SOON);
  assert_int_equal (ls_test_count_children (agent->pid), 0);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
two_clusters_cannot_have_one_port (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  g_autofree char *body = g_strdup_printf ("{\"listen\":[\"127.0.0.1:%u\"]}", ls_test_port (agent, "web"));
  g_autoptr (LsTestReply) reply = ls_test_call (agent, "PUT", "/v1/clusters/other", NULL, body);

  assert_in_range (reply->status, 409, 422);
  assert_non_null (strstr (reply->body, "127.0.0.1"));
  expect (agent, 404, "GET", "/v1/clusters/other", NULL);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
interrupted_twice_it_ends_at_once (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (
    "[cluster stubborn]\ncommand = /bin/sh -c 'trap \"\" TERM; while :; do sleep 1; done'\nworkers = 2\nready = started\nstop-timeout = 60s\n");

  json_decref (ls_test_until (agent, "/v1/clusters/stubborn", "status.ready", "2", SOON));
  kill (agent->pid, SIGINT);
  assert_true (ls_test_agent_says (agent, "STOPPING=1", SOON));
  /* The API still answers while it waits, and takes nothing new. */
  expect (agent, 409, "PUT", "/v1/clusters/late", "{}");
  kill (agent->pid, SIGINT);
  assert_true (ls_test_agent_ended (agent, 5000));
  assert_int_equal (agent->status, 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (workers_of_the_config_serve, ls_test_teardown),
    cmocka_unit_test_teardown (it_scales_up_and_down, ls_test_teardown),
    cmocka_unit_test_teardown (a_reload_replaces_every_worker, ls_test_teardown),
    cmocka_unit_test_teardown (one_worker_is_restarted_or_drained_by_its_instance, ls_test_teardown),
    cmocka_unit_test_teardown (a_cluster_is_made_stopped_started_and_removed, ls_test_teardown),
    cmocka_unit_test_teardown (two_clusters_cannot_have_one_port, ls_test_teardown),
    cmocka_unit_test_teardown (interrupted_twice_it_ends_at_once, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
