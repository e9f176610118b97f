/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "daemon/paths.h"

#include "base/error.h"
#include "base/socket_path.h"

#include <string.h>
#include <unistd.h>
#include <uv.h>

gboolean
ls_paths_in_flatpak (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

static char *
default_socket (void)
{
  return ls_socket_path_default (ls_paths_in_flatpak (), geteuid () == 0, g_get_user_runtime_dir (), LS_APP_ID);
}

char **
ls_paths_sockets (const char *const *given, const char *app_id)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_free);

  if (given == NULL)
    g_ptr_array_add (sockets, default_socket ());
  for (; given != NULL && *given != NULL; given++)
    g_ptr_array_add (sockets, g_canonicalize_filename (*given, NULL));
  if (app_id != NULL && *app_id != '\0')
    g_ptr_array_add (sockets, ls_socket_path_of_app (g_get_user_runtime_dir (), app_id));
  g_ptr_array_add (sockets, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&sockets), FALSE);
}

char *
ls_paths_spare_socket (const char *const *given, const char *app_id)
{
  const char *runtime_dir = g_getenv ("XDG_RUNTIME_DIR");

  if (given != NULL || app_id != NULL || ls_paths_in_flatpak () || runtime_dir == NULL || *runtime_dir == '\0')
    return NULL;
  return ls_socket_path_of_app (runtime_dir, LS_APP_ID);
}

/* A folder beside the first of @given, "agent.sock" → "agent.logs"; without any, @of_root, or @name in the user's state folder. */
static char *
state_folder (const char *const *given, const char *of_root, const char *name)
{
  g_autofree char *socket = NULL;
  gsize length;

  if (given != NULL && *given != NULL)
    {
      socket = g_canonicalize_filename (*given, NULL);
      length = strlen (socket);
      if (g_str_has_suffix (socket, ".sock"))
        length -= strlen (".sock");
      return g_strdup_printf ("%.*s.%s", (int) length, socket, name);
    }
  if (geteuid () == 0)
    return g_strdup (of_root);
  return g_build_filename (g_get_user_state_dir (), "lineshaft", name, NULL);
}

char *
ls_paths_logs (const char *const *given)
{
  return state_folder (given, "/var/log/lineshaft", "logs");
}

char *
ls_paths_schedules (const char *const *given)
{
  return state_folder (given, "/var/lib/lineshaft/schedules", "schedules");
}

/* --- programs --- */

static char *
program_in (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return g_canonicalize_filename (path, NULL);
  return NULL;
}

static char *
program_wished (const char *name)
{
  const char *wished = g_getenv ("LINESHAFT_LIBEXEC_DIR");
  g_auto (GStrv) folders = g_strsplit (wished != NULL ? wished : "", ":", -1);
  char *found = NULL;

  for (char **folder = folders; *folder != NULL && found == NULL; folder++)
    if (**folder != '\0')
      found = program_in (*folder, name);
  return found;
}

static char *
own_file (void)
{
  char self[4096];
  size_t size = sizeof self;

  return uv_exepath (self, &size) == 0 ? g_strdup (self) : NULL;
}

static char *
own_folder (void)
{
  g_autofree char *file = own_file ();

  return file != NULL ? g_path_get_dirname (file) : NULL;
}

char *
ls_paths_own_program (void)
{
  char *wished = program_wished ("lineshaft-agent");

  return wished != NULL ? wished : own_file ();
}

/* "lineshaft-worker" is built in worker/, beside the agent's own folder. */
static char *
program_near (const char *folder, const char *name)
{
  const char *part = strrchr (name, '-');
  g_autofree char *inside = g_build_filename (folder, part + 1, NULL);
  g_autofree char *sibling = g_build_filename (folder, "..", part + 1, NULL);
  const char *const folders[] = { folder, inside, sibling };
  char *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (folders) && found == NULL; i++)
    found = program_in (folders[i], name);
  return found;
}

char *
ls_paths_program (const char *name, GError **error)
{
  g_autofree char *own = own_folder ();
  char *found = program_wished (name);

  if (found == NULL && own != NULL)
    found = program_near (own, name);
  if (found == NULL)
    found = program_in (LS_LIBEXEC_DIR, name);
  if (found == NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN,
                 "There is no %s in LINESHAFT_LIBEXEC_DIR, beside the agent, or in %s; install it or set LINESHAFT_LIBEXEC_DIR.", name,
                 LS_LIBEXEC_DIR);
  return found;
}
