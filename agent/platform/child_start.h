/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From a request to a process that runs: descriptors, environment, program, limits, and the sentence when it cannot be.
 *
 * In three steps, because the middle one waits until the program is executed: it may be carried out on another thread. */

#include "platform/child.h"
#include "platform/child_wiring.h"
#include "platform/containment.h"

/* What is the same for all of them. */
typedef struct {
  int null_fd;
  LsNotifySockets *notify;
  LsContainment *containment;
} LsChildStarter;

typedef struct LsChildStart LsChildStart;

/* Everything that is needed to start what @child stands for; nothing of @request is needed after this. NULL with an error. (transfer full) */
LsChildStart *ls_child_start_new (LsChild *child, const LsSpawnRequest *request, const LsChildStarter *starter, GError **error);
/* Starts the process and waits until its program runs, or did not come so far. Touches nothing but @start; on any thread. */
void ls_child_start_run (LsChildStart *start);
/* Frees @start. The process runs and @child is attached to it, or pid 0 with an error: nothing was started. @start_time is that of the process if it
 * has been waited for already, else 0. */
LsInstance ls_child_start_finish (LsChildStart *start, guint64 start_time, GError **error);

LsChild *ls_child_start_child (const LsChildStart *start);
/* While another thread runs it: the process's pid, 0 as long as there is none. One that fails is then left to whoever waits for all children. */
pid_t ls_child_start_pid (const LsChildStart *start);
void ls_child_start_leave_to_reaper (LsChildStart *start);

/* Whether it could be started, as far as that can be told without doing so. */
gboolean ls_child_check_request (const LsSpawnRequest *request, GError **error);
