/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Every answer counted once, by its code, whatever happens to the workers meanwhile; and no request lost by it. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/events.h"
#include "tests/support/load.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WEB "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 4\n"
#define SOON 15000

static void
expect (LsTestAgent *agent, int status, const char *method, const char *target, const char *body)
{
  json_decref (ls_test_expect (agent, status, method, target, body));
}

static void
wait_ready (LsTestAgent *agent, const char *workers)
{
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", workers, SOON));
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "ready", SOON));
}

/* An answer is counted when the kernel has it, which may be a moment after the client has it. */
static void
until_counted (LsTestAgent *agent, int code, gint64 expected)
{
  gint64 until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
  gint64 counted;

  while ((counted = ls_test_requests (agent, "web", code)) < expected && g_get_monotonic_time () < until)
    g_usleep (2000);
  assert_int_equal (counted, expected);
}

static void
check_codes (LsTestAgent *agent, json_t *result)
{
  json_t *codes = json_object_get (result, "codes");
  gint64 all = 0;
  const char *code;
  json_t *count;

  json_object_foreach (codes, code, count)
    {
      until_counted (agent, atoi (code), json_integer_value (count));
      all += json_integer_value (count);
    }
  assert_int_equal (all, ls_test_number (result, "answered"));
  until_counted (agent, -1, all);
}

static void
each_code_is_counted_exactly (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  json_t *result;

  wait_ready (agent, "4");
  result = ls_test_load_finish (ls_test_load_start (
    ls_test_port (agent, "web"), "--paths /=5,/status/404=2,/status/500=1,/status/204=1,/nothing-here=1 --connections 8 --keep-alive mixed --requests 5000"));
  assert_int_equal (ls_test_number (result, "answered"), 5000);
  assert_int_equal (ls_test_number (result, "failed"), 0);
  check_codes (agent, result);
  json_decref (result);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* The sum of what samples told is the same as the total: nothing is counted twice or between two. */
static void
samples_add_up_to_the_total (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[agent]\ninterval = 200ms\n" WEB);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=sample", NULL);
  json_t *result;
  gint64 sum = 0, found = 0;

  ls_test_events_next (events, "snapshot", SOON);
  wait_ready (agent, "4");
  result = ls_test_load_finish (ls_test_load_start (ls_test_port (agent, "web"), "--paths /=3,/status/503=1 --connections 4 --requests 3000"));
  for (int i = 0; i < 50 && sum < 3000; i++)
    {
      const LsTestEvent *event = ls_test_events_next (events, "sample", 5000);

      sum += ls_test_number (event->data, "clusters.web.requests");
      if (ls_test_member (event->data, "clusters.web.codes.503") != NULL)
        found += ls_test_number (event->data, "clusters.web.codes.503");
    }
  assert_int_equal (sum, 3000);
  assert_int_equal (found, ls_test_number (result, "codes.503"));
  ls_test_events_close (events);
  json_decref (result);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
scaling_and_reloading_lose_nothing (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  static const char *const wishes[] = { "{\"workers\":8}", "{\"workers\":2}", "{\"workers\":5}" };
  static const char *const wished[] = { "8", "2", "5" };
  LsTestLoad *load;
  json_t *result, *operation;
  gint64 before = 0;

  wait_ready (agent, "4");
  load = ls_test_load_start (ls_test_port (agent, "web"), "--paths /=8,/status/404=1,/sleep/5=1 --connections 24 --keep-alive mixed --duration 8s");
  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      gint64 now;

      expect (agent, 202, "PATCH", "/v1/clusters/web", wishes[i]);
      wait_ready (agent, wished[i]);
      now = ls_test_requests (agent, "web", -1);
      assert_true (now >= before);
      before = now;
    }
  operation = ls_test_expect (agent, 202, "POST", "/v1/clusters/web/reload", NULL);
  {
    g_autofree char *target = g_strdup_printf ("/v1/operations/%s", ls_test_text (operation, "id"));

    json_decref (ls_test_until (agent, target, "state", "done", 60000));
    assert_true (ls_test_requests (agent, "web", -1) >= before);
  }
  result = ls_test_load_finish (load);
  if (ls_test_number (result, "failed") != 0)
    {
      g_autofree char *text = json_dumps (result, JSON_COMPACT);

      fail_msg ("requests were lost: %s", text);
    }
  assert_true (ls_test_number (result, "answered") > 1000);
  check_codes (agent, result);
  json_decref (result);
  json_decref (operation);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* What the layer itself refuses is an answer like any other. */
static void
refusals_are_counted_too (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  g_autofree char *long_value = g_strnfill (64 * 1024, 'x');
  g_autofree char *long_header = g_strdup_printf ("GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n", long_value);
  const struct { const char *request; int status; } cases[] = {
    { "GET / HTTP/1.1\r\n\r\n", 400 },
    { "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
    { "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n", 413 },
    { "GET / HTTP/3.7\r\nHost: a\r\n\r\n", 505 },
    { long_header, 431 },
  };
  guint port;

  wait_ready (agent, "4");
  port = ls_test_port (agent, "web");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int fd = ls_test_connect_tcp (port);
      gint64 before = ls_test_requests (agent, "web", cases[i].status);
      g_autoptr (LsTestReply) reply = NULL;

      assert_true (fd >= 0);
      ls_test_send_all (fd, cases[i].request, strlen (cases[i].request));
      reply = ls_test_read_reply (fd, FALSE, 10000);
      close (fd);
      assert_int_equal (reply->status, cases[i].status);
      until_counted (agent, cases[i].status, before + 1);
    }
  until_counted (agent, -1, (gint64) G_N_ELEMENTS (cases));
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (each_code_is_counted_exactly, ls_test_teardown),
    cmocka_unit_test_teardown (samples_add_up_to_the_total, ls_test_teardown),
    cmocka_unit_test_teardown (scaling_and_reloading_lose_nothing, ls_test_teardown),
    cmocka_unit_test_teardown (refusals_are_counted_too, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
