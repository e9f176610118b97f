/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside logs only: how entries are kept.
 *
 * A *block* is what came of one source and stream at one time: whole lines one behind the other as they were written, the last of which may be
 * unterminated. Its entries have numbers that follow each other, so a line costs its bytes and nothing else. A *piece* is one entry in a block:
 * a line, or as much of one as came at once. Every block is in two lists, that of its source and that of all
 * sources, both in order of arrival. */

#include "logs/store.h"

#define LS_LOG_BLOCK_MAX (8 * 1024)      /* bytes of text; also the longest piece */

typedef struct LsLogBlock LsLogBlock;
typedef struct LsLogSource LsLogSource;

struct LsLogBlock {
  LsLogBlock *previous, *next;                      /* of all */
  LsLogBlock *source_previous, *source_next;
  LsLogSource *source;
  guint64 seq;                                      /* of its first piece */
  gint64 at;
  guint32 pieces;
  guint16 length, capacity;                         /* bytes of text, line ends included */
  guint8 stream;
  guint8 continues : 1;                             /* its first piece goes on where the block before of its stream ends */
  guint8 is_open : 1;                               /* its last piece has no line end */
  guint8 ends_line : 1;                             /* nothing goes on where it ends */
  guint8 is_cut : 1;                                /* the line goes on, but as long as one entry may be it is */
  guint8 is_mark : 1;                               /* no text: those who follow lines were told of its line up to here */
  char text[];
};

/* A piece, as long as its block lives. */
typedef struct {
  LsLogBlock *block;
  guint64 seq;
  guint16 offset, length;                           /* in the block's text; without the line end */
  gboolean newline;
} LsLogPiece;

/* How much of @data goes into one block: whole lines, or as much of one as fits; what is there of the last line stays with the rest. */
gsize ls_log_block_fit (const char *data, gsize length);
LsLogBlock *ls_log_block_new (LsLogSource *source, LsLogStream stream, gint64 at, gsize capacity);
/* The memory that it takes. */
gsize ls_log_block_cost (const LsLogBlock *block);
/* Appends at once, @length being no more than what is left of the capacity, or one line of the @data that fills it; returns its bytes. */
void ls_log_block_append (LsLogBlock *block, const char *data, gsize length);
gsize ls_log_block_append_line (LsLogBlock *block, const char *data);

/* None of these looks beyond the block: FALSE at its ends. @piece may be the one that is written to. */
gboolean ls_log_block_first (LsLogBlock *block, LsLogPiece *ret_piece);
gboolean ls_log_block_last (LsLogBlock *block, LsLogPiece *ret_piece);
gboolean ls_log_piece_next (LsLogPiece *piece);
gboolean ls_log_piece_previous (LsLogPiece *piece);
/* A block of one piece without text, which goes on where the last block of its stream ends: a mark, or the line's end. */
LsLogBlock *ls_log_block_new_mark (LsLogSource *source, LsLogStream stream, gint64 at, gboolean ends_line);
gboolean ls_log_piece_is_mark (const LsLogPiece *piece);
/* It goes on where the last piece of the block before ends; nothing goes on where it ends. */
gboolean ls_log_piece_continues (const LsLogPiece *piece);
gboolean ls_log_piece_ends_line (const LsLogPiece *piece);
void ls_log_piece_to_entry (const LsLogPiece *piece, const char *source, LsLogEntry *ret_entry);
