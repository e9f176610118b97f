/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* p50, p95 and p99 over time: the same blue, thick solid, thin, dotted. The one chart with antialiased lines. */

#include <gtk/gtk.h>

#include "gui/model/series.h"

#define LS_TYPE_LINE_CHART (ls_line_chart_get_type ())
G_DECLARE_FINAL_TYPE (LsLineChart, ls_line_chart, LS, LINE_CHART, GtkWidget)

GtkWidget *ls_line_chart_new (void);
/* Three columns of @series from @first on; borrowed as in LsStackChart. */
void ls_line_chart_set_series (LsLineChart *chart, const LsSeries *series, guint first);
void ls_line_chart_set_points (LsLineChart *chart, guint points);
void ls_line_chart_step (LsLineChart *chart, gint64 now_ms);
/* The pen of a line, for the legend too: @line 0 … 2. */
void ls_line_chart_set_pen (cairo_t *cr, guint line);
