/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The real lineshaft-pool at the other end of a socketpair, by the conversation of abi/channel.h. */

#include "host_words.h"

/* --- jobs --- */

static void
primes_are_counted_right (void **state)
{
  static const struct {
    const char *limit;
    json_int_t count;
  } cases[] = {
    { "0", 0 },       { "1", 0 },        { "2", 1 },        { "3", 2 },         { "4", 2 },          { "9", 4 },          { "100", 25 },
    { "65536", 6542 }, { "65537", 6543 }, { "65539", 6544 }, { "1000000", 78498 }, { "10000000", 664579 }, { "99999989", 5761455 },
  };
  Host *host = *state;
  start_threads (host, 2);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    submit (host, "j1", cases[i].limit);
    json_t *done = hear_cmd (host, "LINESHAFT_JOB_DONE", "j1");
    json_t *result = json_object_get (done, "result");
    assert_int_equal (json_integer_value (json_object_get (result, "count")), cases[i].count);
    assert_int_equal (json_integer_value (json_object_get (result, "limit")), strtoll (cases[i].limit, NULL, 10));
    json_decref (done);
  }
}

static void
arguments_that_are_none_fail_with_a_sentence (void **state)
{
  static const char *const args[] = { "[]", "[\"x\"]", "[\"-1\"]", "[\"1\",\"2\"]", "[\"1000000000001\"]", "[\"12x\"]", "[\"\"]", "[12]" };
  Host *host = *state;
  start_threads (host, 1);
  for (size_t i = 0; i < sizeof args / sizeof args[0]; i++) {
    say (host, "{\"cmd\":\"LINESHAFT_JOB\",\"id\":\"j1\",\"name\":\"primes\",\"args\":%s}", args[i]);
    json_t *failed = hear_cmd (host, "LINESHAFT_JOB_FAILED", "j1");
    assert_true (strlen (text_of (failed, "error")) > 20);
    json_decref (failed);
  }
}

static void
an_unknown_job_fails_and_the_known_are_named (void **state)
{
  Host *host = *state;
  start_threads (host, 1);
  say (host, "{\"cmd\":\"LINESHAFT_JOB\",\"id\":\"j1\",\"name\":\"pimes\",\"args\":[]}");
  json_t *failed = hear_cmd (host, "LINESHAFT_JOB_FAILED", "j1");
  assert_non_null (strstr (text_of (failed, "error"), "primes LIMIT"));
  json_decref (failed);
}

static void
progress_only_rises_and_is_not_a_flood (void **state)
{
  Host *host = *state;
  double last = 0;
  int n = 0;
  start_threads (host, 1);
  int64_t begun = now_ms ();
  submit (host, "j1", "300000000");
  for (;;) {
    json_t *object = hear (host);
    const char *cmd = text_of (object, "cmd");
    bool over = strcmp (cmd, "LINESHAFT_JOB_DONE") == 0;
    if (strcmp (cmd, "LINESHAFT_JOB_PROGRESS") == 0) {
      double progress = json_number_value (json_object_get (object, "progress"));
      assert_true (progress >= last && progress <= 1);
      assert_non_null (strstr (text_of (object, "message"), " of 300,000,000"));
      last = progress;
      n++;
    }
    json_decref (object);
    if (over)
      break;
  }
  assert_true (n >= 1);
  assert_true (n <= 2 + (now_ms () - begun) / 50);
}

static void
a_running_job_is_cancelled_quickly (void **state)
{
  Host *host = *state;
  int64_t quickest = INT64_MAX;
  start_threads (host, 1);
  for (int i = 0; i < 50 && quickest > 20; i++) { /* the machine may be busy with other things */
    submit (host, "j1", FOREVER);
    skip_to (host, "LINESHAFT_JOB_PROGRESS", "j1");
    int64_t asked = now_ms ();
    say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"j1\"}");
    skip_to (host, "LINESHAFT_JOB_CANCELLED", "j1");
    if (now_ms () - asked < quickest)
      quickest = now_ms () - asked;
  }
  assert_true (quickest <= 20);
}

static void
a_waiting_job_is_cancelled_without_a_start (void **state)
{
  Host *host = *state;
  start_threads (host, 1);
  submit (host, "j1", FOREVER);
  submit (host, "j2", "10");
  submit (host, "j3", "10");
  skip_to (host, "LINESHAFT_JOB_STARTED", "j1");
  say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"j2\"}");
  skip_to (host, "LINESHAFT_JOB_CANCELLED", "j2");
  say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"j1\"}");
  for (;;) {
    json_t *object = hear (host);
    const char *id = json_object_get (object, "id") != NULL ? text_of (object, "id") : "";
    bool over = strcmp (text_of (object, "cmd"), "LINESHAFT_JOB_DONE") == 0 && strcmp (id, "j3") == 0;
    assert_string_not_equal (id, "j2");
    json_decref (object);
    if (over)
      break;
  }
}

static void
a_message_is_answered_by_the_job_that_runs (void **state)
{
  Host *host = *state;
  start_threads (host, 1);
  submit (host, "j1", FOREVER);
  skip_to (host, "LINESHAFT_JOB_STARTED", "j1");
  say (host, "{\"cmd\":\"LINESHAFT_JOB_MESSAGE\",\"id\":\"j1\",\"message\":\"how far?\"}");
  json_t *answer = hear_cmd (host, "LINESHAFT_JOB_MESSAGE", "j1");
  json_t *message = json_object_get (answer, "message");
  assert_int_equal (json_integer_value (json_object_get (message, "limit")), 1000000000000);
  assert_true (json_is_integer (json_object_get (message, "count")));
  json_decref (answer);
}

/* --- threads --- */

static void
jobs_run_side_by_side (void **state)
{
  Host *host = *state;
  bool seen[4] = { false };
  start_threads (host, 4);
  for (int i = 0; i < 4; i++) {
    char id[8];
    snprintf (id, sizeof id, "j%d", i);
    submit (host, id, FOREVER);
    json_t *started = hear_cmd (host, "LINESHAFT_JOB_STARTED", id);
    json_int_t thread = json_integer_value (json_object_get (started, "thread"));
    assert_in_range (thread, 0, 3);
    assert_false (seen[thread]);
    seen[thread] = true;
    json_decref (started);
  }
}

static void
threads_are_named_and_so_is_the_process (void **state)
{
#ifdef __linux__
  Host *host = *state;
  char path[96], name[32] = "";
  set_threads (host, 1);
  json_t *thread = hear_cmd (host, "LINESHAFT_THREAD", NULL);
  json_int_t numbers[] = { json_integer_value (json_object_get (thread, "tid")), host->pid };
  const char *const names[] = { "pool/0\n", "compute\n" };
  for (int i = 0; i < 2; i++) {
    snprintf (path, sizeof path, "/proc/%d/task/%lld/comm", (int) host->pid, (long long) numbers[i]);
    FILE *file = fopen (path, "r");
    assert_non_null (file);
    assert_non_null (fgets (name, sizeof name, file));
    assert_string_equal (name, names[i]);
    fclose (file);
  }
  json_decref (thread);
#endif
}

static void
a_busy_thread_that_is_too_many_finishes_first (void **state)
{
  Host *host = *state;
  start_threads (host, 2);
  submit (host, "j1", FOREVER);
  submit (host, "j2", FOREVER);
  /* Either thread may have taken either job. */
  json_t *first = hear_cmd (host, "LINESHAFT_JOB_STARTED", NULL);
  skip_to (host, "LINESHAFT_JOB_STARTED", NULL);
  bool first_goes = json_integer_value (json_object_get (first, "thread")) == 1;
  const char *goes = strcmp (text_of (first, "id"), first_goes ? "j1" : "j2") == 0 ? "j1" : "j2";
  const char *stays = strcmp (goes, "j1") == 0 ? "j2" : "j1";
  json_decref (first);
  set_threads (host, 1);
  submit (host, "j3", "1000"); /* waits: the one thread that stays is busy */
  say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"%s\"}", goes);
  skip_to (host, "LINESHAFT_JOB_CANCELLED", goes);
  json_t *gone = hear_cmd (host, "LINESHAFT_THREAD_GONE", NULL);
  assert_int_equal (json_integer_value (json_object_get (gone, "index")), 1);
  json_decref (gone);
  say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"%s\"}", stays);
  skip_to (host, "LINESHAFT_JOB_DONE", "j3");
}

static void
threads_come_and_go_while_jobs_run (void **state)
{
  static const int counts[] = { 8, 1, 5, 2, 16, 1, 3 };
  Host *host = *state;
  int up = 2, sent = 0, over = 0;
  start_threads (host, 2);
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    set_threads (host, counts[i]);
    for (int j = 0; j < 20; j++) {
      char id[16];
      snprintf (id, sizeof id, "j%d", sent++);
      submit (host, id, "200000");
    }
  }
  while (over < sent || up != 3) {
    json_t *object = hear (host);
    const char *cmd = text_of (object, "cmd");
    up += strcmp (cmd, "LINESHAFT_THREAD") == 0;
    up -= strcmp (cmd, "LINESHAFT_THREAD_GONE") == 0;
    if (strcmp (cmd, "LINESHAFT_JOB_DONE") == 0) {
      assert_int_equal (json_integer_value (json_object_get (json_object_get (object, "result"), "count")), 17984);
      over++;
    }
    json_decref (object);
  }
  assert_int_equal (over, 140);
}

/* --- the process --- */

static void
readiness_is_told_when_the_threads_run (void **state)
{
  Host *host = *state;
  char text[128] = "";
  struct pollfd fd = { .fd = host->notify, .events = POLLIN };
  start_threads (host, 3);
  assert_int_equal (poll (&fd, 1, PATIENCE_MS), 1);
  assert_true (recv (host->notify, text, sizeof text - 1, 0) > 0);
  assert_string_equal (text, "READY=1\nSTATUS=3 threads");
}

static void
nonsense_is_ignored_and_the_channel_lives (void **state)
{
  static const char *const nonsense[] = {
    "",
    "{",
    "null",
    "[1,2]",
    "\"text\"",
    "{}",
    "{\"cmd\":7}",
    "{\"cmd\":\"LINESHAFT_THREADS\",\"count\":0}",
    "{\"cmd\":\"LINESHAFT_THREADS\",\"count\":1000000000}",
    "{\"cmd\":\"LINESHAFT_THREADS\",\"count\":\"two\"}",
    "{\"cmd\":\"LINESHAFT_JOB\"}",
    "{\"cmd\":\"LINESHAFT_JOB\",\"id\":5}",
    "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"nobody\"}",
    "{\"cmd\":\"LINESHAFT_JOB_MESSAGE\",\"id\":\"nobody\",\"message\":1}",
    "{\"cmd\":\"NODE_WHAT\",\"id\":\"j1\"}",
    "\x01\x02\xff\xfe",
  };
  Host *host = *state;
  start_threads (host, 1);
  for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++)
    say (host, "%s", nonsense[i]);
  say (host, "{\"cmd\":\"LINESHAFT_JOB\",\"id\":\"j1\"}");
  skip_to (host, "LINESHAFT_JOB_FAILED", "j1");
  submit (host, "j2", "100");
  skip_to (host, "LINESHAFT_JOB_DONE", "j2");
}

static void
a_line_that_is_too_long_is_dropped (void **state)
{
  Host *host = *state;
  size_t length = 3 * 1024 * 1024;
  char *line = malloc (length);
  memset (line, 'x', length);
  line[length - 1] = '\n';
  start_threads (host, 1);
  for (size_t at = 0; at < length;) {
    ssize_t n = write (host->fd, line + at, length - at);
    assert_true (n > 0);
    at += (size_t) n;
  }
  free (line);
  submit (host, "j1", "100");
  skip_to (host, "LINESHAFT_JOB_DONE", "j1");
}

static void
asked_to_end_it_finishes_what_runs_and_leaves_what_waits (void **state)
{
  Host *host = *state;
  start_threads (host, 1);
  submit (host, "j1", "300000000");
  submit (host, "j2", "10");
  skip_to (host, "LINESHAFT_JOB_STARTED", "j1");
  kill (host->pid, SIGTERM);
  skip_to (host, "LINESHAFT_JOB_DONE", "j1");
  skip_to (host, "LINESHAFT_THREAD_GONE", NULL);
  assert_int_equal (fgetc (host->in), EOF); /* not a word of j2 */
  assert_int_equal (wait_for_end (host), 0);
}

static void
asked_twice_it_cancels_what_runs (void **state)
{
  Host *host = *state;
  start_threads (host, 1);
  submit (host, "j1", FOREVER);
  skip_to (host, "LINESHAFT_JOB_PROGRESS", "j1");
  kill (host->pid, SIGTERM);
  skip_to (host, "LINESHAFT_JOB_PROGRESS", "j1");
  kill (host->pid, SIGTERM);
  skip_to (host, "LINESHAFT_JOB_CANCELLED", "j1");
  assert_int_equal (wait_for_end (host), 0);
}

static void
without_an_agent_it_ends_at_once (void **state)
{
  Host *host = *state;
  start_threads (host, 2);
  submit (host, "j1", FOREVER);
  skip_to (host, "LINESHAFT_JOB_STARTED", "j1");
  shutdown (host->fd, SHUT_RDWR);
  assert_int_equal (wait_for_end (host), 0);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    TEST (primes_are_counted_right),
    TEST (arguments_that_are_none_fail_with_a_sentence),
    TEST (an_unknown_job_fails_and_the_known_are_named),
    TEST (progress_only_rises_and_is_not_a_flood),
    TEST (a_running_job_is_cancelled_quickly),
    TEST (a_waiting_job_is_cancelled_without_a_start),
    TEST (a_message_is_answered_by_the_job_that_runs),
    TEST (jobs_run_side_by_side),
    TEST (threads_are_named_and_so_is_the_process),
    TEST (a_busy_thread_that_is_too_many_finishes_first),
    TEST (threads_come_and_go_while_jobs_run),
    TEST (readiness_is_told_when_the_threads_run),
    TEST (nonsense_is_ignored_and_the_channel_lives),
    TEST (a_line_that_is_too_long_is_dropped),
    TEST (asked_to_end_it_finishes_what_runs_and_leaves_what_waits),
    TEST (asked_twice_it_cancels_what_runs),
    TEST (without_an_agent_it_ends_at_once),
  };
  signal (SIGPIPE, SIG_IGN);
  return cmocka_run_group_tests_name ("host", tests, NULL, NULL);
}
