/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A ring of fixed-size elements that forgets its oldest. */

#include <glib.h>

typedef struct LsRing LsRing;

LsRing *ls_ring_new (gsize element_size, guint capacity);
void ls_ring_free (LsRing *ring);
void ls_ring_push (LsRing *ring, gconstpointer element);
guint ls_ring_length (const LsRing *ring);
guint ls_ring_capacity (const LsRing *ring);
/* 0 is the oldest; NULL past the end. */
gconstpointer ls_ring_get (const LsRing *ring, guint index);
/* Keeps the newest that fit. */
void ls_ring_resize (LsRing *ring, guint capacity);
gsize ls_ring_memory (const LsRing *ring);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsRing, ls_ring_free)
