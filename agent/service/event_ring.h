/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The last changes, as they went on the wire, by number: what a reader that was away or slow can still be given.
 *
 * Bounded by count and by bytes; the oldest go first. */

#include <glib.h>

typedef struct LsEventRing LsEventRing;

LsEventRing *ls_event_ring_new (guint max_events, gsize max_bytes);
void ls_event_ring_free (LsEventRing *ring);
/* The number that the next event will have; the first is 1. */
guint64 ls_event_ring_next (const LsEventRing *ring);
/* The oldest that is still there; equals next if none is. */
guint64 ls_event_ring_first (const LsEventRing *ring);
/* Takes @frame. @topic is the caller's. An event larger than the whole ring is numbered and forgotten at once. */
void ls_event_ring_push (LsEventRing *ring, guint topic, GBytes *frame);
/* An event that nobody will ask for: it has a number, and all that was there is forgotten. */
void ls_event_ring_skip (LsEventRing *ring);
/* NULL if it is not there (any more). Borrowed until the next push. */
GBytes *ls_event_ring_get (const LsEventRing *ring, guint64 number, guint *ret_topic);
gsize ls_event_ring_bytes (const LsEventRing *ring);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsEventRing, ls_event_ring_free)
