/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/socket_path.h"

char *
ls_socket_path_of_app (const char *runtime_dir, const char *app_id)
{
  return g_build_filename (runtime_dir, "app", app_id, "agent.sock", NULL);
}

char *
ls_socket_path_default (gboolean in_flatpak, gboolean root, const char *runtime_dir, const char *app_id)
{
  if (in_flatpak)
    return ls_socket_path_of_app (runtime_dir, app_id);
  return root ? g_strdup ("/run/lineshaft/agent.sock") : g_build_filename (runtime_dir, "lineshaft", "agent.sock", NULL);
}
