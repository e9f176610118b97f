/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sockets and scoreboards that only keep books. */

#include "fakes.h"

#include "base/error.h"

#define ROW_KEY(row) GUINT_TO_POINTER ((row) + 1)

/* --- listening sockets --- */

static LsListening *
sockets_open (void *self, const char *const *listen, LsBalance balance, guint rows, GError **error)
{
  FakeWorld *world = self;
  LsListening *listening;

  for (guint i = 0; listen && listen[i]; i++)
    if (g_hash_table_contains (world->taken, listen[i]) || fake_listening (world, listen[i]))
      {
        g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "The address %s is in use by another program.", listen[i]);
        return NULL;
      }
  listening = g_new0 (LsListening, 1);
  listening->addresses = listen ? g_strdupv ((char **) listen) : g_new0 (char *, 1);
  listening->balance = balance;
  listening->rows = rows;
  listening->open = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  listening->waiting = g_hash_table_new (NULL, NULL);
  listening->shares = g_array_new (FALSE, FALSE, sizeof (LsShare));
  g_ptr_array_add (world->listenings, listening);
  return listening;
}

static const char *const *
sockets_addresses (void *self, LsListening *listening)
{
  return (const char *const *) listening->addresses;
}

static gboolean
sockets_lend (void *self, LsListening *listening, guint row, const int **ret_fds, guint *ret_n, GError **error)
{
  FakeWorld *world = self;
  int *fds = g_hash_table_lookup (listening->open, ROW_KEY (row));
  guint n = g_strv_length (listening->addresses);

  assert_true (row < listening->rows);
  if (world->lend_error)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_FAILED, world->lend_error);
      return FALSE;
    }
  if (!fds)
    {
      fds = g_new0 (int, MAX (n, 1));
      for (guint i = 0; i < n; i++)
        fds[i] = 1000 + (int) world->spawned_fd++;
      g_hash_table_insert (listening->open, ROW_KEY (row), fds);
    }
  *ret_fds = fds;
  *ret_n = n;
  return TRUE;
}

static void
sockets_steer (void *self, LsListening *listening, const LsShare *shares, guint n_shares)
{
  g_array_set_size (listening->shares, 0);
  for (guint i = 0; i < n_shares; i++)
    {
      assert_true (g_hash_table_contains (listening->open, ROW_KEY (shares[i].row)));
      assert_true (shares[i].weight > 0);
      assert_false (fake_steers_to (listening, shares[i].row));
      g_array_append_val (listening->shares, shares[i]);
    }
}

static guint
sockets_waiting (void *self, LsListening *listening, guint row)
{
  if (listening->balance == LS_BALANCE_SHARED)
    return 0;
  return GPOINTER_TO_UINT (g_hash_table_lookup (listening->waiting, ROW_KEY (row)));
}

static void
sockets_retire (void *self, LsListening *listening, guint row)
{
  assert_true (g_hash_table_contains (listening->open, ROW_KEY (row)));
  assert_false (fake_steers_to (listening, row));      /* steered away first */
  g_hash_table_remove (listening->open, ROW_KEY (row));
  g_hash_table_remove (listening->waiting, ROW_KEY (row));
}

static void
listening_free (LsListening *listening)
{
  g_strfreev (listening->addresses);
  g_hash_table_unref (listening->open);
  g_hash_table_unref (listening->waiting);
  g_array_unref (listening->shares);
  g_free (listening);
}

static void
sockets_close (void *self, LsListening *listening)
{
  assert_true (g_ptr_array_remove (((FakeWorld *) self)->listenings, listening));
  listening_free (listening);
}

LsListening *
fake_listening (FakeWorld *world, const char *address)
{
  for (guint i = 0; i < world->listenings->len; i++)
    {
      LsListening *listening = world->listenings->pdata[i];

      if (g_strv_contains ((const char *const *) listening->addresses, address))
        return listening;
    }
  return NULL;
}

gboolean
fake_steers_to (LsListening *listening, guint row)
{
  for (guint i = 0; i < listening->shares->len; i++)
    if (g_array_index (listening->shares, LsShare, i).row == row)
      return TRUE;
  return FALSE;
}

void
fake_set_waiting (LsListening *listening, guint row, guint connections)
{
  g_hash_table_insert (listening->waiting, ROW_KEY (row), GUINT_TO_POINTER (connections));
}

LsSockets
fake_sockets (FakeWorld *world)
{
  return (LsSockets){ sockets_open, sockets_addresses, sockets_lend, sockets_steer, sockets_waiting, sockets_retire, sockets_close, world };
}

/* --- scoreboards --- */

static LsScoreboard *
boards_create (void *self, const char *cluster, guint rows, GError **error)
{
  FakeWorld *world = self;
  LsScoreboard *board = g_new0 (LsScoreboard, 1);

  board->cluster = g_strdup (cluster);
  board->rows = rows;
  board->living = g_hash_table_new (NULL, NULL);
  board->unfolded = g_new0 (guint, rows);
  board->fd = 500 + (int) world->spawned_fd++;
  g_ptr_array_add (world->boards, board);
  return board;
}

static int
boards_fd (void *self, LsScoreboard *board)
{
  return board->fd;
}

static void
boards_fold (void *self, LsScoreboard *board, guint row)
{
  assert_int_equal (board->unfolded[row], 1);      /* once an ended process, and never a living one */
  board->unfolded[row] = 0;
  board->folds++;
}

static void
boards_destroy (void *self, LsScoreboard *board)
{
  assert_true (g_ptr_array_remove (((FakeWorld *) self)->boards, board));
  assert_int_equal (g_hash_table_size (board->living), 0);
  g_hash_table_unref (board->living);
  g_free (board->unfolded);
  g_free (board->cluster);
  g_free (board);
}

static LsScoreboard *
board_of_fd (FakeWorld *world, int fd)
{
  for (guint i = 0; i < world->boards->len; i++)
    {
      LsScoreboard *board = world->boards->pdata[i];

      if (board->fd == fd)
        return board;
    }
  return NULL;
}

void
fake_boards_take_row (FakeWorld *world, FakeChild *child, int fd)
{
  LsScoreboard *board = board_of_fd (world, fd);

  assert_non_null (board);
  assert_true (child->row < board->rows);
  assert_null (g_hash_table_lookup (board->living, ROW_KEY (child->row)));      /* never two processes in a row */
  assert_int_equal (board->unfolded[child->row], 0);                            /* folded before it is used again */
  g_hash_table_insert (board->living, ROW_KEY (child->row), child);
}

void
fake_boards_leave_row (FakeWorld *world, const FakeChild *child)
{
  for (guint i = 0; child->has_row && i < world->boards->len; i++)
    {
      LsScoreboard *board = world->boards->pdata[i];

      if (g_hash_table_lookup (board->living, ROW_KEY (child->row)) != child)
        continue;
      g_hash_table_remove (board->living, ROW_KEY (child->row));
      board->unfolded[child->row]++;
    }
}

LsScoreboards
fake_boards (FakeWorld *world)
{
  return (LsScoreboards){ boards_create, boards_fd, boards_fold, boards_destroy, world };
}
