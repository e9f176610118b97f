/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/listen_socket.h"

#include "base/error.h"
#include "platform/descriptor.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define UNIX_MODE 0660

static const char *
unix_path (const LsListenAddress *address)
{
  return ((const struct sockaddr_un *) &address->name)->sun_path;
}

void
ls_listen_socket_explain (const LsListenAddress *address, int code, GError **error)
{
  g_autofree char *text = ls_listen_address_text (address);
  switch (code) {
  case EADDRINUSE:
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is in use by another program", text);
    break;
  case EADDRNOTAVAIL:
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s cannot be listened on: this computer does not have that address", text);
    break;
  case EACCES:
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE,
                 ls_listen_address_is_unix (address)
                   ? "%s cannot be listened on: this user may not write to its folder"
                   : "%s cannot be listened on: this user may not open it (ports below 1024 need CAP_NET_BIND_SERVICE)",
                 text);
    break;
  case ENOENT:
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s cannot be listened on: its folder does not exist", text);
    break;
  default:
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "%s cannot be listened on: %s", text, g_strerror (code));
    break;
  }
}

static int
fail (int fd, const LsListenAddress *address, int code, GError **error)
{
  if (fd >= 0)
    close (fd);
  ls_listen_socket_explain (address, code, error);
  return -1;
}

/* Whether nobody answers on it; errno EADDRINUSE if somebody does. */
static gboolean
is_stale (const LsListenAddress *address)
{
  struct stat file;
  if (stat (unix_path (address), &file) < 0 || !S_ISSOCK (file.st_mode))
    return FALSE;
  int fd = ls_socket (AF_UNIX, SOCK_STREAM);
  gboolean stale = fd >= 0 && connect (fd, (const struct sockaddr *) &address->name, address->length) < 0 && errno == ECONNREFUSED;
  if (fd >= 0)
    close (fd);
  return stale;
}

static int
bind_unix (const LsListenAddress *address, GError **error)
{
  int fd = ls_socket (AF_UNIX, SOCK_STREAM);
  if (fd < 0)
    return fail (fd, address, errno, error);
  if (is_stale (address))
    unlink (unix_path (address));
  if (bind (fd, (const struct sockaddr *) &address->name, address->length) < 0)
    return fail (fd, address, errno, error);
  if (chmod (unix_path (address), UNIX_MODE) < 0)
    return fail (fd, address, errno, error);
  return fd;
}

/* Where the kernel has no IPv6, "every address" means IPv4. */
static void
fall_back_to_ipv4 (LsListenAddress *address)
{
  const struct sockaddr_in6 old = *(const struct sockaddr_in6 *) &address->name;
  struct sockaddr_in *name = (struct sockaddr_in *) &address->name;
  *name = (struct sockaddr_in) { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_ANY) }, .sin_port = old.sin6_port };
  address->length = sizeof *name;
}

static int
open_tcp (LsListenAddress *address)
{
  int fd = ls_socket (address->name.ss_family, SOCK_STREAM);
  if (fd < 0 && address->any && errno == EAFNOSUPPORT) {
    fall_back_to_ipv4 (address);
    fd = ls_socket (AF_INET, SOCK_STREAM);
  }
  return fd;
}

static void
set_option (int fd, int level, int name, int value)
{
  setsockopt (fd, level, name, &value, sizeof value);
}

static int
bind_tcp (LsListenAddress *address, gboolean reuse_port, GError **error)
{
  int fd = open_tcp (address);
  if (fd < 0)
    return fail (fd, address, errno, error);
  set_option (fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (reuse_port)
    set_option (fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (address->name.ss_family == AF_INET6)
    set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, !address->any);
  if (bind (fd, (const struct sockaddr *) &address->name, address->length) < 0) {
    if (!address->any || address->name.ss_family != AF_INET6 || errno != EADDRNOTAVAIL)
      return fail (fd, address, errno, error);
    /* IPv6 is there but switched off. */
    close (fd);
    fall_back_to_ipv4 (address);
    return bind_tcp (address, reuse_port, error);
  }
  socklen_t length = sizeof address->name;
  if (getsockname (fd, (struct sockaddr *) &address->name, &length) < 0)
    return fail (fd, address, errno, error);
  return fd;
}

int
ls_listen_socket_bind (LsListenAddress *address, gboolean reuse_port, GError **error)
{
  return ls_listen_address_is_unix (address) ? bind_unix (address, error) : bind_tcp (address, reuse_port, error);
}

gboolean
ls_listen_socket_start (int fd, const LsListenAddress *address, GError **error)
{
  if (listen (fd, SOMAXCONN) == 0)
    return TRUE;
  ls_listen_socket_explain (address, errno, error);
  return FALSE;
}

void
ls_listen_socket_close (int fd, const LsListenAddress *address)
{
  if (fd < 0)
    return;
  close (fd);
  /* Somebody else may have taken the path since; then connecting to it works. */
  if (ls_listen_address_is_unix (address) && is_stale (address))
    unlink (unix_path (address));
}
