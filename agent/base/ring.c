/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ring.h"

#include <string.h>

struct LsRing {
  gsize element_size;
  guint capacity;
  guint first;        /* index of the oldest */
  guint length;
  guint8 *elements;
};

LsRing *
ls_ring_new (gsize element_size, guint capacity)
{
  g_return_val_if_fail (element_size > 0, NULL);
  LsRing *ring = g_new0 (LsRing, 1);
  ring->element_size = element_size;
  ring->capacity = capacity;
  ring->elements = g_malloc_n (MAX (capacity, 1), element_size);
  return ring;
}

void
ls_ring_free (LsRing *ring)
{
  if (!ring)
    return;
  g_free (ring->elements);
  g_free (ring);
}

static guint8 *
element_at (const LsRing *ring, guint index)
{
  return ring->elements + ((gsize) ring->first + index) % ring->capacity * ring->element_size;
}

void
ls_ring_push (LsRing *ring, gconstpointer element)
{
  if (ring->capacity == 0)
    return;
  if (ring->length == ring->capacity)
    ring->first = (ring->first + 1) % ring->capacity;
  else
    ring->length++;
  memcpy (element_at (ring, ring->length - 1), element, ring->element_size);
}

guint
ls_ring_length (const LsRing *ring)
{
  return ring->length;
}

guint
ls_ring_capacity (const LsRing *ring)
{
  return ring->capacity;
}

gconstpointer
ls_ring_get (const LsRing *ring, guint index)
{
  return index < ring->length ? element_at (ring, index) : NULL;
}

void
ls_ring_resize (LsRing *ring, guint capacity)
{
  if (capacity == ring->capacity)
    return;
  guint8 *elements = g_malloc_n (MAX (capacity, 1), ring->element_size);
  guint kept = MIN (ring->length, capacity);
  for (guint i = 0; i < kept; i++)
    memcpy (elements + i * ring->element_size, element_at (ring, ring->length - kept + i), ring->element_size);
  g_free (ring->elements);
  ring->elements = elements;
  ring->capacity = capacity;
  ring->first = 0;
  ring->length = kept;
}

gsize
ls_ring_memory (const LsRing *ring)
{
  return sizeof *ring + MAX (ring->capacity, 1) * ring->element_size;
}
