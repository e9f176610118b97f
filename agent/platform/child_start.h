/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From a request to a process that runs: descriptors, environment, program, limits, and the sentence when it cannot be. */

#include "platform/child.h"
#include "platform/child_wiring.h"
#include "platform/containment.h"

/* What is the same for all of them. */
typedef struct {
  int null_fd;
  const char *notify_folder;
  guint64 number;            /* how many were started so far */
  LsContainment *containment;
} LsChildStarter;

/* Starts the process and attaches @child to it; pid 0 with an error: nothing was started. */
LsInstance ls_child_start (LsChild *child, const LsSpawnRequest *request, const LsChildStarter *starter, GError **error);
/* Whether it could, as far as that can be told without starting it. */
gboolean ls_child_check_request (const LsSpawnRequest *request, GError **error);
