/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A process that begins its life in a control group.
 *
 * clone3 (CLONE_INTO_CGROUP) puts it there at once. Moving one that exists, by cgroup.procs, makes the kernel wait until no thread anywhere is
 * forking: some 7 ms a time, during which the agent would stand still. libc has no function for it yet, and a child that shares our
 * memory needs a stack of its own, so the call is made by hand where we know how. */

#include <stddef.h>
#include <sys/types.h>

/* As clone (CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD), in the group whose folder is @folder. -1 with errno; ENOSYS where it is not known how. */
pid_t ls_clone_into (int folder, int (*main_function) (void *user), char *stack, size_t stack_size, void *user, pid_t *ret_pid);

/* A process that only ends, with status 0, in the group: @folder, or if that is -1 it joins by @join. To see whether it can be done. */
pid_t ls_clone_nothing_into (int folder, int join);
