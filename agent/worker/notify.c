/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/notify.h"

#include "abi/channel.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
ls_worker_notify (const char *state)
{
  const char *path = getenv (LS_NOTIFY_ENV_SOCKET);
  if (!path || (path[0] != '/' && path[0] != '@'))
    return 0;
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  size_t length = strlen (path);
  if (length >= sizeof address.sun_path)
    return -ENAMETOOLONG;
  memcpy (address.sun_path, path, length);
  if (path[0] == '@')
    address.sun_path[0] = '\0'; /* the abstract namespace of Linux */
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return -errno;
  socklen_t size = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length + (path[0] == '/'));
  ssize_t n = sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address, size);
  int r = n < 0 ? -errno : 0;
  close (fd);
  return r;
}
