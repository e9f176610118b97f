/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows are written by processes that we do not trust: a worker may be buggy, and any of them can write into all rows. So nothing is
 * believed but growth: each living row has a copy of what was last seen in it, a counter that went down or leapt is ignored, and only the
 * growth is added to the cluster's totals. They cannot go back, because nothing is ever taken from them.
 *
 * The header is written once and never read again by us, for the same reason. A row that nobody has written yet is a hole in the file; it is
 * not looked at, since reading would make the kernel allocate its pages. */

#include "metrics/scoreboard.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A counter that grows by more than this between two looks is garbage (a tebibyte, or as many requests). */
#define MAX_STEP ((guint64) 1 << 40)
/* Rows begin on a cache line of their own, so that two writers never share one. */
#define ROW_SIZE ((sizeof (LsScoreboardRow) + 63) & ~(gsize) 63)
#define ROWS_OFFSET ((sizeof (LsScoreboardHeader) + 63) & ~(gsize) 63)

typedef struct {
  LsCounts seen;             /* as last believed */
  LsCounts span;
  guint64 durations;         /* sum of seen.latency */
  gboolean span_used;
} LivingRow;

struct LsScoreboard {
  guint rows;
  char *memory;
  int fd;
  void (*release) (void *memory, gsize size, int fd);
  LivingRow **living;        /* by row; NULL: nobody counts there */
  LsCounts total, span;
};

gsize
ls_scoreboard_size (guint rows)
{
  return ROWS_OFFSET + rows * ROW_SIZE;
}

LsScoreboard *
ls_scoreboard_new (guint rows, void *memory, int fd, void (*release) (void *memory, gsize size, int fd))
{
  LsScoreboard *board = g_new0 (LsScoreboard, 1);
  LsScoreboardHeader *header = memory;

  board->rows = rows;
  board->memory = memory;
  board->fd = fd;
  board->release = release;
  board->living = g_new0 (LivingRow *, rows);

  header->version = LS_SCOREBOARD_VERSION;
  header->rows = rows;
  header->row_size = ROW_SIZE;
  header->rows_offset = ROWS_OFFSET;
  __atomic_store_n (&header->magic, LS_SCOREBOARD_MAGIC, __ATOMIC_RELEASE);
  return board;
}

void
ls_scoreboard_free (LsScoreboard *board)
{
  if (board == NULL)
    return;
  for (guint row = 0; row < board->rows; row++)
    g_free (board->living[row]);
  g_free (board->living);
  if (board->release != NULL)
    board->release (board->memory, ls_scoreboard_size (board->rows), board->fd);
  g_free (board);
}

int
ls_scoreboard_fd (const LsScoreboard *board)
{
  return board->fd;
}

guint
ls_scoreboard_rows (const LsScoreboard *board)
{
  return board->rows;
}

static LsScoreboardRow *
row_at (const LsScoreboard *board, guint row)
{
  return (LsScoreboardRow *) (void *) (board->memory + ROWS_OFFSET + row * ROW_SIZE);
}

const LsScoreboardRow *
ls_scoreboard_row (const LsScoreboard *board, guint row)
{
  return row < board->rows ? row_at (board, row) : NULL;
}

static guint64
load (const guint64 *counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}

static guint32
load_gauge (const guint32 *gauge)
{
  return __atomic_load_n (gauge, __ATOMIC_RELAXED);
}

/* Sums stop at what JSON can say, so that even years of garbage do not wrap around to zero. */
static void
grow (guint64 *sum, guint64 step)
{
  *sum = *sum > G_MAXINT64 - step ? G_MAXINT64 : *sum + step;
}

/* How far @counter has grown beyond *@seen, which follows it; 0 for what cannot be. */
static guint64
step_of (const guint64 *counter, guint64 *seen)
{
  guint64 now = load (counter);
  guint64 step = now - *seen;

  if (now <= *seen || step > MAX_STEP)
    return 0;
  *seen = now;
  return step;
}

static guint64
read_counters (LsScoreboard *board, LivingRow *living, const guint64 *counters, gsize offset, guint n)
{
  guint64 *seen = (guint64 *) (void *) ((char *) &living->seen + offset);
  guint64 *span = (guint64 *) (void *) ((char *) &living->span + offset);
  guint64 *board_span = (guint64 *) (void *) ((char *) &board->span + offset);
  guint64 *board_total = (guint64 *) (void *) ((char *) &board->total + offset);
  guint64 sum = 0;

  for (guint i = 0; i < n; i++)
    {
      guint64 step = step_of (&counters[i], &seen[i]);

      if (step == 0)
        continue;
      grow (&span[i], step);
      grow (&board_span[i], step);
      grow (&board_total[i], step);
      grow (&sum, step);
    }
  if (sum > 0)
    living->span_used = TRUE;
  return sum;
}

#define READ_COUNTERS(board, living, row, theirs, ours, n) \
  read_counters (board, living, (row)->theirs, G_STRUCT_OFFSET (LsCounts, ours), n)

/* @whole: it is the last look. */
static void
read_row (LsScoreboard *board, LivingRow *living, const LsScoreboardRow *row, gboolean whole)
{
  guint64 requests = load (&row->requests);

  read_counters (board, living, &row->accepted, G_STRUCT_OFFSET (LsCounts, accepted), 1);
  read_counters (board, living, &row->bytes_in, G_STRUCT_OFFSET (LsCounts, bytes_in), 1);
  read_counters (board, living, &row->bytes_out, G_STRUCT_OFFSET (LsCounts, bytes_out), 1);
  read_counters (board, living, &row->latency_sum_us, G_STRUCT_OFFSET (LsCounts, latency_sum_us), 1);

  /* An idle row is known by one number. The rest is skipped only when all of it has been seen. */
  if (!whole && requests == living->seen.requests && requests == living->durations)
    return;

  guint64 answered = READ_COUNTERS (board, living, row, codes, codes, LS_SCOREBOARD_CODES);
  grow (&living->durations, READ_COUNTERS (board, living, row, latency, latency, LS_HISTOGRAM_BUCKETS));
  grow (&living->seen.requests, answered);
  grow (&living->span.requests, answered);
  grow (&board->span.requests, answered);
  grow (&board->total.requests, answered);
}

/* The bytes of the file from @from on that were ever written, as @ret_start … @ret_end. */
static gboolean
next_written (const LsScoreboard *board, gsize from, gsize *ret_start, gsize *ret_end)
{
  gsize size = ls_scoreboard_size (board->rows);

#ifdef SEEK_DATA
  off_t start = board->fd >= 0 ? lseek (board->fd, (off_t) from, SEEK_DATA) : -1;
  if (start >= 0)
    {
      off_t end = lseek (board->fd, start, SEEK_HOLE);
      *ret_start = (gsize) start;
      *ret_end = end > start ? (gsize) end : size;
      return TRUE;
    }
  if (board->fd >= 0 && errno == ENXIO)
    return FALSE;
#endif
  *ret_start = from;
  *ret_end = size;
  return TRUE;
}

static gsize
row_offset (guint row)
{
  return ROWS_OFFSET + row * ROW_SIZE;
}

static gboolean
row_is_written (const LsScoreboard *board, guint row)
{
  gsize start, end;

  return next_written (board, row_offset (row), &start, &end) && start < row_offset (row + 1);
}

static gboolean
row_has_content (const LsScoreboardRow *row)
{
  return load_gauge (&row->pid) != 0 || load (&row->requests) != 0 || load (&row->accepted) != 0;
}

/* Finds rows in which a process has begun to count since the last look. */
static void
discover (LsScoreboard *board)
{
  gsize start = 0, end = 0;

  for (guint row = 0; row < board->rows; row++)
    {
      if (board->living[row] != NULL)
        continue;
      if (row_offset (row) >= end && !next_written (board, row_offset (row), &start, &end))
        return;
      if (row_offset (row + 1) <= start)
        {
          row = (guint) ((start - ROWS_OFFSET) / ROW_SIZE) - 1;
          continue;
        }
      if (row_has_content (row_at (board, row)))
        board->living[row] = g_new0 (LivingRow, 1);
    }
}

void
ls_scoreboard_read (LsScoreboard *board)
{
  discover (board);
  for (guint row = 0; row < board->rows; row++)
    if (board->living[row] != NULL)
      read_row (board, board->living[row], row_at (board, row), FALSE);
}

void
ls_scoreboard_fold (LsScoreboard *board, guint row)
{
  if (row >= board->rows || (board->living[row] == NULL && !row_is_written (board, row)))
    return;
  if (board->living[row] == NULL)
    board->living[row] = g_new0 (LivingRow, 1);
  read_row (board, board->living[row], row_at (board, row), TRUE);
  g_clear_pointer (&board->living[row], g_free);
  memset (row_at (board, row), 0, sizeof (LsScoreboardRow));
}

void
ls_scoreboard_totals (LsScoreboard *board, LsCounts *ret_counts)
{
  ls_scoreboard_read (board);
  *ret_counts = board->total;
}

const LsCounts *
ls_scoreboard_span (const LsScoreboard *board)
{
  return &board->span;
}

const LsCounts *
ls_scoreboard_row_span (const LsScoreboard *board, guint row)
{
  if (row >= board->rows || board->living[row] == NULL || load_gauge (&row_at (board, row)->pid) == 0)
    return NULL;
  return &board->living[row]->span;
}

void
ls_scoreboard_next_span (LsScoreboard *board)
{
  memset (&board->span, 0, sizeof board->span);
  for (guint row = 0; row < board->rows; row++)
    if (board->living[row] != NULL && board->living[row]->span_used)
      {
        memset (&board->living[row]->span, 0, sizeof board->living[row]->span);
        board->living[row]->span_used = FALSE;
      }
}

/* -1 is unknown, and stays so. */
static void
add_known (gint64 *sum, guint32 value)
{
  if (value == LS_SCOREBOARD_UNKNOWN)
    *sum = -1;
  else if (*sum >= 0)
    *sum += value;
}

void
ls_scoreboard_gauges (const LsScoreboard *board, LsGauges *ret_gauges)
{
  guint64 connections = 0, in_flight = 0;
  LsGauges gauges = { 0 };
  gboolean any = FALSE;

  for (guint i = 0; i < board->rows; i++)
    {
      const LsScoreboardRow *row = row_at (board, i);

      if (board->living[i] == NULL || load_gauge (&row->pid) == 0)
        continue;
      any = TRUE;
      connections += load_gauge (&row->connections);
      in_flight += load_gauge (&row->in_flight);
      add_known (&gauges.io_size, load_gauge (&row->io_pool_size));
      add_known (&gauges.io_active, load_gauge (&row->io_pool_active));
      add_known (&gauges.io_queued, load_gauge (&row->io_pool_queued));
    }
  gauges.connections = (guint) MIN (connections, G_MAXUINT);
  gauges.in_flight = (guint) MIN (in_flight, G_MAXUINT);
  if (!any)
    gauges.io_size = gauges.io_active = gauges.io_queued = -1;
  *ret_gauges = gauges;
}

gint64
ls_histogram_quantile (const guint64 buckets[LS_HISTOGRAM_BUCKETS], double q)
{
  guint64 count = 0, below = 0;

  for (guint i = 0; i < LS_HISTOGRAM_BUCKETS; i++)
    grow (&count, buckets[i]);
  if (count == 0)
    return -1;

  /* The smallest rank that has the share @q at or below it; the first value for q = 0, the last for q = 1. */
  double wanted = CLAMP (q, 0.0, 1.0) * (double) count;
  guint64 rank = (guint64) wanted;
  if ((double) rank < wanted)
    rank++;
  rank = CLAMP (rank, 1, count);

  for (guint i = 0; i < LS_HISTOGRAM_BUCKETS; i++)
    {
      grow (&below, buckets[i]);
      if (below >= rank)
        return (gint64) ls_histogram_bucket_middle (i);
    }
  return (gint64) ls_histogram_bucket_middle (LS_HISTOGRAM_BUCKETS - 1);
}
