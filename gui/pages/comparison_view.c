/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/comparison_view.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/charts/bar.h"
#include "gui/model/comparison_run.h"
#include "gui/model/format.h"

enum { WAY, BAR, RATE, P50, P99, CORES, MEMORY, START, N_COLUMNS };

typedef struct {
  LsBar *bar;
  GtkLabel *labels[N_COLUMNS];      /* none at BAR */
} Row;

struct _LsComparisonView {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsPoolItem *pool;
  guint n_kinds;               /* that the drop-down was filled with */
  LsComparisonRun *run;        /* the last one; NULL: none yet */
  GtkDropDown *job_drop;
  GtkStringList *jobs;
  GtkEntry *arguments_entry;
  GtkButton *toggle_button;
  GtkLabel *words_label, *legend_label;
  GtkProgressBar *progress;
  GtkGrid *grid;
  Row rows[LS_COMPARISON_WAYS];
};

G_DEFINE_FINAL_TYPE (LsComparisonView, ls_comparison_view, ADW_TYPE_BIN)

/* --- what was measured --- */

static void
take_text (GtkLabel *label, char *text)
{
  gtk_label_set_text (label, text);
  g_free (text);
}

static double
time_of (gint64 us)
{
  return us < 0 ? NAN : (double) us;
}

static void
show_row (Row *row, LsComparisonWay way, const LsComparisonRow *figures, double best)
{
  gboolean strong = figures->known && figures->per_second >= best;
  ls_bar_set (row->bar, figures->known && best > 0 ? figures->per_second / best : NAN, strong);
  take_text (row->labels[RATE], ls_text_rate (figures->known ? figures->per_second : NAN));
  take_text (row->labels[P50], ls_text_us (figures->known ? time_of (figures->p50_us) : NAN));
  take_text (row->labels[P99], ls_text_us (figures->known ? time_of (figures->p99_us) : NAN));
  take_text (row->labels[CORES], figures->known && !isnan (figures->cores) ? g_strdup_printf ("%.2f", figures->cores) : g_strdup ("–"));
  take_text (row->labels[MEMORY], ls_text_bytes (figures->known ? (double) figures->memory : NAN));
  take_text (row->labels[START], ls_text_us (figures->known ? (double) figures->start_us : NAN));
  if (strong)
    gtk_widget_add_css_class (GTK_WIDGET (row->labels[RATE]), "heading");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row->labels[RATE]), "heading");
}

static void
show_comparison (LsComparisonView *self)
{
  const LsComparison *comparison = ls_comparison_run_get (self->run);
  double best = 0;
  for (guint i = 0; i < LS_COMPARISON_WAYS; i++)
    if (comparison->rows[i].known)
      best = fmax (best, comparison->rows[i].per_second);      /* a NaN counts for nothing */
  for (guint i = 0; i < LS_COMPARISON_WAYS; i++)
    show_row (&self->rows[i], i, &comparison->rows[i], best);
  gtk_widget_set_visible (GTK_WIDGET (self->grid), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->legend_label), TRUE);
  gtk_progress_bar_set_fraction (self->progress, comparison->progress);
  if (comparison->advice)
    gtk_label_set_text (self->words_label, comparison->advice);
  else if (ls_comparison_run_goes_on (self->run)) {
    /* Translators: which of the four ways is measured at the moment. */
    g_autofree char *words = g_strdup_printf (_("Measuring: %s …"), ls_comparison_way_title (comparison->way));
    gtk_label_set_text (self->words_label, words);
  }
}

static void
show_state (LsComparisonView *self)
{
  gboolean goes_on = self->run && ls_comparison_run_goes_on (self->run);
  gtk_button_set_label (self->toggle_button, goes_on ? _("Stop") : _("Measure"));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), goes_on);
  gtk_widget_set_sensitive (GTK_WIDGET (self->job_drop), !goes_on);
  gtk_widget_set_sensitive (GTK_WIDGET (self->arguments_entry), !goes_on);
}

static void
ended (LsComparisonView *self, const char *sentence)
{
  show_state (self);
  if (sentence)
    gtk_label_set_text (self->words_label, sentence);
}

/* --- wishes --- */

static const LsPoolJobKind *
chosen_job (LsComparisonView *self)
{
  const LsPool *pool = self->pool ? ls_pool_item_get (self->pool) : NULL;
  guint chosen = gtk_drop_down_get_selected (self->job_drop);
  return pool && chosen < pool->kinds->len ? pool->kinds->pdata[chosen] : NULL;
}

static void
measure (LsComparisonView *self)
{
  const LsPoolJobKind *kind = chosen_job (self);
  LsClient *client = ls_store_client (self->store);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  if (!kind || !client)
    return;
  if (!g_shell_parse_argv (gtk_editable_get_text (GTK_EDITABLE (self->arguments_entry)), NULL, &words, &error)
      && !g_error_matches (error, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING)) {
    gtk_label_set_text (self->words_label, error->message);
    return;
  }
  g_clear_object (&self->run);
  self->run = ls_comparison_run_new (client, kind->name, (const char *const *) words);
  g_signal_connect_object (self->run, "changed", G_CALLBACK (show_comparison), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->run, "ended", G_CALLBACK (ended), self, G_CONNECT_SWAPPED);
  show_comparison (self);
  show_state (self);
}

static void
ls_comparison_view_toggle (LsComparisonView *self)
{
  if (self->run && ls_comparison_run_goes_on (self->run))
    ls_comparison_run_stop (self->run);
  else
    measure (self);
}

static void
ls_comparison_view_job_chosen (LsComparisonView *self)
{
  const LsPoolJobKind *kind = chosen_job (self);
  gtk_entry_set_placeholder_text (self->arguments_entry, kind && kind->arguments ? kind->arguments : "");
  /* The usual one is ready to be measured: some tens of milliseconds a job. */
  gtk_editable_set_text (GTK_EDITABLE (self->arguments_entry), kind && g_str_equal (kind->name, "primes") ? "200000" : "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->toggle_button), kind != NULL);
}

static void
fill_jobs (LsComparisonView *self)
{
  const LsPool *pool = self->pool ? ls_pool_item_get (self->pool) : NULL;
  guint n = pool ? pool->kinds->len : 0, usual = 0;
  if (n == self->n_kinds && n > 0)
    return;
  self->n_kinds = n;
  gtk_string_list_splice (self->jobs, 0, g_list_model_get_n_items (G_LIST_MODEL (self->jobs)), NULL);
  for (guint i = 0; i < n; i++) {
    const char *name = ((const LsPoolJobKind *) pool->kinds->pdata[i])->name;
    gtk_string_list_append (self->jobs, name);
    usual = g_str_equal (name, "primes") ? i : usual;
  }
  gtk_drop_down_set_selected (self->job_drop, usual);
  ls_comparison_view_job_chosen (self);
}

void
ls_comparison_view_set_pool (LsComparisonView *view, LsStore *store, LsPoolItem *pool)
{
  g_set_object (&view->store, store);
  if (pool != view->pool)
    view->n_kinds = 0;
  g_set_object (&view->pool, pool);
  fill_jobs (view);
}

/* --- object --- */

static GtkLabel *
add_label (LsComparisonView *self, const char *text, int column, int row, gboolean dim)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), column == WAY ? 0 : 1);
  gtk_widget_add_css_class (label, dim ? "dim-label" : "numeric");
  if (dim)
    gtk_widget_add_css_class (label, "caption");
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
  return GTK_LABEL (label);
}

static void
make_grid (LsComparisonView *self)
{
  static const char *const titles[N_COLUMNS] = { N_("Way"), NULL, N_("jobs/s"), N_("p50"), N_("p99"), N_("cores"), N_("memory"), N_("start-up") };
  for (int column = 0; column < N_COLUMNS; column++)
    if (titles[column])
      add_label (self, _(titles[column]), column, 0, TRUE);
  for (int way = 0; way < LS_COMPARISON_WAYS; way++) {
    Row *row = &self->rows[way];
    row->bar = g_object_new (LS_TYPE_BAR, "hexpand", TRUE, NULL);
    gtk_grid_attach (self->grid, GTK_WIDGET (row->bar), BAR, way + 1, 1, 1);
    for (int column = 0; column < N_COLUMNS; column++)
      if (column != BAR)
        row->labels[column] = add_label (self, column == WAY ? ls_comparison_way_title (way) : "–", column, way + 1, FALSE);
  }
}

static void
ls_comparison_view_dispose (GObject *object)
{
  LsComparisonView *self = LS_COMPARISON_VIEW (object);
  g_clear_object (&self->run);
  g_clear_object (&self->pool);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_comparison_view_parent_class)->dispose (object);
}

static void
ls_comparison_view_class_init (LsComparisonViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_comparison_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/comparison_view.ui");
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, job_drop);
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, jobs);
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, arguments_entry);
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, toggle_button);
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, words_label);
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, legend_label);
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, progress);
  gtk_widget_class_bind_template_child (widget_class, LsComparisonView, grid);
  gtk_widget_class_bind_template_callback (widget_class, ls_comparison_view_toggle);
  gtk_widget_class_bind_template_callback (widget_class, ls_comparison_view_job_chosen);
}

static void
ls_comparison_view_init (LsComparisonView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  make_grid (self);
  gtk_label_set_text (self->words_label, _("Threads, processes, or a child each? The same jobs are run in each way, for about ten seconds in all."));
}
