/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Plug-ins in a real pool, and the three crashes of the example: each costs its pool's process and nobody else anything. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#define SOON 30000
#define LONG_JOB "{\"name\":\"primes\",\"args\":[\"400000000000\"]}"

/* A pool with the example plug-in and two threads, and another that has nothing to do with it and is at work: its job is j1. */
static LsTestAgent *
start (void **state)
{
  g_autofree char *config = g_strdup_printf ("[pool wild]\nthreads = 2\nplugins = %s\n[pool calm]\nthreads = 1\n", g_getenv ("LINESHAFT_TEST_PLUGIN"));
  LsTestAgent *agent = *state = ls_test_agent_start (config);

  json_decref (ls_test_until (agent, "/v1/pools/wild", "status.state", "ready", SOON));
  json_decref (ls_test_until (agent, "/v1/pools/calm", "status.state", "ready", SOON));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/pools/calm/jobs", LONG_JOB));
  json_decref (ls_test_until (agent, "/v1/jobs/j1", "state", "running", SOON));
  return agent;
}

/* The calm pool is the process that it was, and its job is still at its first attempt. */
static void
stop (LsTestAgent *agent, void **state, const char *calm)
{
  json_t *job = ls_test_get (agent, "/v1/jobs/j1");
  json_t *pool = ls_test_get (agent, "/v1/pools/calm");

  assert_string_equal (ls_test_text (job, "state"), "running");
  assert_int_equal (ls_test_number (job, "attempt"), 1);
  assert_string_equal (ls_test_text (pool, "status.instance"), calm);
  assert_int_equal (ls_test_number (pool, "status.restarts"), 0);
  json_decref (job);
  json_decref (pool);
  json_decref (ls_test_expect (agent, 202, "DELETE", "/v1/jobs/j1", NULL));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static char *
instance_of (LsTestAgent *agent, const char *pool)
{
  g_autofree char *path = g_strconcat ("/v1/pools/", pool, NULL);
  json_t *json = ls_test_get (agent, path);
  char *instance = g_strdup (ls_test_text (json, "status.instance"));

  json_decref (json);
  return instance;
}

static char *
submit (LsTestAgent *agent, const char *body)
{
  json_t *job = ls_test_expect (agent, 201, "POST", "/v1/pools/wild/jobs", body);
  char *path = g_strconcat ("/v1/jobs/", ls_test_text (job, "id"), NULL);

  json_decref (job);
  return path;
}

static void
assert_ends (LsTestAgent *agent, const char *path, const char *state, const char *error)
{
  json_t *job = ls_test_until (agent, path, "state", state, SOON);

  if (strstr (ls_test_text (job, "error"), error) == NULL)
    fail_msg ("%s: %s", path, ls_test_text (job, "error"));
  json_decref (job);
}

/* @body crashes; a job that waits behind it runs in the next process. */
static void
crash (void **state, const char *body, const char *end, const char *error, const char *reason)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm"), *wild = instance_of (agent, "wild"), *after = NULL;
  g_autofree char *crashing = NULL, *beside = NULL, *behind = NULL;
  json_t *pool;

  beside = submit (agent, "{\"name\":\"primes\",\"args\":[\"400000000000\"],\"retries\":1}");
  json_decref (ls_test_until (agent, beside, "state", "running", SOON));
  crashing = submit (agent, body);
  behind = submit (agent, "{\"name\":\"primes\",\"args\":[\"1000\"]}");
  assert_ends (agent, crashing, end, error);
  assert_ends (agent, behind, "done", "");
  json_decref (ls_test_until (agent, beside, "attempt", "2", SOON));      /* it runs again */
  pool = ls_test_until (agent, "/v1/pools/wild", "status.state", "ready", SOON);
  assert_int_equal (ls_test_number (pool, "status.restarts"), 1);
  if (strstr (ls_test_text (pool, "status.reason"), reason) == NULL)
    fail_msg ("%s", ls_test_text (pool, "status.reason"));
  json_decref (pool);
  after = instance_of (agent, "wild");
  assert_string_not_equal (after, wild);
  json_decref (ls_test_expect (agent, 202, "DELETE", beside, NULL));
  stop (agent, state, calm);
}

static void
a_null_write_costs_its_process_only (void **state)
{
  crash (state, "{\"name\":\"null-write\"}", "failed", "killed by signal 11 while the job ran", "killed by signal 11, replaced in");
}

static void
an_abort_costs_its_process_only (void **state)
{
  crash (state, "{\"name\":\"abort\"}", "failed", "killed by signal 6 while the job ran", "killed by signal 6, replaced in");
}

static void
an_endless_loop_costs_its_process_only (void **state)
{
  crash (state, "{\"name\":\"endless\",\"timeout_ms\":300}", "timed-out", "ran longer than 300 ms and did not stop when asked", "did not stop when asked");
}

static void
a_job_that_always_crashes_ends_in_the_end (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm");
  g_autofree char *path = submit (agent, "{\"name\":\"abort\",\"retries\":5}");
  json_t *job, *pool;

  assert_ends (agent, path, "failed", "killed by signal 6");
  job = ls_test_get (agent, path);
  assert_int_equal (ls_test_number (job, "attempt"), 6);
  json_decref (job);
  pool = ls_test_until (agent, "/v1/pools/wild", "status.state", "ready", SOON);
  assert_int_equal (ls_test_number (pool, "status.restarts"), 6);
  json_decref (pool);
  stop (agent, state, calm);
}

static void
the_log_says_which_job_it_was (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm");
  g_autofree char *path = submit (agent, "{\"name\":\"null-write\"}");

  assert_ends (agent, path, "failed", "killed by signal 11");
  json_decref (ls_test_until (agent, "/v1/logs?source=wild&grep=died", "items.0.text", "Thread 0 died in j2 of SIGSEGV (it used memory that is not there).", SOON));
  stop (agent, state, calm);
}

/* --- what they are --- */

static json_t *
find_kind (json_t *pool, const char *name)
{
  size_t i;
  json_t *kind;

  json_array_foreach (ls_test_member (pool, "status.jobs"), i, kind)
    if (strcmp (ls_test_text (kind, "name"), name) == 0)
      return kind;
  return NULL;
}

static void
a_pool_shows_what_it_can_run (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm");
  json_t *wild = ls_test_get (agent, "/v1/pools/wild"), *other = ls_test_get (agent, "/v1/pools/calm");

  assert_string_equal (ls_test_text (find_kind (wild, "abort"), "plugin"), g_getenv ("LINESHAFT_TEST_PLUGIN"));
  assert_string_equal (ls_test_text (find_kind (wild, "primes"), "arguments"), "LIMIT");
  assert_true (json_is_null (ls_test_member (find_kind (wild, "primes"), "plugin")));
  assert_null (find_kind (other, "abort"));
  json_decref (wild);
  json_decref (other);
  stop (agent, state, calm);
}

static void
other_plugins_come_with_another_process (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm"), *wild = instance_of (agent, "wild"), *after = NULL, *body = NULL;
  json_t *pool;

  json_decref (ls_test_expect (agent, 202, "PATCH", "/v1/pools/wild", "{\"plugins\":[]}"));
  pool = ls_test_until (agent, "/v1/operations?limit=100", "items.2.state", "done", SOON);      /* after the two creations */
  json_decref (pool);
  pool = ls_test_until (agent, "/v1/pools/wild", "status.state", "ready", SOON);
  assert_null (find_kind (pool, "abort"));
  json_decref (pool);
  json_decref (ls_test_expect (agent, 422, "POST", "/v1/pools/wild/jobs", "{\"name\":\"abort\"}"));
  after = instance_of (agent, "wild");
  assert_string_not_equal (after, wild);
  stop (agent, state, calm);
}

/* What cannot be loaded is found beside the pool that runs. */
static void
bad_plugins_leave_a_running_pool_alone (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm"), *wild = instance_of (agent, "wild"), *after = NULL;
  g_autofree char *text = g_build_filename (agent->folder, "text.so", NULL);
  g_autofree char *body = g_strdup_printf ("{\"threads\":3,\"plugins\":[\"%s\"]}", text);
  json_t *pool;

  assert_true (g_file_set_contents (text, "no machine code", -1, NULL));
  pool = ls_test_expect (agent, 422, "PATCH", "/v1/pools/wild", body);
  assert_non_null (strstr (ls_test_text (pool, "detail"), "the plug-in cannot be loaded: "));
  assert_non_null (strstr (ls_test_text (pool, "detail"), "wild goes on with what it had"));
  json_decref (pool);
  pool = ls_test_until (agent, "/v1/pools/wild", "status.state", "ready", SOON);
  assert_non_null (find_kind (pool, "abort"));
  assert_int_equal (ls_test_number (pool, "spec.threads.max"), 2);
  assert_true (json_is_null (ls_test_member (pool, "status.reason")));
  json_decref (pool);
  after = instance_of (agent, "wild");
  assert_string_equal (after, wild);
  /* Good ones come all the same. */
  body = (g_free (body), g_strdup_printf ("{\"plugins\":[\"%s\"]}", g_getenv ("LINESHAFT_TEST_PLUGIN")));
  json_decref (ls_test_expect (agent, 202, "PATCH", "/v1/pools/wild", "{\"plugins\":[]}"));
  json_decref (ls_test_until (agent, "/v1/operations?limit=100", "items.3.state", "done", SOON));
  json_decref (ls_test_expect (agent, 202, "PATCH", "/v1/pools/wild", body));
  json_decref (ls_test_until (agent, "/v1/operations?limit=100", "items.4.state", "done", SOON));
  stop (agent, state, calm);
}

static void
assert_refused (LsTestAgent *agent, const char *plugin, const char *sentence)
{
  g_autofree char *body = g_strdup_printf ("{\"threads\":1,\"plugins\":[\"%s\"]}", plugin);
  json_t *problem = ls_test_expect (agent, 422, "PUT", "/v1/pools/other", body);

  if (strstr (ls_test_text (problem, "detail"), sentence) == NULL)
    fail_msg ("%s", ls_test_text (problem, "detail"));
  json_decref (problem);
}

static void
what_is_no_plugin_is_one_sentence (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autofree char *text = g_build_filename (agent->folder, "text.so", NULL);
  g_autofree char *body = g_strdup_printf ("{\"threads\":1,\"plugins\":[\"%s\"]}", text);
  json_t *pool;

  assert_refused (agent, "/no/such.so", "there is no file /no/such.so to be a plug-in");
  assert_refused (agent, "no-such", "there is no plug-in “no-such” in ");
  assert_refused (agent, "some/such.so", "a plug-in is a full path that begins with /, or the name of one that is installed, not “some/such.so”");
  assert_true (g_file_set_contents (text, "no machine code", -1, NULL));
  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/pools/other", body));
  pool = ls_test_until (agent, "/v1/pools/other", "status.state", "failing", SOON);
  assert_non_null (strstr (ls_test_text (pool, "status.reason"), "the plug-in cannot be loaded: "));
  json_decref (pool);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
assert_kept_out (LsTestAgent *agent, const char *plugin, const char *sentence)
{
  g_autofree char *body = g_strdup_printf ("{\"plugins\":[\"%s\",\"%s\"]}", g_getenv ("LINESHAFT_TEST_PLUGIN"), plugin);
  json_t *problem = ls_test_expect (agent, 422, "PATCH", "/v1/pools/wild", body);

  if (strstr (ls_test_text (problem, "detail"), sentence) == NULL)
    fail_msg ("%s", ls_test_text (problem, "detail"));
  json_decref (problem);
}

/* Which of the two would run is no question that anybody is to be left with. */
static void
one_name_is_one_job (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm"), *copy = g_build_filename (agent->folder, "copy.so", NULL), *code = NULL;
  gsize length;

  assert_true (g_file_get_contents (g_getenv ("LINESHAFT_TEST_PLUGIN"), &code, &length, NULL));
  assert_true (g_file_set_contents (copy, code, (gssize) length, NULL));
  assert_kept_out (agent, copy, "/copy.so brings a job “word-count”, and there is one of that name already");
  stop (agent, state, calm);
}

static void
one_of_another_version_is_kept_out (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *calm = instance_of (agent, "calm");

  assert_kept_out (agent, g_getenv ("LINESHAFT_TEST_NEWER"), "was built for version 2 of the job header, this Lineshaft has 1: build it anew");
  stop (agent, state, calm);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (a_null_write_costs_its_process_only, ls_test_teardown),
    cmocka_unit_test_teardown (an_abort_costs_its_process_only, ls_test_teardown),
    cmocka_unit_test_teardown (an_endless_loop_costs_its_process_only, ls_test_teardown),
    cmocka_unit_test_teardown (a_job_that_always_crashes_ends_in_the_end, ls_test_teardown),
    cmocka_unit_test_teardown (the_log_says_which_job_it_was, ls_test_teardown),
    cmocka_unit_test_teardown (a_pool_shows_what_it_can_run, ls_test_teardown),
    cmocka_unit_test_teardown (other_plugins_come_with_another_process, ls_test_teardown),
    cmocka_unit_test_teardown (bad_plugins_leave_a_running_pool_alone, ls_test_teardown),
    cmocka_unit_test_teardown (what_is_no_plugin_is_one_sentence, ls_test_teardown),
    cmocka_unit_test_teardown (one_name_is_one_job, ls_test_teardown),
    cmocka_unit_test_teardown (one_of_another_version_is_kept_out, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
