/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside logs only: how entries are kept.
 *
 * An entry is a *piece*: a whole line, or as much of one as came at once. Every piece is in two lists, that of its source and that of all
 * sources, both in order of arrival. Sources stand in lists by the size of what they hold (powers of two), so the one to
 * take from when memory is short is found at once. */

#include "logs/disk.h"
#include "logs/store.h"

#define LS_LOG_STREAMS 3
#define LS_LOG_PIECE_MAX (16 * 1024)
#define LS_LOG_SIZE_CLASSES 48

typedef struct LsLogPiece LsLogPiece;
typedef struct LsLogSource LsLogSource;

struct LsLogPiece {
  LsLogPiece *previous, *next;                      /* of all */
  LsLogPiece *source_previous, *source_next;
  LsLogSource *source;
  guint64 seq;
  gint64 at;
  guint32 length;
  guint8 stream;
  guint8 newline : 1;
  guint8 continues : 1;                             /* goes on where the one before of its stream ends */
  guint8 ends_line : 1;                             /* nothing goes on where it ends */
  char text[];
};

struct LsLogSource {
  char *name;
  LsLogPiece *first, *last;
  LsLogPiece *open[LS_LOG_STREAMS];                 /* the unterminated last piece */
  gsize bytes;                                      /* memory of its pieces */
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
  gboolean removed;
};

struct LsLogStore {
  LsLogDisk *disk;                                  /* NULL: memory only */
  gsize budget, used;
  guint64 seq, walk;
  LsLogPiece *first, *last;
  GHashTable *sources;                              /* name → LsLogSource */
  GQueue by_size[LS_LOG_SIZE_CLASSES];
  GPtrArray *followers;
  guint busy;                                       /* callbacks run: nothing may be freed */
  gboolean sweep;                                   /* removed followers wait */
  GPtrArray *to_forget;                             /* names */
};

/* query.c */
gboolean ls_log_query_has_source (const LsLogQuery *query, const char *source);
gboolean ls_log_query_has_piece (const LsLogQuery *query, const LsLogPiece *piece);
void ls_log_piece_to_entry (const LsLogPiece *piece, LsLogEntry *ret_entry);
/* store.c: between these, callbacks run and nothing is freed. */
void ls_log_store_enter (LsLogStore *store);
void ls_log_store_leave (LsLogStore *store);
/* follow.c */
void ls_log_store_tell (LsLogStore *store, const LsLogPiece *piece);
void ls_log_store_tell_end (LsLogStore *store, const char *source_name);
void ls_log_store_sweep (LsLogStore *store);
void ls_log_follower_free (LsLogFollower *follower);
