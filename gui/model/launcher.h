/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Starts an agent when none runs, and knows whether the one that runs is ours. It outlives the window unless it is stopped.
 *
 * An agent that crashes is started again, at once and then ever slower; one that ends by itself with status 0 was told to.
 *
 * Signals:
 *   "failed" (const char *sentence)      it could not be started, or ended: its own last words where there are any */

#include <gio/gio.h>

#define LS_TYPE_LAUNCHER (ls_launcher_get_type ())
G_DECLARE_FINAL_TYPE (LsLauncher, ls_launcher, LS, LAUNCHER, GObject)

/* Where the agent's program is: in the folders of LINESHAFT_LIBEXEC_DIR (a list like PATH), beside this program, in ../agent/daemon seen from it
 * (a build tree), in the installed place, in PATH. @own_folder may be NULL. (transfer full); NULL: nowhere. */
char *ls_launcher_find_agent (const char *libexec_list, const char *own_folder, const char *installed);

LsLauncher *ls_launcher_new (const char *socket);
/* Asynchronous in effect: that it answers is seen by connecting. */
gboolean ls_launcher_start (LsLauncher *launcher, GError **error);
gboolean ls_launcher_owns_agent (LsLauncher *launcher);
/* Asks the agent to take everything down in order; @done once it has ended. At once when none of ours runs. */
void ls_launcher_stop_async (LsLauncher *launcher, GAsyncReadyCallback done, gpointer user);
gboolean ls_launcher_stop_finish (LsLauncher *launcher, GAsyncResult *result, GError **error);
