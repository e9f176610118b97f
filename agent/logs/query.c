/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a query asks for, and the walks over what is kept. */

#include "logs/store_private.h"

#include <string.h>

/* A text is looked for in whole lines; of a line without end, so much around a piece. */
#define LINE_MAX_SEARCHED (64 * 1024)

const char *
ls_log_stream_name (LsLogStream stream)
{
  static const char *const names[] = { "stdout", "stderr", "agent" };

  return names[stream];
}

void
ls_log_piece_to_entry (const LsLogPiece *piece, LsLogEntry *ret_entry)
{
  *ret_entry = (LsLogEntry) { .seq = piece->seq, .at = piece->at, .source = piece->source->name, .stream = piece->stream,
                              .text = piece->text, .length = piece->length, .newline = piece->newline };
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

static const LsLogPiece *
neighbour (const LsLogPiece *piece, gboolean later)
{
  const LsLogPiece *other = piece;

  do
    other = later ? other->source_next : other->source_previous;
  while (other != NULL && other->stream != piece->stream);
  return other;
}

/* The line of which @piece is a part, as far as it is here. */
static gboolean
line_contains (const LsLogPiece *piece, const char *wanted)
{
  g_autoptr (GString) line = NULL;
  const LsLogPiece *first = piece;
  const LsLogPiece *before;
  gsize length = 0;

  if (!piece->continues && (piece->ends_line || piece->source->open[piece->stream] == piece))
    return contains (piece->text, piece->length, wanted);

  while (first->continues && length < LINE_MAX_SEARCHED && (before = neighbour (first, FALSE)) != NULL)
    {
      first = before;
      length += first->length;
    }
  line = g_string_new (NULL);
  for (const LsLogPiece *part = first; part != NULL && line->len < 2 * LINE_MAX_SEARCHED; part = neighbour (part, TRUE))
    {
      g_string_append_len (line, part->text, part->length);
      if (part->ends_line)
        break;
    }
  return contains (line->str, line->len, wanted);
}

gboolean
ls_log_query_has_piece (const LsLogQuery *query, const LsLogPiece *piece)
{
  return (query->stream < 0 || query->stream == piece->stream) && piece->at >= query->since && piece->seq > query->after_seq
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

static LsLogPiece *
walk_newest (const Walk *walk)
{
  return walk->only != NULL ? walk->only->last : walk->store->last;
}

static LsLogPiece *
walk_older (const Walk *walk, const LsLogPiece *piece)
{
  return walk->only != NULL ? piece->source_previous : piece->previous;
}

static LsLogPiece *
walk_newer (const Walk *walk, const LsLogPiece *piece)
{
  return walk->only != NULL ? piece->source_next : piece->next;
}

/* Names are compared once a source and walk. */
static gboolean
walk_matches (const Walk *walk, const LsLogPiece *piece)
{
  LsLogSource *source = piece->source;

  if (source->walk != walk->id)
    {
      source->walk = walk->id;
      source->matches = ls_log_query_has_source (walk->query, source->name);
      memset (source->wanted, 0, sizeof source->wanted);
    }
  return source->matches && ls_log_query_has_piece (walk->query, piece);
}

static gboolean
is_last_of_line (const LsLogPiece *piece)
{
  return piece->ends_line || piece->source->open[piece->stream] == piece;
}

/* The pieces of the newest @n matching lines, newest first. A line's last piece is met first and decides; pieces of other sources may lie between. */
static GPtrArray *
newest_lines (const Walk *walk, guint n)
{
  GPtrArray *pieces = g_ptr_array_new ();
  guint lines = 0;
  int unfinished = 0;

  for (LsLogPiece *piece = walk_newest (walk); piece != NULL && piece->seq > walk->query->after_seq; piece = walk_older (walk, piece))
    {
      gboolean matches = walk_matches (walk, piece);
      gboolean *wanted = &piece->source->wanted[piece->stream];

      if (lines >= n && unfinished == 0)
        break;
      if (is_last_of_line (piece))
        {
          *wanted = matches && lines < n;
          lines += *wanted;
          unfinished += *wanted;
        }
      if (!matches || !*wanted)
        continue;
      g_ptr_array_add (pieces, piece);
      unfinished -= !piece->continues;
    }
  return pieces;
}

static void
give (const LsLogPiece *piece, void (*each) (void *user, const LsLogEntry *entry), void *user)
{
  LsLogEntry entry;

  ls_log_piece_to_entry (piece, &entry);
  each (user, &entry);
}

static void
give_all (const Walk *walk, void (*each) (void *user, const LsLogEntry *entry), void *user)
{
  guint64 newest = walk->store->seq;
  LsLogPiece *piece = walk_newest (walk);

  /* Mostly what is asked for is new. */
  while (piece != NULL && walk_older (walk, piece) != NULL && piece->seq > walk->query->after_seq)
    piece = walk_older (walk, piece);
  for (; piece != NULL && piece->seq <= newest; piece = walk_newer (walk, piece))
    if (walk_matches (walk, piece))
      give (piece, each, user);
}

void
ls_log_store_each (LsLogStore *store, const LsLogQuery *query, void (*each) (void *user, const LsLogEntry *entry), void *user)
{
  Walk walk = walk_begin (store, query);

  ls_log_store_enter (store);
  if (query->last == 0)
    {
      give_all (&walk, each, user);
    }
  else
    {
      g_autoptr (GPtrArray) pieces = newest_lines (&walk, query->last);

      for (guint i = pieces->len; i > 0; i--)
        give (pieces->pdata[i - 1], each, user);
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
  g_autoptr (GPtrArray) pieces = newest_lines (&walk, n);

  tail.lines = g_ptr_array_new ();
  for (guint i = pieces->len; i > 0; i--)
    {
      const LsLogPiece *piece = pieces->pdata[i - 1];
      LsLogEntry entry;

      ls_log_piece_to_entry (piece, &entry);
      tail_add (&tail, &entry);
      if (piece->ends_line)
        tail_end_line (&tail, piece->stream);
    }
  for (guint stream = 0; stream < LS_LOG_STREAMS; stream++)
    tail_end_line (&tail, stream);
  g_ptr_array_add (tail.lines, NULL);
  return (char **) g_ptr_array_free (tail.lines, FALSE);
}
