/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a child finds in its environment: the agent's own without what was meant for the agent alone, the request's on top,
 * then how to talk to the agent. Pure. */

#include "core/ports.h"

typedef struct {
  int scoreboard_fd;           /* number in the child; -1: none */
  int channel_fd;              /* number in the child; -1: none */
  const char *notify_path;     /* NULL: none */
  const char *mark;            /* an entry of its own, "NAME=value"; NULL: none */
} LsChildLinks;

/* @inherited is the agent's environment. *@ret_listen_pid points at the room for ten digits after "LISTEN_PID=" inside the result, to be
 * written by the child; NULL if it gets no sockets. (transfer full) */
char **ls_child_environment (const LsSpawnRequest *request, const LsChildLinks *links, const char *const *inherited, char **ret_listen_pid);

/* The value of @name, NULL if it is not there. */
const char *ls_environment_get (const char *const *environment, const char *name);
