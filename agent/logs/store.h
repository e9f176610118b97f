/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The one store for the output of every child: a ring in memory, files on disk with rotation, and followers.
 *
 * A *source* is the id of a child ("web.2", "compute", "t42") or "agent" for the agent's own log. Bytes come in as they were written and can
 * be had back exactly (tasks), or as lines (logs). Memory and disk have budgets; what is over is dropped, oldest first,
 * and counted. Who wrote most gives first, so that one noisy child does not push out what the others said.
 *
 * A line may come in pieces: "50 %… " now, "done" a minute later. Who wants bytes gets each piece at once; who wants lines gets a line when it has
 * ended (its newline, or the end of its source), however many pieces it came in. A line longer than LS_LOG_LINE_MAX is given in parts.
 *
 * Queries are answered from memory. The files are for people: DIRECTORY/SOURCE.log, the bytes as they came, and older ones as .log.1 … .log.3;
 * a thread of its own writes them, so that a slow disk holds up nobody. */

#include <glib.h>

typedef struct LsLogStore LsLogStore;
typedef enum { LS_LOG_STDOUT, LS_LOG_STDERR, LS_LOG_AGENT } LsLogStream;

#define LS_LOG_LINE_MAX (64 * 1024)

/* What an entry is. */
typedef enum {
  LS_LOG_PIECES,             /* a line, or as much of one as came at once */
  LS_LOG_LINES,              /* a whole line, its seq that of its end; one that has not ended as far as it is here, and again when it has */
  LS_LOG_LINES_LIVE,         /* the same for who follows: of a line that has not ended nothing, or what ls_log_store_show_unfinished told, then its rest */
} LsLogUnit;

typedef struct {
  guint64 seq;               /* over all sources, from 1 */
  gint64 at;                 /* Unix ms */
  const char *source;
  LsLogStream stream;
  const char *text;          /* not NUL-terminated; may hold any byte */
  gsize length;
  gboolean newline;          /* a line end followed; FALSE: the next entry of this source and stream goes on where this ends */
  gboolean partial;          /* the line has not ended there, neither by a line end nor with its source */
} LsLogEntry;

typedef struct {
  const char *const *sources;   /* NULL: all; an entry without a dot also means its slots ("web" → "web.1") */
  int stream;                   /* -1: all */
  const char *grep;             /* NULL; else a plain substring, ASCII case ignored */
  gint64 since;                 /* Unix ms, 0: any */
  guint64 after_seq;            /* 0: any */
  guint last;                   /* only the newest that many lines; 0: all kept */
  LsLogUnit unit;
} LsLogQuery;

/* @directory NULL: memory only. */
LsLogStore *ls_log_store_new (const char *directory, gsize memory_budget, gsize disk_budget, GError **error);
void ls_log_store_free (LsLogStore *store);
/* Appends bytes as they came; returns how many of this source were dropped from memory since its last append. Followers are told
 * before it returns. A callback may append, follow and unfollow; what it forgets is forgotten after it. */
gsize ls_log_store_append (LsLogStore *store, const char *source, LsLogStream stream, const char *data, gsize length, gint64 at);
/* Until @each returns FALSE. */
void ls_log_store_each (LsLogStore *store, const LsLogQuery *query, gboolean (*each) (void *user, const LsLogEntry *entry), void *user);
/* The last @n lines of a source as valid UTF-8, an unterminated last one too; (transfer full) strv, NULL if none. */
char **ls_log_store_tail (LsLogStore *store, const char *source, guint n);
/* The source ended; its unterminated last line is complete. */
void ls_log_store_end (LsLogStore *store, const char *source);
void ls_log_store_forget (LsLogStore *store, const char *source);      /* memory and files */

/* Followers are told of each new entry that matches, until removed. @ended: the source has ended. */
typedef struct LsLogFollower LsLogFollower;
LsLogFollower *ls_log_store_follow (LsLogStore *store, const LsLogQuery *query, void (*entry) (void *user, const LsLogEntry *entry),
                                    void (*ended) (void *user, const char *source), void *user);
/* Followers of LS_LOG_LINES_LIVE that do not look for a text are told of lines that have begun and not ended. @unfinished (NULL: nobody is)
 * is called when there is such a line for the first time since: whoever sets it gives the line some time, then calls the other. */
void ls_log_store_on_unfinished (LsLogStore *store, void (*unfinished) (void *user), void *user);
void ls_log_store_show_unfinished (LsLogStore *store);
/* Tells a follower of nothing, or of what comes again: one that has more than it can take costs nothing then. Its end it is told all the same. */
void ls_log_store_pause (LsLogStore *store, LsLogFollower *follower, gboolean pause);
void ls_log_store_unfollow (LsLogStore *store, LsLogFollower *follower);
/* Memory in use, and waits until the files have all that was appended. */
gsize ls_log_store_memory (const LsLogStore *store);
void ls_log_store_flush (LsLogStore *store);
const char *ls_log_stream_name (LsLogStream stream);      /* "stdout" */
