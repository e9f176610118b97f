/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/log_feed.h"

#include "gui/model/log_line.h"

#include <string.h>

#define READ_SIZE (64 * 1024)
#define FIRST_LINES 1000

struct _LsLogFeed {
  GObject parent_instance;
  LsClient *client;
  GListStore *lines;
  GPtrArray *begun;              /* LsLogLine of the list whose rest has not come yet, one a source and stream */
  GString *rest;                 /* of a line whose end has not come yet */
  GCancellable *cancellable;     /* of the stream that is followed; NULL: none */
  GInputStream *stream;
};

G_DEFINE_FINAL_TYPE (LsLogFeed, ls_log_feed, G_TYPE_OBJECT)

static guint ended_signal;

static void
ls_log_feed_dispose (GObject *object)
{
  LsLogFeed *feed = LS_LOG_FEED (object);
  ls_log_feed_stop (feed);
  g_clear_object (&feed->client);
  G_OBJECT_CLASS (ls_log_feed_parent_class)->dispose (object);
}

static void
ls_log_feed_finalize (GObject *object)
{
  LsLogFeed *feed = LS_LOG_FEED (object);
  g_clear_object (&feed->lines);
  g_ptr_array_unref (feed->begun);
  g_string_free (feed->rest, TRUE);
  G_OBJECT_CLASS (ls_log_feed_parent_class)->finalize (object);
}

static void
ls_log_feed_class_init (LsLogFeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = ls_log_feed_dispose;
  object_class->finalize = ls_log_feed_finalize;
  ended_signal = g_signal_new ("ended", LS_TYPE_LOG_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
ls_log_feed_init (LsLogFeed *feed)
{
  feed->lines = g_list_store_new (LS_TYPE_LOG_LINE);
  feed->begun = g_ptr_array_new_with_free_func (g_object_unref);
  feed->rest = g_string_new (NULL);
}

LsLogFeed *
ls_log_feed_new (LsClient *client)
{
  LsLogFeed *feed = g_object_new (LS_TYPE_LOG_FEED, NULL);
  g_set_object (&feed->client, client);
  return feed;
}

GListModel *
ls_log_feed_lines (LsLogFeed *feed)
{
  return G_LIST_MODEL (feed->lines);
}

/* --- bytes to lines --- */

static void
append (LsLogFeed *feed, GPtrArray *added)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (feed->lines));
  guint skip = added->len > LS_LOG_FEED_MAX ? added->len - LS_LOG_FEED_MAX : 0;
  guint keep = added->len - skip;
  if (n + keep > LS_LOG_FEED_MAX) {
    guint gone = n + keep - LS_LOG_FEED_MAX;
    g_list_store_splice (feed->lines, 0, gone, NULL, 0);
    n -= gone;
  }
  g_list_store_splice (feed->lines, n, 0, added->pdata + skip, keep);
}

/* Puts @joined in the place of @line, which is among the @added or near the end of the list, or long forgotten. */
static gboolean
replace (LsLogFeed *feed, GPtrArray *added, LsLogLine *line, LsLogLine *joined)
{
  guint index;
  if (g_ptr_array_find (added, line, &index)) {
    g_object_unref (added->pdata[index]);
    added->pdata[index] = g_object_ref (joined);
    return TRUE;
  }
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (feed->lines)); i > 0; i--) {
    g_autoptr (LsLogLine) other = g_list_model_get_item (G_LIST_MODEL (feed->lines), i - 1);
    if (other == line) {
      g_list_store_splice (feed->lines, i - 1, 1, (gpointer *) &joined, 1);
      return TRUE;
    }
  }
  return FALSE;
}

/* The line that @next goes on with, of which it is no longer said that it has begun only. (transfer full) */
static LsLogLine *
take_begun (LsLogFeed *feed, LsLogLine *next)
{
  for (guint i = 0; i < feed->begun->len; i++)
    if (ls_log_line_goes_on_with (feed->begun->pdata[i], next))
      return g_ptr_array_steal_index_fast (feed->begun, i);
  return NULL;
}

static void
take_line (LsLogFeed *feed, GPtrArray *added, const char *text, gsize length)
{
  json_t *json = json_loadb (text, length, 0, NULL);
  g_autoptr (LsLogLine) line = json ? ls_log_line_new (json) : NULL;
  json_decref (json);
  if (!line)
    return;
  g_autoptr (LsLogLine) begun = take_begun (feed, line);
  g_autoptr (LsLogLine) joined = begun ? ls_log_line_join (begun, line) : NULL;
  if (joined && replace (feed, added, begun, joined))
    g_set_object (&line, joined);
  else
    g_ptr_array_add (added, g_object_ref (line));
  if (ls_log_line_is_partial (line))
    g_ptr_array_add (feed->begun, g_object_ref (line));
}

void
ls_log_feed_take (LsLogFeed *feed, const char *bytes, gsize length)
{
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  const char *end = bytes + length, *newline;
  while ((newline = memchr (bytes, '\n', end - bytes))) {
    if (feed->rest->len > 0) {
      g_string_append_len (feed->rest, bytes, newline - bytes);
      take_line (feed, added, feed->rest->str, feed->rest->len);
      g_string_truncate (feed->rest, 0);
    } else {
      take_line (feed, added, bytes, newline - bytes);
    }
    bytes = newline + 1;
  }
  g_string_append_len (feed->rest, bytes, end - bytes);
  if (added->len > 0)
    append (feed, added);
}

/* --- the stream --- */

static void
ended (LsLogFeed *feed, GError *error)
{
  g_clear_object (&feed->stream);
  g_clear_object (&feed->cancellable);
  g_signal_emit (feed, ended_signal, 0, error);
}

static void read_more (LsLogFeed *feed);

static void
bytes_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsLogFeed) feed = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || feed->stream != G_INPUT_STREAM (source))
    return;
  if (!bytes || g_bytes_get_size (bytes) == 0) {
    ended (feed, error);
    return;
  }
  ls_log_feed_take (feed, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  read_more (feed);
}

static void
read_more (LsLogFeed *feed)
{
  g_input_stream_read_bytes_async (feed->stream, READ_SIZE, G_PRIORITY_DEFAULT_IDLE, feed->cancellable, bytes_came, g_object_ref (feed));
}

static void
opened (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsLogFeed) feed = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = ls_client_open_finish (LS_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!stream) {
    ended (feed, error);
    return;
  }
  feed->stream = g_steal_pointer (&stream);
  read_more (feed);
}

void
ls_log_feed_follow (LsLogFeed *feed, const char *source, const char *stream)
{
  ls_log_feed_stop (feed);
  g_list_store_remove_all (feed->lines);
  g_ptr_array_set_size (feed->begun, 0);
  if (!feed->client)
    return;
  g_autoptr (GString) path = g_string_new ("/v1/logs?follow=1");
  g_string_append_printf (path, "&last=%d", FIRST_LINES);
  if (source)
    g_string_append_printf (path, "&source=%s", source);
  if (stream)
    g_string_append_printf (path, "&stream=%s", stream);
  feed->cancellable = g_cancellable_new ();
  ls_client_open_async (feed->client, "GET", path->str, NULL, NULL, feed->cancellable, opened, g_object_ref (feed));
}

void
ls_log_feed_stop (LsLogFeed *feed)
{
  if (feed->cancellable)
    g_cancellable_cancel (feed->cancellable);
  g_clear_object (&feed->cancellable);
  g_clear_object (&feed->stream);
  g_string_truncate (feed->rest, 0);
}
