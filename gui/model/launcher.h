/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Starts an agent when none runs, and knows whether the one that runs is ours. It outlives the window unless it is stopped.
 *
 * In a Flatpak the host is asked first, where the bus lets us: an agent there manages what the computer runs. Else it runs inside, and sees the
 * sandbox only. Anywhere else it is a plain child.
 *
 * An agent that crashes is started again, at once and then ever slower; one that ends by itself with status 0 was told to.
 *
 * Signals:
 *   "failed" (const char *sentence)      it could not be started, or ended: its own last words where there are any */

#include <gio/gio.h>

#include "gui/model/sandbox.h"

#define LS_TYPE_LAUNCHER (ls_launcher_get_type ())
G_DECLARE_FINAL_TYPE (LsLauncher, ls_launcher, LS, LAUNCHER, GObject)

typedef enum {
  LS_PLACE_HERE,      /* no sandbox: beside this program */
  LS_PLACE_HOST,      /* out of the sandbox, through the runtime's own loader */
  LS_PLACE_INSIDE,    /* in the sandbox, with what is in it */
} LsPlace;

/* The one decision on where an agent is to be started. @sandbox NULL: in none; @host_failed: it was asked, and could not. */
LsPlace ls_launcher_place (const LsSandbox *sandbox, gboolean host_failed);
/* Where the agent's program is: in the folders of LINESHAFT_LIBEXEC_DIR (a list like PATH), beside this program, in ../agent/daemon seen from it
 * (a build tree), in the installed place, in PATH. @own_folder may be NULL. (transfer full); NULL: nowhere. */
char *ls_launcher_find_agent (const char *libexec_list, const char *own_folder, const char *installed);

/* @socket: where it is to answer, but on the host, whose agent answers where every agent there does. @sandbox is copied; NULL: in none. */
LsLauncher *ls_launcher_new (const char *socket, const LsSandbox *sandbox);
/* Asynchronous in effect: that it answers is seen by connecting. */
gboolean ls_launcher_start (LsLauncher *launcher, GError **error);
/* Before an agent on the host is told to begin anew, whoever started it: what it then becomes is this version. Nothing outside of a sandbox. */
gboolean ls_launcher_renew (LsLauncher *launcher, GError **error);
gboolean ls_launcher_owns_agent (LsLauncher *launcher);
/* Why the host did not run it although it may be asked to; NULL: it was not asked, or that is not permitted. */
const char *ls_launcher_host_failure (LsLauncher *launcher);
/* Asks the agent to take everything down in order; @done once it has ended. At once when none of ours runs. */
void ls_launcher_stop_async (LsLauncher *launcher, GAsyncReadyCallback done, gpointer user);
gboolean ls_launcher_stop_finish (LsLauncher *launcher, GAsyncResult *result, GError **error);
