/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/sandbox.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "config.h"

#define INSTANCE "Instance"

static char *
instance_key (GKeyFile *file, const char *key, GError **error)
{
  char *value = g_key_file_get_string (file, INSTANCE, key, NULL);
  if (!value)
    g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND, _("The sandbox does not say its %s."), key);
  return value;
}

LsSandbox *
ls_sandbox_parse (const char *text, const char *data, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (LsSandbox) sandbox = g_new0 (LsSandbox, 1);
  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, error))
    return NULL;
  sandbox->app_id = g_key_file_get_string (file, "Application", "name", error);
  if (!sandbox->app_id)
    return NULL;
  sandbox->app = g_strdup ("/app");
  sandbox->runtime = g_strdup ("/usr");
  sandbox->data = g_canonicalize_filename (data, "/");
  sandbox->app_on_host = instance_key (file, "app-path", error);
  sandbox->runtime_on_host = sandbox->app_on_host ? instance_key (file, "runtime-path", error) : NULL;
  g_autofree char *instance = sandbox->runtime_on_host ? instance_key (file, "instance-path", error) : NULL;
  if (!instance)
    return NULL;
  sandbox->data_on_host = g_build_filename (instance, "data", NULL);
  return g_steal_pointer (&sandbox);
}

LsSandbox *
ls_sandbox_read (const char *path, const char *data, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) why = NULL;
  if (g_file_get_contents (path, &text, NULL, &why))
    return ls_sandbox_parse (text, data, error);
  if (!g_error_matches (why, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

LsSandbox *
ls_sandbox_copy (const LsSandbox *sandbox)
{
  LsSandbox *copy = g_new0 (LsSandbox, 1);
  copy->app_id = g_strdup (sandbox->app_id);
  copy->app = g_strdup (sandbox->app);
  copy->app_on_host = g_strdup (sandbox->app_on_host);
  copy->runtime = g_strdup (sandbox->runtime);
  copy->runtime_on_host = g_strdup (sandbox->runtime_on_host);
  copy->data = g_strdup (sandbox->data);
  copy->data_on_host = g_strdup (sandbox->data_on_host);
  return copy;
}

void
ls_sandbox_free (LsSandbox *sandbox)
{
  if (!sandbox)
    return;
  g_free (sandbox->app_id);
  g_free (sandbox->app);
  g_free (sandbox->app_on_host);
  g_free (sandbox->runtime);
  g_free (sandbox->runtime_on_host);
  g_free (sandbox->data);
  g_free (sandbox->data_on_host);
  g_free (sandbox);
}

/* --- paths --- */

/* What follows @folder in @path, with its slash; NULL: it is not in there. */
static const char *
below (const char *path, const char *folder)
{
  gsize length = strlen (folder);
  return strncmp (path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0') ? path + length : NULL;
}

char *
ls_sandbox_on_host (const LsSandbox *sandbox, const char *inside)
{
  const struct { const char *here, *there; } folders[] = {
    { sandbox->data, sandbox->data_on_host },
    { sandbox->app, sandbox->app_on_host },
    { sandbox->runtime, sandbox->runtime_on_host },
  };
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    const char *rest = below (inside, folders[i].here);
    if (rest)
      return g_strconcat (folders[i].there, rest, NULL);
  }
  return NULL;
}

char *
ls_sandbox_active (const char *on_host)
{
  g_autofree char *commit_folder = g_path_get_dirname (on_host);
  g_autofree char *commit = g_path_get_basename (commit_folder), *last = g_path_get_basename (on_host);
  if (strlen (commit) != 64 || commit[strspn (commit, "0123456789abcdef")] != '\0' || !g_str_equal (last, "files"))
    return NULL;
  g_autofree char *branch = g_path_get_dirname (commit_folder);
  return g_build_filename (branch, "active", "files", NULL);
}

/* --- wrappers --- */

/* "$app/bin/lineshaft-agent" for /app/bin/lineshaft-agent, quoted for the shell; NULL: neither of the app nor of the runtime. */
static char *
in_shell (const LsSandbox *sandbox, const char *inside)
{
  const char *variable = "\"$app\"", *rest = below (inside, sandbox->app);
  if (!rest) {
    variable = "\"$runtime\"";
    rest = below (inside, sandbox->runtime);
  }
  g_autofree char *quoted = rest ? g_shell_quote (rest) : NULL;
  return quoted ? g_strconcat (variable, quoted, NULL) : NULL;
}

static gboolean
append_path (GString *text, const LsSandbox *sandbox, const char *inside, GError **error)
{
  g_autofree char *path = in_shell (sandbox, inside);
  if (path) {
    g_string_append (text, path);
    return TRUE;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("%s is not a part of the Flatpak, so the host cannot run it."), inside);
  return FALSE;
}

static void
append_folder (GString *text, const char *name, const char *on_host)
{
  g_autofree char *active = ls_sandbox_active (on_host), *quoted = g_shell_quote (on_host);
  g_string_append_printf (text, "%s=%s\n", name, quoted);
  if (!active)
    return;
  g_autofree char *quoted_active = g_shell_quote (active);
  g_string_append_printf (text, "[ -d \"$%s\" ] || %s=%s\n", name, name, quoted_active);
}

/* The agent finds its like, and its children find lineshaft-load and the others, in the wrappers' folder. Plug-ins are installed where the host has
 * nothing. The command line must not load the host's modules into the runtime's GIO. */
static void
append_environment (GString *text, const LsSandbox *sandbox, const char *program)
{
  g_autofree char *plugins = in_shell (sandbox, LS_PLUGIN_DIR);
  g_autofree char *name = g_path_get_basename (program);
  if (g_str_equal (name, "lineshaft-agent"))
    g_string_append (text, "LINESHAFT_LIBEXEC_DIR=${0%/*}\nPATH=$PATH:${0%/*}\nexport LINESHAFT_LIBEXEC_DIR PATH\n");
  else if (plugins && (g_str_equal (name, "lineshaft-pool") || g_str_equal (name, "lineshaft-compare")))
    g_string_append_printf (text, "LINESHAFT_PLUGIN_DIR=${LINESHAFT_PLUGIN_DIR:+$LINESHAFT_PLUGIN_DIR:}%s\nexport LINESHAFT_PLUGIN_DIR\n", plugins);
  else if (g_str_equal (name, "lineshaft"))
    g_string_append (text, "GIO_MODULE_DIR=/nonexistent\nGIO_USE_VFS=local\nexport GIO_MODULE_DIR GIO_USE_VFS\n");
}

char *
ls_sandbox_wrapper (const LsSandbox *sandbox, const char *program, const char *loader, const char *const *libraries, GError **error)
{
  g_autoptr (GString) text = g_string_new ("#!/bin/sh\n");
  g_string_append_printf (text, "# Runs outside of the sandbox of %s with what is inside of it. Each window writes this file anew.\n", sandbox->app_id);
  append_folder (text, "app", sandbox->app_on_host);
  append_folder (text, "runtime", sandbox->runtime_on_host);
  append_environment (text, sandbox, program);
  g_string_append (text, "exec ");
  if (!append_path (text, sandbox, loader, error))
    return NULL;
  g_string_append (text, " --inhibit-cache --argv0 \"$0\" --library-path ");
  for (const char *const *folder = libraries; *folder; folder++) {
    if (folder != libraries)
      g_string_append_c (text, ':');
    if (!append_path (text, sandbox, *folder, error))
      return NULL;
  }
  g_string_append_c (text, ' ');
  if (!append_path (text, sandbox, program, error))
    return NULL;
  g_string_append (text, " \"$@\"\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}
