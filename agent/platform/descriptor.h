/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Descriptors that children do not inherit: close-on-exec from birth where the system can, right after it elsewhere.
 * All return -1 with errno. */

#include <sys/socket.h>

#ifdef MSG_CMSG_CLOEXEC
#define LS_RECEIVE_CLOEXEC MSG_CMSG_CLOEXEC
#else
#define LS_RECEIVE_CLOEXEC 0
#endif

int ls_pipe (int fds[2]);                    /* blocking: the child's end must be */
int ls_socket_pair (int type, int fds[2]);   /* AF_UNIX, blocking */
int ls_socket (int family, int type);        /* non-blocking */
int ls_accept (int fd);                      /* non-blocking */
int ls_open_null (void);                     /* /dev/null for reading and writing */
int ls_set_nonblocking (int fd);
/* Marks every descriptor from @first up; for a child between fork and exec, so async-signal-safe. */
void ls_close_on_exec_from (int first);
