/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fixture.h"

#include <arpa/inet.h>
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

const char *program;

uint64_t
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

void
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

void
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

int
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

int
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

int
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

int
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
const char *
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

const char *
get (const Fixture *fixture, const char *target, const char *headers)
{
  char request[512];
  snprintf (request, sizeof request, "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\n", target, headers);
  return finish_request (start_request (fixture, request));
}

unsigned
status_of (const char *answer)
{
  return (unsigned) strtoul (answer + 9, NULL, 10);
}

uint64_t
counted (const Fixture *fixture, unsigned code)
{
  return __atomic_load_n (&fixture->row->codes[code - LS_SCOREBOARD_FIRST_CODE], __ATOMIC_RELAXED);
}
