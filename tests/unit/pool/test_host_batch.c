/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Many small jobs at once: each is begun once, ends once, and is told once. */

#include "host_words.h"

#define N 3000

typedef struct {
  int ended[N];            /* how often each was told to be done; negative: cancelled */
  int n;
} Told;

static void
say_all (Host *host, const char *text, size_t length)
{
  while (length > 0) {
    ssize_t n = write (host->fd, text, length);
    assert_true (n > 0);
    text += n;
    length -= (size_t) n;
  }
}

/* From job @from on up to before @to, in one line. */
static void
submit_many (Host *host, int from, int to, const char *limit, const char *cwd)
{
  char *line = malloc (256 + (size_t) (to - from) * 64);
  int length = sprintf (line, "{\"cmd\":\"LINESHAFT_JOBS\",\"name\":\"primes\"%s,\"jobs\":[", cwd);
  for (int i = from; i < to; i++)
    length += sprintf (line + length, "%s[\"j%d\",\"%s\"]", i > from ? "," : "", i, limit);
  length += sprintf (line + length, "]}\n");
  say_all (host, line, (size_t) length);
  free (line);
}

static void
note_element (Told *told, json_t *element)
{
  int number;
  assert_int_equal (json_array_size (element), 6);
  assert_int_equal (sscanf (json_string_value (json_array_get (element, 0)), "j%d", &number), 1);
  assert_in_range (number, 0, N - 1);
  assert_in_range (json_integer_value (json_array_get (element, 1)), 0, 3);
  for (size_t i = 2; i < 5; i++)
    assert_in_range (json_integer_value (json_array_get (element, i)), 0, PATIENCE_MS * 1000);
  assert_true (json_integer_value (json_array_get (element, 4)) <= json_integer_value (json_array_get (element, 3)));
  assert_int_equal (json_integer_value (json_object_get (json_array_get (element, 5), "count")), 168);
  told->ended[number]++;
  told->n++;
}

static void
note (Told *told, json_t *message)
{
  int number;
  size_t i;
  json_t *element;
  json_array_foreach (json_object_get (message, "jobs"), i, element)
    note_element (told, element);
  if (strcmp (text_of (message, "cmd"), "LINESHAFT_JOB_CANCELLED") == 0 && sscanf (text_of (message, "id"), "j%d", &number) == 1) {
    told->ended[number]--;
    told->n++;
  }
}

static void
hear_until (Host *host, Told *told, int n)
{
  while (told->n < n) {
    json_t *message = hear (host);
    note (told, message);
    json_decref (message);
  }
}

static void
each_of_many_is_done_once (void **state)
{
  Host *host = *state;
  Told told = { .n = 0 };
  start_threads (host, 4);
  for (int i = 0; i < N; i += 500)
    submit_many (host, i, i + 500, "1000", i % 1000 == 0 ? "" : ",\"cwd\":\"/\"");
  hear_until (host, &told, N);
  for (int i = 0; i < N; i++)
    assert_int_equal (told.ended[i], 1);
}

/* The same with blanks, which the quick way does not take. */
static void
a_line_of_another_agent_is_understood (void **state)
{
  Host *host = *state;
  Told told = { .n = 0 };
  start_threads (host, 1);
  say (host, "{ \"cmd\": \"LINESHAFT_JOBS\", \"name\": \"primes\", \"cwd\": \"/\", \"jobs\": [[\"j1\", \"1000\"], [\"j2\", \"10\\u00300\"]] }");
  hear_until (host, &told, 2);
  assert_int_equal (told.ended[1], 1);
  assert_int_equal (told.ended[2], 1);
}

static void
some_of_many_are_cancelled (void **state)
{
  Host *host = *state;
  Told told = { .n = 0 };
  start_threads (host, 1);
  submit (host, "j0", FOREVER);
  skip_to (host, "LINESHAFT_JOB_STARTED", "j0");
  submit_many (host, 1, 100, "1000", "");
  for (int i = 10; i < 100; i += 10)
    say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"j%d\"}", i);
  say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"j0\"}");
  hear_until (host, &told, 100);
  for (int i = 0; i < 100; i++)
    assert_int_equal (told.ended[i], i % 10 == 0 ? -1 : 1);
}

/* A long one among short ones is said to have begun, while it runs and not after it. */
static void
what_runs_on_is_told (void **state)
{
  Host *host = *state;
  start_threads (host, 1);
  submit_many (host, 0, 200, "1000", "");
  submit (host, "j200", FOREVER);
  json_t *started = hear_cmd (host, "LINESHAFT_JOB_STARTED", "j200");
  assert_int_equal (json_integer_value (json_object_get (started, "thread")), 0);
  assert_true (json_integer_value (json_object_get (started, "wait_us")) >= 0);
  json_decref (started);
  submit_many (host, 300, 310, "1000", "");
  say (host, "{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"j200\"}");
  skip_to (host, "LINESHAFT_JOB_CANCELLED", "j200");
}

/* What jobs of every length used adds up to no more than there was, and a long one is measured. */
static void
cpu_time_of_a_long_job_after_short_ones_is_its_own (void **state)
{
  Host *host = *state;
  start_threads (host, 1);
  submit_many (host, 0, 200, "1000", "");
  submit (host, "j200", "30000000");
  for (;;) {
    json_t *message = hear (host), *element, *list = json_object_get (message, "jobs");
    json_int_t run_us = -1, cpu_us = -1;
    size_t i;
    json_array_foreach (list, i, element)
      if (strcmp (json_string_value (json_array_get (element, 0)), "j200") == 0) {
        run_us = json_integer_value (json_array_get (element, 3));
        cpu_us = json_integer_value (json_array_get (element, 4));
      }
    json_decref (message);
    if (run_us < 0)
      continue;
    assert_true (run_us > 2000);
    assert_in_range (cpu_us, 1000, run_us);
    return;
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (each_of_many_is_done_once, setup, teardown),
    cmocka_unit_test_setup_teardown (a_line_of_another_agent_is_understood, setup, teardown),
    cmocka_unit_test_setup_teardown (some_of_many_are_cancelled, setup, teardown),
    cmocka_unit_test_setup_teardown (what_runs_on_is_told, setup, teardown),
    cmocka_unit_test_setup_teardown (cpu_time_of_a_long_job_after_short_ones_is_its_own, setup, teardown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
