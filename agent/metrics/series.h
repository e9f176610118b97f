/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One record a step of time, in chunks of sixty that are allocated when first written and freed when too old. A *slot* is the time in steps. */

#include <glib.h>

#define LS_SERIES_ROWS 60

typedef struct LsSeriesChunk LsSeriesChunk;

typedef struct {
  GPtrArray *chunks;       /* LsSeriesChunk by rising index; NULL: none yet */
  gsize record_size;
} LsSeries;

void ls_series_clear (LsSeries *series);
/* Bytes that the next ls_series_write to @slot would allocate; 0: it is there already. */
gsize ls_series_cost (const LsSeries *series, gint64 slot);
/* The record of @slot to be written; slots may only rise, or be one that is kept. */
guint8 *ls_series_write (LsSeries *series, gint64 slot);
const guint8 *ls_series_read (const LsSeries *series, gint64 slot);      /* NULL: none */
gint64 ls_series_oldest_chunk (const LsSeries *series);                  /* index; -1: none */
/* Frees the chunks before @chunk; returns the bytes. */
gsize ls_series_drop_before (LsSeries *series, gint64 chunk);
/* Forgets @slot and all later ones; returns the bytes that were freed. */
gsize ls_series_rewind (LsSeries *series, gint64 slot);
