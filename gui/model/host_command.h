/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One command on the host of a Flatpak: org.freedesktop.Flatpak.Development's HostCommand on the session bus, for those who may talk to it. It
 * outlives the bus connection that began it.
 *
 * Signals:
 *   "ended" (int status)      as waitpid says; -1 when the helper that watched it has gone, and with it what came of it */

#include <gio/gio.h>

#define LS_TYPE_HOST_COMMAND (ls_host_command_get_type ())
G_DECLARE_FINAL_TYPE (LsHostCommand, ls_host_command, LS, HOST_COMMAND, GObject)

/* @argv: NULL-terminated. What it writes goes to @output (borrowed). */
void ls_host_command_start_async (const char *const *argv, int output, GCancellable *cancellable, GAsyncReadyCallback done, gpointer user);
/* (transfer full); NULL with an error: ls_host_command_was_refused tells whether the permission is what was missing. */
LsHostCommand *ls_host_command_start_finish (GAsyncResult *result, GError **error);
/* Whether @error says that nobody may, or nobody can, run commands on the host for this program. */
gboolean ls_host_command_was_refused (const GError *error);

/* Nothing once it has ended. */
void ls_host_command_send_signal (LsHostCommand *command, int signal_number);
guint ls_host_command_pid (LsHostCommand *command);      /* on the host */
