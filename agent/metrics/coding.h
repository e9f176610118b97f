/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the history writes numbers down: a point is a list of doubles (NaN: unknown), a record the same in few bytes. Pure functions. */

#include <glib.h>

typedef enum {
  LS_CODING_COUNT,         /* 32 bits, exact */
  LS_CODING_SHORT,         /* 16 bits: whole numbers exact below 4096, then within 0.013 %, up to 2^42 */
  LS_CODING_MILLI,         /* 16 bits: as above, of thousandths */
  LS_CODING_SHARE          /* 8 bits: 0 … 1 in steps of 0.005 */
} LsCoding;

/* What several points make together. */
typedef enum { LS_MERGE_SUM, LS_MERGE_MEAN, LS_MERGE_WORST } LsMerge;

typedef struct {
  const char *name;        /* as in the JSON */
  guint width;             /* values in it */
  gboolean list;           /* a list in the JSON, also of one */
  LsCoding coding;
  LsMerge merge;
} LsColumn;

typedef struct {
  LsColumn columns[8];
  guint n_columns;
} LsLayout;

#define LS_LAYOUT_VALUES_MAX 1040u

guint ls_layout_values (const LsLayout *layout);
gsize ls_layout_record_size (const LsLayout *layout);
void ls_layout_pack (const LsLayout *layout, const double *values, guint8 *record);
void ls_layout_unpack (const LsLayout *layout, const guint8 *record, double *values);
/* Puts the @n-th point (from 1, the first @n - 1 are in @values) to the others. */
void ls_layout_merge (const LsLayout *layout, double *values, const double *point, guint n);
/* The share of a point that each of @parts equal spans of time has. Counts stay whole: the remainder goes to the last, @part = @parts - 1. */
void ls_layout_split (const LsLayout *layout, const double *values, guint parts, guint part, double *ret_values);

guint16 ls_short_encode (double value);
double ls_short_decode (guint16 code);
