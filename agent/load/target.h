/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the requests go: a numeric loopback address or a Unix socket. Load is made against one's own machine only, so names and other
 * addresses are refused before anything is sent. */

#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

typedef struct {
  struct sockaddr_storage address;                                        /* not used for a Unix socket */
  char unix_path[sizeof (((struct sockaddr_un *) NULL)->sun_path)];       /* "": TCP */
  char authority[128];                                                    /* "127.0.0.1:8080", for the Host header */
} LsTarget;

/* Reads "http://127.0.0.1:8080/path". *@ret_path points into @url, or is "/". With a @unix_path (nullable) the host is only a name for the
 * Host header. Returns 0, or -EINVAL with a sentence in @error. */
int ls_target_parse (const char *url, const char *unix_path, LsTarget *ret, const char **ret_path, char *error, size_t error_size);
