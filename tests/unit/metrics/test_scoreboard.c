/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/scoreboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The rows of a board are const for the agent; here we are the workers. */
static LsScoreboardRow *
row_of (LsScoreboard *board, guint row)
{
  return (LsScoreboardRow *) (gpointer) ls_scoreboard_row (board, row);
}

static void
release_heap (void *memory, gsize size, int fd)
{
  g_free (memory);
}

static LsScoreboard *
board_new (guint rows)
{
  return ls_scoreboard_new (rows, g_malloc0 (ls_scoreboard_size (rows)), -1, release_heap);
}

static void
a_worker_finds_its_row_by_the_header (void **state)
{
  char *memory = g_malloc0 (ls_scoreboard_size (3));
  LsScoreboard *board = ls_scoreboard_new (3, memory, -1, release_heap);
  const LsScoreboardHeader *header = (const void *) memory;

  assert_int_equal (header->magic, LS_SCOREBOARD_MAGIC);
  assert_int_equal (header->version, LS_SCOREBOARD_VERSION);
  assert_int_equal (header->rows, 3);
  for (guint row = 0; row < 3; row++)
    assert_ptr_equal (ls_scoreboard_row (board, row), memory + header->rows_offset + row * header->row_size);
  assert_true (header->rows_offset + 3 * header->row_size <= ls_scoreboard_size (3));
  assert_null (ls_scoreboard_row (board, 3));
  ls_scoreboard_free (board);
}

static void
totals_have_ended_and_living_rows (void **state)
{
  LsScoreboard *board = board_new (4);
  LsCounts totals;

  row_of (board, 0)->pid = 1;
  row_of (board, 2)->pid = 2;
  ls_scoreboard_count (row_of (board, 0), 200, 100);
  ls_scoreboard_count (row_of (board, 2), 404, 200);
  ls_scoreboard_add (&row_of (board, 2)->bytes_out, 50);
  ls_scoreboard_fold (board, 0);
  assert_int_equal (row_of (board, 0)->requests, 0);
  assert_int_equal (row_of (board, 0)->pid, 0);

  /* The row is given to another process. */
  row_of (board, 0)->pid = 3;
  ls_scoreboard_count (row_of (board, 0), 200, 100);
  ls_scoreboard_totals (board, &totals);
  assert_int_equal (totals.requests, 3);
  assert_int_equal (totals.codes[200 - 100], 2);
  assert_int_equal (totals.codes[404 - 100], 1);
  assert_int_equal (totals.latency_sum_us, 400);
  assert_int_equal (totals.bytes_out, 50);
  assert_int_equal (totals.latency[ls_histogram_bucket (100)], 2);
  ls_scoreboard_free (board);
}

static void
what_a_worker_counted_between_two_looks_and_its_end_is_kept (void **state)
{
  LsScoreboard *board = board_new (2);
  LsCounts totals;

  ls_scoreboard_count (row_of (board, 1), 200, 1);      /* never looked at, and it never wrote its pid */
  ls_scoreboard_fold (board, 1);
  ls_scoreboard_totals (board, &totals);
  assert_int_equal (totals.requests, 1);
  ls_scoreboard_free (board);
}

static void
a_request_counted_halfway_is_not_lost (void **state)
{
  LsScoreboard *board = board_new (1);
  LsScoreboardRow *row = row_of (board, 0);
  LsCounts totals;

  row->pid = 1;
  ls_scoreboard_count (row, 200, 1);
  ls_scoreboard_totals (board, &totals);
  ls_scoreboard_add (&row->codes[100], 1);              /* killed before it counted the rest */
  ls_scoreboard_totals (board, &totals);
  ls_scoreboard_fold (board, 0);
  ls_scoreboard_totals (board, &totals);
  assert_int_equal (totals.codes[100], 2);
  assert_int_equal (totals.requests, 2);
  ls_scoreboard_free (board);
}

static void
a_span_is_what_came_since_the_last (void **state)
{
  LsScoreboard *board = board_new (3);

  row_of (board, 0)->pid = 1;
  ls_scoreboard_count (row_of (board, 0), 200, 10);
  ls_scoreboard_read (board);
  assert_int_equal (ls_scoreboard_span (board)->requests, 1);
  assert_int_equal (ls_scoreboard_row_span (board, 0)->requests, 1);
  assert_null (ls_scoreboard_row_span (board, 1));
  assert_null (ls_scoreboard_row_span (board, 99));

  ls_scoreboard_next_span (board);
  ls_scoreboard_count (row_of (board, 0), 500, 10);
  ls_scoreboard_read (board);
  ls_scoreboard_count (row_of (board, 0), 500, 10);
  ls_scoreboard_fold (board, 0);
  assert_int_equal (ls_scoreboard_span (board)->requests, 2);
  assert_int_equal (ls_scoreboard_span (board)->codes[400], 2);
  assert_null (ls_scoreboard_row_span (board, 0));
  ls_scoreboard_next_span (board);
  assert_int_equal (ls_scoreboard_span (board)->requests, 0);
  ls_scoreboard_free (board);
}

static void
gauges_are_unknown_if_one_is (void **state)
{
  LsScoreboard *board = board_new (3);
  LsGauges gauges;

  ls_scoreboard_gauges (board, &gauges);
  assert_int_equal (gauges.io_size, -1);
  for (guint i = 0; i < 2; i++)
    {
      row_of (board, i)->pid = i + 1;
      row_of (board, i)->connections = 5;
      row_of (board, i)->in_flight = i;
      row_of (board, i)->io_pool_size = 4;
      row_of (board, i)->io_pool_queued = i == 1 ? LS_SCOREBOARD_UNKNOWN : 0;
    }
  ls_scoreboard_read (board);
  ls_scoreboard_gauges (board, &gauges);
  assert_int_equal (gauges.connections, 10);
  assert_int_equal (gauges.in_flight, 1);
  assert_int_equal (gauges.io_size, 8);
  assert_int_equal (gauges.io_active, 0);
  assert_int_equal (gauges.io_queued, -1);
  ls_scoreboard_free (board);
}

static gboolean
never_back (const LsCounts *before, const LsCounts *after)
{
  const guint64 *a = (const guint64 *) before, *b = (const guint64 *) after;

  for (gsize i = 0; i < sizeof *before / sizeof *a; i++)
    if (b[i] < a[i])
      return FALSE;
  return TRUE;
}

static void
totals_never_go_back_whatever_is_written (void **state)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  LsScoreboard *board = board_new (3);
  g_autofree LsCounts *before = g_new0 (LsCounts, 1), *after = g_new0 (LsCounts, 1);

  for (guint round = 0; round < 3000; round++)
    {
      LsScoreboardRow *row = row_of (board, (guint) g_rand_int_range (random, 0, 3));
      guint64 garbage = (guint64) g_rand_int (random) << 32 | g_rand_int (random);

      switch (g_rand_int_range (random, 0, 5))
        {
        case 0:
          memset (row, g_rand_int_range (random, 0, 256), sizeof *row);
          break;
        case 1:
          row->codes[g_rand_int_range (random, 0, LS_SCOREBOARD_CODES)] = garbage >> g_rand_int_range (random, 0, 64);
          break;
        case 2:
          ls_scoreboard_fold (board, (guint) g_rand_int_range (random, 0, 4));
          break;
        case 3:
          row->bytes_in = G_MAXUINT64;
          break;
        default:
          ls_scoreboard_count (row, 200, garbage >> 40);
        }
      ls_scoreboard_totals (board, after);
      assert_true (never_back (before, after));
      *before = *after;
    }
  ls_scoreboard_free (board);
}

static void
random_work_is_counted_exactly (void **state)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  LsScoreboard *board = board_new (8);
  g_autofree LsCounts *model = g_new0 (LsCounts, 1), *totals = g_new0 (LsCounts, 1), *spans = g_new0 (LsCounts, 1);

  for (guint round = 0; round < 20000; round++)
    {
      guint row = (guint) g_rand_int_range (random, 0, 8);
      guint code = (guint) g_rand_int_range (random, 100, 600);
      guint64 us = g_rand_int (random) >> g_rand_int_range (random, 0, 32);

      if (g_rand_int_range (random, 0, 50) == 0)
        {
          ls_scoreboard_fold (board, row);
          continue;
        }
      if (g_rand_int_range (random, 0, 20) == 0)
        {
          ls_scoreboard_read (board);
          spans->requests += ls_scoreboard_span (board)->requests;
          ls_scoreboard_next_span (board);
        }
      row_of (board, row)->pid = 1;
      ls_scoreboard_count (row_of (board, row), code, us);
      model->requests++;
      model->codes[code - 100]++;
      model->latency[ls_histogram_bucket (us)]++;
      model->latency_sum_us += us;
    }
  ls_scoreboard_totals (board, totals);
  assert_memory_equal (totals, model, sizeof *model);
  assert_int_equal (spans->requests + ls_scoreboard_span (board)->requests, model->requests);
  ls_scoreboard_free (board);
}

static void
release_mapping (void *memory, gsize size, int fd)
{
  munmap (memory, size);
  close (fd);
}

static gsize
pages_in_use (int fd)
{
  gsize used = 0;
  off_t at = 0;

  while ((at = lseek (fd, at, SEEK_DATA)) >= 0)
    {
      off_t hole = lseek (fd, at, SEEK_HOLE);
      used += (gsize) (hole - at);
      at = hole;
    }
  return used;
}

static void
rows_that_nobody_wrote_take_no_memory (void **state)
{
  enum { ROWS = 1000 };
  gsize size = ls_scoreboard_size (ROWS);
  int fd = memfd_create ("board", MFD_CLOEXEC);
  LsCounts totals;
  LsScoreboard *board;
  void *memory;

  assert_int_equal (ftruncate (fd, (off_t) size), 0);
  memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  assert_ptr_not_equal (memory, MAP_FAILED);
  board = ls_scoreboard_new (ROWS, memory, fd, release_mapping);
  for (guint row = 0; row < ROWS; row += 300)
    {
      row_of (board, row)->pid = 1;
      ls_scoreboard_count (row_of (board, row), 200, 1);
    }
  for (guint round = 0; round < 3; round++)
    {
      ls_scoreboard_totals (board, &totals);
      assert_int_equal (totals.requests, 4);
      ls_scoreboard_fold (board, 500);
    }
  assert_in_range (pages_in_use (fd), 4096, 20 * 4096);
  ls_scoreboard_free (board);
}

static void
quantiles_lie_within_a_bucket (void **state)
{
  g_autofree guint64 *buckets = g_new0 (guint64, LS_HISTOGRAM_BUCKETS);

  assert_int_equal (ls_histogram_quantile (buckets, 0.5), -1);
  for (guint us = 1; us <= 1000; us++)
    buckets[ls_histogram_bucket (us)]++;
  for (guint q = 0; q <= 100; q++)
    {
      gint64 exact = MAX (q * 10, 1);
      gint64 found = ls_histogram_quantile (buckets, q / 100.0);

      assert_true (ABS (found - exact) <= exact / 32 + 1);
    }
  assert_int_equal (ls_histogram_quantile (buckets, 0), 1);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_worker_finds_its_row_by_the_header),
    cmocka_unit_test (totals_have_ended_and_living_rows),
    cmocka_unit_test (what_a_worker_counted_between_two_looks_and_its_end_is_kept),
    cmocka_unit_test (a_request_counted_halfway_is_not_lost),
    cmocka_unit_test (a_span_is_what_came_since_the_last),
    cmocka_unit_test (gauges_are_unknown_if_one_is),
    cmocka_unit_test (totals_never_go_back_whatever_is_written),
    cmocka_unit_test (random_work_is_counted_exactly),
    cmocka_unit_test (rows_that_nobody_wrote_take_no_memory),
    cmocka_unit_test (quantiles_lie_within_a_bucket),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
