/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/system.h"
#include "abi/channel.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

void
ls_name_thread (const char *name)
{
#ifdef __linux__
  prctl (PR_SET_NAME, name, 0, 0, 0);
#endif
}

int
ls_thread_number (void)
{
#ifdef __linux__
  return (int) syscall (SYS_gettid);
#else
  return 0;
#endif
}

void
ls_notify (const char *text)
{
  const char *path = getenv (LS_NOTIFY_ENV_SOCKET);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  size_t length = path != NULL ? strlen (path) : 0;
  if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
    return;
  memcpy (address.sun_path, path, length);
  if (path[0] == '@') /* an abstract name */
    address.sun_path[0] = '\0';
  int fd = socket (AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0)
    return;
  sendto (fd, text, strlen (text), MSG_NOSIGNAL, (const struct sockaddr *) &address,
          (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length));
  close (fd);
}
