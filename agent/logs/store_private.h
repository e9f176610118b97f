/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside logs only: the store itself. Sources stand in lists by the size of what they hold (powers of two), so the one to
 * take from when memory is short is found at once. */

#include "logs/block.h"
#include "logs/disk.h"

#define LS_LOG_STREAMS 3
#define LS_LOG_SIZE_CLASSES 48

struct LsLogSource {
  char *name;
  LsLogBlock *first, *last;
  LsLogBlock *open[LS_LOG_STREAMS];                 /* whose last piece is an unterminated line that may go on */
  guint32 open_length[LS_LOG_STREAMS];              /* of that line, since an entry of it ended */
  gsize bytes;                                      /* memory of its blocks */
  gsize dropped;                                    /* bytes of text, not yet reported */
  guint64 disk_lost;                                /* not yet noted in its file */
  gboolean ended;
  guint size_class;
  GList by_size;                                    /* link in store->by_size[size_class] */
  /* While a query walks. */
  guint64 walk;
  gboolean matches;
  gboolean wanted[LS_LOG_STREAMS];
};

struct LsLogFollower {
  LsLogQuery query;                                 /* its strings are owned */
  void (*entry) (void *user, const LsLogEntry *entry);
  void (*ended) (void *user, const char *source);
  void *user;
  gboolean paused;
  gboolean removed;
};

struct LsLogStore {
  LsLogDisk *disk;                                  /* NULL: memory only */
  gsize budget, used;
  guint64 seq, walk;
  LsLogBlock *first, *last;
  GHashTable *sources;                              /* name → LsLogSource */
  GQueue by_size[LS_LOG_SIZE_CLASSES];
  GPtrArray *followers;
  guint listening;                                  /* those of them that are to be told of entries */
  guint live;                                       /* those of LS_LOG_LINES_LIVE */
  void (*unfinished) (void *user);
  void *unfinished_user;
  gboolean told_unfinished;                         /* since the last ls_log_store_show_unfinished */
  guint busy;                                       /* callbacks run: nothing may be freed */
  gboolean sweep;                                   /* removed followers wait */
  GPtrArray *to_forget;                             /* names */
};

/* query.c */
gboolean ls_log_query_has_source (const LsLogQuery *query, const char *source);
gboolean ls_log_query_has_piece (const LsLogQuery *query, const LsLogPiece *piece);
/* lines.c */
LsLogBlock *ls_log_block_neighbour (const LsLogBlock *block, gboolean later);      /* before or after of the same source and stream; NULL: none */
/* Whether an entry of @query ends with @piece. */
gboolean ls_log_query_ends_entry (const LsLogQuery *query, const LsLogPiece *piece);
/* It belongs to what is asked for, but there is nothing in it to be told. */
gboolean ls_log_query_skips (const LsLogQuery *query, const LsLogPiece *piece);
/* The entry that ends with @piece. Its text may be in @line (borrowed), which is made if it is NULL and needed. */
void ls_log_query_entry (const LsLogQuery *query, const LsLogPiece *piece, GString **line, LsLogEntry *ret_entry);
/* store.c: between these, callbacks run and nothing is freed. */
void ls_log_store_enter (LsLogStore *store);
void ls_log_store_leave (LsLogStore *store);
void ls_log_store_unfinished (LsLogStore *store);      /* there may be a line that has not ended, and who wants to know */
/* follow.c; between the two above, for ls_log_store_tell. */
void ls_log_store_tell (LsLogStore *store, const LsLogPiece *piece);
void ls_log_store_tell_end (LsLogStore *store, const char *source_name);
void ls_log_store_sweep (LsLogStore *store);
void ls_log_follower_free (LsLogFollower *follower);
