/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where an agent answers and a client looks when nobody says anything else: one rule for both. Pure functions. */

#include <glib.h>

/* What a Flatpak of @app_id and its host both see with no permission: $XDG_RUNTIME_DIR/app/ID/agent.sock. (transfer full) */
char *ls_socket_path_of_app (const char *runtime_dir, const char *app_id);
/* In a Flatpak that one; else /run/lineshaft/agent.sock for root and $XDG_RUNTIME_DIR/lineshaft/agent.sock for everybody else. (transfer full) */
char *ls_socket_path_default (gboolean in_flatpak, gboolean root, const char *runtime_dir, const char *app_id);
