/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Pools: jobs submitted, followed, cancelled and refused; threads scaled; a host that dies. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/events.h"

#include <signal.h>
#include <string.h>

#define POOL "[agent]\ninterval = 200ms\n[pool compute]\nthreads = 2\n"
#define SOON 20000
#define LONG_JOB "{\"name\":\"primes\",\"args\":[\"4000000000\"]}"

static void
wait_ready (LsTestAgent *agent)
{
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
}

static void
submit (LsTestAgent *agent, const char *body)
{
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", body));
}

static void
a_job_is_done_with_its_result (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);
  json_t *job;

  wait_ready (agent);
  submit (agent, "{\"name\":\"primes\",\"args\":[\"1000000\"]}");
  job = ls_test_until (agent, "/v1/jobs/j1", "state", "done", SOON);
  assert_int_equal (ls_test_number (job, "result.count"), 78498);
  assert_true (ls_test_number (job, "ended_at") >= ls_test_number (job, "started_at"));
  json_decref (job);
  job = ls_test_expect (agent, 422, "POST", "/v1/pools/compute/jobs", "{\"name\":\"no-such-job\"}");
  assert_non_null (strstr (ls_test_text (job, "detail"), "no-such-job"));
  assert_non_null (strstr (ls_test_text (job, "detail"), "primes"));
  json_decref (job);
  submit (agent, "{\"name\":\"primes\",\"args\":[\"many\"]}");
  job = ls_test_until (agent, "/v1/jobs/j2", "state", "failed", SOON);
  assert_string_not_equal (ls_test_text (job, "error"), "");
  json_decref (job);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_running_job_tells_its_progress_and_is_cancelled (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=change", NULL);
  const LsTestEvent *event;

  ls_test_events_next (events, "snapshot", SOON);
  wait_ready (agent);
  submit (agent, LONG_JOB);
  do
    event = ls_test_events_change (events, "job", "state", "running", SOON);
  while (!json_is_real (ls_test_member (event->data, "resource.progress")));
  assert_string_not_equal (ls_test_text (event->data, "resource.message"), "");
  json_decref (ls_test_expect (agent, 202, "DELETE", "/v1/jobs/j1", NULL));
  ls_test_events_change (events, "job", "state", "cancelled", SOON);
  json_decref (ls_test_expect (agent, 409, "DELETE", "/v1/jobs/j1", NULL));
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_full_queue_says_come_again (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[pool compute]\nthreads = 1\nqueue-max = 1\n");
  g_autofree char *retry = NULL;

  wait_ready (agent);
  submit (agent, LONG_JOB);
  json_decref (ls_test_until (agent, "/v1/jobs/j1", "state", "running", SOON));
  submit (agent, LONG_JOB);
  {
    g_autoptr (LsTestReply) reply = ls_test_call (agent, "POST", "/v1/pools/compute/jobs", NULL, LONG_JOB);

    assert_int_equal (reply->status, 429);
    retry = ls_test_reply_header (reply, "Retry-After");
    assert_non_null (retry);
  }
  json_decref (ls_test_expect (agent, 200, "DELETE", "/v1/jobs/j2", NULL));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
many_go_in_one_request (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[pool compute]\nthreads = 2\nqueue-max = 5000\n");
  GString *body = g_string_new ("{\"name\":\"primes\",\"args_list\":[[\"10\"]");
  g_autofree char *large = g_strnfill (140000, '9'), *too_large = g_strdup_printf ("{\"name\":\"primes\",\"args_list\":[[\"1\"],[\"%s\"]]}", large);
  g_autoptr (LsTestReply) again = NULL;
  json_t *answer, *problem;

  wait_ready (agent);
  for (guint i = 1; i < 1000; i++)
    g_string_append_printf (body, ",[\"%u\"]", i);
  g_string_append (body, "]}");
  for (guint i = 0; i < 4; i++)
    {
      answer = ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", body->str);
      assert_int_equal (json_array_size (json_object_get (answer, "ids")), 1000);
      json_decref (answer);
    }
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.totals.done", "4000", SOON));
  answer = ls_test_get (agent, "/v1/jobs/j4000");
  assert_int_equal (ls_test_number (answer, "result.count"), 168);
  assert_string_equal (ls_test_text (answer, "args.0"), "999");
  json_decref (answer);
  problem = ls_test_expect (agent, 422, "POST", "/v1/pools/compute/jobs", too_large);
  assert_non_null (strstr (ls_test_text (problem, "detail"), "args_list[1]: the args have 140001 bytes"));
  json_decref (problem);
  again = ls_test_call (agent, "POST", "/v1/pools/compute/jobs", "Idempotency-Key: a\r\n", "{\"name\":\"primes\",\"args_list\":[[\"1\"],[\"2\"]]}");
  assert_int_equal (again->status, 201);
  g_clear_pointer (&again, ls_test_reply_free);
  again = ls_test_call (agent, "POST", "/v1/pools/compute/jobs", "Idempotency-Key: a\r\n", "{\"name\":\"primes\",\"args_list\":[[\"1\"],[\"2\"]]}");
  assert_int_equal (again->status, 200);
  assert_string_equal (ls_test_text (again->json, "ids.1"), "j4002");
  g_string_free (body, TRUE);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
copies_are_jobs_of_their_own (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[pool compute]\nthreads = 2\nqueue-max = 1000\n");
  g_autofree char *large = g_strnfill (20000, '9'), *too_much = g_strdup_printf ("{\"name\":\"primes\",\"args\":[\"%s\"],\"count\":1000}", large);
  json_t *answer;

  wait_ready (agent);
  answer = ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1000\"],\"count\":700,\"priority\":3}");
  assert_int_equal (json_array_size (json_object_get (answer, "ids")), 700);
  assert_string_equal (ls_test_text (answer, "ids.699"), "j700");
  json_decref (answer);
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.totals.done", "700", SOON));
  answer = ls_test_get (agent, "/v1/jobs/j350");
  assert_int_equal (ls_test_number (answer, "result.count"), 168);
  assert_int_equal (ls_test_number (answer, "priority"), 3);
  json_decref (answer);
  answer = ls_test_expect (agent, 422, "POST", "/v1/pools/compute/jobs", too_much);
  assert_non_null (strstr (ls_test_text (answer, "detail"), "1000 copies of 20001 bytes of args are more than 16 MiB"));
  json_decref (answer);
  /* All of them or none. */
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"900000000000\"],\"count\":900}"));
  json_decref (ls_test_expect (agent, 429, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1\"],\"count\":200}"));
  answer = ls_test_get (agent, "/v1/pools/compute");
  assert_int_equal (ls_test_number (answer, "status.queued") + ls_test_number (answer, "status.running"), 900);
  json_decref (answer);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static gint64
total_of (LsTestAgent *agent, const char *what)
{
  g_autofree char *path = g_strconcat ("status.totals.", what, NULL);
  json_t *pool = ls_test_get (agent, "/v1/pools/compute");
  gint64 total = ls_test_number (pool, path);

  json_decref (pool);
  return total;
}

static void
a_crash_in_the_middle_of_many_loses_none (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[pool compute]\nthreads = 2\nqueue-max = 2000\n");
  gint64 until = g_get_monotonic_time () + SOON * 1000;

  wait_ready (agent);
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1000000\"],\"count\":1000,\"retries\":1}"));
  while (total_of (agent, "done") < 50)
    assert_true (g_get_monotonic_time () < until);
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/pools/compute/signal", "{\"signal\":\"SIGKILL\"}"));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.totals.done", "1000", SOON));
  assert_int_equal (total_of (agent, "failed"), 0);
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.restarts", "1", SOON));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* What each thread uses is measured, where the system tells of threads; elsewhere it is unknown, and not 0. */
static void
check_thread_cpu (LsTestAgent *agent)
{
  gboolean known = strcmp (g_getenv ("LINESHAFT_TEST_PLATFORM"), "linux") == 0;
  gint64 until = g_get_monotonic_time () + SOON * 1000;

  for (;; g_usleep (20000))
    {
      json_t *pool = ls_test_get (agent, "/v1/pools/compute");
      json_t *cpu = ls_test_member (pool, "status.threads.0.cpu");
      gboolean as_expected = known ? json_number_value (cpu) > 0.05 : json_is_null (cpu);

      json_decref (pool);
      if (as_expected)
        return;
      assert_true (g_get_monotonic_time () < until);
    }
}

static void
threads_are_scaled_while_jobs_run (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);
  json_t *pool;

  wait_ready (agent);
  submit (agent, LONG_JOB);
  submit (agent, LONG_JOB);
  submit (agent, LONG_JOB);
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.running", "2", SOON));
  {
    g_autoptr (LsTestReply) reply = ls_test_call (agent, "PATCH", "/v1/pools/compute", NULL, "{\"threads\":3}");

    assert_in_range (reply->status, 200, 202);
  }
  pool = ls_test_until (agent, "/v1/pools/compute", "status.running", "3", SOON);
  json_decref (pool);
  check_thread_cpu (agent);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_host_that_dies_is_replaced (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);
  json_t *pool, *after;

  wait_ready (agent);
  pool = ls_test_get (agent, "/v1/pools/compute");
  submit (agent, LONG_JOB);
  json_decref (ls_test_until (agent, "/v1/jobs/j1", "state", "running", SOON));
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/pools/compute/signal", "{\"signal\":\"KILL\"}"));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.restarts", "1", SOON));
  wait_ready (agent);
  after = ls_test_get (agent, "/v1/pools/compute");
  assert_string_not_equal (ls_test_text (pool, "status.instance"), ls_test_text (after, "status.instance"));
  json_decref (pool);
  json_decref (after);
  submit (agent, "{\"name\":\"primes\",\"args\":[\"1000\"]}");
  after = ls_test_until (agent, "/v1/jobs/j2", "state", "done", SOON);
  assert_int_equal (ls_test_number (after, "result.count"), 168);
  json_decref (after);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_pool_is_made_and_removed (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);

  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/pools/compute", "{\"threads\":1}"));
  wait_ready (agent);
  submit (agent, "{\"name\":\"primes\",\"args\":[\"1000\"]}");
  json_decref (ls_test_until (agent, "/v1/jobs?pool=compute", "items.0.state", "done", SOON));
  json_decref (ls_test_expect (agent, 202, "DELETE", "/v1/pools/compute", NULL));
  ls_test_until_gone (agent, "/v1/pools/compute", SOON);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (a_job_is_done_with_its_result, ls_test_teardown),
    cmocka_unit_test_teardown (a_running_job_tells_its_progress_and_is_cancelled, ls_test_teardown),
    cmocka_unit_test_teardown (a_full_queue_says_come_again, ls_test_teardown),
    cmocka_unit_test_teardown (many_go_in_one_request, ls_test_teardown),
    cmocka_unit_test_teardown (copies_are_jobs_of_their_own, ls_test_teardown),
    cmocka_unit_test_teardown (a_crash_in_the_middle_of_many_loses_none, ls_test_teardown),
    cmocka_unit_test_teardown (threads_are_scaled_while_jobs_run, ls_test_teardown),
    cmocka_unit_test_teardown (a_host_that_dies_is_replaced, ls_test_teardown),
    cmocka_unit_test_teardown (a_pool_is_made_and_removed, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
