/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of sandbox.h that touches files: what there is to wrap, and the wrappers. */
#include "gui/model/sandbox.h"

#include <errno.h>
#include <link.h>
#include <stdlib.h>

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define WINDOW "lineshaft-dashboard"

/* The interpreter that this program itself asks for, which is that of its like: no list of architectures. */
static int
look_for_loader (struct dl_phdr_info *info, size_t size, void *ret_path)
{
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_INTERP)
      *(const char **) ret_path = (const char *) (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
  return 1;      /* the first is the program */
}

/* /lib64 is a link into the runtime. (transfer full); NULL: statically linked */
static char *
find_loader (void)
{
  const char *asked = NULL;
  dl_iterate_phdr (look_for_loader, &asked);
  char *real = asked ? realpath (asked, NULL) : NULL;
  char *path = g_strdup (real);
  free (real);
  return path;
}

/* What the loader would search inside: the app's folders first, then the runtime's, of which the loader's own is the main one. */
static GPtrArray *
find_libraries (const LsSandbox *sandbox, const char *loader)
{
  g_autofree char *main_folder = g_path_get_dirname (loader), *triplet = g_path_get_basename (main_folder);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  char *folders[] = {
    g_build_filename (sandbox->app, "lib", NULL),       g_build_filename (sandbox->app, "lib", triplet, NULL),
    g_build_filename (sandbox->app, "lib64", NULL),     g_strdup (main_folder),
    g_build_filename (sandbox->runtime, "lib", NULL),   g_build_filename (sandbox->runtime, "lib64", NULL),
  };
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_file_test (folders[i], G_FILE_TEST_IS_DIR) && !g_ptr_array_find_with_equal_func (found, folders[i], g_str_equal, NULL))
      g_ptr_array_add (found, folders[i]);
    else
      g_free (folders[i]);
  g_ptr_array_add (found, NULL);
  return found;
}

static gboolean
is_ours (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return (g_str_equal (name, "lineshaft") || g_str_has_prefix (name, "lineshaft-")) && !g_str_equal (name, WINDOW)
         && g_file_test (path, G_FILE_TEST_IS_REGULAR) && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE);
}

static gboolean
write_wrapper (const LsSandbox *sandbox, const char *to, const char *folder, const char *name, const char *loader, GPtrArray *libraries, GError **error)
{
  g_autofree char *program = g_build_filename (folder, name, NULL), *path = g_build_filename (to, name, NULL);
  g_autofree char *text = ls_sandbox_wrapper (sandbox, program, loader, (const char *const *) libraries->pdata, error);
  /* Replaced as a whole: an agent may be about to start one. */
  return text && g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0700, error);
}

static gboolean
wrap_folder (const LsSandbox *sandbox, const char *to, const char *folder, const char *loader, GPtrArray *libraries, GHashTable *seen, GError **error)
{
  g_autofree char *real = g_canonicalize_filename (folder, "/");
  g_autoptr (GDir) dir = g_dir_open (real, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)))
    if (is_ours (real, name) && g_hash_table_add (seen, g_strdup (name))
        && !write_wrapper (sandbox, to, real, name, loader, libraries, error))
      return FALSE;
  return TRUE;
}

char *
ls_sandbox_write_wrappers (const LsSandbox *sandbox, const char *const *folders, GError **error)
{
  g_autofree char *to = g_build_filename (sandbox->data, "lineshaft", "host", NULL), *loader = find_loader ();
  if (!loader) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("This program has no loader that the host could use."));
    return NULL;
  }
  g_autoptr (GPtrArray) libraries = find_libraries (sandbox, loader);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (g_mkdir_with_parents (to, 0700) < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("The folder %s cannot be made: %s."), to, g_strerror (errno));
    return NULL;
  }
  for (; *folders; folders++)
    if (**folders && !wrap_folder (sandbox, to, *folders, loader, libraries, seen, error))
      return NULL;
  if (g_hash_table_contains (seen, "lineshaft-agent"))
    return ls_sandbox_on_host (sandbox, to);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The program lineshaft-agent was not found in the sandbox."));
  return NULL;
}
