/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "metrics/series.h"

/* What the allocator adds, and the pointer to the chunk. */
#define CHUNK_COST 24

struct LsSeriesChunk {
  gint64 index;            /* slot / LS_SERIES_ROWS */
  guint64 present;         /* a bit a row */
  guint8 records[];
};

G_STATIC_ASSERT (LS_SERIES_ROWS <= 64);

static gsize
chunk_cost (const LsSeries *series)
{
  return sizeof (LsSeriesChunk) + LS_SERIES_ROWS * series->record_size + CHUNK_COST;
}

static guint
length (const LsSeries *series)
{
  return series->chunks != NULL ? series->chunks->len : 0;
}

void
ls_series_clear (LsSeries *series)
{
  g_clear_pointer (&series->chunks, g_ptr_array_unref);
}

/* Chunks are few and what is asked for is mostly new. */
static LsSeriesChunk *
find_chunk (const LsSeries *series, gint64 index)
{
  for (guint i = length (series); i > 0; i--)
    {
      LsSeriesChunk *chunk = series->chunks->pdata[i - 1];

      if (chunk->index <= index)
        return chunk->index == index ? chunk : NULL;
    }
  return NULL;
}

gsize
ls_series_cost (const LsSeries *series, gint64 slot)
{
  return find_chunk (series, slot / LS_SERIES_ROWS) != NULL ? 0 : chunk_cost (series);
}

guint8 *
ls_series_write (LsSeries *series, gint64 slot)
{
  LsSeriesChunk *chunk = find_chunk (series, slot / LS_SERIES_ROWS);
  guint row = (guint) (slot % LS_SERIES_ROWS);

  if (chunk == NULL)
    {
      if (series->chunks == NULL)
        series->chunks = g_ptr_array_new_with_free_func (g_free);
      chunk = g_malloc0 (sizeof *chunk + LS_SERIES_ROWS * series->record_size);
      chunk->index = slot / LS_SERIES_ROWS;
      g_ptr_array_add (series->chunks, chunk);
    }
  chunk->present |= (guint64) 1 << row;
  return chunk->records + row * series->record_size;
}

const guint8 *
ls_series_read (const LsSeries *series, gint64 slot)
{
  const LsSeriesChunk *chunk = find_chunk (series, slot / LS_SERIES_ROWS);
  guint row = (guint) (slot % LS_SERIES_ROWS);

  if (chunk == NULL || (chunk->present & (guint64) 1 << row) == 0)
    return NULL;
  return chunk->records + row * series->record_size;
}

gint64
ls_series_oldest_chunk (const LsSeries *series)
{
  return length (series) > 0 ? ((LsSeriesChunk *) series->chunks->pdata[0])->index : -1;
}

gsize
ls_series_drop_before (LsSeries *series, gint64 chunk)
{
  guint n = 0;

  while (n < length (series) && ((LsSeriesChunk *) series->chunks->pdata[n])->index < chunk)
    n++;
  if (n > 0)
    g_ptr_array_remove_range (series->chunks, 0, n);
  return n * chunk_cost (series);
}

gsize
ls_series_rewind (LsSeries *series, gint64 slot)
{
  gsize freed = 0;

  while (length (series) > 0)
    {
      LsSeriesChunk *chunk = series->chunks->pdata[series->chunks->len - 1];

      if (chunk->index < slot / LS_SERIES_ROWS)
        break;
      if (chunk->index == slot / LS_SERIES_ROWS)
        {
          chunk->present &= ((guint64) 1 << (slot % LS_SERIES_ROWS)) - 1;
          break;
        }
      g_ptr_array_remove_index (series->chunks, series->chunks->len - 1);
      freed += chunk_cost (series);
    }
  return freed;
}
