/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/message_feed.h"

#include "model/json.h"

/* --- one message --- */

struct _LsMessageItem {
  GObject parent_instance;
  gint64 at;
  gboolean sent;
  char *text;
  guint whole;                 /* hash of all of it */
};

G_DEFINE_FINAL_TYPE (LsMessageItem, ls_message_item, G_TYPE_OBJECT)

static void
ls_message_item_finalize (GObject *object)
{
  g_free (LS_MESSAGE_ITEM (object)->text);
  G_OBJECT_CLASS (ls_message_item_parent_class)->finalize (object);
}

static void
ls_message_item_class_init (LsMessageItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_message_item_finalize;
}

static void
ls_message_item_init (LsMessageItem *item)
{
}

static LsMessageItem *
message_item_new (json_t *message, gint64 at, gboolean sent)
{
  LsMessageItem *item = g_object_new (LS_TYPE_MESSAGE_ITEM, NULL);
  g_autofree char *text = ls_json_to_text (message);
  item->at = at;
  item->sent = sent;
  item->whole = g_str_hash (text);
  if (g_utf8_strlen (text, -1) > LS_MESSAGE_TEXT_MAX) {
    g_autofree char *begin = g_utf8_substring (text, 0, LS_MESSAGE_TEXT_MAX);
    item->text = g_strconcat (begin, " …", NULL);
  } else {
    item->text = g_steal_pointer (&text);
  }
  return item;
}

gint64
ls_message_item_at (LsMessageItem *item)
{
  return item->at;
}

const char *
ls_message_item_text (LsMessageItem *item)
{
  return item->text;
}

gboolean
ls_message_item_is_sent (LsMessageItem *item)
{
  return item->sent;
}

static gboolean
is_same (LsMessageItem *a, LsMessageItem *b)
{
  return a->at == b->at && a->whole == b->whole;
}

/* --- all of one process --- */

struct _LsMessageFeed {
  GObject parent_instance;
  LsClient *client;            /* nullable */
  char *path;                  /* of its messages */
  GListStore *items;
  GPtrArray *came;             /* LsMessageItem: the last answer */
  GCancellable *cancellable;
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (LsMessageFeed, ls_message_feed, G_TYPE_OBJECT)

static guint sent_signal;

static void
ls_message_feed_dispose (GObject *object)
{
  LsMessageFeed *feed = LS_MESSAGE_FEED (object);
  g_cancellable_cancel (feed->cancellable);
  g_clear_object (&feed->client);
  G_OBJECT_CLASS (ls_message_feed_parent_class)->dispose (object);
}

static void
ls_message_feed_finalize (GObject *object)
{
  LsMessageFeed *feed = LS_MESSAGE_FEED (object);
  g_clear_object (&feed->cancellable);
  g_clear_object (&feed->items);
  g_ptr_array_unref (feed->came);
  g_free (feed->path);
  G_OBJECT_CLASS (ls_message_feed_parent_class)->finalize (object);
}

static void
ls_message_feed_class_init (LsMessageFeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = ls_message_feed_dispose;
  object_class->finalize = ls_message_feed_finalize;
  sent_signal = g_signal_new ("sent", LS_TYPE_MESSAGE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ls_message_feed_init (LsMessageFeed *feed)
{
  feed->items = g_list_store_new (LS_TYPE_MESSAGE_ITEM);
  feed->came = g_ptr_array_new_with_free_func (g_object_unref);
  feed->cancellable = g_cancellable_new ();
}

LsMessageFeed *
ls_message_feed_new (LsClient *client, const char *path)
{
  LsMessageFeed *feed = g_object_new (LS_TYPE_MESSAGE_FEED, NULL);
  g_set_object (&feed->client, client);
  feed->path = g_strconcat (path, "/messages", NULL);
  return feed;
}

GListModel *
ls_message_feed_items (LsMessageFeed *feed)
{
  return G_LIST_MODEL (feed->items);
}

/* --- what came --- */

static gint
compare_at (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 at_a = ((const LsMessageItem *) a)->at, at_b = ((const LsMessageItem *) b)->at;
  return (at_a > at_b) - (at_a < at_b);
}

/* Where nothing was sent between what came this is the end, at once. */
static void
add (LsMessageFeed *feed, LsMessageItem *item)
{
  g_list_store_insert_sorted (feed->items, item, compare_at, NULL);
  while (g_list_model_get_n_items (G_LIST_MODEL (feed->items)) > LS_MESSAGES_MAX)
    g_list_store_remove (feed->items, 0);
}

/* The agent forgets the oldest: what it told last time and tells again is the longest end of the one that begins the other. */
static guint
n_known (GPtrArray *before, GPtrArray *now)
{
  for (guint n = MIN (before->len, now->len); n > 0; n--) {
    guint i = 0;
    while (i < n && is_same (before->pdata[before->len - n + i], now->pdata[i]))
      i++;
    if (i == n)
      return n;
  }
  return 0;
}

void
ls_message_feed_take (LsMessageFeed *feed, json_t *answer)
{
  GPtrArray *now = g_ptr_array_new_with_free_func (g_object_unref);
  size_t index;
  json_t *each;
  json_array_foreach (json_object_get (answer, "items"), index, each)
    g_ptr_array_add (now, message_item_new (json_object_get (each, "message"), json_integer_value (json_object_get (each, "at")), FALSE));
  for (guint i = n_known (feed->came, now); i < now->len; i++)
    add (feed, now->pdata[i]);
  g_ptr_array_unref (feed->came);
  feed->came = now;
}

static void
answered (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsMessageFeed) feed = user;
  g_autoptr (json_t) answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  feed->asking = FALSE;
  if (answer && !g_cancellable_is_cancelled (feed->cancellable))
    ls_message_feed_take (feed, answer);
}

void
ls_message_feed_ask (LsMessageFeed *feed)
{
  if (!feed->client || feed->asking)
    return;
  feed->asking = TRUE;
  ls_client_call_async (feed->client, "GET", feed->path, NULL, NULL, feed->cancellable, answered, g_object_ref (feed));
}

/* --- what is sent --- */

typedef struct {
  LsMessageFeed *feed;
  LsMessageItem *item;
} Sending;

static void
sent (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autofree Sending *sending = user;
  g_autoptr (LsMessageFeed) feed = sending->feed;
  g_autoptr (LsMessageItem) item = sending->item;
  g_autoptr (GError) error = NULL;
  json_decref (ls_client_call_finish (LS_CLIENT (source), result, NULL, &error));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!error)
    add (feed, item);
  g_signal_emit (feed, sent_signal, 0, error ? error->message : NULL);
  ls_message_feed_ask (feed);
}

void
ls_message_feed_send (LsMessageFeed *feed, const char *text, const char *instance)
{
  g_autoptr (json_t) body = json_object ();
  json_t *message = ls_json_or_string (text, NULL);
  if (!feed->client) {
    json_decref (message);
    return;
  }
  json_object_set_new (body, "message", message);
  if (instance)
    json_object_set_new (body, "instance", json_string (instance));
  Sending *sending = g_new0 (Sending, 1);
  sending->feed = g_object_ref (feed);
  sending->item = message_item_new (message, g_get_real_time () / 1000, TRUE);
  ls_client_call_async (feed->client, "POST", feed->path, body, NULL, feed->cancellable, sent, sending);
}
