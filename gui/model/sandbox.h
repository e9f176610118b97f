/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The Flatpak that this program runs in, as seen from the host: which of the host's folders are /app, /usr and its own data.
 *
 * Programs of ours that are to run on the host need none of its libraries: a wrapper, a few lines of shell, starts each through the runtime's own
 * loader with the runtime's own libraries. The wrappers stand in the app's data folder, which has a path on the host too. An update replaces the
 * folders of a Flatpak under a running agent; so a wrapper falls back from the version that wrote it to the one that is active.
 *
 * Pure but for ls_sandbox_read and ls_sandbox_write_wrappers: text in, text out. See flatpak-metadata(5) and ld.so(8). */

#include <glib.h>

typedef struct {
  char *app_id;
  char *app, *app_on_host;              /* /app here, its folder there */
  char *runtime, *runtime_on_host;      /* /usr */
  char *data, *data_on_host;            /* what this app may keep */
} LsSandbox;

/* @text: what /.flatpak-info says; @data: the app's data folder as seen from here. NULL with a sentence. (transfer full) */
LsSandbox *ls_sandbox_parse (const char *text, const char *data, GError **error);
/* The sandbox that the file @path tells of; NULL without an error if there is no such file, and with one if it cannot be understood. */
LsSandbox *ls_sandbox_read (const char *path, const char *data, GError **error);
LsSandbox *ls_sandbox_copy (const LsSandbox *sandbox);
void ls_sandbox_free (LsSandbox *sandbox);

/* Where @inside (canonical) is on the host; NULL: it is not of the app, the runtime or the data. (transfer full) */
char *ls_sandbox_on_host (const LsSandbox *sandbox, const char *inside);
/* ".../active/files" for ".../COMMIT/files", the version that an update has left behind; NULL for other paths. (transfer full) */
char *ls_sandbox_active (const char *on_host);
/* The shell script that starts @program through @loader with @libraries (folders; NULL-terminated), all as seen from here, on the host.
 * (transfer full); NULL with a sentence when one of them is not in the sandbox's own folders. */
char *ls_sandbox_wrapper (const LsSandbox *sandbox, const char *program, const char *loader, const char *const *libraries, GError **error);

/* Writes a wrapper for each program of ours in @folders (NULL-terminated; those that do not exist are passed over) but the window itself.
 * The folder with them, as the host calls it (transfer full), or NULL with a sentence. */
char *ls_sandbox_write_wrappers (const LsSandbox *sandbox, const char *const *folders, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsSandbox, ls_sandbox_free)
