/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/thread_strip.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/cards/figure.h"
#include "gui/charts/lanes.h"
#include "gui/model/format.h"

#define CELLS_MOST 16
#define CELL_WIDTH 150

struct _LsThreadStrip {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsPoolItem *pool;
  GtkStack *stack;
  GtkFlowBox *cells_box;
  LsLanes *lanes;
  GPtrArray *cells;            /* Cell */
  GCancellable *asking;        /* NULL: the agent is not being asked */
};

typedef struct {
  GtkWidget *child;            /* of the flow box */
  GtkInscription *job, *cpu;
  GtkProgressBar *progress;
} Cell;

G_DEFINE_FINAL_TYPE (LsThreadStrip, ls_thread_strip, ADW_TYPE_BIN)

/* --- cells --- */

static GtkInscription *
add_inscription (GtkWidget *box, guint chars, float xalign)
{
  GtkWidget *text = gtk_inscription_new (NULL);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text), chars);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), chars);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (text), xalign);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_add_css_class (text, "caption");
  gtk_widget_add_css_class (text, "numeric");
  gtk_box_append (GTK_BOX (box), text);
  return GTK_INSCRIPTION (text);
}

static Cell *
add_cell (LsThreadStrip *self)
{
  Cell *cell = g_new0 (Cell, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3), *words = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_size_request (box, CELL_WIDTH, -1);
  gtk_box_append (GTK_BOX (box), words);
  cell->job = add_inscription (words, 10, 0);
  cell->cpu = add_inscription (words, 6, 1);
  gtk_widget_set_hexpand (GTK_WIDGET (cell->job), TRUE);
  cell->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (cell->progress));
  gtk_flow_box_append (self->cells_box, box);
  cell->child = gtk_widget_get_parent (box);
  gtk_widget_set_focusable (cell->child, FALSE);
  g_ptr_array_add (self->cells, cell);
  return cell;
}

static void
show_cell (LsThreadStrip *self, Cell *cell, const LsPoolThread *thread)
{
  LsJobItem *item = thread->job ? ls_store_find_job (self->store, thread->job) : NULL;
  const LsJob *job = item ? ls_job_item_get (item) : NULL;
  double progress = !thread->job ? 0 : job && !isnan (job->progress) ? CLAMP (job->progress, 0, 1) : 1;
  char *words = job ? g_strdup_printf ("%u  %s %s", thread->index, job->id, job->name)
                    : g_strdup_printf ("%u  %s", thread->index, thread->job ? thread->job : _("idle"));
  (thread->job ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (cell->job), "dim-label");
  ls_figure_take (cell->job, words);
  ls_figure_take (cell->cpu, ls_text_percent (thread->cpu));
  if (fabs (gtk_progress_bar_get_fraction (cell->progress) - progress) > 0.002)
    gtk_progress_bar_set_fraction (cell->progress, progress);
}

/* --- what threads use: it changes all the time, so that it is no event; who looks at it asks --- */

static gboolean
is_busy (GArray *threads)
{
  for (guint i = 0; threads && i < threads->len; i++) {
    const LsPoolThread *thread = &g_array_index (threads, LsPoolThread, i);
    if (thread->job || thread->cpu > 0)
      return TRUE;
  }
  return FALSE;
}

static void
answered (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsThreadStrip) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) pool = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (pool)
    ls_store_apply_pool (self->store, pool);
}

static void
ask (LsThreadStrip *self)
{
  LsClient *client = ls_store_client (self->store);
  if (!client || self->asking)
    return;
  g_autofree char *path = g_strconcat ("/v1/pools/", ls_item_key (LS_ITEM (self->pool)), NULL);
  self->asking = g_cancellable_new ();
  ls_client_call_async (client, "GET", path, NULL, NULL, self->asking, answered, g_object_ref (self));
}

void
ls_thread_strip_renew (LsThreadStrip *strip)
{
  GArray *threads = strip->pool ? ls_pool_item_get (strip->pool)->threads : NULL;
  guint n = threads ? threads->len : 0;
  if (is_busy (threads))
    ask (strip);
  gtk_stack_set_visible_child_name (strip->stack, n > CELLS_MOST ? "lanes" : "cells");
  if (n > CELLS_MOST) {
    gtk_widget_queue_draw (GTK_WIDGET (strip->lanes));
    return;
  }
  for (guint i = 0; i < MAX (n, strip->cells->len); i++) {
    Cell *cell = i < strip->cells->len ? g_ptr_array_index (strip->cells, i) : add_cell (strip);
    gtk_widget_set_visible (cell->child, i < n);
    if (i < n)
      show_cell (strip, cell, &g_array_index (threads, LsPoolThread, i));
  }
}

void
ls_thread_strip_set_pool (LsThreadStrip *strip, LsStore *store, LsPoolItem *pool)
{
  g_set_object (&strip->store, store);
  g_set_object (&strip->pool, pool);
  ls_lanes_set_pool (strip->lanes, pool);
  ls_lanes_set_jobs (strip->lanes, ls_store_jobs (store));
  ls_thread_strip_renew (strip);
}

/* --- object --- */

static void
ls_thread_strip_dispose (GObject *object)
{
  LsThreadStrip *self = LS_THREAD_STRIP (object);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->pool);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_thread_strip_parent_class)->dispose (object);
}

static void
ls_thread_strip_finalize (GObject *object)
{
  g_ptr_array_unref (LS_THREAD_STRIP (object)->cells);
  G_OBJECT_CLASS (ls_thread_strip_parent_class)->finalize (object);
}

static void
ls_thread_strip_class_init (LsThreadStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ls_thread_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_thread_strip_finalize;
}

static void
ls_thread_strip_init (LsThreadStrip *self)
{
  GtkWidget *cells = gtk_flow_box_new (), *stack = gtk_stack_new ();
  self->cells = g_ptr_array_new_with_free_func (g_free);
  self->cells_box = GTK_FLOW_BOX (cells);
  self->lanes = LS_LANES (ls_lanes_new ());
  self->stack = GTK_STACK (stack);
  gtk_flow_box_set_selection_mode (self->cells_box, GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (self->cells_box, TRUE);
  gtk_flow_box_set_max_children_per_line (self->cells_box, 4);
  gtk_flow_box_set_column_spacing (self->cells_box, 12);
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_add_named (self->stack, cells, "cells");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->lanes), "lanes");
  gtk_accessible_update_property (GTK_ACCESSIBLE (cells), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Threads"), -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lanes), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Threads, filled by progress"), -1);
  adw_bin_set_child (ADW_BIN (self), stack);
}
