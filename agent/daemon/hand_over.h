/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What one run of the agent leaves to the next in the same process, when it restarts: the listening sockets of the API, so that whoever connects
 * meanwhile waits instead of being refused; and what runs beyond the config, so that nothing made through the API is lost.
 *
 * It is a JSON object in memory without a name, whose descriptor stands in LINESHAFT_HAND_OVER beside the pid it is meant for. */

#include "daemon/applier.h"

/* With the clusters, pools and schedules that are not as @said has them; and with the tasks that run and were to go on: those that a text applied through
 * the API asked for, and those that are always started again. */
json_t *ls_hand_over_new (LsSupervisor *supervisor, const LsApplier *applier, const LsConfig *said);
/* @path NULL: one of the service manager's, without a lock. */
void ls_hand_over_add_socket (json_t *hand_over, const char *path, int fd, int lock);
/* Right before the exec: descriptors in it stay open over that, and the environment tells of it. */
gboolean ls_hand_over_leave (json_t *hand_over, GError **error);

/* What the run before left, its descriptors close-on-exec; NULL: there was none. The environment is cleaned. (transfer full) */
json_t *ls_hand_over_take (void);
/* The sockets among it with a path, or those of the service manager: @each once for every one. */
void ls_hand_over_each_socket (json_t *hand_over, void (*each) (void *user, const char *path, int fd, int lock), void *user);
/* Makes what ran beyond the config run again. What can no longer be is told in the log. */
void ls_hand_over_restore (json_t *hand_over, LsSupervisor *supervisor, LsApplier *applier);
