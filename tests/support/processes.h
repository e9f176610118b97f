/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What /proc says of processes, for tests. */

#include <glib.h>
#include <sys/types.h>

void ls_test_become_subreaper (void);
/* Living and dead children of @pid, zombies too. */
guint ls_test_count_children (pid_t pid);
/* Waits until it has as many; fails the test after 30 s. An orphan that was killed is gone, but a zombie until its new parent is told. */
void ls_test_until_children (pid_t pid, guint n);
/* No child of @pid lives now; zombies it may have for a moment. */
void ls_test_assert_childless (pid_t pid);
guint ls_test_count_zombies (pid_t parent);
/* The first of @pid and its descendants whose program is named @name; 0: none. */
pid_t ls_test_find_descendant (pid_t pid, const char *name);
/* SIGKILL to all children of this process and theirs, and waits for them. */
void ls_test_kill_children (void);
/* Waits for children that are ending; FALSE if some live on past the bound. */
gboolean ls_test_reap_children (int timeout_ms);
guint ls_test_count_fds (pid_t pid);
gsize ls_test_rss (pid_t pid);                 /* bytes */
guint64 ls_test_cpu_us (pid_t pid);            /* user and system */
gboolean ls_test_is_alive (pid_t pid);         /* and no zombie */
