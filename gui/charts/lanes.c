/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/lanes.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/charts/palette.h"
#include "gui/model/format.h"
#include "gui/model/job_item.h"

#define LANE_HEIGHT 8
#define GAP 4
#define LANES_A_COLUMN 4

struct _LsLanes {
  GtkWidget parent_instance;
  LsPoolItem *pool;            /* nullable */
  GListModel *jobs;            /* nullable: LsJobItem */
};

G_DEFINE_FINAL_TYPE (LsLanes, ls_lanes, GTK_TYPE_WIDGET)

static guint
n_threads (LsLanes *self)
{
  return self->pool ? ls_pool_item_get (self->pool)->threads->len : 0;
}

static const LsPoolThread *
thread_at (LsLanes *self, guint i)
{
  return &g_array_index (ls_pool_item_get (self->pool)->threads, LsPoolThread, i);
}

/* How far the job @id is, 0 … 1; NaN: it does not say. */
static double
progress_of (LsLanes *self, const char *id)
{
  guint n = self->jobs ? g_list_model_get_n_items (self->jobs) : 0;
  for (guint i = n; i-- > 0;) {
    g_autoptr (LsJobItem) item = g_list_model_get_item (self->jobs, i);
    if (g_strcmp0 (ls_job_item_get (item)->id, id) == 0)
      return ls_job_item_get (item)->progress;
  }
  return NAN;
}

static void
ls_lanes_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsLanes *self = LS_LANES (widget);
  GdkRGBA ground = ls_palette_ink (widget, 0.12), blue = ls_palette (LS_COLOR_BLUE), pale = ls_palette (LS_COLOR_PALE);
  guint n = n_threads (self), columns = (n + LANES_A_COLUMN - 1) / LANES_A_COLUMN;
  for (guint i = 0; i < n; i++) {
    const LsPoolThread *thread = thread_at (self, i);
    float width = floorf ((gtk_widget_get_width (widget) - (columns - 1) * 2 * GAP) / (float) columns);
    graphene_rect_t lane = GRAPHENE_RECT_INIT ((i / LANES_A_COLUMN) * (width + 2 * GAP), (i % LANES_A_COLUMN) * (LANE_HEIGHT + GAP), MAX (1, width),
                                               LANE_HEIGHT);
    gtk_snapshot_append_color (snapshot, &ground, &lane);
    if (!thread->job)
      continue;
    double progress = progress_of (self, thread->job);
    gtk_snapshot_append_color (snapshot, &pale, &lane);
    lane.size.width *= isnan (progress) ? 1 : CLAMP (progress, 0, 1);
    gtk_snapshot_append_color (snapshot, &blue, &lane);
  }
}

static void
ls_lanes_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                  int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 80 : LANES_A_COLUMN * (LANE_HEIGHT + GAP) - GAP;
}

static gboolean
ls_lanes_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  LsLanes *self = LS_LANES (widget);
  guint n = n_threads (self), columns = MAX (1, (n + LANES_A_COLUMN - 1) / LANES_A_COLUMN);
  guint i = (guint) (x * columns / MAX (1, gtk_widget_get_width (widget))) * LANES_A_COLUMN + y / (LANE_HEIGHT + GAP);
  if (keyboard || i >= n)
    return FALSE;
  const LsPoolThread *thread = thread_at (self, i);
  g_autofree char *cpu = ls_text_percent (thread->cpu);
  g_autofree char *text = g_strdup_printf (_("Thread %u · %s · %s CPU"), thread->index, thread->job ? thread->job : _("idle"), cpu);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
ls_lanes_dispose (GObject *object)
{
  LsLanes *self = LS_LANES (object);
  g_clear_object (&self->pool);
  g_clear_object (&self->jobs);
  G_OBJECT_CLASS (ls_lanes_parent_class)->dispose (object);
}

static void
ls_lanes_class_init (LsLanesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_lanes_dispose;
  widget_class->snapshot = ls_lanes_snapshot;
  widget_class->measure = ls_lanes_measure;
  widget_class->query_tooltip = ls_lanes_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "lanes");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ls_lanes_init (LsLanes *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
ls_lanes_new (void)
{
  return g_object_new (LS_TYPE_LANES, NULL);
}

void
ls_lanes_set_pool (LsLanes *lanes, LsPoolItem *pool)
{
  g_set_object (&lanes->pool, pool);
  gtk_widget_queue_draw (GTK_WIDGET (lanes));
}

void
ls_lanes_set_jobs (LsLanes *lanes, GListModel *jobs)
{
  g_set_object (&lanes->jobs, jobs);
}
