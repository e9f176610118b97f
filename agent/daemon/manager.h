/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The service manager that started the agent, if one did: systemd's protocol, sd_notify(3) and sd_listen_fds(3).
 *
 * The environment is taken over once and cleaned, so that children do not take the manager's socket for ours. */

#include <glib.h>

typedef struct LsManager LsManager;

LsManager *ls_manager_new (void);
void ls_manager_free (LsManager *manager);
/* Sockets handed over, close-on-exec; NULL: none. */
const int *ls_manager_sockets (const LsManager *manager, guint *ret_n);
/* The path of the @i-th of them; NULL: it has none. (transfer full) */
char *ls_manager_socket_path (const LsManager *manager, guint i);
/* What keeps the members of @group from connecting to a socket that was handed over; NULL: nothing, or no group. (transfer full) */
char *ls_manager_socket_complaint (const LsManager *manager, const char *group);
/* The folder for logs that was made for us (systemd's LogsDirectory=); NULL: none. */
const char *ls_manager_logs (const LsManager *manager);
/* One more, that a run before this one got. */
void ls_manager_add_socket (LsManager *manager, int fd);
/* Puts what the next program in this process is to know back into the environment. */
void ls_manager_leave (const LsManager *manager);
/* Sends "READY=1" and the like; nothing without a manager. */
void ls_manager_notify (const LsManager *manager, const char *state);
/* How often WATCHDOG=1 is to be sent, half of what the manager allows; 0: never. */
gint64 ls_manager_watchdog_ms (const LsManager *manager);
