/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

/* Where no system call marks them all at once, a child looks at this many at most. */
#define MOST_DESCRIPTORS 65536

static int
set_close_on_exec (int fd)
{
  return fcntl (fd, F_SETFD, FD_CLOEXEC);
}

int
ls_pipe (int fds[2])
{
  if (pipe (fds) < 0)
    return -1;
  set_close_on_exec (fds[0]);
  return set_close_on_exec (fds[1]);
}

int
ls_socket_pair (int type, int fds[2])
{
  if (socketpair (AF_UNIX, type, 0, fds) < 0)
    return -1;
  set_close_on_exec (fds[0]);
  return set_close_on_exec (fds[1]);
}

int
ls_socket (int family, int type)
{
  int fd = socket (family, type, 0);
  if (fd >= 0) {
    set_close_on_exec (fd);
    ls_set_nonblocking (fd);
  }
  return fd;
}

int
ls_accept (int listening)
{
  int fd = accept (listening, NULL, NULL);
  if (fd >= 0) {
    set_close_on_exec (fd);
    ls_set_nonblocking (fd);
  }
  return fd;
}

int
ls_open_null (void)
{
  return open ("/dev/null", O_RDWR | O_CLOEXEC);
}

int
ls_set_nonblocking (int fd)
{
  int flags = fcntl (fd, F_GETFL);
  return flags < 0 ? -1 : fcntl (fd, F_SETFL, flags | O_NONBLOCK);
}

void
ls_close_on_exec_from (int first)
{
#ifdef CLOSE_RANGE_CLOEXEC      /* FreeBSD, and the C library of Linux */
  if (close_range ((unsigned) first, ~0u, CLOSE_RANGE_CLOEXEC) == 0)
    return;
#endif
  long limit = sysconf (_SC_OPEN_MAX);
  int end = limit > 0 && limit < MOST_DESCRIPTORS ? (int) limit : MOST_DESCRIPTORS;
  for (int fd = first; fd < end; fd++)
    set_close_on_exec (fd);
}
