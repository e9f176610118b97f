/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The event stream: server-sent events (HTML, section 9.2) at /v1/events.
 *
 * A reader begins with `hello` and a `snapshot` of everything, and then gets its topics. Changes and messages are numbered and kept for a while in a
 * ring; each reader has a position in it, which is also the id it gets (epoch-number). A reader that is slow or comes back goes on from its
 * position while the ring still has it, else it is told `resync` and gets a new snapshot. Samples are not kept: a slow reader gets the latest. */

#include "service/call.h"
#include "service/outlet.h"

typedef struct LsEvents LsEvents;

typedef enum {
  LS_TOPIC_SAMPLE = 1 << 0,
  LS_TOPIC_CHANGE = 1 << 1,
  LS_TOPIC_LOG = 1 << 2,
  LS_TOPIC_MESSAGE = 1 << 3
} LsTopic;

LsEvents *ls_events_new (LsService *service);
/* After the last reader is gone; frees, and @closed runs when libuv has let go. */
void ls_events_close (LsEvents *events, void (*closed) (void *user), void *user);

/* Whether anybody reads, or read a moment ago and may come back for what it missed. If not, events need not be written: skip them. */
gboolean ls_events_are_read (const LsEvents *events);
void ls_events_skip (LsEvents *events);
/* Takes @event: what `data:` carries. */
void ls_events_push (LsEvents *events, LsTopic topic, json_t *event);
void ls_events_sample (LsEvents *events, const LsSample *sample);
guint ls_events_readers (const LsEvents *events);

/* --- pure parts --- */
/* "sample,change" → a set; NULL is the default set. */
gboolean ls_topics_parse (const char *text, guint *ret_topics, GError **error);
/* The number in "epoch-number" if it is of this @epoch. */
gboolean ls_event_id_parse (const char *text, const char *epoch, guint64 *ret_number);
