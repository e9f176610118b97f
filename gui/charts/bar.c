/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/bar.h"

#include <math.h>

#include "gui/charts/palette.h"

#define HEIGHT 12
#define MIN_WIDTH 60
#define LEAST 2      /* something is never drawn as nothing */

struct _LsBar {
  GtkWidget parent_instance;
  double part;
  gboolean strong;
};

G_DEFINE_FINAL_TYPE (LsBar, ls_bar, GTK_TYPE_WIDGET)

void
ls_bar_set (LsBar *bar, double part, gboolean strong)
{
  if ((part == bar->part || (isnan (part) && isnan (bar->part))) && strong == bar->strong)
    return;
  bar->part = part;
  bar->strong = strong;
  gtk_widget_queue_draw (GTK_WIDGET (bar));
}

static void
ls_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsBar *bar = LS_BAR (widget);
  float width = (float) gtk_widget_get_width (widget), y = (float) (gtk_widget_get_height (widget) - HEIGHT) / 2;
  GdkRGBA ground = ls_palette_ink (widget, 0.08), color = ls_palette (bar->strong ? LS_COLOR_BLUE : LS_COLOR_PALE);
  gtk_snapshot_append_color (snapshot, &ground, &GRAPHENE_RECT_INIT (0, y, width, HEIGHT));
  if (!isnan (bar->part))
    gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (0, y, fmaxf (width * (float) CLAMP (bar->part, 0, 1), LEAST), HEIGHT));
}

static void
ls_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : HEIGHT;
}

static void
ls_bar_class_init (LsBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  widget_class->snapshot = ls_bar_snapshot;
  widget_class->measure = ls_bar_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ls_bar_init (LsBar *bar)
{
  bar->part = NAN;
}
