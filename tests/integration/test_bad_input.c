/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Bad input gets a clear answer; nothing crashes, grows or is lost. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"
#include "tests/support/schema.h"

#include <string.h>
#include <unistd.h>

#define WEB "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n[pool compute]\nthreads = 1\n"
#define SOON 10000
#define MEMORY_MAX (1024 * 1024)

static void
wait_ready (LsTestAgent *agent)
{
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "2", SOON));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
}

static void
requests_that_make_no_sense_are_told_why (void **state)
{
  static const struct { const char *method, *target, *body; int status; const char *word; } cases[] = {
    { "GET", "/", NULL, 404, "/v1/openapi.json" },
    { "GET", "/v1/nothing", NULL, 404, "/v1/nothing" },
    { "GET", "/v1/clusters/", NULL, 404, "" },
    { "GET", "/v1/clusters/nope", NULL, 404, "nope" },
    { "GET", "/v1/clusters/%ff", NULL, 400, "UTF-8" },
    { "GET", "/v1/clusters?limt=3", NULL, 400, "limit" },
    { "GET", "/v1/clusters?limit=-1", NULL, 400, "limit" },
    { "GET", "/v1/clusters?limit=0", NULL, 400, "limit" },
    { "GET", "/v1/clusters?state=redy", NULL, 400, "ready" },
    { "GET", "/v1/clusters?after=nope", NULL, 400, "“after” takes what “next” said" },
    { "GET", "/v1/events?topics=sampels", NULL, 400, "sample" },
    { "GET", "/v1/events?interval=x", NULL, 400, "interval" },
    { "GET", "/v1/logs?stream=stdin", NULL, 400, "stdout" },
    { "GET", "/v1/history?step=0", NULL, 400, "step" },
    { "DELETE", "/v1/workers", NULL, 405, "GET" },
    { "POST", "/v1/clusters/web", "{}", 405, "PATCH" },
    { "BREW", "/v1/clusters", NULL, 501, "method" },
    { "OPTIONS", "/v1/clusters", NULL, 405, "GET" },
    { "GET", "/v1/agent", "{}", 400, "body" },
    { "PATCH", "/v1/clusters/web", NULL, 400, "JSON" },
    { "PATCH", "/v1/clusters/web", "{", 400, "line 1" },
    { "PATCH", "/v1/clusters/web", "[1]", 400, "object" },
    { "PATCH", "/v1/clusters/web", "{\"workers\":-1}", 422, "workers" },
    { "PATCH", "/v1/clusters/web", "{\"workers\":1000000000}", 422, "workers" },
    { "PATCH", "/v1/clusters/web", "{\"workers\":1e9}", 400, "workers" },
    { "PATCH", "/v1/clusters/web", "{\"workers\":100}", 422, "slots_max" },
    { "PATCH", "/v1/clusters/web", "{\"wrokers\":1}", 400, "workers" },
    { "PATCH", "/v1/clusters/web", "{\"listen\":[\"nowhere:99999\"]}", 422, "99999" },
    { "PATCH", "/v1/clusters/web", "{\"balance\":\"round\"}", 400, "steered" },
    { "PATCH", "/v1/clusters/nope", "{\"workers\":1}", 404, "nope" },
    { "PUT", "/v1/clusters/Web", "{}", 400, "small letter" },
    { "PUT", "/v1/clusters/compute", "{}", 409, "compute" },
    { "PUT", "/v1/pools/web", "{}", 409, "web" },
    { "POST", "/v1/workers/web.1/signal", "{}", 400, "signal" },
    { "POST", "/v1/workers/web.1/signal", "{\"signal\":\"SIGNONSENSE\"}", 400, "SIGNONSENSE" },
    { "POST", "/v1/workers/web.1/signal", "{\"signal\":9}", 400, "signal" },
    { "POST", "/v1/workers/web.1/messages", "{}", 400, "message" },
    { "POST", "/v1/tasks", "{}", 400, "spec" },
    { "POST", "/v1/tasks", "{\"spec\":{}}", 422, "argv" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"/no/such/program\"]}}", 422, "/no/such/program" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"pty\":true,\"stdin\":{\"text\":\"x\"}}}", 422, "terminal" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"window\":{\"rows\":2,\"columns\":2}}}", 422, "pty" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"stdin\":{\"file\":\"/no/such/file\"}}}", 422, "/no/such/file" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"stdin\":{\"file\":\"/\"}}}", 422, "folder" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"nice\":-21}}", 422, "nice" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"limits\":{\"nofiles\":9}}}", 400, "nofile" },
    { "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"limits\":{\"core\":{\"soft\":2,\"hard\":1}}}}", 422, "core" },
    { "POST", "/v1/tasks", "{\"items\":[]}", 400, "items" },
    { "POST", "/v1/tasks", "{\"items\":[{\"spec\":{\"argv\":[\"true\"]}},{\"spec\":{\"argv\":[\"/no/such/program\"]}}]}", 422, "items[1]" },
    { "POST", "/v1/tasks/t999/input", "x", 404, "t999" },
    { "GET", "/v1/tasks/t999/output", NULL, 404, "t999" },
    { "POST", "/v1/pools/compute/jobs", "{}", 400, "name" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":\"1\"}", 400, "args" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args_list\":[[\"1\"],[2]]}", 400, "args_list[1]: args[0] must be a text, not 2" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args_list\":\"1\"}", 400, "args_list must be a list of 1 to 1000" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args_list\":[[\"1\"],]}", 400, "not JSON: line 1" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args_list\":[[\"1\"]],\"count\":2}", 422, "count and args_list are two ways" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args_list\":[[\"1\"]],\"output\":\"/tmp/x\"}", 422, "output is for one job: with args_list" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1\"],\"count\":1001}", 422, "count must be a whole number from 1 to 1000, not 1001" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1\"],\"count\":\"2\"}", 400, "count must be a whole number from 1 to 1000" },
    { "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"count\":2,\"output\":\"/tmp/x\"}", 422, "output is for one job: with count" },
    { "GET", "/v1/jobs/j999", NULL, 404, "j999" },
    { "GET", "/v1/operations/op-999", NULL, 404, "op-999" },
    { "GET", "/v1/schedules/nope", NULL, 404, "nope" },
    { "POST", "/v1/schedules/nope/run", "{}", 404, "nope" },
    { "PUT", "/v1/schedules/x", "{}", 422, "when is missing" },
    { "PUT", "/v1/schedules/x", "{\"when\":\"daily 25:00\",\"argv\":[\"true\"]}", 422, "25:00" },
    { "PUT", "/v1/schedules/x", "{\"when\":\"0 0 30 2 *\",\"argv\":[\"true\"]}", 422, "never comes" },
    { "PUT", "/v1/schedules/x", "{\"when\":\"@daily\"}", 422, "argv" },
    { "PUT", "/v1/schedules/x", "{\"when\":\"@daily\",\"argv\":[\"true\"],\"overlp\":\"skip\"}", 400, "overlap" },
    { "PUT", "/v1/schedules/x", "{\"when\":\"@daily\",\"argv\":[\"true\"],\"keep\":0}", 422, "keep" },
    { "PUT", "/v1/schedules/X", "{\"when\":\"@daily\",\"argv\":[\"true\"]}", 400, "name" },
    { "GET", "/v1/tasks/t1/attach", NULL, 404, "t1" },
    { "POST", "/v1/apply", "{\"text\":\"[cluster x]\\nwrokers = 4\\n\"}", 400, "workers" },
    { "POST", "/v1/apply", "{\"text\":7}", 400, "text" },
  };
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  json_t *document = ls_test_get (agent, "/v1/openapi.json");

  wait_ready (agent);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsTestReply) reply = ls_test_call (agent, cases[i].method, cases[i].target, NULL, cases[i].body);
      g_autofree char *type = ls_test_reply_header (reply, "Content-Type");
      g_autofree char *misfit = ls_schema_check_named (document, "Problem", reply->json);
      const char *what = cases[i].body != NULL ? cases[i].body : "";

      if (reply->status != cases[i].status)
        fail_msg ("%s %s %s: %d instead of %d: %s", cases[i].method, cases[i].target, what, reply->status, cases[i].status, reply->body);
      if (strstr (ls_test_text (reply->json, "detail"), cases[i].word) == NULL)
        fail_msg ("%s %s %s does not speak of “%s”: %s", cases[i].method, cases[i].target, what, cases[i].word, reply->body);
      if (misfit != NULL)
        fail_msg ("%s %s %s: %s", cases[i].method, cases[i].target, what, misfit);
      assert_string_equal (type, "application/problem+json");
    }
  json_decref (document);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* Sends @text as it is and reads one answer. */
static LsTestReply *
send_raw (LsTestAgent *agent, const char *text, gsize length)
{
  int fd = ls_test_connect_unix (agent->socket);
  LsTestReply *reply;

  assert_true (fd >= 0);
  ls_test_send_all (fd, text, length);
  reply = ls_test_read_reply (fd, FALSE, SOON);
  close (fd);
  return reply;
}

static void
what_is_no_http_is_refused (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  g_autofree char *many = g_strnfill (64 * 1024, 'h');
  g_autofree char *headers = g_strdup_printf ("GET /v1/agent HTTP/1.1\r\nHost: a\r\nX-Long: %s\r\n\r\n", many);
  g_autofree char *target = g_strdup_printf ("GET /%.*s HTTP/1.1\r\nHost: a\r\n\r\n", 10000, many);
  const struct { const char *text; int status; } cases[] = {
    { "\x16\x03\x01 complete nonsense\r\n\r\n", 400 },
    { "GET /v1/agent HTTP/1.1\r\n\r\n", 400 },
    { "GET /v1/agent HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
    { "GET /v1/agent HTTP/9.9\r\nHost: a\r\n\r\n", 505 },
    { "POST /v1/tasks HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
    { "POST /v1/tasks HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400 },
    { "POST /v1/tasks HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n{", 413 },
    { "POST /v1/tasks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501 },
    { headers, 431 },
    { target, 414 },
  };
  gsize before;

  wait_ready (agent);
  before = ls_test_rss (agent->pid);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsTestReply) reply = send_raw (agent, cases[i].text, strlen (cases[i].text));

      if (reply->status != cases[i].status)
        fail_msg ("“%.60s…” was answered with %d instead of %d: %s", cases[i].text, reply->status, cases[i].status, reply->head);
    }
  assert_true (ls_test_rss (agent->pid) < before + MEMORY_MAX * LS_TEST_SLOWNESS);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* 100 MB that are really sent: refused at the head, and never kept. */
static void
a_huge_body_is_not_taken (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  g_autofree char *piece = g_strnfill (64 * 1024, ' ');
  const char *head = "POST /v1/tasks HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n";
  int fd;
  gsize before;
  g_autoptr (LsTestReply) reply = NULL;

  wait_ready (agent);
  before = ls_test_rss (agent->pid);
  fd = ls_test_connect_unix (agent->socket);
  assert_true (ls_test_send_all (fd, head, strlen (head)));
  for (guint i = 0; i < 1600 && !ls_test_readable (fd, 0); i++)
    if (!ls_test_send_all (fd, piece, 64 * 1024))
      break;
  reply = ls_test_read_reply (fd, FALSE, SOON);
  close (fd);
  assert_int_equal (reply->status, 413);
  assert_true (ls_test_rss (agent->pid) < before + MEMORY_MAX * LS_TEST_SLOWNESS);
  ls_test_agent_stop (agent);
  *state = NULL;
}

#define HALF_OPEN 500

static void
five_hundred_half_open_requests_cost_little (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  int fds[HALF_OPEN];
  gsize before;
  guint refused = 0, told = 0;

  wait_ready (agent);
  before = ls_test_rss (agent->pid);
  for (guint i = 0; i < HALF_OPEN; i++)
    {
      fds[i] = ls_test_connect_unix (agent->socket);
      assert_true (fds[i] >= 0);
      ls_test_send_all (fds[i], "GET /v1/agent HTTP/1.1\r\nHost: a\r\nX-Slow: ", 42);
    }
  /* 64 may wait at once; the others are told to come again, or hung up on when even that is too much. */
  for (guint i = 0; i < HALF_OPEN; i++)
    if (ls_test_readable (fds[i], i >= 64 ? SOON : 0))
      {
        g_autoptr (LsTestReply) reply = ls_test_read_reply (fds[i], FALSE, SOON);
        g_autofree char *retry = ls_test_reply_header (reply, "Retry-After");

        assert_true (reply->status == 503 || reply->status == 0);
        assert_true (reply->status == 0 || retry != NULL);
        told += reply->status == 503;
        refused++;
      }
  assert_true (told > 0);
  assert_int_equal (refused, HALF_OPEN - 64);
  assert_true (ls_test_rss (agent->pid) < before + MEMORY_MAX * LS_TEST_SLOWNESS);
  for (guint i = 0; i < HALF_OPEN; i++)
    close (fds[i]);
  /* And when they have gone, it is as before. */
  for (gint64 until = g_get_monotonic_time () + SOON * 1000;; g_usleep (2000))
    {
      g_autoptr (LsTestReply) reply = ls_test_call (agent, "GET", "/v1/agent", NULL, NULL);

      if (reply->status == 200)
        break;
      assert_true (g_get_monotonic_time () < until);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (requests_that_make_no_sense_are_told_why, ls_test_teardown),
    cmocka_unit_test_teardown (what_is_no_http_is_refused, ls_test_teardown),
    cmocka_unit_test_teardown (a_huge_body_is_not_taken, ls_test_teardown),
    cmocka_unit_test_teardown (five_hundred_half_open_requests_cost_little, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
