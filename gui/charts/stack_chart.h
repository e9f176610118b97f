/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Stacked columns, one a sample, the newest at the right: requests by status class, memory, and (without a grid) sparklines.
 *
 * Columns are plain rectangles: a dozen of these cost a millisecond a frame, where antialiased lines would cost twenty. */

#include <gtk/gtk.h>

#include "gui/charts/palette.h"
#include "gui/model/series.h"

#define LS_TYPE_STACK_CHART (ls_stack_chart_get_type ())
G_DECLARE_FINAL_TYPE (LsStackChart, ls_stack_chart, LS, STACK_CHART, GtkWidget)

typedef struct {
  guint column;            /* of the series */
  LsColor color;
  gboolean always_seen;    /* at least two pixels when it is not nothing */
} LsBand;

/* From the bottom: 2xx, 3xx, 1xx, 4xx, 5xx. */
extern const LsBand ls_status_bands[5];

GtkWidget *ls_stack_chart_new (void);
/* @bands (static) from the bottom. The chart borrows @series, which must outlive it or be replaced by NULL. */
void ls_stack_chart_set_series (LsStackChart *chart, const LsSeries *series, const LsBand *bands, guint n_bands);
void ls_stack_chart_set_points (LsStackChart *chart, guint points);
/* With a grid and values written by @format; NULL: a sparkline. @binary: powers of 1024. */
void ls_stack_chart_set_grid (LsStackChart *chart, char *(*format) (double value), double floor, gboolean binary);
/* The axis never ends below @value. */
void ls_stack_chart_set_least (LsStackChart *chart, double value);
/* A new sample is there: looks at the axis and draws once. */
void ls_stack_chart_step (LsStackChart *chart, gint64 now_ms);
