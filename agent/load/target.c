/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
parse_port (const char *text, size_t length, in_port_t *ret)
{
  unsigned long port = 0;
  if (length == 0 || length > 5)
    return false;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9')
      return false;
    port = port * 10 + (unsigned long) (text[i] - '0');
  }
  if (port == 0 || port > 65535)
    return false;
  *ret = (in_port_t) port;
  return true;
}

/* Cuts "127.0.0.1:8080" or "[::1]:8080" in two; port 80 if there is none. */
static bool
split_authority (const char *authority, char *ret_host, size_t host_size, bool *ret_bracket, in_port_t *ret_port)
{
  const char *host = authority;
  const char *end;
  *ret_bracket = authority[0] == '[';
  if (*ret_bracket) {
    host++;
    end = strchr (host, ']');
    if (end == NULL)
      return false;
  } else
    end = host + strcspn (host, ":");
  size_t length = (size_t) (end - host);
  if (length == 0 || length >= host_size)
    return false;
  memcpy (ret_host, host, length);
  ret_host[length] = '\0';
  if (*ret_bracket)
    end++;
  *ret_port = 80;
  return *end == '\0' || (*end == ':' && parse_port (end + 1, strlen (end + 1), ret_port));
}

static bool
fill_address (LsTarget *target, const char *host, bool bracket, in_port_t port)
{
  if (bracket) {
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *) &target->address;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons (port);
    return inet_pton (AF_INET6, host, &in6->sin6_addr) == 1 && IN6_IS_ADDR_LOOPBACK (&in6->sin6_addr);
  }
  struct sockaddr_in *in = (struct sockaddr_in *) &target->address;
  in->sin_family = AF_INET;
  in->sin_port = htons (port);
  return inet_pton (AF_INET, host, &in->sin_addr) == 1 && (ntohl (in->sin_addr.s_addr) >> 24) == 127;
}

/* Nothing that could end a header line or hide in it. */
static bool
is_printable (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text <= ' ' || *text == 0x7f || (*text & 0x80))
      return false;
  return true;
}

int
ls_target_parse (const char *url, const char *unix_path, LsTarget *ret, const char **ret_path, char *error, size_t error_size)
{
  LsTarget target = { 0 };
  if (strncmp (url, "http://", 7) != 0 || !is_printable (url)) {
    snprintf (error, error_size, "“%s” is not a URL that can be loaded: write it as http://127.0.0.1:8080/path.", url);
    return -EINVAL;
  }
  const char *authority = url + 7;
  size_t length = strcspn (authority, "/?#");
  if (length == 0 || length >= sizeof target.authority) {
    snprintf (error, error_size, "“%s” names no host: write it as http://127.0.0.1:8080/path.", url);
    return -EINVAL;
  }
  memcpy (target.authority, authority, length);

  if (unix_path != NULL) {
    if (unix_path[0] == '\0' || strlen (unix_path) >= sizeof target.unix_path) {
      snprintf (error, error_size, "The path of the Unix socket must have 1 to %zu bytes.", sizeof target.unix_path - 1);
      return -EINVAL;
    }
    memcpy (target.unix_path, unix_path, strlen (unix_path) + 1);
  } else {
    char host[64];
    bool bracket;
    in_port_t port;
    if (!split_authority (target.authority, host, sizeof host, &bracket, &port) || !fill_address (&target, host, bracket, port)) {
      snprintf (error, error_size,
                "“%s” is not a numeric loopback address: load is made on this computer only, so use 127.0.0.1 or [::1] with a port from 1 to 65535.",
                target.authority);
      return -EINVAL;
    }
  }
  *ret = target;
  *ret_path = authority[length] == '/' ? authority + length : "/";
  return 0;
}
