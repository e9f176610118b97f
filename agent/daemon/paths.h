/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where things are: sockets, logs, and the programs that the agent starts. */

#include <glib.h>

/* The sockets to answer on, NULL-terminated, absolute: @given, or the default one; and the one of a Flatpak of @app_id, unless NULL.
 * (transfer full) */
char **ls_paths_sockets (const char *const *given, const char *app_id);
/* Where the window's own Flatpak looks: an agent that was told nothing answers there as well, if nobody else does. NULL: it was told something, or
 * this is no session. (transfer full) */
char *ls_paths_spare_socket (const char *const *given, const char *app_id);
/* Whether this runs in a Flatpak's sandbox, where only the sandbox's processes can be seen. */
gboolean ls_paths_in_flatpak (void);
/* The folder for logs: the user's state folder (root: /var/log), or with @given a folder beside the first socket, so that two agents never share
 * one. (transfer full) */
char *ls_paths_logs (const char *const *given);
/* What a restart runs: lineshaft-agent in LINESHAFT_LIBEXEC_DIR, else this program's own file, which an update replaces. NULL: unknown.
 * (transfer full) */
char *ls_paths_own_program (void);
/* The same for the histories of schedules (root: /var/lib/lineshaft/schedules). (transfer full) */
char *ls_paths_schedules (const char *const *given);
/* A program of ours by name: in LINESHAFT_LIBEXEC_DIR (folders apart by colons), beside the agent, in the build tree's folder of that part, or where
 * it was installed. NULL with a sentence. (transfer full) */
char *ls_paths_program (const char *name, GError **error);
