/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/row.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int
check (const LsScoreboardHeader *header, size_t size, unsigned row)
{
  if (header->magic != LS_SCOREBOARD_MAGIC || header->version != LS_SCOREBOARD_VERSION
      || header->row_size < sizeof (LsScoreboardRow) || header->rows_offset < sizeof *header)
    return -EPROTO;
  if (row >= header->rows || header->rows_offset + (row + 1ull) * header->row_size > size)
    return -ERANGE;
  return 0;
}

int
ls_worker_row_map (int fd, unsigned row, LsScoreboardRow **ret_row)
{
  struct stat status;
  if (fstat (fd, &status) < 0)
    return -errno;
  size_t size = (size_t) status.st_size;
  if (size < sizeof (LsScoreboardHeader))
    return -EPROTO;
  char *map = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED)
    return -errno;
  const LsScoreboardHeader *header = (const LsScoreboardHeader *) map;
  int r = check (header, size, row);
  if (r < 0)
    {
      munmap (map, size);
      return r;
    }
  *ret_row = (LsScoreboardRow *) (map + header->rows_offset + (size_t) row * header->row_size);
  close (fd);
  return 0;
}

LsScoreboardRow *
ls_worker_row_private (void)
{
  static LsScoreboardRow row;
  return &row;
}
