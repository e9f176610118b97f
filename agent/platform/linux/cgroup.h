/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A control group for each child: nothing that it starts gets out of it, and all of it is killed at once.
 *
 * Groups are made in a folder of the agent's own, "lineshaft-PID-START", beneath the group in which it runs; none of the controllers is used, so
 * nothing is limited or weighed by them. Making one costs more than a start should, so an empty one is used again. Folders of agents
 * that are no more are removed at the start. */

#include <glib.h>
#include <sys/types.h>

typedef struct LsCgroups LsCgroups;
typedef struct LsCgroup LsCgroup;

/* NULL: there is no place where we may make groups, or processes cannot be put into them; @ret_why (nullable) says so. (transfer full) */
LsCgroups *ls_cgroups_new (char **ret_why);
/* Removes the empty ones that wait for a next child. */
void ls_cgroups_rest (LsCgroups *groups);
/* Kills whatever is in any of them, and waits for it for a moment. */
void ls_cgroups_end_rest (LsCgroups *groups);
/* Removes the folder, if nothing runs in it. Takes NULL. */
void ls_cgroups_free (LsCgroups *groups);

/* NULL with errno. */
LsCgroup *ls_cgroup_take (LsCgroups *groups);
/* What the process is started into: a folder for clone3 (CLONE_INTO_CGROUP), or -1 and a file into which it writes "0". */
int ls_cgroup_folder_fd (const LsCgroup *group);
int ls_cgroup_join_fd (const LsCgroup *group);
/* TRUE: nobody is in it. Else SIGKILL was sent to all; ask again. */
gboolean ls_cgroup_kill (LsCgroup *group);
/* Gives it back, empty or not. Takes NULL. */
void ls_cgroup_release (LsCgroup *group);
