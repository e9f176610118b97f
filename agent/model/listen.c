/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/codec.h"

#include "base/error.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

static gboolean
refuse (const char *address, const char *right, GError **error)
{
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "listen cannot be \"%s\": %s", address, right);
  return FALSE;
}

static gboolean
check_unix (const char *address, GError **error)
{
  const char *path = address + strlen ("unix:");
  struct sockaddr_un socket_address;
  if (path[0] != '/')
    return refuse (address, "a Unix socket has an absolute path, as in unix:/run/web.sock", error);
  if (strlen (path) >= sizeof socket_address.sun_path)
    return refuse (address, "the path of a Unix socket is at most 107 bytes long", error);
  return TRUE;
}

static gboolean
is_address (int family, const char *text)
{
  guint8 binary[sizeof (struct in6_addr)];
  return inet_pton (family, text, binary) == 1;
}

/* NULL if @host may stand before the port, else what would be right. */
static const char *
check_host (const char *host)
{
  gsize length = strlen (host);
  if (length == 0 || is_address (AF_INET, host))
    return NULL;
  if (length > 2 && host[0] == '[' && host[length - 1] == ']')
    {
      g_autofree char *inner = g_strndup (host + 1, length - 2);
      return is_address (AF_INET6, inner) ? NULL : "an IPv6 address looks like [::1]:8080";
    }
  if (is_address (AF_INET6, host))
    return "an IPv6 address stands in brackets, as in [::1]:8080";
  if (g_str_equal (host, "*"))
    return "write :8080 for every address of this computer";
  return "names are not looked up; write an address, as in 127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/web.sock";
}

gboolean
ls_listen_check (const char *address, GError **error)
{
  if (g_str_has_prefix (address, "unix:"))
    return check_unix (address, error);
  const char *colon = strrchr (address, ':');
  if (!colon)
    return refuse (address, "write ADDRESS:PORT, as in 127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/web.sock", error);
  g_autofree char *host = g_strndup (address, (gsize) (colon - address));
  const char *right = check_host (host);
  if (right)
    return refuse (address, right, error);
  guint64 port;
  if (!ls_parse_uint (colon + 1, "port", 0, 65535, &port, NULL))
    return refuse (address, "the port is a whole number from 0 (any free one) to 65535", error);
  return TRUE;
}
