/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/stack_chart.h"

#include <math.h>

#include "gui/charts/grid.h"
#include "gui/model/cluster_item.h"

const LsBand ls_status_bands[5] = {
  { LS_CLUSTER_2XX, LS_COLOR_2XX, FALSE }, { LS_CLUSTER_3XX, LS_COLOR_3XX, FALSE }, { LS_CLUSTER_1XX, LS_COLOR_1XX, FALSE },
  { LS_CLUSTER_4XX, LS_COLOR_4XX, FALSE }, { LS_CLUSTER_5XX, LS_COLOR_5XX, TRUE },
};

struct _LsStackChart {
  GtkWidget parent_instance;
  const LsSeries *series;
  const LsBand *bands;
  guint n_bands, points;
  gboolean has_grid;
  LsGrid grid;
};

G_DEFINE_FINAL_TYPE (LsStackChart, ls_stack_chart, GTK_TYPE_WIDGET)

static double
column_sum (const LsStackChart *self, guint age)
{
  double sum = 0;
  for (guint i = 0; i < self->n_bands; i++) {
    float value = ls_series_get (self->series, age, self->bands[i].column);
    sum += isnan (value) ? 0 : value;
  }
  return sum;
}

static double
peak (const LsStackChart *self)
{
  double highest = 0;
  guint n = self->series ? MIN (self->points, ls_series_length (self->series)) : 0;
  for (guint age = 0; age < n; age++)
    highest = MAX (highest, column_sum (self, age));
  return highest;
}

/* One column of bands between @x0 and @x1. Bands end on whole pixels, with one free between two. */
static void
snapshot_column (LsStackChart *self, GtkSnapshot *snapshot, guint age, float x0, float x1, const graphene_rect_t *area, const GdkRGBA *colors)
{
  float bottom = area->origin.y + area->size.height;
  double maximum = self->grid.axis.maximum, sum = 0;
  for (guint i = 0; i < self->n_bands; i++) {
    float value = ls_series_get (self->series, age, self->bands[i].column);
    if (isnan (value) || value <= 0)
      continue;
    sum += value;
    float top = area->origin.y + roundf (area->size.height * (1 - MIN (1, sum / maximum)));
    float height = bottom - top;
    if (self->bands[i].always_seen)
      height = MAX (2, height);
    if (height < 1)
      continue;
    gtk_snapshot_append_color (snapshot, &colors[i], &GRAPHENE_RECT_INIT (x0, bottom - height, x1 - x0, height));
    bottom -= height + 1;
  }
}

static void
ls_stack_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsStackChart *self = LS_STACK_CHART (widget);
  graphene_rect_t area = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  GdkRGBA colors[8];
  if (self->has_grid)
    area = ls_grid_snapshot (&self->grid, widget, snapshot);
  if (!self->series || !(self->grid.axis.maximum > 0))
    return;
  for (guint i = 0; i < self->n_bands && i < G_N_ELEMENTS (colors); i++)
    colors[i] = ls_palette (self->bands[i].color);
  float pitch = area.size.width / self->points, gap = pitch >= 4 ? 1 : 0;
  guint n = MIN (self->points, ls_series_length (self->series));
  for (guint age = 0; age < n; age++) {
    float x0 = floorf (area.origin.x + area.size.width - (age + 1) * pitch);
    float x1 = floorf (area.origin.x + area.size.width - age * pitch);
    snapshot_column (self, snapshot, age, x0, MAX (x0 + 1, x1 - gap), &area, colors);
  }
}

static void
ls_stack_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ls_stack_chart_parent_class)->css_changed (widget, change);
  ls_grid_forget (&LS_STACK_CHART (widget)->grid);
}

static void
ls_stack_chart_finalize (GObject *object)
{
  ls_grid_clear (&LS_STACK_CHART (object)->grid);
  G_OBJECT_CLASS (ls_stack_chart_parent_class)->finalize (object);
}

static void
ls_stack_chart_class_init (LsStackChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_stack_chart_finalize;
  widget_class->snapshot = ls_stack_chart_snapshot;
  widget_class->css_changed = ls_stack_chart_css_changed;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ls_stack_chart_init (LsStackChart *self)
{
  self->points = 60;
  self->grid.axis.floor = 1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
ls_stack_chart_new (void)
{
  return g_object_new (LS_TYPE_STACK_CHART, NULL);
}

void
ls_stack_chart_set_series (LsStackChart *chart, const LsSeries *series, const LsBand *bands, guint n_bands)
{
  chart->series = series;
  chart->bands = bands;
  chart->n_bands = n_bands;
  chart->grid.axis.maximum = 0;
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

void
ls_stack_chart_set_points (LsStackChart *chart, guint points)
{
  chart->points = MAX (1, points);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

void
ls_stack_chart_set_grid (LsStackChart *chart, char *(*format) (double value), double floor, gboolean binary)
{
  ls_grid_clear (&chart->grid);
  ls_grid_init (&chart->grid, format, floor, binary);
  chart->has_grid = format != NULL;
}

void
ls_stack_chart_set_least (LsStackChart *chart, double value)
{
  if (value > 0)
    chart->grid.axis.floor = value;
}

void
ls_stack_chart_step (LsStackChart *chart, gint64 now_ms)
{
  ls_axis_update (&chart->grid.axis, peak (chart), now_ms);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}
