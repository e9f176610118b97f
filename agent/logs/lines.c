/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the entries of a query end, and lines from the pieces in which they came. */

#include "logs/store_private.h"

LsLogBlock *
ls_log_block_neighbour (const LsLogBlock *block, gboolean later)
{
  LsLogBlock *other = later ? block->source_next : block->source_previous;

  while (other != NULL && other->stream != block->stream)
    other = later ? other->source_next : other->source_previous;
  return other;
}

/* A text is looked for in whole lines: who looks for one is told of nothing less. */
static gboolean
heeds_marks (const LsLogQuery *query)
{
  return query->unit == LS_LOG_LINES_LIVE && (query->grep == NULL || query->grep[0] == '\0');
}

gboolean
ls_log_query_ends_entry (const LsLogQuery *query, const LsLogPiece *piece)
{
  const LsLogBlock *block = piece->block;

  if (query->unit == LS_LOG_PIECES)
    return TRUE;
  /* What has no line end is the last piece of its block. */
  if (ls_log_piece_ends_line (piece) || block->is_cut)
    return TRUE;
  return query->unit == LS_LOG_LINES ? block->source->open[block->stream] == block : block->is_mark && heeds_marks (query);
}

/* The first piece of the entry that ends with @piece, as far as it is still here. */
static LsLogPiece
first_of_entry (const LsLogQuery *query, const LsLogPiece *piece)
{
  LsLogPiece first = *piece, before;
  LsLogBlock *block;

  while (ls_log_piece_continues (&first) && (block = ls_log_block_neighbour (first.block, FALSE)) != NULL && ls_log_block_last (block, &before)
         && !ls_log_query_ends_entry (query, &before))
    first = before;
  return first;
}

gboolean
ls_log_query_skips (const LsLogQuery *query, const LsLogPiece *piece)
{
  return query->unit == LS_LOG_PIECES && ls_log_piece_is_mark (piece);
}

void
ls_log_query_entry (const LsLogQuery *query, const LsLogPiece *piece, GString **line, LsLogEntry *ret_entry)
{
  LsLogPiece part = *piece;
  LsLogBlock *block;

  ls_log_piece_to_entry (piece, piece->block->source->name, ret_entry);
  if (query->unit == LS_LOG_PIECES || !ls_log_piece_continues (piece))
    return;
  part = first_of_entry (query, piece);
  if (part.seq == piece->seq)
    return;
  if (*line == NULL)
    *line = g_string_new (NULL);
  g_string_truncate (*line, 0);
  while (part.seq != piece->seq)
    {
      g_string_append_len (*line, part.block->text + part.offset, part.length);
      if ((block = ls_log_block_neighbour (part.block, TRUE)) == NULL || !ls_log_block_first (block, &part))
        break;
    }
  g_string_append_len (*line, piece->block->text + piece->offset, piece->length);
  ret_entry->text = (*line)->str;
  ret_entry->length = (*line)->len;
}
