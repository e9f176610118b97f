/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/events.h"

#include "base/text.h"
#include "service/reader.h"
#include "service/routes.h"
#include "service/state.h"

#include <string.h>

/* Some two hundred changes: a reader that was away for a moment goes on; one that was away for long needs everything anew anyway. */
#define RING_EVENTS 512u
#define RING_BYTES (96u * 1024)
#define HEARTBEAT_MS 15000
#define REMEMBER_MS 60000      /* a reader that was cut off is back much sooner */
#define READERS_MAX 64u

static const char *const topic_names[] = { "sample", "change", "log", "message", NULL };

gboolean
ls_topics_parse (const char *text, guint *ret_topics, GError **error)
{
  g_auto (GStrv) words = NULL;
  guint topics = 0;

  if (text == NULL)
    {
      *ret_topics = LS_TOPIC_SAMPLE | LS_TOPIC_CHANGE | LS_TOPIC_MESSAGE;
      return TRUE;
    }
  words = g_strsplit (text, ",", -1);
  for (char **word = words; *word != NULL; word++)
    {
      guint i = 0;

      while (topic_names[i] != NULL && strcmp (topic_names[i], *word) != 0)
        i++;
      if (topic_names[i] == NULL)
        {
          g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no topic “%s”; topics are sample, change, log and message.", *word);
          return FALSE;
        }
      topics |= 1u << i;
    }
  *ret_topics = topics;
  return TRUE;
}

gboolean
ls_event_id_parse (const char *text, const char *epoch, guint64 *ret_number)
{
  gsize length = strlen (epoch);

  return strncmp (text, epoch, length) == 0 && text[length] == '-'
         && ls_parse_uint (text + length + 1, "id", 0, G_MAXUINT64, ret_number, NULL);
}

/* --- what readers share --- */

LsEvents *
ls_events_new (LsService *service)
{
  LsEvents *events = g_new0 (LsEvents, 1);

  events->service = service;
  events->ring = ls_event_ring_new (RING_EVENTS, RING_BYTES);
  events->readers = g_ptr_array_new ();
  uv_timer_init (service->parts.loop, &events->heartbeat);
  events->heartbeat.data = events;
  return events;
}

static void
on_handle_closed (uv_handle_t *handle)
{
  LsEvents *events = handle->data;

  g_ptr_array_unref (events->readers);
  ls_event_ring_free (events->ring);
  events->closed (events->closed_user);
  g_free (events);
}

void
ls_events_close (LsEvents *events, void (*closed) (void *user), void *user)
{
  events->closed = closed;
  events->closed_user = user;
  uv_close ((uv_handle_t *) &events->heartbeat, on_handle_closed);
}

guint
ls_events_readers (const LsEvents *events)
{
  return events->readers->len;
}

gboolean
ls_events_are_read (const LsEvents *events)
{
  return events->readers->len > 0 || (events->left_ms > 0 && uv_now (events->service->parts.loop) - events->left_ms < REMEMBER_MS);
}

void
ls_events_skip (LsEvents *events)
{
  ls_event_ring_skip (events->ring);
}

void
ls_events_push (LsEvents *events, LsTopic topic, json_t *event)
{
  g_autofree char *text = ls_json_to_text (event);
  g_autoptr (GString) frame = g_string_sized_new (strlen (text) + 64);
  guint64 number = ls_event_ring_next (events->ring);

  json_decref (event);
  ls_event_frame_append (frame, events->service->parts.epoch, number, topic == LS_TOPIC_CHANGE ? "change" : "message", text);
  ls_event_ring_push (events->ring, topic, g_string_free_to_bytes (g_steal_pointer (&frame)));
  for (guint i = 0; i < events->readers->len; i++)
    ls_reader_kick (g_ptr_array_index (events->readers, i));
}

static GBytes *
sample_frame (LsEvents *events, const LsSample *sample)
{
  g_autoptr (json_t) json = ls_sample_to_json (sample);
  g_autofree char *text = ls_json_to_text (json);
  GString *frame = g_string_sized_new (strlen (text) + 32);

  /* No id of its own: a reader that comes back resumes the changes, and of samples gets the latest. */
  ls_event_frame_append (frame, events->service->parts.epoch, LS_EVENT_NO_ID, "sample", text);
  return g_string_free_to_bytes (frame);
}

void
ls_events_sample (LsEvents *events, const LsSample *sample)
{
  g_autoptr (GBytes) frame = NULL;

  for (guint i = 0; i < events->readers->len; i++)
    {
      LsReader *reader = g_ptr_array_index (events->readers, i);

      if (!ls_reader_wants_sample (reader, sample))
        continue;
      if (frame == NULL)
        frame = sample_frame (events, sample);
      ls_reader_sample (reader, sample, frame);
    }
}

static void
on_heartbeat (uv_timer_t *timer)
{
  LsEvents *events = timer->data;

  for (guint i = 0; i < events->readers->len; i++)
    ls_reader_heartbeat (g_ptr_array_index (events->readers, i));
  if (events->readers->len == 0)
    uv_timer_stop (timer);
}

/* --- the route --- */

static gboolean
get_events (LsCall *call, const LsBody *body, GError **error)
{
  LsEvents *events = call->service->events;
  g_auto (GStrv) sources = ls_call_query_all (call, "source");
  LsReaderWish wish = { .sources = (const char *const *) sources };
  guint64 interval = 0;

  if (!ls_topics_parse (ls_call_query (call, "topics"), &wish.topics, error)
      || !ls_call_query_uint (call, "interval", 0, 3600000, &interval, error))
    return FALSE;
  if (call->head_only)
    {
      ls_call_reply_stream_head (call, "text/event-stream");
      return TRUE;
    }
  if (events->readers->len >= READERS_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_BUSY, "There are %u readers of events already; try again when one has gone.", READERS_MAX);
      return FALSE;
    }
  wish.interval_ms = (gint64) interval;
  wish.last_event_id = ls_http_exchange_header (call->exchange, "Last-Event-ID");
  if (events->readers->len == 0)
    uv_timer_start (&events->heartbeat, on_heartbeat, HEARTBEAT_MS, HEARTBEAT_MS);
  ls_reader_new (events, call, &wish);
  return TRUE;
}

const LsRoute ls_routes_events[] = {
  { "GET", "/v1/events", LS_BODY_NONE, "topics interval source", get_events },
  { NULL }
};
