/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/run_strip.h"

#include "gui/charts/cell.h"
#include "gui/charts/palette.h"

#define CELL_WIDTH 8
#define GAP 2
#define HEIGHT 18
#define LOW 4
#define MIN_CELLS 12

struct _LsRunStrip {
  GtkWidget parent_instance;
  GListModel *runs;            /* nullable */
};

G_DEFINE_FINAL_TYPE (LsRunStrip, ls_run_strip, GTK_TYPE_WIDGET)

static guint
n_shown (LsRunStrip *self)
{
  guint fit = (guint) MAX (1, (gtk_widget_get_width (GTK_WIDGET (self)) + GAP) / (CELL_WIDTH + GAP));
  return self->runs ? MIN (g_list_model_get_n_items (self->runs), fit) : 0;
}

static void
draw_run (GtkSnapshot *snapshot, const LsScheduleRun *run, float x, const GdkRGBA *ink)
{
  GdkRGBA blue = ls_palette (LS_COLOR_BLUE), failed = ls_palette (LS_COLOR_FAILED);
  graphene_rect_t cell = GRAPHENE_RECT_INIT (x, 0, CELL_WIDTH, HEIGHT);
  switch (run->state) {
  case LS_RUN_EXITED: gtk_snapshot_append_color (snapshot, &blue, &cell); break;
  case LS_RUN_FAILED:
  case LS_RUN_TIMED_OUT:
    ls_cell_outline (snapshot, &cell, &failed);
    ls_cell_cross (snapshot, &cell, &failed);
    break;
  case LS_RUN_RUNNING: ls_cell_outline (snapshot, &cell, &blue); break;
  case LS_RUN_STOPPED: gtk_snapshot_append_color (snapshot, ink, &GRAPHENE_RECT_INIT (x, HEIGHT / 2, CELL_WIDTH, HEIGHT / 2)); break;
  case LS_RUN_SKIPPED: gtk_snapshot_append_color (snapshot, ink, &GRAPHENE_RECT_INIT (x, HEIGHT - LOW, CELL_WIDTH, LOW)); break;
  case LS_RUN_WAITING:
  default: ls_cell_outline (snapshot, &cell, ink);
  }
}

static void
ls_run_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsRunStrip *self = LS_RUN_STRIP (widget);
  GdkRGBA ink = ls_palette_ink (widget, 0.4);
  guint n = n_shown (self);
  for (guint i = 0; i < n; i++) {
    g_autoptr (LsRunItem) item = g_list_model_get_item (self->runs, n - 1 - i);
    draw_run (snapshot, ls_run_item_get (item), (float) (i * (CELL_WIDTH + GAP)), &ink);
  }
}

static void
ls_run_strip_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_CELLS * (CELL_WIDTH + GAP) - GAP : HEIGHT;
}

static gboolean
ls_run_strip_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  LsRunStrip *self = LS_RUN_STRIP (widget);
  guint n = n_shown (self), i = (guint) MAX (0, x) / (CELL_WIDTH + GAP);
  if (keyboard || i >= n)
    return FALSE;
  g_autoptr (LsRunItem) item = g_list_model_get_item (self->runs, n - 1 - i);
  g_autofree char *text = ls_schedule_run_sentence (ls_run_item_get (item), g_get_real_time () / 1000);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
runs_changed (LsRunStrip *self)
{
  g_autofree char *summary = ls_schedule_runs_text (self->runs);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, summary, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ls_run_strip_set_runs (LsRunStrip *strip, GListModel *runs)
{
  g_return_if_fail (!strip->runs);
  strip->runs = g_object_ref (runs);
  g_signal_connect_object (runs, "items-changed", G_CALLBACK (runs_changed), strip, G_CONNECT_SWAPPED);
  runs_changed (strip);
}

static void
ls_run_strip_dispose (GObject *object)
{
  g_clear_object (&LS_RUN_STRIP (object)->runs);
  G_OBJECT_CLASS (ls_run_strip_parent_class)->dispose (object);
}

static void
ls_run_strip_class_init (LsRunStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_run_strip_dispose;
  widget_class->snapshot = ls_run_strip_snapshot;
  widget_class->measure = ls_run_strip_measure;
  widget_class->query_tooltip = ls_run_strip_query_tooltip;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ls_run_strip_init (LsRunStrip *strip)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (strip), TRUE);
}
