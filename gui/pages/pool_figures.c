/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/pool_figures.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/cards/figure.h"
#include "gui/model/format.h"

enum { WAIT, RUN, N_ROWS };
enum { P50, P95, P99, N_VALUES };

struct _LsPoolFigures {
  AdwBin parent_instance;
  GtkInscription *queue_figure, *cost_figure;
  GtkGrid *times_grid;
  GtkInscription *times[N_ROWS][N_VALUES];
};

G_DEFINE_FINAL_TYPE (LsPoolFigures, ls_pool_figures, ADW_TYPE_BIN)

static double
figure (LsPoolItem *pool, const char *property)
{
  double value = -1;
  g_object_get (pool, property, &value, NULL);
  return value;
}

/* Those of the last second that had any stay, paler: most seconds of a pool with long jobs have none. */
static void
show_times (LsPoolFigures *self, guint row, const LsPercentiles *times, gboolean now)
{
  const gint64 values[N_VALUES] = { times->p50, times->p95, times->p99 };
  for (guint i = 0; i < N_VALUES; i++) {
    GtkInscription *cell = self->times[row][i];
    (now ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (cell), "dim-label");
    ls_figure_take (cell, ls_text_us (values[i] < 0 ? NAN : (double) values[i]));
  }
}

void
ls_pool_figures_show (LsPoolFigures *figures, LsPoolItem *pool)
{
  if (!pool)
    return;
  g_autofree char *done = ls_text_rate (figure (pool, "done")), *queued = ls_text_count (figure (pool, "queued"));
  g_autofree char *cpu = ls_text_percent (figure (pool, "cpu")), *rss = ls_text_bytes (figure (pool, "rss"));
  /* Translators: jobs done each second, and jobs that wait. */
  ls_figure_take (figures->queue_figure, g_strdup_printf (_("%s jobs/s · %s queued"), done, queued));
  ls_figure_take (figures->cost_figure, g_strdup_printf (_("%s CPU · %s"), cpu, rss));
  show_times (figures, WAIT, ls_pool_item_wait_us (pool), figure (pool, "wait-p95-us") >= 0);
  show_times (figures, RUN, ls_pool_item_run_us (pool), figure (pool, "run-p95-us") >= 0);
}

/* --- object --- */

static GtkInscription *
add_cell (LsPoolFigures *self, const char *text, int column, int row, guint chars, float xalign)
{
  GtkWidget *cell = gtk_inscription_new (text);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (cell), chars);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (cell), chars);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (cell), xalign);
  gtk_widget_add_css_class (cell, "caption");
  gtk_widget_add_css_class (cell, "numeric");
  gtk_grid_attach (self->times_grid, cell, column, row, 1, 1);
  return GTK_INSCRIPTION (cell);
}

static void
add_words (LsPoolFigures *self)
{
  /* Translators: how long jobs wait, and how long they run. */
  const char *rows[N_ROWS] = { _("Wait"), _("Run") };
  static const char *const values[N_VALUES] = { "p50", "p95", "p99" };
  for (int i = 0; i < N_VALUES; i++)
    gtk_widget_add_css_class (GTK_WIDGET (add_cell (self, values[i], i + 1, 0, 8, 1)), "dim-label");
  for (int row = 0; row < N_ROWS; row++) {
    gtk_widget_add_css_class (GTK_WIDGET (add_cell (self, rows[row], 0, row + 1, 5, 0)), "dim-label");
    for (int i = 0; i < N_VALUES; i++) {
      g_autofree char *name = g_strdup_printf ("%s %s", rows[row], values[i]);
      self->times[row][i] = add_cell (self, LS_TEXT_UNKNOWN, i + 1, row + 1, 8, 1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->times[row][i]), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name, -1);
    }
  }
}

static void
ls_pool_figures_class_init (LsPoolFiguresClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/pool_figures.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPoolFigures, queue_figure);
  gtk_widget_class_bind_template_child (widget_class, LsPoolFigures, cost_figure);
  gtk_widget_class_bind_template_child (widget_class, LsPoolFigures, times_grid);
}

static void
ls_pool_figures_init (LsPoolFigures *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_words (self);
}
