/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/scoreboards.h"

#include "metrics/scoreboard.h"
#include "platform/shared_memory.h"

static LsScoreboard *
create (void *self, const char *cluster, guint rows, GError **error)
{
  g_autofree char *name = g_strdup_printf ("lineshaft-%s", cluster);
  gsize size = ls_scoreboard_size (rows);
  int fd;
  void *memory = ls_shared_memory_new (name, size, &fd, error);

  return memory != NULL ? ls_scoreboard_new (rows, memory, fd, ls_shared_memory_free) : NULL;
}

static int
descriptor (void *self, LsScoreboard *board)
{
  return ls_scoreboard_fd (board);
}

static void
fold (void *self, LsScoreboard *board, guint row)
{
  ls_scoreboard_fold (board, row);
}

static void
destroy (void *self, LsScoreboard *board)
{
  ls_scoreboard_free (board);
}

LsScoreboards
ls_scoreboards_port (void)
{
  return (LsScoreboards) { .create = create, .fd = descriptor, .fold = fold, .destroy = destroy };
}
