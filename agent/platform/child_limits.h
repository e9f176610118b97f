/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Resource limits and priority of a child: from the API's names to the system's, and whether we may. */

#include "model/resource_limits.h"

#include <sys/resource.h>

typedef struct {
  LsLimit which;
  int resource;            /* RLIMIT_… */
  struct rlimit value;
} LsChildLimit;

/* What the agent may. */
typedef struct {
  gboolean privileged;                /* may raise hard limits and priorities; if it may not after all, the start says so */
  guint64 hard[LS_LIMITS];            /* LS_UNLIMITED: none */
  int nice, nice_floor;               /* ours, and the lowest without privilege */
} LsChildBounds;

/* Fills @ret, returns how many; what this system does not know is left out. */
guint ls_child_limits (const LsLimits *limits, LsChildLimit ret[LS_LIMITS]);
void ls_child_bounds_read (LsChildBounds *ret);
/* LS_ERROR_IMPOSSIBLE with one sentence. Pure. */
gboolean ls_child_bounds_check (const LsChildBounds *bounds, const LsLimits *limits, int nice, GError **error);
