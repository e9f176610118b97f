/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
it_says_who_it_is (void **state)
{
  Fixture *fixture = *state;
  char wanted[128];
  snprintf (wanted, sizeof wanted, "\r\n\r\nweb.3 pid %d request 1\n", fixture->pid);
  assert_non_null (strstr (get (fixture, "/", ""), wanted));
  snprintf (wanted, sizeof wanted, "{\"worker\":\"web.3\",\"cluster\":\"web\",\"slot\":3,\"pid\":%d,\"request\":2}\n", fixture->pid);
  assert_non_null (strstr (get (fixture, "/", "Accept: application/json\r\n"), wanted));
  char path[64], name[32] = "";
  snprintf (path, sizeof path, "/proc/%d/comm", fixture->pid);
  FILE *file = fopen (path, "r");
  if (file && fgets (name, sizeof name, file))
    assert_string_equal (name, "web.3\n");
  if (file)
    fclose (file);
}

static void
every_code_is_answered_and_counted (void **state)
{
  Fixture *fixture = *state;
  char target[32];
  for (unsigned code = 200; code < 600; code++)
    {
      snprintf (target, sizeof target, "/status/%u", code);
      uint64_t before = counted (fixture, code);
      const char *answer = get (fixture, target, "");
      assert_int_equal (status_of (answer), code);
      assert_int_equal (strstr (answer, "\r\n\r\n")[4] == '\0', code == 204 || code == 205 || code == 304);
      assert_int_equal (counted (fixture, code), before + 1);
    }
  static const char *const impossible[] = { "/status/100", "/status/101", "/status/199", "/status/0", "/status/600", "/status/abc",
                                            "/status/", "/status/2000000000", "/sleep/60001", "/sleep/-1", "/cpu/10001", "/cpu/1.5" };
  for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++)
    {
      const char *answer = get (fixture, impossible[i], "");
      assert_int_equal (status_of (answer), 422);
      assert_non_null (strstr (answer, "application/problem+json"));
    }
  assert_int_equal (counted (fixture, 422), 13);
  assert_int_equal (status_of (get (fixture, "/nothing", "")), 404);
  assert_int_equal (status_of (get (fixture, "/", "Host: again\r\n")), 400);
  assert_int_equal (counted (fixture, 400), 2);
  assert_int_equal (fixture->row->requests, 400 + 12 + 2);
  uint64_t latencies = 0;
  for (unsigned i = 0; i < LS_HISTOGRAM_BUCKETS; i++)
    latencies += fixture->row->latency[i];
  assert_int_equal (latencies, fixture->row->requests);
  assert_int_equal (fixture->row->accepted, 400 + 12 + 2);
  assert_int_equal (fixture->row->pid, fixture->pid);
  assert_int_equal (fixture->row->io_pool_size, 2);
  assert_true (fixture->row->bytes_in > 0 && fixture->row->bytes_out > fixture->row->requests * 50);
}

static void
methods_are_judged_by_address (void **state)
{
  Fixture *fixture = *state;
  static const struct {
    const char *request;
    const char *answer, *contains;
  } cases[] = {
    { "POST / HTTP/1.0\r\n\r\n", "HTTP/1.1 405", "\r\nAllow: GET, HEAD, OPTIONS\r\n" },
    { "GET /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 405", "\r\nAllow: POST, PUT, OPTIONS\r\n" },
    { "OPTIONS /echo HTTP/1.0\r\n\r\n", "HTTP/1.1 204", "\r\nAllow: POST, PUT, OPTIONS\r\n" },
    { "OPTIONS * HTTP/1.0\r\n\r\n", "HTTP/1.1 204", "\r\nAllow: " },
    { "HEAD / HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "\r\nContent-Length: " },
    { "PUT /echo HTTP/1.0\r\nContent-Length: 5\r\nContent-Type: x/y\r\n\r\nhello", "HTTP/1.1 200", "x/y\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello" },
    { "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "HTTP/1.1 200", "\r\n\r\nhello" },
    { "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200", "\r\n\r\nhi" },
    { "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n", "HTTP/1.1 413", "larger" },
    { "GET /healthz HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "\r\n\r\nok\n" },
    { "GET /sleep/20 HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "slept 20 ms\n" },
    { "GET /cpu/20 HTTP/1.0\r\n\r\n", "HTTP/1.1 200", "burned 20 ms" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    {
      const char *answer = finish_request (start_request (fixture, cases[i].request));
      if (strncmp (answer, cases[i].answer, strlen (cases[i].answer)) != 0 || !strstr (answer, cases[i].contains))
        fail_msg ("%s:\n%s", cases[i].request, answer);
    }
}

/* Work for the processor leaves the loop free, and is seen in the pool's figures. */
static void
the_loop_answers_while_the_pool_burns (void **state)
{
  Fixture *fixture = *state;
  int burning[4];
  for (int i = 0; i < 4; i++)
    burning[i] = start_request (fixture, "GET /cpu/200 HTTP/1.0\r\n\r\n");
  uint64_t end = now_ms () + BOUND_MS;
  while (__atomic_load_n (&fixture->row->io_pool_queued, __ATOMIC_RELAXED) != 2 && now_ms () < end)
    poll (NULL, 0, 1);
  assert_int_equal (fixture->row->io_pool_active, 2);
  assert_int_equal (fixture->row->io_pool_queued, 2);
  assert_int_equal (fixture->row->in_flight, 4);
  assert_int_equal (status_of (get (fixture, "/", "")), 200);
  assert_int_equal (__atomic_load_n (&fixture->row->io_pool_queued, __ATOMIC_RELAXED), 2); /* it did not wait for them */
  close (burning[3]); /* gone before its turn, or in it */
  for (int i = 0; i < 3; i++)
    assert_int_equal (status_of (finish_request (burning[i])), 200);
  /* The last has no reader any more, but may still have all of its work before it. */
  end = now_ms () + BOUND_MS;
  while ((fixture->row->in_flight > 0 || fixture->row->io_pool_active > 0) && now_ms () < end)
    poll (NULL, 0, 1);
  assert_int_equal (fixture->row->in_flight, 0);
  assert_int_equal (fixture->row->io_pool_active, 0);
}

static void
messages_come_back (void **state)
{
  Fixture *fixture = *state;
  static const char messages[] = "{\"cmd\":\"NODE_INTERNAL\"}\n{\"hello\":[1,2]}\nnot json\n\"text\"\n";
  static const char wanted[] = "{\"echo\":{\"hello\":[1,2]},\"from\":\"web.3\"}\n{\"echo\":\"text\",\"from\":\"web.3\"}\n";
  char got[256] = "";
  size_t used = 0;
  struct timeval bound = { .tv_sec = BOUND_MS / 1000 };
  setsockopt (fixture->channel, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  for (size_t i = 0; i < sizeof messages - 1; i++)
    assert_int_equal (send (fixture->channel, messages + i, 1, MSG_NOSIGNAL), 1);
  while (used < sizeof wanted - 1)
    {
      ssize_t n = recv (fixture->channel, got + used, sizeof got - 1 - used, 0);
      assert_true (n > 0);
      used += (size_t) n;
    }
  assert_string_equal (got, wanted);
}

static void
told_to_stop_it_finishes_what_it_has (void **state)
{
  Fixture *fixture = *state;
  int idle = start_request (fixture, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  char first[512];
  assert_true (recv (idle, first, sizeof first, 0) > 0);
  int sleeping = start_request (fixture, "GET /sleep/150 HTTP/1.1\r\nHost: h\r\n\r\n");
  uint64_t end = now_ms () + BOUND_MS;
  while (__atomic_load_n (&fixture->row->in_flight, __ATOMIC_RELAXED) != 1 && now_ms () < end)
    poll (NULL, 0, 1);
  kill (fixture->pid, SIGTERM);
  expect_notice (fixture, "STOPPING=1");
  assert_int_equal (fixture->row->draining, 1);
  const char *answer = finish_request (sleeping);
  assert_int_equal (status_of (answer), 200);
  assert_non_null (strstr (answer, "\r\nConnection: close\r\n"));
  assert_int_equal (status_of (get (fixture, "/healthz", "")), 200); /* the queue is still served */
  assert_string_equal (finish_request (idle), "");
  assert_int_equal (wait_for_exit (fixture), 0);
  assert_int_equal (fixture->row->requests, 3);
}

static void
without_connections_it_stops_at_once (void **state)
{
  Fixture *fixture = *state;
  uint64_t start = now_ms ();
  kill (fixture->pid, SIGTERM);
  assert_int_equal (wait_for_exit (fixture), 0);
  assert_true (now_ms () - start < 700);
}

static void
told_twice_it_does_not_wait (void **state)
{
  Fixture *fixture = *state;
  int sleeping = start_request (fixture, "GET /sleep/60000 HTTP/1.1\r\nHost: h\r\n\r\n");
  uint64_t end = now_ms () + BOUND_MS;
  while (__atomic_load_n (&fixture->row->in_flight, __ATOMIC_RELAXED) != 1 && now_ms () < end)
    poll (NULL, 0, 1);
  kill (fixture->pid, SIGTERM);
  expect_notice (fixture, "STOPPING=1");
  kill (fixture->pid, SIGTERM);
  int status = wait_for_exit (fixture);
  assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGTERM);
  close (sleeping);
}

static void
without_its_agent_it_stops (void **state)
{
  Fixture *fixture = *state;
  shutdown (fixture->channel, SHUT_RDWR);
  assert_int_equal (wait_for_exit (fixture), 0);
}

static void
without_a_socket_it_says_so (void **state)
{
  pid_t pid = fork ();
  int status;
  if (pid == 0)
    {
      set_number (LS_LISTEN_ENV_FDS, 1);
      set_number (LS_LISTEN_ENV_PID, 1);
      close (STDERR_FILENO);
      execl (program, program, NULL);
      _exit (127);
    }
  assert_int_equal (waitpid (pid, &status, 0), pid);
  assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 2);
}

int
main (int argc, char **argv)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (it_says_who_it_is, set_up, tear_down),
    cmocka_unit_test_setup_teardown (every_code_is_answered_and_counted, set_up, tear_down),
    cmocka_unit_test_setup_teardown (methods_are_judged_by_address, set_up, tear_down),
    cmocka_unit_test_setup_teardown (the_loop_answers_while_the_pool_burns, set_up, tear_down),
    cmocka_unit_test_setup_teardown (messages_come_back, set_up, tear_down),
    cmocka_unit_test_setup_teardown (told_to_stop_it_finishes_what_it_has, set_up, tear_down),
    cmocka_unit_test_setup_teardown (without_connections_it_stops_at_once, set_up, tear_down),
    cmocka_unit_test_setup_teardown (told_twice_it_does_not_wait, set_up, tear_down),
    cmocka_unit_test_setup_teardown (without_its_agent_it_stops, set_up, tear_down),
    cmocka_unit_test (without_a_socket_it_says_so),
  };
  program = argv[1];
  return cmocka_run_group_tests (tests, NULL, NULL);
}
