/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The real lineshaft-pool at the other end of a socketpair, by the conversation of abi/channel.h: what its tests say to it and hear from it. */

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define PATIENCE_MS 20000
#define FOREVER "1000000000000"      /* takes many minutes */

typedef struct {
  pid_t pid;
  int fd;
  FILE *in;
  int notify;
  char folder[64];
} Host;

__attribute__ ((unused)) static int64_t
now_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

__attribute__ ((unused)) static void
run_host (int fd, const char *notify_path)
{
  char number[16];
  snprintf (number, sizeof number, "%d", fd);
  setenv ("NODE_CHANNEL_FD", number, 1);
  setenv ("LINESHAFT_ID", "compute", 1);
  setenv ("NOTIFY_SOCKET", notify_path, 1);
  dup2 (open ("/dev/null", O_WRONLY), 2); /* it says what it ignores */
  execl (getenv ("LINESHAFT_POOL"), "lineshaft-pool", (char *) NULL);
  _exit (127);
}

__attribute__ ((unused)) static void
open_notify (Host *host, struct sockaddr_un *address)
{
  strcpy (host->folder, "/tmp/lineshaft-test-XXXXXX");
  assert_non_null (mkdtemp (host->folder));
  address->sun_family = AF_UNIX;
  snprintf (address->sun_path, sizeof address->sun_path, "%s/notify", host->folder);
  host->notify = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  assert_int_equal (bind (host->notify, (struct sockaddr *) address, sizeof *address), 0);
}

__attribute__ ((unused)) static int
setup (void **state)
{
  Host *host = calloc (1, sizeof *host);
  struct sockaddr_un address = { 0 };
  int pair[2];
  open_notify (host, &address);
  assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, pair), 0);
  fcntl (pair[0], F_SETFD, FD_CLOEXEC);
  host->pid = fork ();
  if (host->pid == 0)
    run_host (pair[1], address.sun_path);
  close (pair[1]);
  host->fd = pair[0];
  host->in = fdopen (dup (host->fd), "r");
  *state = host;
  return 0;
}

/* How it ended, once it has. */
__attribute__ ((unused)) static int
wait_for_end (Host *host)
{
  int64_t give_up = now_ms () + PATIENCE_MS;
  int status = -1;
  while (waitpid (host->pid, &status, WNOHANG) == 0) {
    assert_true (now_ms () < give_up);
    poll (NULL, 0, 2);
  }
  host->pid = 0;
  return status;
}

__attribute__ ((unused)) static int
teardown (void **state)
{
  Host *host = *state;
  char path[96];
  if (host->fd >= 0)
    close (host->fd);
  fclose (host->in);
  if (host->pid > 0)
    assert_int_equal (wait_for_end (host), 0); /* the agent has gone, and so does it */
  close (host->notify);
  snprintf (path, sizeof path, "%s/notify", host->folder);
  unlink (path);
  rmdir (host->folder);
  free (host);
  return 0;
}

/* --- words --- */

__attribute__ ((unused)) static void
say (Host *host, const char *format, ...)
{
  char text[512];
  va_list args;
  va_start (args, format);
  int length = vsnprintf (text, sizeof text - 1, format, args);
  va_end (args);
  text[length++] = '\n';
  assert_int_equal (write (host->fd, text, (size_t) length), length);
}

/* The next object, within the bound. */
__attribute__ ((unused)) static json_t *
hear (Host *host)
{
  static char line[65536];
  struct pollfd fd = { .fd = fileno (host->in), .events = POLLIN };
  setvbuf (host->in, NULL, _IONBF, 0);
  assert_int_equal (poll (&fd, 1, PATIENCE_MS), 1);
  assert_non_null (fgets (line, sizeof line, host->in));
  json_t *object = json_loads (line, 0, NULL);
  assert_true (json_is_object (object));
  return object;
}

__attribute__ ((unused)) static const char *
text_of (json_t *object, const char *key)
{
  return json_string_value (json_object_get (object, key));
}

/* Skips to the first object with this cmd, and for @id if that is not NULL. */
__attribute__ ((unused)) static json_t *
hear_cmd (Host *host, const char *cmd, const char *id)
{
  for (;;) {
    json_t *object = hear (host);
    if (strcmp (text_of (object, "cmd"), cmd) == 0 && (id == NULL || strcmp (text_of (object, "id"), id) == 0))
      return object;
    json_decref (object);
  }
}

__attribute__ ((unused)) static void
skip_to (Host *host, const char *cmd, const char *id)
{
  json_decref (hear_cmd (host, cmd, id));
}

__attribute__ ((unused)) static void
set_threads (Host *host, int count)
{
  say (host, "{\"cmd\":\"LINESHAFT_THREADS\",\"count\":%d}", count);
}

__attribute__ ((unused)) static void
start_threads (Host *host, int count)
{
  set_threads (host, count);
  for (int i = 0; i < count; i++)
    skip_to (host, "LINESHAFT_THREAD", NULL);
}

__attribute__ ((unused)) static void
submit (Host *host, const char *id, const char *limit)
{
  say (host, "{\"cmd\":\"LINESHAFT_JOB\",\"id\":\"%s\",\"name\":\"primes\",\"args\":[\"%s\"]}", id, limit);
}
