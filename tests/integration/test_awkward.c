/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs that do what they should not (awkward_jobs.c): whose fault it was, and what the agent bears. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <string.h>

#define SOON 30000
#define LONG 1000000u

static LsTestAgent *
start (void **state)
{
  g_autofree char *config = g_strdup_printf ("[pool odd]\nthreads = 2\nplugins = %s\n", g_getenv ("LINESHAFT_TEST_AWKWARD"));
  LsTestAgent *agent = *state = ls_test_agent_start (config);

  json_decref (ls_test_until (agent, "/v1/pools/odd", "status.state", "ready", SOON));
  return agent;
}

static void
stop (LsTestAgent *agent, void **state)
{
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* The path of the job. @arg may be NULL. */
static char *
submit (LsTestAgent *agent, const char *name, const char *arg)
{
  g_autoptr (json_t) wish = json_pack ("{s:s,s:o}", "name", name, "args", arg != NULL ? json_pack ("[s]", arg) : json_array ());
  char *body = json_dumps (wish, 0);
  json_t *job = ls_test_expect (agent, 201, "POST", "/v1/pools/odd/jobs", body);
  char *path = g_strconcat ("/v1/jobs/", ls_test_text (job, "id"), NULL);

  free (body);
  json_decref (job);
  return path;
}

static void
assert_says (LsTestAgent *agent, const char *path, const char *state, const char *member, const char *words)
{
  json_t *job = ls_test_until (agent, path, "state", state, SOON);

  if (strstr (ls_test_text (job, member), words) == NULL)
    fail_msg ("%s: %.200s", path, ls_test_text (job, member));
  json_decref (job);
}

/* --- the process --- */

static void
whoever_calls_exit_is_named (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *beside = submit (agent, "wait", NULL);

  json_decref (ls_test_until (agent, beside, "state", "running", SOON));
  g_autofree char *guilty = submit (agent, "exit", NULL);
  assert_says (agent, guilty, "failed", "error", "exited with code 0 while the job ran");
  assert_says (agent, beside, "failed", "error", "exited with code 0 in j2 while this job ran beside it");
  stop (agent, state);
}

static void
a_job_that_ends_its_thread_does_not_run_for_ever (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *path = submit (agent, "leave", NULL);

  assert_says (agent, path, "failed", "error", "killed by signal 6 while the job ran");
  json_decref (ls_test_until (agent, "/v1/logs?source=odd&grep=died", "items.0.text", "Thread 0 died in j1 of SIGABRT (it gave up by itself).", SOON));
  stop (agent, state);
}

/* Nobody knows which job it was, but that one ran; so the pool is as quick to come back the tenth time as the first. */
static void
jobs_that_end_the_process_do_not_make_the_pool_fail (void **state)
{
  static const char *const names[] = { "quit", "close" };
  LsTestAgent *agent = start (state);

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *path = submit (agent, names[i % 2], NULL);
      json_decref (ls_test_until (agent, path, "state", "failed", SOON));
    }
  json_t *pool = ls_test_until (agent, "/v1/pools/odd", "status.state", "ready", 3000);
  assert_int_equal (ls_test_number (pool, "status.restarts"), 10);
  json_decref (pool);
  stop (agent, state);
}

/* --- what they say --- */

static void
long_results_are_kept_within_bounds_and_left_out_of_lists (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *last = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_free (last);
      last = submit (agent, "say", G_STRINGIFY (1000000));
      json_decref (ls_test_until (agent, last, "state", "done", SOON));
    }
  json_t *job = ls_test_get (agent, last);
  assert_int_equal (strlen (ls_test_text (job, "result")), LONG);
  assert_true (json_is_false (ls_test_member (job, "brief")));
  json_decref (job);

  json_t *list = ls_test_get (agent, "/v1/jobs?limit=1000");
  char *text = json_dumps (list, 0);
  assert_true (strlen (text) < LONG / 10);
  assert_in_range (json_array_size (json_object_get (list, "items")), 30, 33);
  assert_true (json_is_true (ls_test_member (list, "items.0.brief")));
  assert_true (json_is_null (ls_test_member (list, "items.0.result")));
  free (text);
  json_decref (list);
  stop (agent, state);
}

static void
long_args_are_left_out_of_lists (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *arg = g_strnfill (100000, 'x');
  g_autofree char *path = submit (agent, "answer", arg);

  assert_says (agent, path, "done", "args.0", arg);
  json_t *list = ls_test_get (agent, "/v1/jobs");
  assert_int_equal (json_array_size (ls_test_member (list, "items.0.args")), 0);
  assert_true (json_is_true (ls_test_member (list, "items.0.brief")));
  json_decref (list);
  stop (agent, state);
}

static void
texts_that_are_too_long_are_cut (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *murmur = submit (agent, "murmur", "5000"), *wail = submit (agent, "wail", "3000000"), *say = submit (agent, "say", "3000000");

  assert_says (agent, wail, "failed", "error", "yyy…");
  assert_says (agent, say, "failed", "error", "its result has 3000");
  g_autofree char *start_of_it = g_strnfill (1000, 'y'), *cut = g_strconcat (start_of_it, "…", NULL);
  json_decref (ls_test_until (agent, murmur, "message", cut, SOON));
  json_decref (ls_test_expect (agent, 202, "DELETE", murmur, NULL));
  stop (agent, state);
}

static void
nonsense_is_made_sense_of (void **state)
{
  static const struct {
    const char *part, *progress;
  } cases[] = { { "nan", "0" }, { "-1", "0" }, { "1e300", "1" }, { "inf", "1" }, { "0.25", "0.25" } };
  static const char *const answers[] = { "not json {", "\"a\\u0000b\"", "{\"a\":1,\"a\":2}", "1e999", "" };
  LsTestAgent *agent = start (state);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = submit (agent, "nonsense", cases[i].part);
      json_t *job = ls_test_until (agent, path, "message", "\357\277\275\357\277\275 \001 \"\\", SOON);
      assert_float_equal (json_number_value (ls_test_member (job, "progress")), g_ascii_strtod (cases[i].progress, NULL), 0.001);
      json_decref (job);
      json_decref (ls_test_expect (agent, 202, "DELETE", path, NULL));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *path = submit (agent, "answer", answers[i]);
      json_t *job = ls_test_until (agent, path, "state", "done", SOON);
      assert_string_equal (ls_test_text (job, "result"), answers[i]);
      json_decref (job);
    }
  g_autofree char *unknown = submit (agent, "unknown", NULL);
  assert_says (agent, unknown, "failed", "error", "did not say why");
  stop (agent, state);
}

/* --- stopping them --- */

/* What the command line prints of "stop j1" or "stop t1", and its exit status. */
static char *
stop_any (LsTestAgent *agent, const char *path, int *ret_status)
{
  g_autofree char *command = g_strdup_printf ("%s -H %s stop %s 2>&1", g_getenv ("LINESHAFT_TEST_CLI"), agent->socket, strrchr (path, '/') + 1);
  const char *argv[] = { "sh", "-c", command, NULL };
  char *output = NULL;

  assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, ret_status, NULL));
  return output;
}

static void
what_had_ended_before_is_not_said_to_be_stopped (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *path = submit (agent, "doze", "1");
  int status = -1;

  json_decref (ls_test_until (agent, path, "state", "done", SOON));
  g_autofree char *job = stop_any (agent, path, &status);
  assert_string_equal (job, "lineshaft: j1 is over (done): there is nothing to cancel\n");
  assert_int_not_equal (status, 0);
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"]}}"));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  g_autofree char *task = stop_any (agent, "/v1/tasks/t1", &status);
  assert_string_equal (task, "t1 had ended already.\n");
  assert_int_equal (status, 0);
  stop (agent, state);
}

static void
a_job_is_stopped_once_it_has_ended (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *path = submit (agent, "doze", "700");
  int status = -1;

  json_decref (ls_test_until (agent, path, "state", "running", SOON));
  g_autofree char *output = stop_any (agent, path, &status);
  assert_string_equal (output, "j1 is stopped.\n");
  assert_int_equal (status, 0);
  json_t *job = ls_test_get (agent, path);
  assert_string_not_equal (ls_test_text (job, "state"), "running");
  json_decref (job);
  stop (agent, state);
}

static void
a_job_that_does_not_stop_is_not_said_to_have (void **state)
{
  LsTestAgent *agent = start (state);
  g_autofree char *path = submit (agent, "doze", "3600000");
  int status = -1;

  json_decref (ls_test_until (agent, path, "state", "running", SOON));
  g_autofree char *output = stop_any (agent, path, &status);
  assert_string_equal (output, "lineshaft: j1 was asked to stop and has not: restart odd to end it\n");
  assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 1);
  json_t *pool = ls_test_get (agent, "/v1/pools/odd");
  kill ((pid_t) ls_test_number (pool, "status.pid"), SIGKILL);
  json_decref (pool);
  json_decref (ls_test_until (agent, path, "state", "cancelled", SOON));
  stop (agent, state);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (whoever_calls_exit_is_named, ls_test_teardown),
    cmocka_unit_test_teardown (a_job_that_ends_its_thread_does_not_run_for_ever, ls_test_teardown),
    cmocka_unit_test_teardown (jobs_that_end_the_process_do_not_make_the_pool_fail, ls_test_teardown),
    cmocka_unit_test_teardown (long_results_are_kept_within_bounds_and_left_out_of_lists, ls_test_teardown),
    cmocka_unit_test_teardown (long_args_are_left_out_of_lists, ls_test_teardown),
    cmocka_unit_test_teardown (texts_that_are_too_long_are_cut, ls_test_teardown),
    cmocka_unit_test_teardown (nonsense_is_made_sense_of, ls_test_teardown),
    cmocka_unit_test_teardown (a_job_is_stopped_once_it_has_ended, ls_test_teardown),
    cmocka_unit_test_teardown (what_had_ended_before_is_not_said_to_be_stopped, ls_test_teardown),
    cmocka_unit_test_teardown (a_job_that_does_not_stop_is_not_said_to_have, ls_test_teardown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
