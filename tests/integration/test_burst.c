/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Very much at once: ten thousand tasks, a gigabyte of output, messages that are none. The agent answers throughout, and is afterwards as it was. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <string.h>
#include <unistd.h>

#define SOON 20000
#define TASKS (LS_TEST_SLOWNESS > 1 ? 1000u : 10000u)
#define BATCH 100u
#define OUTPUT_MB (LS_TEST_SLOWNESS > 1 ? 100u : 1000u)
#define MESSAGE_MB (LS_TEST_SLOWNESS > 1 ? 20u : 100u)
#define MB (1024u * 1024)

/* How many tasks there are in @state, at most 10,000. */
static gsize
count_tasks (const LsTestAgent *agent, const char *state)
{
  g_autofree char *target = g_strdup_printf ("/v1/tasks?limit=10000%s%s", state != NULL ? "&state=" : "", state != NULL ? state : "");
  json_t *tasks = ls_test_get (agent, target);
  gsize n = json_array_size (json_object_get (tasks, "items"));

  json_decref (tasks);
  return n;
}

static gint64
longest_answer_ms (LsTestAgent *agent, gint64 longest)
{
  gint64 before = g_get_monotonic_time ();

  json_decref (ls_test_get (agent, "/v1/agent"));
  return MAX (longest, (g_get_monotonic_time () - before) / 1000);
}

/* How many of them have to wait for their turn. */
static gsize
post_batch (LsTestAgent *agent, const char *spec)
{
  g_autoptr (GString) body = g_string_new ("{\"items\":[");
  gsize i_task, waiting = 0;
  json_t *answer, *task;

  for (guint i = 0; i < BATCH; i++)
    g_string_append_printf (body, "%s{\"spec\":%s}", i > 0 ? "," : "", spec);
  g_string_append (body, "]}");
  answer = ls_test_expect (agent, 201, "POST", "/v1/tasks", body->str);
  assert_int_equal (json_array_size (json_object_get (answer, "items")), BATCH);
  json_array_foreach (json_object_get (answer, "items"), i_task, task)
    {
      assert_string_equal (ls_test_text (task, "kind"), "task");
      waiting += strcmp (ls_test_text (task, "status.state"), "waiting") == 0;
    }
  json_decref (answer);
  return waiting;
}

/* What a sample had open of processes that have ended is closed by the next one, a second later: the count that stands for longer than that. */
static guint
settled_fds (const LsTestAgent *agent)
{
  guint last = 0, same = 0;
  for (guint tries = 0; tries < 200 && same < 25; tries++)
    {
      guint now = ls_test_count_fds (agent->pid);
      same = now == last ? same + 1 : 0;
      last = now;
      g_usleep (100 * 1000);
    }
  return last;
}

/* Memory goes back when a sample sees that there is some, a second later at most: the least that nothing has been below of for longer than that. */
static gsize
settled_rss (const LsTestAgent *agent)
{
  gsize least = ls_test_rss (agent->pid);
  for (guint tries = 0, same = 0; tries < 200 && same < 25; tries++)
    {
      g_usleep (100 * 1000);
      gsize now = ls_test_rss (agent->pid);
      same = now < least ? 0 : same + 1;
      least = MIN (least, now);
    }
  return least;
}

typedef struct {
  gsize waited;           /* tasks that had to wait for their turn */
  gint64 longest_ms;      /* the longest answer in the meantime */
  guint fds;              /* afterwards */
  gsize rss;
} Burst;

/* All are accounted for: each runs and writes one byte into one file, @marks. */
static Burst
burst (LsTestAgent *agent, const char *marks)
{
  g_autofree char *file = g_build_filename (agent->folder, marks, NULL), *written = NULL;
  g_autofree char *spec = g_strdup_printf ("{\"argv\":[\"sh\",\"-c\",\"printf x >> '%s'\"]}", file);
  Burst done = { 0 };
  gsize length;

  for (guint posted = 0; posted < TASKS; posted += BATCH)
    {
      done.waited += post_batch (agent, spec);
      done.longest_ms = longest_answer_ms (agent, done.longest_ms);
    }
  while (count_tasks (agent, "running") + count_tasks (agent, "waiting") > 0)
    {
      done.longest_ms = longest_answer_ms (agent, done.longest_ms);
      g_usleep (20000);
    }
  assert_true (g_file_get_contents (file, &written, &length, NULL));
  assert_int_equal (length, TASKS);
  assert_int_equal (count_tasks (agent, NULL), 1000);      /* the last thousand are remembered */
  assert_int_equal (count_tasks (agent, "exited"), 1000);
  assert_true (done.waited > 0);
  ls_test_assert_childless (agent->pid);
  done.fds = settled_fds (agent);
  done.rss = settled_rss (agent);
  return done;
}

/* The first one fills what has bounds: the last thousand tasks, output, events, the figures of every task that a sample met. The second one leaves
 * nothing behind. */
static void
ten_thousand_tasks_at_once (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[agent]\ntasks-max = 16\nhistory-memory = 256KiB\n");
  const guint fds = settled_fds (agent);
  const Burst first = burst (agent, "first"), second = burst (agent, "second");

  print_message ("# %u tasks twice; %zu had to wait; the longest answer took %d ms; memory %zu KiB before, %zu KiB after\n", TASKS, second.waited,
                 (int) MAX (first.longest_ms, second.longest_ms), first.rss / 1024, second.rss / 1024);
  if (first.fds > fds || second.fds > fds)
    fail_msg ("%u descriptors have become %u and %u", fds, first.fds, second.fds);
  if (LS_TEST_SLOWNESS == 1 && second.rss > first.rss + 4 * MB)
    fail_msg ("%zu bytes of memory have become %zu", first.rss, second.rss);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
those_who_wait_say_so_and_can_be_stopped (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[agent]\ntasks-max = 1\n");
  json_t *task;

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"sleep\",\"1000\"]}}"));
  task = ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"]}}");
  assert_string_equal (ls_test_text (task, "status.state"), "waiting");
  assert_string_equal (ls_test_text (task, "status.reason"), "waits for a free place: 1 tasks run, and tasks-max is 1");
  json_decref (task);
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"]}}"));
  /* What is wrong is said at once, also to one that would have to wait. */
  json_decref (ls_test_expect (agent, 422, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"/no/such/program\"]}}"));
  json_decref (ls_test_expect (agent, 422, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"cwd\":\"/no/such/folder\"}}"));
  json_decref (ls_test_expect (agent, 422, "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"true\"],\"stdin\":{\"file\":\"/no/such/file\"}}}"));
  json_decref (ls_test_expect (agent, 202, "POST", "/v1/tasks/t2/stop", NULL));
  json_decref (ls_test_until (agent, "/v1/tasks/t2", "status.state", "stopped", SOON));
  json_decref (ls_test_expect (agent, 202, "POST", "/v1/tasks/t1/stop", NULL));
  json_decref (ls_test_until (agent, "/v1/tasks/t3", "status.state", "exited", SOON));
  ls_test_agent_stop (agent);
  *state = NULL;
}

static guint64
folder_size (const char *folder)
{
  const char *argv[] = { "du", "-sb", folder, NULL };
  g_autofree char *output = NULL;

  assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL));
  return g_ascii_strtoull (output, NULL, 10);
}

static void
a_gigabyte_of_output (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[agent]\nlog-memory = 1MiB\nlog-disk = 8MiB\n");
  g_autofree char *body = g_strdup_printf ("{\"spec\":{\"argv\":\"yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c %u000000\"}}", OUTPUT_MB);
  gsize rss, most = 0;
  gint64 longest = 0;
  json_t *task;

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", "{\"spec\":{\"argv\":\"seq 1 100000\"}}"));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  rss = ls_test_rss (agent->pid);
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", body));
  for (gboolean over = FALSE; !over;)
    {
      longest = longest_answer_ms (agent, longest);
      most = MAX (most, ls_test_rss (agent->pid));
      task = ls_test_get (agent, "/v1/tasks/t2");
      over = strcmp (ls_test_text (task, "status.state"), "running") != 0;
      json_decref (task);
      g_usleep (5000);
    }
  task = ls_test_get (agent, "/v1/tasks/t2");
  assert_string_equal (ls_test_text (task, "status.state"), "exited");
  assert_int_equal (ls_test_number (task, "status.output.stdout_bytes"), (json_int_t) OUTPUT_MB * 1000000);
  assert_true (ls_test_number (task, "status.output.dropped_bytes") > (json_int_t) OUTPUT_MB * 900000);
  json_decref (task);
  print_message ("# %u MB of output; memory %zu KiB before, %zu KiB at most; the longest answer took %d ms; %u KiB on disk\n", OUTPUT_MB, rss / 1024,
                 most / 1024, (int) longest, (guint) (folder_size (agent->folder) / 1024));
  if (LS_TEST_SLOWNESS == 1)
    assert_true (most < rss + 8 * MB);
  assert_true (folder_size (agent->folder) < 10 * MB);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* --- messages --- */

static void
assert_messages (LsTestAgent *agent, const char *task, const char *const *texts)
{
  g_autofree char *target = g_strdup_printf ("/v1/tasks/%s/messages", task);
  json_t *messages = ls_test_get (agent, target), *items = json_object_get (messages, "items");

  for (gsize i = 0; texts[i] != NULL; i++)
    {
      g_autofree char *text = ls_json_to_text (json_object_get (json_array_get (items, i), "message"));

      assert_string_equal (text, texts[i]);
    }
  json_decref (messages);
}

static void
a_line_of_json_from_bash_is_a_message (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  static const char *const told[] = { "{\"hello\":1}", "[1,2]", "\"text\"", NULL };

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks",
                               "{\"spec\":{\"argv\":[\"sh\",\"-c\",\"printf '{\\\"hello\\\":1}\\\\n[1,2]\\\\nnonsense\\\\n\\\\377\\\\000{\\\\n\\\"text\\\"\\\\n' >&$NODE_CHANNEL_FD\"]}}"));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  assert_messages (agent, "t1", told);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* One line of a hundred megabytes, and then one that is a message. */
static void
a_message_without_end_harms_nobody (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (NULL);
  g_autofree char *body
    = g_strdup_printf ("{\"spec\":{\"argv\":\"{ yes '{\\\"a\\\":1' | tr -d '\\\\n' | head -c %u000000; echo; echo '{\\\"after\\\":true}'; } >&$NODE_CHANNEL_FD\"}}", MESSAGE_MB);
  static const char *const told[] = { "{\"after\":true}", NULL };
  gsize rss = ls_test_rss (agent->pid), most = 0;
  g_autofree char *log = NULL;
  gboolean over = FALSE;

  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", body));
  while (!over)
    {
      json_t *task = ls_test_get (agent, "/v1/tasks/t1");

      over = strcmp (ls_test_text (task, "status.state"), "exited") == 0;
      most = MAX (most, ls_test_rss (agent->pid));
      json_decref (task);
      g_usleep (5000);
    }
  assert_messages (agent, "t1", told);
  print_message ("# a line of %u MB; memory %zu KiB before, %zu KiB at most\n", MESSAGE_MB, rss / 1024, most / 1024);
  if (LS_TEST_SLOWNESS == 1)
    assert_true (most < rss + 8 * MB);
  log = ls_test_agent_log (agent);
  assert_non_null (strstr (log, "t1 wrote a line of more than"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* All of them wait at one time, so their memory is in use when it is seen that there is much. */
static void
memory_of_many_jobs_goes_back (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start ("[pool compute]\nthreads = 1\nqueue-max = 50000\n");
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  gsize before, most, after;

  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1000000000000\"]}"));
  before = settled_rss (agent);
  for (guint i = 0; i < 49; i++)
    json_decref (ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"1000\"],\"count\":1000}"));
  g_usleep (1500 * 1000);      /* a sample is taken */
  most = ls_test_rss (agent->pid);
  json_decref (ls_test_expect (agent, 202, "DELETE", "/v1/jobs/j1", NULL));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.totals.done", "49000", SOON * 2));
  while ((after = ls_test_rss (agent->pid)) > before + 4 * MB && LS_TEST_SLOWNESS == 1)
    {
      if (g_get_monotonic_time () > until)
        fail_msg ("%zu bytes of memory have become %zu", before, after);
      g_usleep (100 * 1000);
    }
  print_message ("# 49,000 jobs waited; memory %zu KiB before, %zu KiB then, %zu KiB after\n", before / 1024, most / 1024, after / 1024);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
node_sends_and_is_sent_to (void **state)
{
  static const char *const told[] = { "{\"hello\":1}", "{\"back\":{\"a\":1}}", NULL };
  g_autofree char *node = g_find_program_in_path ("node");
  LsTestAgent *agent;
  g_autofree char *script = NULL, *body = NULL;

  if (node == NULL)
    {
      print_message ("# not tested: there is no node here\n");
      return;
    }
  agent = *state = ls_test_agent_start (NULL);
  script = g_build_filename (agent->folder, "talk.js", NULL);
  body = g_strdup_printf ("{\"spec\":{\"argv\":[\"node\",\"%s\"]}}", script);
  assert_true (g_file_set_contents (script, "process.send ({ hello: 1 });\nprocess.on ('message', (m) => process.send ({ back: m }, () => process.exit (0)));\n", -1, NULL));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks", body));
  json_decref (ls_test_until (agent, "/v1/tasks/t1/messages", "items.0.kind", "task", SOON));
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/tasks/t1/messages", "{\"message\":{\"a\":1}}"));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  assert_messages (agent, "t1", told);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (ten_thousand_tasks_at_once, ls_test_teardown),
    cmocka_unit_test_teardown (those_who_wait_say_so_and_can_be_stopped, ls_test_teardown),
    cmocka_unit_test_teardown (a_gigabyte_of_output, ls_test_teardown),
    cmocka_unit_test_teardown (a_line_of_json_from_bash_is_a_message, ls_test_teardown),
    cmocka_unit_test_teardown (a_message_without_end_harms_nobody, ls_test_teardown),
    cmocka_unit_test_teardown (memory_of_many_jobs_goes_back, ls_test_teardown),
    cmocka_unit_test_teardown (node_sends_and_is_sent_to, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
