/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The children of the agent: spawner, reaper, and the pipes, channel and notify socket of each, on one libuv loop.
 *
 * Spawning is vfork where there is one, on the loop or (launch) beside it; the reaper waits for everything that ends, adopted orphans included (child subreaper on Linux),
 * and keeps the rusage. What a child has started is killed when it ends. A child's exit is reported after the last
 * byte of its output, unless a grandchild in another group holds the pipes: then after 200 ms, and the pipes are closed. Nothing comes from a
 * child after that, and its memory and descriptors are gone. A notify socket is one child's at a time, so its helpers need not outlive their word.
 * SIGPIPE is ignored from then on. Descriptors: all close-on-exec here; a child gets 0 1 2, its listening sockets from 3 up, then scoreboard
 * and channel. */

#include "core/ports.h"

#include <uv.h>

typedef struct LsChildren LsChildren;

typedef struct {
  /* What became of a launch of the port: pid 0 and @error, it could not be started. */
  void (*started) (void *self, const char *id, LsInstance instance, const GError *error);
  void (*notify) (void *self, LsInstance instance, LsNotifyKind kind, const char *text);
  /* A line of its channel; TRUE: it was understood as it is, and no message follows. May be NULL. */
  gboolean (*line) (void *self, LsInstance instance, const char *line, gsize length);
  void (*message) (void *self, LsInstance instance, json_t *message);      /* borrowed */
  void (*output) (void *self, LsInstance instance, const char *id, gboolean is_stderr, const char *data, gsize length);
  void (*exited) (void *self, LsInstance instance, const char *id, const LsExit *how);
  void *self;
} LsChildEvents;

/* @groups: what children start may be held in control groups; see platform/containment.h. */
LsChildren *ls_children_new (uv_loop_t *loop, const LsChildEvents *events, gboolean groups, GError **error);
char *ls_children_containment (LsChildren *children);      /* how that is done, one sentence; (transfer full) */
LsSpawner ls_children_spawner (LsChildren *children);      /* the port */
/* Stops reading stdout and stderr of a child, which waits when its pipes are full, and resumes once that was asked for as often. What they hold
 * when it has ended is read all the same. Nothing if it is over. */
void ls_children_hold (LsChildren *children, LsInstance instance, gboolean hold);
guint ls_children_count (LsChildren *children);
/* To be called every second or so: what is kept ready for the next child is given up where none has started since the last call. */
void ls_children_rest (LsChildren *children);
void ls_children_close (LsChildren *children, void (*closed) (void *user), void *user);      /* frees; kills nothing */
/* When all children are over: ends what somebody started and nothing held. */
void ls_children_end_rest (LsChildren *children);
