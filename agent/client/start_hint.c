/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/start_hint.h"

#include "client/client.h"

#include <unistd.h>

#define UNIT "lineshaft-agent.service"

char *
ls_start_hint (const LsStartPlace *place, const char *socket)
{
  if (!place->default_socket)
    return g_strdup_printf ("start one there with \"lineshaft-agent --socket %s\"", socket);
  if (place->in_flatpak)
    return g_strdup ("open the window, which starts one");
  if (place->has_unit)
    return g_strdup (place->root ? "start it with \"systemctl start lineshaft-agent\"" : "start it with \"systemctl --user start lineshaft-agent\"");
  return g_strdup ("start one with lineshaft-agent");
}

static gboolean
has_unit (gboolean root)
{
  const char *whose = root ? "system" : "user";
  g_autofree char *manager = root ? g_strdup ("/run/systemd/system") : g_build_filename (g_get_user_runtime_dir (), "systemd", NULL);
  char *files[] = {
    g_build_filename ("/etc/systemd", whose, UNIT, NULL),
    g_build_filename ("/usr/local/lib/systemd", whose, UNIT, NULL),
    g_build_filename ("/usr/lib/systemd", whose, UNIT, NULL),
    g_build_filename (root ? "/run/systemd" : g_get_user_config_dir (), root ? "system" : "systemd/user", UNIT, NULL),
  };
  gboolean found = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      found = found || g_file_test (files[i], G_FILE_TEST_EXISTS);
      g_free (files[i]);
    }
  return found && g_file_test (manager, G_FILE_TEST_IS_DIR);
}

LsStartPlace
ls_start_place (const char *socket)
{
  g_autofree char *usual = ls_client_default_socket ();
  gboolean root = geteuid () == 0;
  return (LsStartPlace) {
    .in_flatpak = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS),
    .default_socket = g_str_equal (socket, usual),
    .root = root,
    .has_unit = has_unit (root),
  };
}
