/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "daemon/workshop.h"

#include "abi/channel.h"
#include "base/error.h"
#include "platform/shared_buffers.h"
#include "platform/shared_memory.h"

#include <string.h>
#include <unistd.h>

struct LsWorkshopHost {
  LsSharedBuffers *buffers;
};

/* --- job boards --- */

static gsize
board_size (guint rows)
{
  return (gsize) ls_job_board_size (rows);
}

static LsJobBoard *
open_board (void *self, const char *pool, guint rows, int *ret_fd, GError **error)
{
  g_autofree char *name = g_strdup_printf ("lineshaft-%s", pool);
  LsJobBoard *board = ls_shared_memory_new (name, board_size (rows), ret_fd, error);

  if (board == NULL)
    return NULL;
  board->magic = LS_JOB_BOARD_MAGIC;
  board->version = LS_JOB_BOARD_VERSION;
  board->rows = rows;
  return board;
}

static void
close_board (void *self, LsJobBoard *board, int fd)
{
  ls_shared_memory_free (board, board_size (LS_WORKERS_MAX), fd);
}

/* --- shared buffers --- */

static gboolean
create_buffer (void *self, const char *name, guint64 size, char **ret_shm, char **ret_path, GError **error)
{
  return ls_shared_buffers_create (((LsWorkshopHost *) self)->buffers, name, size, ret_shm, ret_path, error);
}

static gboolean
fill_buffer (void *self, const char *shm, guint64 first, guint64 length, GError **error)
{
  return ls_shared_buffers_fill (((LsWorkshopHost *) self)->buffers, shm, first, length, error);
}

static void
remove_buffer (void *self, const char *shm)
{
  ls_shared_buffers_remove (((LsWorkshopHost *) self)->buffers, shm);
}

/* --- plug-ins: where the host will look (pool/plugins.c) --- */

static gboolean
is_installed (const char *name)
{
  const char *given = g_getenv ("LINESHAFT_PLUGIN_DIR");
  g_autofree char *list = g_strconcat (given != NULL ? given : "", ":", LS_PLUGIN_DIR, NULL);
  g_auto (GStrv) folders = g_strsplit (list, ":", -1);
  g_autofree char *file = g_strconcat (name, g_str_has_suffix (name, ".so") ? "" : ".so", NULL);

  for (char **folder = folders; *folder != NULL; folder++)
    {
      g_autofree char *path = g_build_filename (*folder, file, NULL);

      if (**folder != '\0' && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_plugin (void *self, const char *plugin, GError **error)
{
  if (*plugin == '\0' || (*plugin != '/' && strchr (plugin, '/') != NULL))
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "a plug-in is a full path that begins with /, or the name of one that is installed, not “%s”", plugin);
  else if (*plugin == '/' && !g_file_test (plugin, G_FILE_TEST_IS_REGULAR))
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no file %s to be a plug-in", plugin);
  else if (*plugin != '/' && !is_installed (plugin))
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no plug-in “%s” in %s: give its path, or install it there", plugin, LS_PLUGIN_DIR);
  else
    return TRUE;
  return FALSE;
}

/* --- what jobs leave --- */

static void
remove_part (void *self, const char *output, const char *job)
{
  const char *base = strrchr (output, '/');
  g_autofree char *part = base != NULL ? g_strdup_printf (LS_JOB_PART_FORMAT, (int) (base - output), output, base + 1, job) : NULL;

  if (part != NULL)
    unlink (part);
}

/* --- all of it --- */

LsWorkshopHost *
ls_workshop_host_new (void)
{
  LsWorkshopHost *host = g_new0 (LsWorkshopHost, 1);

  host->buffers = ls_shared_buffers_new ();
  return host;
}

void
ls_workshop_host_free (LsWorkshopHost *host)
{
  if (host == NULL)
    return;
  ls_shared_buffers_free (host->buffers);
  g_free (host);
}

LsWorkshop
ls_workshop_host_port (LsWorkshopHost *host)
{
  return (LsWorkshop) {
    .open_board = open_board,
    .close_board = close_board,
    .create_buffer = create_buffer,
    .fill_buffer = fill_buffer,
    .remove_buffer = remove_buffer,
    .check_plugin = check_plugin,
    .remove_part = remove_part,
    .self = host,
  };
}
