/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/reader.h"

#include "service/nouns.h"
#include "service/state.h"

#include <string.h>

/* A sample that comes this much early still counts as due: intervals are aligned, clocks are not. */
#define EARLY_MS 100

struct LsReader {
  LsEvents *events;
  LsOutlet *outlet;
  guint topics;
  gint64 interval_ms;
  gint64 sampled_at;          /* when it last got a sample */
  guint64 position;           /* the last number it was given */
  gboolean greeted;
  gboolean resumed;           /* needs no snapshot */
  gboolean resync;            /* needs one because something was missed */
  gboolean beat;              /* a comment line is due, so that a peer that is gone is noticed */
  GBytes *sample;             /* the latest that is not written yet */
  LsFollow *logs;
};

void
ls_event_frame_append (GString *to, const char *epoch, guint64 id, const char *type, const char *data)
{
  if (id != LS_EVENT_NO_ID)
    g_string_append_printf (to, "id: %s-%" G_GUINT64_FORMAT "\n", epoch, id);
  g_string_append_printf (to, "event: %s\ndata: ", type);
  g_string_append (to, data);
  g_string_append (to, "\n\n");
}

/* --- the opening --- */

typedef struct {
  LsSupervisor *supervisor;
  LsNoun noun;
  json_t *list;
} NounList;

static void
append_noun (void *user, gconstpointer resource)
{
  NounList *to = user;

  json_array_append_new (to->list, ls_noun_to_brief_json (to->supervisor, to->noun, resource));
}

json_t *
ls_snapshot_new (LsService *service)
{
  json_t *snapshot = json_object ();
  const LsSample *sample = ls_sampler_last (service->parts.sampler);

  for (guint noun = 0; noun < LS_NOUNS; noun++)
    {
      NounList to = { service->parts.supervisor, (LsNoun) noun, json_array () };

      ls_supervisor_foreach (to.supervisor, to.noun, append_noun, &to);
      json_object_set_new (snapshot, ls_noun_kinds[noun].collection, to.list);
    }
  json_object_set_new (snapshot, "sample", sample != NULL ? ls_sample_to_json (sample) : json_null ());
  return snapshot;
}

static void
append_json (LsReader *reader, GString *buffer, const char *type, json_t *json)
{
  g_autofree char *text = ls_json_to_text (json);

  ls_event_frame_append (buffer, reader->events->service->parts.epoch, reader->position, type, text);
  json_decref (json);
}

static void
append_hello (LsReader *reader, GString *buffer)
{
  const LsServiceParts *parts = &reader->events->service->parts;

  g_string_append (buffer, "retry: 1000\n");
  append_json (reader, buffer, "hello",
               json_pack ("{s:s, s:s, s:s, s:I, s:I, s:b}", "name", "lineshaft-agent", "version", LS_VERSION, "epoch", parts->epoch,
                          "started_at", (json_int_t) parts->facts->started_at, "interval_ms",
                          (json_int_t) ls_sampler_interval_ms (parts->sampler), "resumed", reader->resumed));
  reader->greeted = TRUE;
}

static void
append_snapshot (LsReader *reader, GString *buffer)
{
  reader->position = ls_event_ring_next (reader->events->ring) - 1;
  if (reader->resync)
    append_json (reader, buffer, "resync",
                 json_pack ("{s:s}", "reason", "Changes since the last event are no longer remembered; a new snapshot follows."));
  append_json (reader, buffer, "snapshot", ls_snapshot_new (reader->events->service));
  reader->resync = FALSE;
  reader->resumed = TRUE;
}

/* --- what goes on --- */

/* Changes and messages from its position on; TRUE: there are more. */
static gboolean
append_changes (LsReader *reader, GString *buffer)
{
  const LsEventRing *ring = reader->events->ring;

  while (reader->position + 1 < ls_event_ring_next (ring))
    {
      guint topic;
      GBytes *frame;
      gsize length;
      const char *bytes;

      if (buffer->len >= LS_OUTLET_HIGH)
        return TRUE;
      frame = ls_event_ring_get (ring, ++reader->position, &topic);
      bytes = g_bytes_get_data (frame, &length);
      if (reader->topics & topic)
        g_string_append_len (buffer, bytes, (gssize) length);
    }
  return FALSE;
}

static void
append_sample (LsReader *reader, GString *buffer)
{
  gsize length;
  const char *bytes;

  /* One may be on its way to the peer, and this one waits: at most two. */
  if (reader->sample == NULL || ls_outlet_unwritten (reader->outlet) > 0)
    return;
  bytes = g_bytes_get_data (reader->sample, &length);
  g_string_append_len (buffer, bytes, (gssize) length);
  g_clear_pointer (&reader->sample, g_bytes_unref);
}

static void
append_beat (LsReader *reader, GString *buffer)
{
  if (reader->beat && buffer->len == 0 && ls_outlet_unwritten (reader->outlet) == 0)
    g_string_append (buffer, ":\n\n");
  reader->beat = FALSE;
}

static gboolean
fill (void *user, GString *buffer)
{
  LsReader *reader = user;

  if (!reader->greeted)
    append_hello (reader, buffer);
  if (reader->resumed && reader->position + 1 < ls_event_ring_first (reader->events->ring))
    {
      reader->resync = TRUE;
      reader->resumed = FALSE;
    }
  if (!reader->resumed)
    append_snapshot (reader, buffer);
  if (append_changes (reader, buffer))
    return TRUE;
  append_sample (reader, buffer);
  append_beat (reader, buffer);
  return reader->logs != NULL && (buffer->len >= LS_OUTLET_HIGH || ls_follow_take (reader->logs, buffer, LS_OUTLET_HIGH - buffer->len));
}

/* --- from outside --- */

void
ls_reader_kick (LsReader *reader)
{
  ls_outlet_kick (reader->outlet);
}

gboolean
ls_reader_wants_sample (const LsReader *reader, const LsSample *sample)
{
  return (reader->topics & LS_TOPIC_SAMPLE) && sample->at + EARLY_MS >= reader->sampled_at + reader->interval_ms;
}

void
ls_reader_sample (LsReader *reader, const LsSample *sample, GBytes *frame)
{
  reader->sampled_at = sample->at;
  g_clear_pointer (&reader->sample, g_bytes_unref);
  reader->sample = g_bytes_ref (frame);
  ls_outlet_kick (reader->outlet);
}

void
ls_reader_heartbeat (LsReader *reader)
{
  reader->beat = TRUE;
  ls_outlet_kick (reader->outlet);
}

static void
format_log (GString *to, const LsLogEntry *entry)
{
  g_string_append (to, "event: log\ndata: ");
  ls_follow_format_json (to, entry);
  g_string_append_c (to, '\n');
}

static void
on_logs_ready (void *user)
{
  LsReader *reader = user;

  if (reader->outlet != NULL)
    ls_outlet_kick (reader->outlet);
}

static void
on_ended (void *user)
{
  LsReader *reader = user;

  g_ptr_array_remove_fast (reader->events->readers, reader);
  reader->events->left_ms = uv_now (reader->events->service->parts.loop);
  g_clear_pointer (&reader->sample, g_bytes_unref);
  ls_follow_free (reader->logs);
  g_free (reader);
}

/* Where a reader that was here before goes on. */
static void
resume (LsReader *reader, const char *last_event_id)
{
  const LsEventRing *ring = reader->events->ring;
  guint64 number;

  if (ls_event_id_parse (last_event_id, reader->events->service->parts.epoch, &number) && number < ls_event_ring_next (ring)
      && number + 1 >= ls_event_ring_first (ring))
    {
      reader->position = number;
      reader->resumed = TRUE;
    }
  else
    reader->resync = TRUE;
}

LsReader *
ls_reader_new (LsEvents *events, LsCall *call, const LsReaderWish *wish)
{
  static const LsOutletOwner owner = { fill, on_ended };
  LsReader *reader = g_new0 (LsReader, 1);
  const LsLogQuery query = { .sources = wish->sources, .stream = -1, .since = g_get_real_time () / 1000,
                             .unit = LS_LOG_LINES_LIVE };

  reader->events = events;
  reader->topics = wish->topics;
  reader->interval_ms = wish->interval_ms;
  reader->position = ls_event_ring_next (events->ring) - 1;
  if (wish->last_event_id != NULL)
    resume (reader, wish->last_event_id);
  g_ptr_array_add (events->readers, reader);
  if (wish->topics & LS_TOPIC_LOG)
    reader->logs = ls_follow_new (events->service->parts.logs, &query, TRUE, format_log, on_logs_ready, reader);
  reader->outlet = ls_outlet_new (events->service->outlets, call, "text/event-stream", &owner, reader);
  return reader;
}
