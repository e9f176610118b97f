/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The real program: its lines, its failures, and that nothing of it is left. */

#include "compare/row.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define PATIENCE_MS 60000

static pid_t program;
static FILE *out;

static void
start (const char *const *words)
{
  int pipes[2];
  assert_int_equal (pipe (pipes), 0);
  fflush (stdout);
  program = fork ();
  if (program == 0) {
    dup2 (pipes[1], 1);
    close (pipes[0]);
    close (pipes[1]);
    dup2 (open ("/dev/null", O_WRONLY), 2);
    execv (getenv ("LINESHAFT_TEST_COMPARE"), (char *const *) words);
    _exit (127);
  }
  close (pipes[1]);
  out = fdopen (pipes[0], "r");
  setvbuf (out, NULL, _IONBF, 0);
}

#define START(...) start ((const char *const[]) { "lineshaft-compare", __VA_ARGS__, NULL })

/* The next line's object; NULL: it said its last. */
static json_t *
hear (void)
{
  static char line[65536];
  struct pollfd fd = { .fd = fileno (out), .events = POLLIN };
  assert_int_equal (poll (&fd, 1, PATIENCE_MS), 1);
  if (fgets (line, sizeof line, out) == NULL)
    return NULL;
  json_t *object = json_loads (line, 0, NULL);
  assert_true (json_is_object (object));
  return object;
}

static const char *
text_of (json_t *object, const char *key)
{
  return json_string_value (json_object_get (object, key));
}

static double
number_of (json_t *object, const char *key)
{
  assert_true (json_is_number (json_object_get (object, key)));
  return json_number_value (json_object_get (object, key));
}

/* Its exit status, 128 + signal; nothing of it may be left. */
static int
finish (void)
{
  int status;
  fclose (out);
  assert_int_equal (waitpid (program, &status, 0), program);
#ifdef __linux__
  /* What it left behind would be ours by now; it may take a moment to die. */
  for (int i = 0; i < 5000 && waitpid (-1, NULL, WNOHANG) >= 0; i++)
    poll (NULL, 0, 1);
  assert_int_equal (waitpid (-1, NULL, WNOHANG), -1);
  assert_int_equal (errno, ECHILD);
#endif
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

static void
check_row (json_t *row, const char *way, int jobs)
{
  assert_string_equal (text_of (row, "way"), way);
  assert_int_equal (number_of (row, "jobs"), jobs);
  assert_int_equal (number_of (row, "failed"), 0);
  assert_true (number_of (row, "per_second") > 0);
  assert_true (number_of (row, "p50_us") > 0);
  assert_true (number_of (row, "p99_us") >= number_of (row, "p50_us"));
  assert_true (number_of (row, "wall_us") >= number_of (row, "p99_us"));
  assert_true (number_of (row, "cpu_us") > 0);
  assert_true (number_of (row, "cores") > 0);
  assert_true (number_of (row, "memory") > 500000);
  assert_true (number_of (row, "start_us") > 0);
}

static void
four_rows_and_an_advice (void **state)
{
  unsigned rows = 0;
  double part = 0;
  json_t *line;
  START ("-n", "40", "--threads", "3", "primes", "20000");
  line = hear ();
  assert_string_equal (text_of (line, "kind"), "comparison");
  assert_string_equal (text_of (line, "job"), "primes");
  assert_int_equal (number_of (line, "at_once"), 3);
  assert_int_equal (number_of (line, "count"), 40);
  while (json_decref (line), (line = hear ()) != NULL && strcmp (text_of (line, "kind"), "advice") != 0) {
    if (strcmp (text_of (line, "kind"), "row") == 0) {
      check_row (line, ls_way_name ((LsWayKind) rows), 40);
      assert_int_equal (number_of (line, "at_once"), rows == LS_WAY_IN_TURN ? 1 : 3);
      rows++;
    }
    else {
      assert_string_equal (text_of (line, "kind"), "progress");
      assert_true (number_of (line, "part") >= part && number_of (line, "part") <= 1);
      part = number_of (line, "part");
    }
  }
  assert_int_equal (rows, LS_WAYS);
  assert_true (strlen (text_of (line, "text")) > 30);
  json_decref (line);
  assert_null (hear ());
  assert_int_equal (finish (), 0);
}

/* The only lines are the head and one error that has @part in it. */
static void
expect_error (const char *part)
{
  json_decref (hear ());
  json_t *line = hear ();
  while (line != NULL && strcmp (text_of (line, "kind"), "progress") == 0) {
    json_decref (line);
    line = hear ();
  }
  assert_string_equal (text_of (line, "kind"), "error");
  if (strstr (text_of (line, "text"), part) == NULL)
    print_error ("“%s” does not say “%s”\n", text_of (line, "text"), part);
  assert_non_null (strstr (text_of (line, "text"), part));
  json_decref (line);
  assert_null (hear ());
  assert_int_equal (finish (), 1);
}

static void
a_job_that_cannot_be_run_is_said_in_its_own_words (void **state)
{
  START ("-n", "10", "primes", "many");
  expect_error ("primes takes one whole number");
  START ("-n", "10", "no-such-job");
  expect_error ("There is no job “no-such-job” here");
  START ("-n", "10", "--plugin", "/nonexistent.so", "primes", "10");
  expect_error ("/nonexistent.so");
}

static void
a_job_that_crashes_is_said (void **state)
{
  START ("-n", "4", "--plugin", getenv ("LINESHAFT_TEST_PLUGIN"), "abort");
  expect_error ("The job ended its process: it was killed by signal 6");
}

static void
jobs_that_take_too_long_are_left (void **state)
{
  json_t *line;
  unsigned rows = 0;
  START ("--time", "1", "--threads", "2", "matrix", "800");
  while ((line = hear ()) != NULL) {
    if (strcmp (text_of (line, "kind"), "row") == 0) {
      assert_true (number_of (line, "jobs") >= 0);
      rows++;
    }
    json_decref (line);
  }
  assert_int_equal (rows, LS_WAYS);
  assert_int_equal (finish (), 0);
}

/* Reads up to a line about @way. */
static void
wait_for_way (const char *way)
{
  json_t *line;
  bool found = false;
  while (!found && (line = hear ()) != NULL) {
    found = strcmp (text_of (line, "kind"), "progress") == 0 && strcmp (text_of (line, "way"), way) == 0;
    json_decref (line);
  }
  assert_true (found);
}

static void
a_signal_ends_it_and_all_its_processes (void **state)
{
  static const struct {
    int number;
    const char *limit, *way;
  } cases[] = { { SIGTERM, "1000000000000", "threads" }, { SIGINT, "1000", "children" } };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    START ("--time", "2", "--threads", "4", "primes", cases[i].limit);
    wait_for_way (cases[i].way);
    kill (program, cases[i].number);
    json_t *line;
    while ((line = hear ()) != NULL) {
      assert_string_equal (text_of (line, "kind"), "progress");
      json_decref (line);
    }
    assert_int_equal (finish (), 128 + cases[i].number);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (four_rows_and_an_advice),
    cmocka_unit_test (a_job_that_cannot_be_run_is_said_in_its_own_words),
    cmocka_unit_test (a_job_that_crashes_is_said),
    cmocka_unit_test (jobs_that_take_too_long_are_left),
    cmocka_unit_test (a_signal_ends_it_and_all_its_processes),
  };
#ifdef __linux__
  prctl (PR_SET_CHILD_SUBREAPER, 1);
#endif
  return cmocka_run_group_tests (tests, NULL, NULL);
}
