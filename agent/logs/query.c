/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a query asks for, and the walks over what is kept. */

#include "logs/store_private.h"

#include <string.h>

/* A text is looked for in whole lines; of a line without end, so much around a piece. */
#define LINE_MAX_SEARCHED LS_LOG_LINE_MAX

const char *
ls_log_stream_name (LsLogStream stream)
{
  static const char *const names[] = { "stdout", "stderr", "agent" };

  return names[stream];
}

gboolean
ls_log_query_has_source (const LsLogQuery *query, const char *source)
{
  if (query->sources == NULL)
    return TRUE;
  for (const char *const *wanted = query->sources; *wanted != NULL; wanted++)
    {
      gsize length = strlen (*wanted);

      if (strncmp (source, *wanted, length) == 0
          && (source[length] == '\0' || (source[length] == '.' && strchr (*wanted, '.') == NULL)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
contains (const char *text, gsize length, const char *wanted)
{
  gsize n = strlen (wanted);

  for (gsize i = 0; i + n <= length; i++)
    if (g_ascii_tolower (text[i]) == g_ascii_tolower (wanted[0]) && g_ascii_strncasecmp (text + i, wanted, n) == 0)
      return TRUE;
  return FALSE;
}

/* Nothing has come yet that goes on where it ends. */
static gboolean
is_last_of_line (const LsLogPiece *piece)
{
  const LsLogBlock *block = piece->block;

  return ls_log_piece_ends_line (piece) || block->source->open[block->stream] == block;
}

/* The line of which @piece is a part, as far as it is here. */
static gboolean
line_contains (const LsLogPiece *piece, const char *wanted)
{
  g_autoptr (GString) line = NULL;
  LsLogPiece part = *piece;
  LsLogBlock *block;
  gsize length = 0;

  if (!ls_log_piece_continues (piece) && is_last_of_line (piece))
    return contains (piece->block->text + piece->offset, piece->length, wanted);

  while (ls_log_piece_continues (&part) && length < LINE_MAX_SEARCHED && (block = ls_log_block_neighbour (part.block, FALSE)) != NULL
         && ls_log_block_last (block, &part))
    length += part.length;
  line = g_string_new (NULL);
  do
    g_string_append_len (line, part.block->text + part.offset, part.length);
  while (!ls_log_piece_ends_line (&part) && line->len < 2 * LINE_MAX_SEARCHED && (block = ls_log_block_neighbour (part.block, TRUE)) != NULL
         && ls_log_block_first (block, &part));
  return contains (line->str, line->len, wanted);
}

/* What all pieces of a block have in common. */
static gboolean
query_has_block (const LsLogQuery *query, const LsLogBlock *block)
{
  return (query->stream < 0 || query->stream == block->stream) && block->at >= query->since;
}

gboolean
ls_log_query_has_piece (const LsLogQuery *query, const LsLogPiece *piece)
{
  return query_has_block (query, piece->block) && piece->seq > query->after_seq && ls_log_query_ends_entry (query, piece)
         && (query->grep == NULL || query->grep[0] == '\0' || line_contains (piece, query->grep));
}

/* --- walks --- */

typedef struct {
  LsLogStore *store;
  const LsLogQuery *query;
  guint64 id;
  LsLogSource *only;       /* all that is asked for is in this source; NULL: go through all */
} Walk;

static Walk
walk_begin (LsLogStore *store, const LsLogQuery *query)
{
  Walk walk = { .store = store, .query = query, .id = ++store->walk };

  if (query->sources != NULL && query->sources[0] != NULL && query->sources[1] == NULL && strchr (query->sources[0], '.') != NULL)
    walk.only = g_hash_table_lookup (store->sources, query->sources[0]);
  return walk;
}

static LsLogBlock *
walk_newest (const Walk *walk)
{
  return walk->only != NULL ? walk->only->last : walk->store->last;
}

static LsLogBlock *
walk_older (const Walk *walk, const LsLogBlock *block)
{
  return walk->only != NULL ? block->source_previous : block->previous;
}

static LsLogBlock *
walk_newer (const Walk *walk, const LsLogBlock *block)
{
  return walk->only != NULL ? block->source_next : block->next;
}

/* Names are compared once a source and walk. */
static gboolean
walk_has_block (const Walk *walk, const LsLogBlock *block)
{
  LsLogSource *source = block->source;

  if (source->walk != walk->id)
    {
      source->walk = walk->id;
      source->matches = ls_log_query_has_source (walk->query, source->name);
      memset (source->wanted, 0, sizeof source->wanted);
    }
  return source->matches && query_has_block (walk->query, block);
}

typedef struct {
  const Walk *walk;
  GArray *pieces;          /* LsLogPiece, newest first */
  guint lines, most;
  int unfinished;          /* lines whose beginning has not been met */
} Newest;

/* TRUE: all are found. */
static gboolean
add_newest (Newest *newest, const LsLogPiece *piece)
{
  gboolean *wanted = &piece->block->source->wanted[piece->block->stream];
  gboolean matches = ls_log_query_has_piece (newest->walk->query, piece);

  if (newest->lines >= newest->most && newest->unfinished == 0)
    return TRUE;
  if (newest->walk->query->unit != LS_LOG_PIECES)
    {
      if (matches)
        g_array_append_val (newest->pieces, *piece);
      newest->lines += matches;
      return FALSE;
    }
  if (is_last_of_line (piece))
    {
      *wanted = matches && newest->lines < newest->most;
      newest->lines += *wanted;
      newest->unfinished += *wanted;
    }
  if (!matches || !*wanted)
    return FALSE;
  g_array_append_val (newest->pieces, *piece);
  newest->unfinished -= !ls_log_piece_continues (piece);
  return FALSE;
}

/* The pieces of the newest @n matching lines, newest first. A line's last piece is met first and decides; pieces of other sources may lie between. */
static GArray *
newest_lines (const Walk *walk, guint n)
{
  Newest newest = { .walk = walk, .pieces = g_array_new (FALSE, FALSE, sizeof (LsLogPiece)), .most = n };

  for (LsLogBlock *block = walk_newest (walk); block != NULL && block->seq + block->pieces > walk->query->after_seq + 1;
       block = walk_older (walk, block))
    {
      LsLogPiece piece;

      if (!walk_has_block (walk, block) || !ls_log_block_last (block, &piece))
        continue;
      do
        if (add_newest (&newest, &piece))
          return newest.pieces;
      while (ls_log_piece_previous (&piece));
    }
  return newest.pieces;
}

static gboolean
give (const LsLogQuery *query, const LsLogPiece *piece, gboolean (*each) (void *user, const LsLogEntry *entry), void *user)
{
  g_autoptr (GString) line = NULL;
  LsLogEntry entry;

  if (ls_log_query_skips (query, piece))
    return TRUE;
  ls_log_query_entry (query, piece, &line, &entry);
  return each (user, &entry);
}

static void
give_all (const Walk *walk, gboolean (*each) (void *user, const LsLogEntry *entry), void *user)
{
  guint64 newest = walk->store->seq, after = walk->query->after_seq;
  LsLogBlock *block = walk_newest (walk);

  /* Mostly what is asked for is new. */
  while (block != NULL && block->seq > after + 1 && walk_older (walk, block) != NULL)
    block = walk_older (walk, block);
  for (; block != NULL && block->seq <= newest; block = walk_newer (walk, block))
    {
      LsLogPiece piece;

      if (!walk_has_block (walk, block) || !ls_log_block_first (block, &piece))
        continue;
      do
        if (piece.seq <= newest && ls_log_query_has_piece (walk->query, &piece) && !give (walk->query, &piece, each, user))
          return;
      while (ls_log_piece_next (&piece));
    }
}

void
ls_log_store_each (LsLogStore *store, const LsLogQuery *query, gboolean (*each) (void *user, const LsLogEntry *entry), void *user)
{
  Walk walk = walk_begin (store, query);

  ls_log_store_enter (store);
  if (query->last == 0)
    {
      give_all (&walk, each, user);
    }
  else
    {
      g_autoptr (GArray) pieces = newest_lines (&walk, query->last);

      for (guint i = pieces->len; i > 0 && give (query, &g_array_index (pieces, LsLogPiece, i - 1), each, user); i--)
        ;
    }
  ls_log_store_leave (store);
}

/* --- the tail of one source --- */

typedef struct {
  GPtrArray *lines;
  GString *line[LS_LOG_STREAMS];      /* not ended yet; NULL: none */
} Tail;

static void
tail_end_line (Tail *tail, guint stream)
{
  GString *line = g_steal_pointer (&tail->line[stream]);

  if (line == NULL)
    return;
  g_ptr_array_add (tail->lines, g_utf8_make_valid (line->str, (gssize) line->len));
  g_string_free (line, TRUE);
}

static void
tail_add (void *user, const LsLogEntry *entry)
{
  Tail *tail = user;

  if (tail->line[entry->stream] == NULL)
    tail->line[entry->stream] = g_string_new (NULL);
  g_string_append_len (tail->line[entry->stream], entry->text, (gssize) entry->length);
  if (entry->newline)
    tail_end_line (tail, entry->stream);
}

char **
ls_log_store_tail (LsLogStore *store, const char *source, guint n)
{
  LsLogSource *of = g_hash_table_lookup (store->sources, source);
  const LsLogQuery query = { .stream = -1, .last = n };
  Walk walk = { .store = store, .query = &query, .id = ++store->walk, .only = of };
  Tail tail = { 0 };

  if (of == NULL || of->first == NULL || n == 0)
    return NULL;
  g_autoptr (GArray) pieces = newest_lines (&walk, n);

  tail.lines = g_ptr_array_new ();
  for (guint i = pieces->len; i > 0; i--)
    {
      const LsLogPiece *piece = &g_array_index (pieces, LsLogPiece, i - 1);
      LsLogEntry entry;

      ls_log_piece_to_entry (piece, source, &entry);
      tail_add (&tail, &entry);
      if (ls_log_piece_ends_line (piece))
        tail_end_line (&tail, entry.stream);
    }
  for (guint stream = 0; stream < LS_LOG_STREAMS; stream++)
    tail_end_line (&tail, stream);
  g_ptr_array_add (tail.lines, NULL);
  return (char **) g_ptr_array_free (tail.lines, FALSE);
}
