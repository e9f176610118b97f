/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/event_ring.h"

typedef struct {
  GBytes *frame;
  guint topic;
} Event;

struct LsEventRing {
  guint64 first, next;
  guint max_events;
  gsize max_bytes;
  gsize bytes;
  Event *slots;       /* by number modulo max_events */
};

static Event *
slot_of (const LsEventRing *ring, guint64 number)
{
  return &ring->slots[number % ring->max_events];
}

static void
forget_oldest (LsEventRing *ring)
{
  Event *event = slot_of (ring, ring->first++);

  ring->bytes -= g_bytes_get_size (event->frame);
  g_clear_pointer (&event->frame, g_bytes_unref);
}

LsEventRing *
ls_event_ring_new (guint max_events, gsize max_bytes)
{
  LsEventRing *ring = g_new0 (LsEventRing, 1);

  ring->first = ring->next = 1;
  ring->max_events = max_events;
  ring->max_bytes = max_bytes;
  ring->slots = g_new0 (Event, max_events);
  return ring;
}

void
ls_event_ring_free (LsEventRing *ring)
{
  if (ring == NULL)
    return;
  while (ring->first < ring->next)
    forget_oldest (ring);
  g_free (ring->slots);
  g_free (ring);
}

guint64
ls_event_ring_next (const LsEventRing *ring)
{
  return ring->next;
}

guint64
ls_event_ring_first (const LsEventRing *ring)
{
  return ring->first;
}

void
ls_event_ring_push (LsEventRing *ring, guint topic, GBytes *frame)
{
  if (ring->next - ring->first == ring->max_events)
    forget_oldest (ring);
  *slot_of (ring, ring->next++) = (Event) { frame, topic };
  ring->bytes += g_bytes_get_size (frame);
  while (ring->bytes > ring->max_bytes)
    forget_oldest (ring);
}

void
ls_event_ring_skip (LsEventRing *ring)
{
  while (ring->first < ring->next)
    forget_oldest (ring);
  ring->first = ++ring->next;
}

GBytes *
ls_event_ring_get (const LsEventRing *ring, guint64 number, guint *ret_topic)
{
  if (number < ring->first || number >= ring->next)
    return NULL;
  *ret_topic = slot_of (ring, number)->topic;
  return slot_of (ring, number)->frame;
}

gsize
ls_event_ring_bytes (const LsEventRing *ring)
{
  return ring->bytes;
}
