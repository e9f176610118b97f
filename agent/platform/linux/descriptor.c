/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Before Linux 5.11 there is no close_range with CLOSE_RANGE_CLOEXEC; descriptors beyond this are then left as they are. */
#define OLD_KERNEL_DESCRIPTORS 65536

int
ls_pipe (int fds[2])
{
  return pipe2 (fds, O_CLOEXEC);
}

int
ls_socket_pair (int type, int fds[2])
{
  return socketpair (AF_UNIX, type | SOCK_CLOEXEC, 0, fds);
}

int
ls_socket (int family, int type)
{
  return socket (family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int
ls_accept (int fd)
{
  return accept4 (fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
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
  if (syscall (SYS_close_range, (unsigned) first, ~0u, CLOSE_RANGE_CLOEXEC) == 0)
    return;
  for (int fd = first; fd < OLD_KERNEL_DESCRIPTORS; fd++)
    fcntl (fd, F_SETFD, FD_CLOEXEC);
}
