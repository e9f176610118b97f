/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where in the file system the control groups of this process are: /proc/self/cgroup held against /proc/self/mountinfo. Pure. */

#include <glib.h>

typedef struct {
  guint version;       /* 2: the unified hierarchy; 1: an older one */
  char *folder;        /* of our own group: "/sys/fs/cgroup/system.slice/lineshaft.service" */
} LsCgroupPlace;

void ls_cgroup_place_clear (LsCgroupPlace *place);
/* Those that can be written to perhaps, best first: the unified hierarchy, then pids, then the named one of the service manager. (transfer full):
 * LsCgroupPlace, to be cleared by freeing the array. */
GArray *ls_cgroup_places (const char *own_groups, const char *mounts);
/* "lineshaft-4711-889213" → 4711 and 889213. FALSE: not one of ours. */
gboolean ls_cgroup_owner_parse (const char *name, guint64 *ret_pid, guint64 *ret_start_time);
