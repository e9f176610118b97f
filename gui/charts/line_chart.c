/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/line_chart.h"

#include <math.h>

#include "gui/charts/grid.h"
#include "gui/charts/palette.h"
#include "gui/model/format.h"

#define LINES 3

struct _LsLineChart {
  GtkWidget parent_instance;
  const LsSeries *series;
  guint first, points;
  LsGrid grid;
};

G_DEFINE_FINAL_TYPE (LsLineChart, ls_line_chart, GTK_TYPE_WIDGET)

void
ls_line_chart_set_pen (cairo_t *cr, guint line)
{
  static const double widths[LINES] = { 2.5, 1.25, 1.5 };
  static const double dots[] = { 1.5, 2.5 };
  GdkRGBA color = ls_palette (LS_COLOR_BLUE);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, widths[line]);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dots, line == 2 ? G_N_ELEMENTS (dots) : 0, 0);
}

/* A gap breaks the line; a point alone between two gaps is a short dash. */
static void
draw_line (LsLineChart *self, cairo_t *cr, guint line, const graphene_rect_t *area)
{
  float pitch = area->size.width / self->points, last = NAN;
  double maximum = self->grid.axis.maximum;
  for (guint age = MIN (self->points, ls_series_length (self->series)); age-- > 0;) {
    float value = ls_series_get (self->series, age, self->first + line);
    if (!isnan (value)) {
      double x = area->origin.x + area->size.width - (age + 0.5) * pitch;
      double y = area->origin.y + area->size.height * (1 - MIN (1, value / maximum));
      if (isnan (last))
        cairo_move_to (cr, x - pitch / 2, y);
      cairo_line_to (cr, x, y);
    }
    last = value;
  }
  ls_line_chart_set_pen (cr, line);
  cairo_stroke (cr);
}

static void
ls_line_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsLineChart *self = LS_LINE_CHART (widget);
  graphene_rect_t area = ls_grid_snapshot (&self->grid, widget, snapshot);
  if (!self->series || !(self->grid.axis.maximum > 0))
    return;
  graphene_rect_t inked = GRAPHENE_RECT_INIT (area.origin.x, area.origin.y - 2, area.size.width, area.size.height + 4);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &inked);
  for (guint line = LINES; line-- > 0;)
    draw_line (self, cr, line, &area);
  cairo_destroy (cr);
}

static void
ls_line_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ls_line_chart_parent_class)->css_changed (widget, change);
  ls_grid_forget (&LS_LINE_CHART (widget)->grid);
}

static void
ls_line_chart_finalize (GObject *object)
{
  ls_grid_clear (&LS_LINE_CHART (object)->grid);
  G_OBJECT_CLASS (ls_line_chart_parent_class)->finalize (object);
}

static void
ls_line_chart_class_init (LsLineChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_line_chart_finalize;
  widget_class->snapshot = ls_line_chart_snapshot;
  widget_class->css_changed = ls_line_chart_css_changed;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ls_line_chart_init (LsLineChart *self)
{
  self->points = 120;
  ls_grid_init (&self->grid, ls_text_axis_us, 100, FALSE);
}

GtkWidget *
ls_line_chart_new (void)
{
  return g_object_new (LS_TYPE_LINE_CHART, NULL);
}

void
ls_line_chart_set_series (LsLineChart *chart, const LsSeries *series, guint first)
{
  chart->series = series;
  chart->first = first;
  chart->grid.axis.maximum = 0;
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

void
ls_line_chart_set_points (LsLineChart *chart, guint points)
{
  chart->points = MAX (1, points);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

void
ls_line_chart_step (LsLineChart *chart, gint64 now_ms)
{
  double highest = 0;
  for (guint line = 0; chart->series && line < LINES; line++) {
    float peak = ls_series_peak (chart->series, chart->first + line, chart->points);
    highest = isnan (peak) ? highest : MAX (highest, peak);
  }
  ls_axis_update (&chart->grid.axis, highest, now_ms);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}
