/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where to listen, from text: "127.0.0.1:8080", "[::1]:8080", ":8080" (every address of this computer), "localhost:8080",
 * "unix:/path". Names other than localhost are not looked up. */

#include <glib.h>
#include <sys/socket.h>

typedef struct {
  struct sockaddr_storage name;
  socklen_t length;
  gboolean any;      /* written without an address */
} LsListenAddress;

gboolean ls_listen_address_parse (const char *text, LsListenAddress *ret_address, GError **error);
gboolean ls_listen_address_is_unix (const LsListenAddress *address);
/* The same address and port; port 0 is never the same as another. */
gboolean ls_listen_address_equal (const LsListenAddress *a, const LsListenAddress *b);
/* Equal, or one of them takes the other in: ":8080" means 127.0.0.1:8080 as well. */
gboolean ls_listen_address_overlaps (const LsListenAddress *a, const LsListenAddress *b);
/* As it is written, (transfer full). */
char *ls_listen_address_text (const LsListenAddress *address);
