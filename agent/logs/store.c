/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "logs/store_private.h"

#include <string.h>

#define ALLOCATOR_COST 16          /* about */
#define DISK_WRITE_MAX (64 * 1024)

static gsize
source_cost (const LsLogSource *source)
{
  return sizeof *source + strlen (source->name) + 1 + 3 * ALLOCATOR_COST;
}

LsLogStore *
ls_log_store_new (const char *directory, gsize memory_budget, gsize disk_budget, GError **error)
{
  LsLogDisk *disk = NULL;
  LsLogStore *store;

  if (directory != NULL && (disk = ls_log_disk_new (directory, disk_budget, error)) == NULL)
    return NULL;
  store = g_new0 (LsLogStore, 1);
  store->disk = disk;
  store->budget = memory_budget;
  store->sources = g_hash_table_new (g_str_hash, g_str_equal);
  store->followers = g_ptr_array_new ();
  store->to_forget = g_ptr_array_new_with_free_func (g_free);
  return store;
}

/* --- blocks and sources --- */

static guint
size_class_of (gsize bytes)
{
  return bytes == 0 ? 0 : MIN (g_bit_storage (bytes), LS_LOG_SIZE_CLASSES - 1);
}

static void
resize_source (LsLogStore *store, LsLogSource *source, gsize bytes)
{
  guint size_class = size_class_of (bytes);

  store->used += bytes - source->bytes;
  source->bytes = bytes;
  if (size_class == source->size_class)
    return;
  g_queue_unlink (&store->by_size[source->size_class], &source->by_size);
  g_queue_push_tail_link (&store->by_size[size_class], &source->by_size);
  source->size_class = size_class;
}

static LsLogSource *
find_or_add_source (LsLogStore *store, const char *name)
{
  LsLogSource *source = g_hash_table_lookup (store->sources, name);

  if (source == NULL)
    {
      source = g_new0 (LsLogSource, 1);
      source->name = g_strdup (name);
      source->by_size.data = source;
      g_queue_push_tail_link (&store->by_size[0], &source->by_size);
      g_hash_table_insert (store->sources, source->name, source);
      store->used += source_cost (source);
    }
  return source;
}

static void
add_block (LsLogStore *store, LsLogBlock *block)
{
  LsLogSource *source = block->source;

  block->seq = store->seq + 1;
  block->previous = store->last;
  *(store->last != NULL ? &store->last->next : &store->first) = block;
  store->last = block;
  block->source_previous = source->last;
  *(source->last != NULL ? &source->last->source_next : &source->first) = block;
  source->last = block;
  resize_source (store, source, source->bytes + ls_log_block_cost (block));
}

static void
drop_first_block (LsLogStore *store, LsLogSource *source)
{
  LsLogBlock *block = source->first;

  *(block->previous != NULL ? &block->previous->next : &store->first) = block->next;
  *(block->next != NULL ? &block->next->previous : &store->last) = block->previous;
  source->first = block->source_next;
  *(source->first != NULL ? &source->first->source_previous : &source->last) = NULL;
  if (source->open[block->stream] == block)
    source->open[block->stream] = NULL;
  resize_source (store, source, source->bytes - ls_log_block_cost (block));
  g_free (block);
}

static void
free_source (LsLogStore *store, LsLogSource *source)
{
  while (source->first != NULL)
    drop_first_block (store, source);
  g_queue_unlink (&store->by_size[source->size_class], &source->by_size);
  g_hash_table_remove (store->sources, source->name);
  store->used -= source_cost (source);
  g_free (source->name);
  g_free (source);
}

/* Takes from who holds most, oldest first. An ended source that has nothing left is gone. */
static void
keep_budget (LsLogStore *store)
{
  guint size_class = LS_LOG_SIZE_CLASSES - 1;

  while (store->busy == 0 && store->used > store->budget)
    {
      LsLogSource *source;

      while (size_class > 0 && g_queue_is_empty (&store->by_size[size_class]))
        size_class--;
      if (size_class == 0)
        return;
      source = g_queue_peek_head (&store->by_size[size_class]);
      source->dropped += source->first->length;
      drop_first_block (store, source);
      if (source->first == NULL && source->ended)
        free_source (store, source);
    }
}

/* --- callbacks --- */

static void
forget_now (LsLogStore *store, const char *name)
{
  LsLogSource *source = g_hash_table_lookup (store->sources, name);

  if (source != NULL)
    free_source (store, source);
  if (store->disk != NULL)
    ls_log_disk_forget (store->disk, name);
}

void
ls_log_store_enter (LsLogStore *store)
{
  store->busy++;
}

void
ls_log_store_leave (LsLogStore *store)
{
  if (--store->busy > 0)
    return;
  if (store->sweep)
    ls_log_store_sweep (store);
  for (guint i = 0; i < store->to_forget->len; i++)
    forget_now (store, store->to_forget->pdata[i]);
  g_ptr_array_set_size (store->to_forget, 0);
  keep_budget (store);
}

/* --- what comes in --- */

void
ls_log_store_unfinished (LsLogStore *store)
{
  if (store->told_unfinished || store->unfinished == NULL)
    return;
  store->told_unfinished = TRUE;
  store->unfinished (store->unfinished_user);
}

/* How long the line is that has not ended; one that is as long as an entry may be ends there for who wants lines. */
static void
measure_line (LsLogStore *store, LsLogBlock *block)
{
  guint32 *length = &block->source->open_length[block->stream];
  LsLogPiece piece;

  if (!block->is_open || block->pieces > 1)
    *length = 0;
  if (!block->is_open || !ls_log_block_last (block, &piece))
    return;
  *length += piece.length;
  if (*length >= LS_LOG_LINE_MAX)
    {
      block->is_cut = TRUE;
      *length = 0;
    }
  else if (store->live > 0)
    ls_log_store_unfinished (store);
}

/* Adds a block for @length bytes and tells of each piece; returns how much of @data is in, which is less if a callback appended something. */
static gsize
append_block (LsLogStore *store, LsLogSource *source, LsLogStream stream, const char *data, gsize length, gint64 at)
{
  LsLogBlock *block = ls_log_block_new (source, stream, at, length);
  gsize taken = 0;

  block->continues = source->open[stream] != NULL;
  add_block (store, block);
  while (taken < length && store->seq + 1 == block->seq + block->pieces)
    {
      LsLogPiece piece;

      gboolean heard = store->listening > 0;

      if (heard)
        {
          taken += ls_log_block_append_line (block, data + taken);
        }
      else
        {
          ls_log_block_append (block, data + taken, length - taken);
          taken = length;
        }
      store->seq = block->seq + block->pieces - 1;
      source->open[stream] = block->is_open ? block : NULL;
      measure_line (store, block);
      if (heard && ls_log_block_last (block, &piece))
        ls_log_store_tell (store, &piece);
    }
  return taken;
}

/* Nothing is dropped or forgotten before the end: neither a block nor a source goes while it is filled. */
static void
append_to_memory (LsLogStore *store, LsLogSource *source, LsLogStream stream, const char *data, gsize length, gint64 at)
{
  ls_log_store_enter (store);
  while (length > 0)
    {
      gsize taken = append_block (store, source, stream, data, ls_log_block_fit (data, length), at);

      data += taken;
      length -= taken;
    }
  ls_log_store_leave (store);
}

static void
append_to_disk (LsLogStore *store, LsLogSource *source, const char *data, gsize length)
{
  while (length > 0)
    {
      gsize now = MIN (length, DISK_WRITE_MAX);

      if (ls_log_disk_write (store->disk, source->name, data, now, source->disk_lost))
        source->disk_lost = 0;
      else
        source->disk_lost += now;
      data += now;
      length -= now;
    }
}

static void
report_disk_problem (LsLogStore *store, gint64 at)
{
  g_autofree char *problem = ls_log_disk_take_problem (store->disk);

  if (problem != NULL)
    {
      g_autofree char *line = g_strconcat (problem, "\n", NULL);

      append_to_memory (store, find_or_add_source (store, "agent"), LS_LOG_AGENT, line, strlen (line), at);
    }
}

/* Goes on where the stream's line is, without text: a mark, or its end. */
static void
append_mark (LsLogStore *store, LsLogSource *source, guint stream, gboolean ends_line)
{
  LsLogBlock *block = ls_log_block_new_mark (source, (LsLogStream) stream, source->open[stream]->at, ends_line);
  LsLogPiece piece;

  add_block (store, block);
  store->seq = block->seq;
  source->open[stream] = ends_line ? NULL : block;
  if (ls_log_block_last (block, &piece))
    ls_log_store_tell (store, &piece);
}

gsize
ls_log_store_append (LsLogStore *store, const char *source_name, LsLogStream stream, const char *data, gsize length, gint64 at)
{
  LsLogSource *source;
  gsize dropped = 0;

  if (store->disk != NULL)
    report_disk_problem (store, at);
  source = find_or_add_source (store, source_name);
  source->ended = FALSE;
  if (store->disk != NULL)
    append_to_disk (store, source, data, length);
  append_to_memory (store, source, stream, data, length, at);

  source = g_hash_table_lookup (store->sources, source_name);
  if (source != NULL)
    {
      dropped = source->dropped;
      source->dropped = 0;
    }
  return dropped;
}

/* Who follows lines has not been told of all of it, or not that it ended. */
static void
end_line (LsLogStore *store, LsLogSource *source, guint stream)
{
  source->open_length[stream] = 0;
  if (source->open[stream] == NULL)
    return;
  if (store->live > 0)
    {
      append_mark (store, source, stream, TRUE);
      return;
    }
  source->open[stream]->ends_line = TRUE;
  source->open[stream] = NULL;
}

void
ls_log_store_on_unfinished (LsLogStore *store, void (*unfinished) (void *user), void *user)
{
  store->unfinished = unfinished;
  store->unfinished_user = user;
}

static gboolean
is_untold (const LsLogBlock *open)
{
  return open != NULL && !open->is_mark && !open->is_cut;
}

void
ls_log_store_show_unfinished (LsLogStore *store)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  store->told_unfinished = FALSE;
  if (store->live == 0)
    return;
  ls_log_store_enter (store);
  /* A callback may add to the table; nothing goes from it before the end. */
  g_hash_table_iter_init (&iter, store->sources);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((LsLogSource *) value)->first != NULL)
      g_ptr_array_add (sources, value);
  for (guint i = 0; i < sources->len; i++)
    for (guint stream = 0; stream < LS_LOG_STREAMS; stream++)
      if (is_untold (((LsLogSource *) sources->pdata[i])->open[stream]))
        append_mark (store, sources->pdata[i], stream, FALSE);
  ls_log_store_leave (store);
}

void
ls_log_store_end (LsLogStore *store, const char *source_name)
{
  LsLogSource *source = g_hash_table_lookup (store->sources, source_name);

  if (source != NULL)
    {
      source->ended = TRUE;
      ls_log_store_enter (store);
      for (guint stream = 0; stream < LS_LOG_STREAMS; stream++)
        end_line (store, source, stream);
      if (store->disk != NULL)
        ls_log_disk_close (store->disk, source_name);
      ls_log_store_leave (store);
    }
  ls_log_store_tell_end (store, source_name);
  source = g_hash_table_lookup (store->sources, source_name);
  if (store->busy == 0 && source != NULL && source->ended && source->first == NULL)
    free_source (store, source);
}

void
ls_log_store_forget (LsLogStore *store, const char *source)
{
  if (store->busy > 0)
    g_ptr_array_add (store->to_forget, g_strdup (source));
  else
    forget_now (store, source);
}

gsize
ls_log_store_memory (const LsLogStore *store)
{
  return store->used;
}

void
ls_log_store_flush (LsLogStore *store)
{
  if (store->disk != NULL)
    ls_log_disk_flush (store->disk);
}

void
ls_log_store_free (LsLogStore *store)
{
  GHashTableIter iter;
  gpointer source;

  if (store == NULL)
    return;
  ls_log_disk_free (store->disk);
  g_hash_table_iter_init (&iter, store->sources);
  while (g_hash_table_iter_next (&iter, NULL, &source))
    while (((LsLogSource *) source)->first != NULL)
      drop_first_block (store, source);
  /* Only now: dropping links a source to the others of its size. */
  g_hash_table_iter_init (&iter, store->sources);
  while (g_hash_table_iter_next (&iter, NULL, &source))
    {
      g_free (((LsLogSource *) source)->name);
      g_free (source);
    }
  g_hash_table_unref (store->sources);
  for (guint i = 0; i < store->followers->len; i++)
    ls_log_follower_free (store->followers->pdata[i]);
  g_ptr_array_unref (store->followers);
  g_ptr_array_unref (store->to_forget);
  g_free (store);
}
