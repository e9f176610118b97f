/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fakes.h"

#include "base/error.h"

#include <string.h>

static LsJobBoard *
workshop_open_board (void *self, const char *pool, guint rows, int *ret_fd, GError **error)
{
  FakeWorld *world = self;
  LsJobBoard *board = g_malloc0 (ls_job_board_size (rows));

  board->rows = rows;
  *ret_fd = -1;
  g_ptr_array_add (world->job_boards, board);
  world->job_board = board;
  return board;
}

static void
workshop_close_board (void *self, LsJobBoard *board, int fd)
{
  FakeWorld *world = self;

  assert_true (g_ptr_array_remove (world->job_boards, board));
  world->job_board = NULL;
  g_free (board);
}

static gboolean
workshop_create_buffer (void *self, const char *name, guint64 size, char **ret_shm, char **ret_path, GError **error)
{
  FakeWorld *world = self;

  if (size > world->shared_memory)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is not so much shared memory");
      return FALSE;
    }
  *ret_shm = g_strdup_printf ("/fake-%s", name);
  *ret_path = g_strdup_printf ("/dev/shm/fake-%s", name);
  assert_true (g_hash_table_insert (world->shared_files, g_strdup (*ret_shm), g_new0 (guint64, 1)));
  return TRUE;
}

static gboolean
workshop_fill_buffer (void *self, const char *shm, guint64 first, guint64 length, GError **error)
{
  FakeWorld *world = self;
  guint64 *filled = g_hash_table_lookup (world->shared_files, shm);

  assert_non_null (filled);
  assert_int_equal (*filled, first);
  *filled += length;
  if (*filled > world->shared_memory)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "shared memory is full");
      return FALSE;
    }
  return TRUE;
}

static void
workshop_remove_buffer (void *self, const char *shm)
{
  assert_true (g_hash_table_remove (((FakeWorld *) self)->shared_files, shm));
}

static gboolean
workshop_check_plugin (void *self, const char *plugin, GError **error)
{
  if (strstr (plugin, "missing") == NULL)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no plug-in %s", plugin);
  return FALSE;
}

static void
workshop_remove_part (void *self, const char *output, const char *job)
{
  g_ptr_array_add (((FakeWorld *) self)->removed_parts, g_strdup_printf ("%s %s", output, job));
}

LsWorkshop
fake_workshop (FakeWorld *world)
{
  return (LsWorkshop) {
    .open_board = workshop_open_board,
    .close_board = workshop_close_board,
    .create_buffer = workshop_create_buffer,
    .fill_buffer = workshop_fill_buffer,
    .remove_buffer = workshop_remove_buffer,
    .check_plugin = workshop_check_plugin,
    .remove_part = workshop_remove_part,
    .self = world,
  };
}
