/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a chart draws: the last points of a few columns, one point a sample. A second in which nothing came is a gap (NaN), so that time stays true. */

#include <glib.h>

#define LS_SERIES_LENGTH 600

typedef struct LsSeries LsSeries;

LsSeries *ls_series_new (guint columns, guint capacity);
void ls_series_free (LsSeries *series);
guint ls_series_columns (const LsSeries *series);
guint ls_series_length (const LsSeries *series);
/* Appends @values (one a column) of @at (Unix ms); what is not newer than the last point is dropped. @interval_ms says how far apart points are:
 * a longer silence is filled with gaps. */
void ls_series_push (LsSeries *series, gint64 at, gint64 interval_ms, const float *values);
/* @age 0 is the newest. NaN for gaps and past the end. */
float ls_series_get (const LsSeries *series, guint age, guint column);
gint64 ls_series_at (const LsSeries *series, guint age);      /* Unix ms; 0 past the end */
/* Highest of a column over the newest @points; NaN when all are gaps. */
float ls_series_peak (const LsSeries *series, guint column, guint points);
/* Puts what the agent remembers in place of what is here for that time; older and newer points stay. */
void ls_series_merge (LsSeries *series, const LsSeries *history, gint64 interval_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsSeries, ls_series_free)
