/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/listen_address.h"

#include "base/error.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#define UNIX_PREFIX "unix:"

static gboolean
refuse (const char *text, const char *right, GError **error)
{
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "\"%s\" is no address to listen on: %s", text, right);
  return FALSE;
}

static struct sockaddr_un *
as_unix (LsListenAddress *address)
{
  return (struct sockaddr_un *) &address->name;
}

static gboolean
parse_unix (const char *text, LsListenAddress *address, GError **error)
{
  const char *path = text + strlen (UNIX_PREFIX);
  struct sockaddr_un *name = as_unix (address);
  if (path[0] != '/')
    return refuse (text, "a Unix socket has an absolute path, as in unix:/run/web.sock", error);
  if (strlen (path) >= sizeof name->sun_path)
    return refuse (text, "the path of a Unix socket is at most 107 bytes long", error);
  name->sun_family = AF_UNIX;
  strcpy (name->sun_path, path);
  address->length = sizeof *name;
  return TRUE;
}

static void
set_ipv4 (LsListenAddress *address, struct in_addr host, guint16 port)
{
  struct sockaddr_in *name = (struct sockaddr_in *) &address->name;
  name->sin_family = AF_INET;
  name->sin_addr = host;
  name->sin_port = htons (port);
  address->length = sizeof *name;
}

static void
set_ipv6 (LsListenAddress *address, struct in6_addr host, guint16 port)
{
  struct sockaddr_in6 *name = (struct sockaddr_in6 *) &address->name;
  name->sin6_family = AF_INET6;
  name->sin6_addr = host;
  name->sin6_port = htons (port);
  address->length = sizeof *name;
}

static gboolean
parse_host (const char *text, const char *host, guint16 port, LsListenAddress *address, GError **error)
{
  struct in_addr ipv4;
  struct in6_addr ipv6;
  gsize length = strlen (host);
  if (length == 0 || g_str_equal (host, "*")) {
    address->any = TRUE;
    set_ipv6 (address, in6addr_any, port);
    return TRUE;
  }
  if (inet_pton (AF_INET, g_str_equal (host, "localhost") ? "127.0.0.1" : host, &ipv4) == 1) {
    set_ipv4 (address, ipv4, port);
    return TRUE;
  }
  g_autofree char *inner = host[0] == '[' && host[length - 1] == ']' ? g_strndup (host + 1, length - 2) : NULL;
  if (inner && inet_pton (AF_INET6, inner, &ipv6) == 1) {
    set_ipv6 (address, ipv6, port);
    return TRUE;
  }
  if (strchr (host, ':'))
    return refuse (text, "an IPv6 address stands in brackets, as in [::1]:8080", error);
  return refuse (text, "names are not looked up; write an address, as in 127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/web.sock",
                 error);
}

gboolean
ls_listen_address_parse (const char *text, LsListenAddress *ret_address, GError **error)
{
  LsListenAddress address = { 0 };
  guint64 port;
  if (g_str_has_prefix (text, UNIX_PREFIX)) {
    if (!parse_unix (text, &address, error))
      return FALSE;
    *ret_address = address;
    return TRUE;
  }
  const char *colon = strrchr (text, ':');
  if (!colon)
    return refuse (text, "write ADDRESS:PORT, as in 127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/web.sock", error);
  if (!ls_parse_uint (colon + 1, "port", 0, 65535, &port, NULL))
    return refuse (text, "the port is a whole number from 0 (any free one) to 65535", error);
  g_autofree char *host = g_strndup (text, (gsize) (colon - text));
  if (!parse_host (text, host, (guint16) port, &address, error))
    return FALSE;
  *ret_address = address;
  return TRUE;
}

gboolean
ls_listen_address_is_unix (const LsListenAddress *address)
{
  return address->name.ss_family == AF_UNIX;
}

static guint16
port_of (const LsListenAddress *address)
{
  if (address->name.ss_family == AF_INET)
    return ntohs (((const struct sockaddr_in *) &address->name)->sin_port);
  return ntohs (((const struct sockaddr_in6 *) &address->name)->sin6_port);
}

gboolean
ls_listen_address_equal (const LsListenAddress *a, const LsListenAddress *b)
{
  if (a->name.ss_family != b->name.ss_family)
    return FALSE;
  switch (a->name.ss_family) {
  case AF_UNIX:
    return g_str_equal (((const struct sockaddr_un *) &a->name)->sun_path, ((const struct sockaddr_un *) &b->name)->sun_path);
  case AF_INET:
    return port_of (a) != 0 && port_of (a) == port_of (b)
           && ((const struct sockaddr_in *) &a->name)->sin_addr.s_addr == ((const struct sockaddr_in *) &b->name)->sin_addr.s_addr;
  default:
    return port_of (a) != 0 && port_of (a) == port_of (b)
           && IN6_ARE_ADDR_EQUAL (&((const struct sockaddr_in6 *) &a->name)->sin6_addr,
                                  &((const struct sockaddr_in6 *) &b->name)->sin6_addr);
  }
}

static gboolean
is_every_ipv4 (const LsListenAddress *address)
{
  return address->any
         || (address->name.ss_family == AF_INET && ((const struct sockaddr_in *) &address->name)->sin_addr.s_addr == htonl (INADDR_ANY));
}

static gboolean
is_every_ipv6 (const LsListenAddress *address)
{
  return address->any
         || (address->name.ss_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED (&((const struct sockaddr_in6 *) &address->name)->sin6_addr));
}

static gboolean
takes_in (const LsListenAddress *a, const LsListenAddress *b)
{
  return (is_every_ipv4 (a) && b->name.ss_family == AF_INET) || (is_every_ipv6 (a) && b->name.ss_family == AF_INET6);
}

gboolean
ls_listen_address_overlaps (const LsListenAddress *a, const LsListenAddress *b)
{
  if (ls_listen_address_is_unix (a) || ls_listen_address_is_unix (b))
    return ls_listen_address_equal (a, b);
  return port_of (a) != 0 && port_of (a) == port_of (b) && (ls_listen_address_equal (a, b) || takes_in (a, b) || takes_in (b, a));
}

char *
ls_listen_address_text (const LsListenAddress *address)
{
  char host[INET6_ADDRSTRLEN] = "";
  if (address->name.ss_family == AF_UNIX)
    return g_strconcat (UNIX_PREFIX, ((const struct sockaddr_un *) &address->name)->sun_path, NULL);
  if (address->any)
    return g_strdup_printf (":%u", port_of (address));
  if (address->name.ss_family == AF_INET) {
    inet_ntop (AF_INET, &((const struct sockaddr_in *) &address->name)->sin_addr, host, sizeof host);
    return g_strdup_printf ("%s:%u", host, port_of (address));
  }
  inet_ntop (AF_INET6, &((const struct sockaddr_in6 *) &address->name)->sin6_addr, host, sizeof host);
  return g_strdup_printf ("[%s]:%u", host, port_of (address));
}
