/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "logs/block.h"

#include <string.h>

/* What the allocator adds to a block, about. */
#define ALLOCATOR_COST 16

gsize
ls_log_block_fit (const char *data, gsize length)
{
  const char *last;

  if (length <= LS_LOG_BLOCK_MAX)
    return length;
  last = memrchr (data, '\n', LS_LOG_BLOCK_MAX);
  return last != NULL ? (gsize) (last - data) + 1 : LS_LOG_BLOCK_MAX;
}

LsLogBlock *
ls_log_block_new (LsLogSource *source, LsLogStream stream, gint64 at, gsize capacity)
{
  LsLogBlock *block = g_malloc (sizeof *block + capacity);

  *block = (LsLogBlock) { .source = source, .at = at, .stream = (guint8) stream, .capacity = (guint16) capacity };
  return block;
}

LsLogBlock *
ls_log_block_new_mark (LsLogSource *source, LsLogStream stream, gint64 at, gboolean ends_line)
{
  LsLogBlock *block = ls_log_block_new (source, stream, at, 0);

  block->pieces = 1;
  block->continues = TRUE;
  block->ends_line = ends_line;
  block->is_open = block->is_mark = !ends_line;
  return block;
}

gsize
ls_log_block_cost (const LsLogBlock *block)
{
  return sizeof *block + block->capacity + ALLOCATOR_COST;
}

/* --- what comes in --- */

static guint
count_pieces (const char *data, gsize length)
{
  const char *end = data + length;
  guint n = 0;

  while (data < end)
    {
      const char *newline = memchr (data, '\n', (gsize) (end - data));

      n++;
      data = newline != NULL ? newline + 1 : end;
    }
  return n;
}

void
ls_log_block_append (LsLogBlock *block, const char *data, gsize length)
{
  memcpy (block->text + block->length, data, length);
  block->length += (guint16) length;
  block->pieces += count_pieces (data, length);
  block->is_open = data[length - 1] != '\n';
  block->ends_line = !block->is_open;
}

gsize
ls_log_block_append_line (LsLogBlock *block, const char *data)
{
  gsize room = (gsize) (block->capacity - block->length);
  const char *end = memchr (data, '\n', room);
  gsize length = end != NULL ? (gsize) (end - data) + 1 : room;

  ls_log_block_append (block, data, length);
  return length;
}

/* --- what is there --- */

static void
measure (LsLogPiece *piece, guint16 offset)
{
  const LsLogBlock *block = piece->block;
  gsize rest = (gsize) (block->length - offset);
  const char *end = memchr (block->text + offset, '\n', rest);

  piece->offset = offset;
  piece->newline = end != NULL;
  piece->length = (guint16) (end != NULL ? (gsize) (end - block->text) - offset : rest);
}

gboolean
ls_log_block_first (LsLogBlock *block, LsLogPiece *ret_piece)
{
  if (block->pieces == 0)
    return FALSE;      /* being filled */
  *ret_piece = (LsLogPiece) { .block = block, .seq = block->seq };
  measure (ret_piece, 0);
  return TRUE;
}

/* Where the line begins of which @before is one past the last byte, its line end not counted. */
static guint16
begin_of_line (const LsLogBlock *block, gsize before)
{
  const char *end = memrchr (block->text, '\n', before);

  return (guint16) (end != NULL ? end - block->text + 1 : 0);
}

gboolean
ls_log_block_last (LsLogBlock *block, LsLogPiece *ret_piece)
{
  if (block->pieces == 0)
    return FALSE;      /* being filled */
  *ret_piece = (LsLogPiece) { .block = block, .seq = block->seq + block->pieces - 1 };
  measure (ret_piece, block->length == 0 ? 0 : begin_of_line (block, (gsize) block->length - !block->is_open));
  return TRUE;
}

gboolean
ls_log_piece_next (LsLogPiece *piece)
{
  if (piece->seq + 1 >= piece->block->seq + piece->block->pieces)
    return FALSE;
  piece->seq++;
  measure (piece, (guint16) (piece->offset + piece->length + piece->newline));
  return TRUE;
}

gboolean
ls_log_piece_previous (LsLogPiece *piece)
{
  guint16 begin;

  if (piece->seq == piece->block->seq)
    return FALSE;
  begin = begin_of_line (piece->block, (gsize) piece->offset - 1);
  piece->seq--;
  piece->length = (guint16) (piece->offset - 1 - begin);
  piece->offset = begin;
  piece->newline = TRUE;
  return TRUE;
}

gboolean
ls_log_piece_continues (const LsLogPiece *piece)
{
  return piece->block->continues && piece->seq == piece->block->seq;
}

gboolean
ls_log_piece_is_mark (const LsLogPiece *piece)
{
  return piece->length == 0 && !piece->newline;
}

gboolean
ls_log_piece_ends_line (const LsLogPiece *piece)
{
  return piece->newline || piece->block->ends_line;
}

void
ls_log_piece_to_entry (const LsLogPiece *piece, const char *source, LsLogEntry *ret_entry)
{
  const LsLogBlock *block = piece->block;

  *ret_entry = (LsLogEntry) { .seq = piece->seq, .at = block->at, .source = source, .stream = (LsLogStream) block->stream,
                              .text = block->text + piece->offset, .length = piece->length, .newline = piece->newline,
                              .partial = !ls_log_piece_ends_line (piece) };
}
