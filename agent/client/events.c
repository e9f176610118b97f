/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/events.h"

#include "client/client_private.h"
#include "client/sse.h"

#include "base/error.h"
#include "model/json.h"

#define FIRST_WAIT_MS 250
#define LAST_WAIT_MS 5000
#define EXPECTED_S 20
#define SILENCE_S 45           /* the agent says something every 15 s */
#define CHUNK (64 * 1024)

/* One attempt at the stream. It knows its owner weakly, so that the owner can go while an answer is under way. */
typedef struct {
  GWeakRef owner;
  GCancellable *cancellable;
  GInputStream *input;
  LsSseParser *parser;
  guint silence;
} Connection;

struct _LsEventStream {
  GObject parent;
  LsClient *client;
  char *path;
  char *last_id;
  Connection *connection;      /* NULL while waiting or stopped; owned by its pending callback */
  guint retry;
  guint attempts;
  gint64 expected_until;       /* monotonic µs: somebody knows that the agent comes */
  gboolean running, connected, told_lost;
};

enum { EVENT, LOST, CONNECTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsEventStream, ls_event_stream, G_TYPE_OBJECT)

static void connect_now (LsEventStream *self);

static void
connection_free (Connection *connection)
{
  g_clear_handle_id (&connection->silence, g_source_remove);
  g_weak_ref_clear (&connection->owner);
  g_clear_object (&connection->input);
  g_clear_object (&connection->cancellable);
  ls_sse_parser_free (connection->parser);
  g_free (connection);
}

/* Lets go of the connection; its pending callback frees it. */
static void
drop_connection (LsEventStream *self)
{
  Connection *connection = g_steal_pointer (&self->connection);
  self->connected = FALSE;
  if (!connection)
    return;
  g_clear_handle_id (&connection->silence, g_source_remove);
  g_cancellable_cancel (connection->cancellable);
}

void
ls_event_stream_stop (LsEventStream *self)
{
  self->running = FALSE;
  g_clear_handle_id (&self->retry, g_source_remove);
  drop_connection (self);
}

static void
ls_event_stream_dispose (GObject *object)
{
  LsEventStream *self = LS_EVENT_STREAM (object);
  ls_event_stream_stop (self);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ls_event_stream_parent_class)->dispose (object);
}

static void
ls_event_stream_finalize (GObject *object)
{
  LsEventStream *self = LS_EVENT_STREAM (object);
  g_free (self->path);
  g_free (self->last_id);
  G_OBJECT_CLASS (ls_event_stream_parent_class)->finalize (object);
}

static void
ls_event_stream_class_init (LsEventStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = ls_event_stream_dispose;
  object_class->finalize = ls_event_stream_finalize;
  signals[EVENT] =
    g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_POINTER);
  signals[LOST] = g_signal_new ("lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[CONNECTED] = g_signal_new ("connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ls_event_stream_init (LsEventStream *self)
{
}

LsEventStream *
ls_event_stream_new (LsClient *client, const char *topics, guint interval_ms)
{
  LsEventStream *self = g_object_new (LS_TYPE_EVENT_STREAM, NULL);
  self->client = g_object_ref (client);
  self->path = g_strdup_printf ("/v1/events?topics=%s&interval=%u", topics, interval_ms);
  return self;
}

gboolean
ls_event_stream_is_connected (LsEventStream *self)
{
  return self->connected;
}

static gboolean
retry (gpointer data)
{
  LsEventStream *self = data;
  self->retry = 0;
  connect_now (self);
  return G_SOURCE_REMOVE;
}

/* Says so once a loss, and tries again later. Signal handlers may stop or free the stream: the caller holds a reference. */
static void
lose (LsEventStream *self, const GError *why)
{
  drop_connection (self);
  if (!self->told_lost)
    {
      self->told_lost = TRUE;
      g_signal_emit (self, signals[LOST], 0, why);
    }
  if (!self->running || self->connection || self->retry)
    return;
  if (g_get_monotonic_time () < self->expected_until)
    self->attempts = 0;
  guint wait = MIN (LAST_WAIT_MS, (guint) FIRST_WAIT_MS << MIN (self->attempts, 5u));
  self->attempts++;
  self->retry = g_timeout_add (wait, retry, self);
}

static gboolean
fell_silent (gpointer data)
{
  Connection *connection = data;
  connection->silence = 0;
  g_autoptr (LsEventStream) self = g_weak_ref_get (&connection->owner);
  if (!self || self->connection != connection)
    return G_SOURCE_REMOVE;
  g_autoptr (GError) why = g_error_new (LS_ERROR, LS_ERROR_TIMED_OUT, "the agent on %s has said nothing for %d s", ls_client_address (self->client), SILENCE_S);
  lose (self, why);
  return G_SOURCE_REMOVE;
}

static void
listen_for_silence (Connection *connection)
{
  g_clear_handle_id (&connection->silence, g_source_remove);
  connection->silence = g_timeout_add_seconds (SILENCE_S, fell_silent, connection);
}

static void
take_event (void *user, const char *type, const char *data, gsize length, const char *id)
{
  Connection *connection = user;
  g_autoptr (LsEventStream) self = g_weak_ref_get (&connection->owner);
  if (!self || self->connection != connection)
    return;      /* a handler of the event before stopped it */
  g_autoptr (json_t) json = ls_json_parse (data, length, NULL);
  if (!json)
    return;      /* a type of event that comes later and is not JSON */
  if (id)
    {
      g_free (self->last_id);
      self->last_id = g_strdup (id);
    }
  if (g_str_equal (type, "hello"))
    {
      self->connected = TRUE;
      self->told_lost = FALSE;
      self->attempts = 0;
    }
  g_signal_emit (self, signals[EVENT], 0, type, json);
  if (g_str_equal (type, "hello"))
    g_signal_emit (self, signals[CONNECTED], 0);
}

static void
bytes_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Connection *connection = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  g_autoptr (LsEventStream) self = g_weak_ref_get (&connection->owner);
  if (self && self->connection == connection && bytes && g_bytes_get_size (bytes) > 0)
    {
      listen_for_silence (connection);
      if (!ls_sse_parser_feed (connection->parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)))
        error = g_error_new_literal (LS_ERROR, LS_ERROR_FAILED, "the agent sent an event of more than 16 MiB");
      else if (self->connection == connection)
        {
          g_input_stream_read_bytes_async (connection->input, CHUNK, G_PRIORITY_DEFAULT, connection->cancellable, bytes_read, connection);
          return;
        }
    }
  if (self && self->connection == connection)
    {
      g_autoptr (GError) why = error ? g_error_copy (error)
                                     : g_error_new (LS_ERROR, LS_ERROR_NO_AGENT, "the agent on %s has ended the event stream",
                                                    ls_client_address (self->client));
      lose (self, why);
    }
  connection_free (connection);
}

static void
opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Connection *connection = data;
  g_autoptr (GError) error = NULL;
  connection->input = ls_client_open_finish (LS_CLIENT (source), result, &error);
  g_autoptr (LsEventStream) self = g_weak_ref_get (&connection->owner);
  if (connection->input && self && self->connection == connection)
    {
      listen_for_silence (connection);
      g_input_stream_read_bytes_async (connection->input, CHUNK, G_PRIORITY_DEFAULT, connection->cancellable, bytes_read, connection);
      return;
    }
  if (self && self->connection == connection)
    lose (self, error);
  connection_free (connection);
}

static void
connect_now (LsEventStream *self)
{
  Connection *connection = g_new0 (Connection, 1);
  g_weak_ref_init (&connection->owner, self);
  connection->cancellable = g_cancellable_new ();
  connection->parser = ls_sse_parser_new (take_event, connection);
  self->connection = connection;
  const char *headers[] = { "Accept", "text/event-stream", self->last_id ? "Last-Event-ID" : NULL, self->last_id, NULL };
  ls_client_stream_async (self->client, "GET", self->path, NULL, NULL, headers, connection->cancellable, opened, connection);
}

void
ls_event_stream_start (LsEventStream *self)
{
  if (self->running)
    return;
  self->running = TRUE;
  self->told_lost = FALSE;
  self->attempts = 0;
  connect_now (self);
}

void
ls_event_stream_retry_now (LsEventStream *self)
{
  self->expected_until = g_get_monotonic_time () + EXPECTED_S * G_USEC_PER_SEC;
  if (!self->running || !self->retry)
    return;
  g_clear_handle_id (&self->retry, g_source_remove);
  connect_now (self);
}
