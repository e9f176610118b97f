/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One process from a plan that is ready to be carried out. How it is started is the variant's (vfork-like on Linux, fork
 * elsewhere); what happens between that and exec is launch_child.c's, and allocates nothing. */

#include "platform/child_limits.h"

#include <glib.h>
#include <sys/types.h>

/* The address sanitizer marks a function's stack when it begins and when it returns; those that end in exec never return, and the next
 * child on the same stack would trip over the marks. */
#define LS_ENDS_IN_EXEC __attribute__ ((no_sanitize_address))

typedef struct {
  const char *program;         /* the file to execute */
  char *const *argv;
  char *const *env;
  char *listen_pid;            /* room inside @env for the child's pid, or NULL */
  const char *cwd;             /* NULL: as it is */
  const int *fds;              /* become 0, 1, 2, … in the child; none is -1 */
  int *scratch;                /* as long as @fds, for the child */
  int n_fds;
  gboolean terminal;           /* 0 is one: it becomes the child's own, in a session of its own */
  int nice;                    /* added to ours */
  const LsChildLimit *limits;
  guint n_limits;
  int group_folder;            /* of the control group it is started into; -1: none */
  int group_join;              /* or where it writes "0" to be in it; -1: nowhere */
  gboolean left_to_reaper;     /* one that fails is waited for by somebody else */
} LsLaunch;

typedef enum {
  LS_LAUNCH_FORK, LS_LAUNCH_DESCRIPTORS, LS_LAUNCH_TERMINAL, LS_LAUNCH_NICE, LS_LAUNCH_LIMIT, LS_LAUNCH_CWD, LS_LAUNCH_EXEC
} LsLaunchStep;

typedef struct {
  LsLaunchStep step;
  int code;                    /* errno */
  guint limit;                 /* which of them, for LS_LAUNCH_LIMIT */
  gboolean outside;            /* no failure: it runs, but not in the control group */
} LsLaunchFailure;

/* Starts it in a process group (with a terminal: a session) of its own, no signal blocked, ignored or handled. -1: it never ran, and nothing is left to be waited for.
 * *@ret_pid (0 before) has its pid before it does anything, so that whoever waits for children on another thread knows whose it is; LS_LAUNCHES_ELSEWHERE
 * says that this can be done: then several threads may be here at once. */
pid_t ls_launch (const LsLaunch *launch, pid_t *ret_pid, LsLaunchFailure *ret_failure);
extern const gboolean LS_LAUNCHES_ELSEWHERE;

/* Inside the new process; all signals are blocked. Returns only on failure. Async-signal-safe, and safe in memory shared with the parent. */
void ls_launch_child (const LsLaunch *launch, LsLaunchFailure *ret_failure);
