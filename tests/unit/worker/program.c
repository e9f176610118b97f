/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "abi/channel.h"
#include "abi/scoreboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The real program, started as the agent starts it: with a socket, a row, a channel and somebody to notify. */

#define BOUND_MS 5000

typedef struct {
  pid_t pid;
  int listener, channel, notify;
  int port;
  LsScoreboardHeader *board;
  LsScoreboardRow *row;
  char folder[32];
} Fixture;

static const char *program;

static uint64_t
now_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000u + (uint64_t) now.tv_nsec / 1000000u;
}

/* --- starting --- */

static int
make_listener (Fixture *fixture)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int on = 1, fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  assert_int_equal (bind (fd, (struct sockaddr *) &address, sizeof address), 0);
  assert_int_equal (listen (fd, 64), 0);
  assert_int_equal (getsockname (fd, (struct sockaddr *) &address, &length), 0);
  fixture->port = ntohs (address.sin_port);
  return fd;
}

static int
make_board (Fixture *fixture)
{
  FILE *file = tmpfile ();
  int fd = dup (fileno (file));
  size_t size = sizeof (LsScoreboardHeader) + 2 * sizeof (LsScoreboardRow);
  fclose (file);
  assert_int_equal (ftruncate (fd, (off_t) size), 0);
  fixture->board = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  *fixture->board = (LsScoreboardHeader){
    .magic = LS_SCOREBOARD_MAGIC, .version = LS_SCOREBOARD_VERSION, .rows = 2, .row_size = sizeof (LsScoreboardRow),
    .rows_offset = sizeof (LsScoreboardHeader),
  };
  fixture->row = (LsScoreboardRow *) (fixture->board + 1) + 1;
  return fd;
}

static int
make_notify (Fixture *fixture, char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  strcpy (fixture->folder, "/tmp/ls-worker-XXXXXX");
  assert_non_null (mkdtemp (fixture->folder));
  snprintf (address.sun_path, sizeof address.sun_path, "%s/n", fixture->folder);
  strcpy (path, address.sun_path);
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  assert_int_equal (bind (fd, (struct sockaddr *) &address, sizeof address), 0);
  return fd;
}

static void
set_number (const char *name, long number)
{
  char text[24];
  snprintf (text, sizeof text, "%ld", number);
  setenv (name, text, 1);
}

/* In the child: descriptors 3, 4 and 5 are the socket, the channel and the scoreboard. */
static _Noreturn void
become_worker (int listener, int channel, int board, const char *notify_path)
{
  int high[3] = { fcntl (listener, F_DUPFD, 20), fcntl (channel, F_DUPFD, 20), fcntl (board, F_DUPFD, 20) };
  for (int i = 0; i < 3; i++)
    dup2 (high[i], 3 + i);
  set_number (LS_LISTEN_ENV_FDS, 1);
  set_number (LS_LISTEN_ENV_PID, getpid ());
  set_number (LS_CHANNEL_ENV_FD, 4);
  set_number (LS_SCOREBOARD_ENV_FD, 5);
  set_number (LS_SCOREBOARD_ENV_ROW, 1);
  set_number (LS_ENV_SLOT, 3);
  set_number (LS_ENV_IO_THREADS, 2);
  setenv (LS_ENV_ID, "web.3", 1);
  setenv (LS_ENV_CLUSTER, "web", 1);
  setenv (LS_NOTIFY_ENV_SOCKET, notify_path, 1);
  execl (program, program, NULL);
  _exit (127);
}

static void
expect_notice (Fixture *fixture, const char *wanted)
{
  struct pollfd poller = { .fd = fixture->notify, .events = POLLIN };
  char text[256];
  assert_int_equal (poll (&poller, 1, BOUND_MS), 1);
  ssize_t n = recv (fixture->notify, text, sizeof text - 1, 0);
  assert_true (n > 0);
  text[n] = '\0';
  assert_memory_equal (text, wanted, strlen (wanted));
}

static int
set_up (void **state)
{
  Fixture *fixture = calloc (1, sizeof *fixture);
  char notify_path[108];
  int pair[2];
  fixture->listener = make_listener (fixture);
  int board = make_board (fixture);
  fixture->notify = make_notify (fixture, notify_path);
  assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  fixture->channel = pair[0];
  fixture->pid = fork ();
  if (fixture->pid == 0)
    become_worker (fixture->listener, pair[1], board, notify_path);
  close (pair[1]);
  close (board);
  expect_notice (fixture, "READY=1");
  *state = fixture;
  return 0;
}

static int
wait_for_exit (Fixture *fixture)
{
  uint64_t end = now_ms () + BOUND_MS;
  int status;
  while (waitpid (fixture->pid, &status, WNOHANG) == 0)
    {
      if (now_ms () > end)
        return -1;
      poll (NULL, 0, 1);
    }
  fixture->pid = 0;
  return status;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;
  char path[64];
  if (fixture->pid > 0)
    {
      kill (fixture->pid, SIGKILL);
      waitpid (fixture->pid, NULL, 0);
    }
  close (fixture->listener);
  close (fixture->channel);
  close (fixture->notify);
  snprintf (path, sizeof path, "%s/n", fixture->folder);
  unlink (path);
  rmdir (fixture->folder);
  munmap (fixture->board, sizeof (LsScoreboardHeader) + 2 * sizeof (LsScoreboardRow));
  free (fixture);
  return 0;
}

/* --- asking --- */

static int
start_request (const Fixture *fixture, const char *request)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) fixture->port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct timeval bound = { .tv_sec = BOUND_MS / 1000 };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
  assert_int_equal (connect (fd, (struct sockaddr *) &address, sizeof address), 0);
  assert_int_equal (send (fd, request, strlen (request), MSG_NOSIGNAL), strlen (request));
  return fd;
}

/* Reads to the end of the connection. */
static const char *
finish_request (int fd)
{
  static char answer[65536];
  size_t used = 0;
  ssize_t n;
  while ((n = recv (fd, answer + used, sizeof answer - 1 - used, 0)) > 0)
    used += (size_t) n;
  assert_int_equal (n, 0);
  answer[used] = '\0';
  close (fd);
  return answer;
}

static const char *
get (const Fixture *fixture, const char *target, const char *headers)
{
  char request[512];
  snprintf (request, sizeof request, "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\n", target, headers);
  return finish_request (start_request (fixture, request));
}

static unsigned
status_of (const char *answer)
{
  return (unsigned) strtoul (answer + 9, NULL, 10);
}

static uint64_t
counted (const Fixture *fixture, unsigned code)
{
  return __atomic_load_n (&fixture->row->codes[code - LS_SCOREBOARD_FIRST_CODE], __ATOMIC_RELAXED);
}

/* --- tests --- */

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
