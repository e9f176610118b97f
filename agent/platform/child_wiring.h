/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The descriptors of a child that is about to be started: 0, 1, 2, its listening sockets from 3 up, then scoreboard and
 * channel. */

#include "platform/child.h"
#include "platform/child_environment.h"

typedef struct {
  GArray *fds;             /* int: what it gets as 0, 1, 2, … */
  GArray *temporary;       /* int: of those, what only it needs */
  LsChildEnds ours;
  LsChildLinks links;      /* notify_path is the caller's */
} LsWiring;

void ls_wiring_init (LsWiring *wiring);
/* FALSE with an error; what was opened so far is in @wiring. @null_fd is its input if the request wants none. */
gboolean ls_wiring_open (LsWiring *wiring, const LsSpawnRequest *request, int null_fd, GError **error);
/* A file as somebody's stdin; -1 with one sentence. */
int ls_wiring_open_input (const char *path, GError **error);
/* Once the child runs, or does not: closes its side of everything. */
void ls_wiring_clear (LsWiring *wiring);
/* If it does not: our side too, else that is the child's (ls_child_attach). */
void ls_wiring_close_ours (LsWiring *wiring);
