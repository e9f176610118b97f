/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/pools_page.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gui/pages/buffers_view.h"
#include "gui/pages/comparison_view.h"
#include "gui/pages/job_columns.h"
#include "gui/pages/job_detail.h"
#include "gui/pages/pool_bar.h"
#include "gui/pages/pool_figures.h"
#include "gui/pages/table.h"
#include "gui/pages/thread_strip.h"

struct _LsPoolsPage {
  LsPage parent_instance;
  GtkStringList *names;
  char *chosen;                /* nullable: there is none */
  char *search;
  gboolean filling;
  AdwLeaflet *leaflet;
  GtkDropDown *pool_drop;
  LsPoolBar *bar;
  LsPoolFigures *figures;
  LsThreadStrip *threads;
  GtkStack *jobs_stack;
  GtkLabel *none_label;
  LsTable *table;
  LsBuffersView *buffers;
  LsComparisonView *comparison;
  LsJobDetail *detail;
};

G_DEFINE_FINAL_TYPE (LsPoolsPage, ls_pools_page, LS_TYPE_PAGE)

/* --- which pool --- */

static LsPoolItem *
chosen_pool (LsPoolsPage *page)
{
  return page->chosen ? ls_store_find_pool (ls_page_store (LS_PAGE (page)), page->chosen) : NULL;
}

static gboolean
is_wanted (gpointer item, gpointer user)
{
  LsPoolsPage *page = user;
  const LsJob *job = ls_job_item_get (LS_JOB_ITEM (item));
  if (g_strcmp0 (job->pool, page->chosen) != 0)
    return FALSE;
  if (!page->search || !*page->search || g_str_equal (job->id, page->search))
    return TRUE;
  g_autofree char *arguments = job->args ? g_strjoinv (" ", job->args) : NULL;
  return strstr (job->name, page->search) || strstr (ls_job_state_name (job->state), page->search)
         || (arguments && strstr (arguments, page->search)) || (job->message && strstr (job->message, page->search));
}

/* Why the table would be empty, or the table. */
static void
show_whether_any (LsPoolsPage *page)
{
  GListModel *jobs = ls_store_jobs (ls_page_store (LS_PAGE (page)));
  gboolean any = FALSE;
  for (guint i = g_list_model_get_n_items (jobs); !any && i-- > 0;) {
    g_autoptr (LsJobItem) job = g_list_model_get_item (jobs, i);
    any = is_wanted (job, page);
  }
  gtk_stack_set_visible_child_name (page->jobs_stack, any ? "jobs" : "none");
  gtk_label_set_text (page->none_label, page->search && *page->search ? _("No job matches what you search for")
                                                                      : _("No jobs yet: submit one, and it runs in a thread of this pool"));
}

static void
show_wanted (LsPoolsPage *page)
{
  ls_table_set_filter (page->table, is_wanted, page);
  show_whether_any (page);
}

static void
choose (LsPoolsPage *page, const char *name)
{
  LsStore *store = ls_page_store (LS_PAGE (page));
  g_autofree char *before = page->chosen;
  page->chosen = g_strdup (name);
  for (guint i = 0; name && i < g_list_model_get_n_items (G_LIST_MODEL (page->names)); i++)
    if (g_str_equal (gtk_string_list_get_string (page->names, i), name)) {
      page->filling = TRUE;
      gtk_drop_down_set_selected (page->pool_drop, i);
      page->filling = FALSE;
    }
  ls_pool_bar_set_pool (page->bar, store, chosen_pool (page));
  ls_thread_strip_set_pool (page->threads, store, chosen_pool (page));
  ls_buffers_view_set_pool (page->buffers, store, chosen_pool (page));
  ls_comparison_view_set_pool (page->comparison, store, chosen_pool (page));
  show_wanted (page);
  ls_pool_figures_show (page->figures, chosen_pool (page));
}

static void
choice_changed (LsPoolsPage *page)
{
  guint selected = gtk_drop_down_get_selected (page->pool_drop);
  if (page->filling || selected == GTK_INVALID_LIST_POSITION || !ls_page_store (LS_PAGE (page)))
    return;
  g_autofree char *name = g_strdup (gtk_string_list_get_string (page->names, selected));
  choose (page, name);
}

static void
pools_changed (LsPoolsPage *page)
{
  GListModel *pools = ls_store_pools (ls_page_store (LS_PAGE (page)));
  guint before = g_list_model_get_n_items (G_LIST_MODEL (page->names));
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  for (guint i = 0; i < g_list_model_get_n_items (pools); i++) {
    g_autoptr (LsPoolItem) pool = g_list_model_get_item (pools, i);
    g_strv_builder_add (names, ls_pool_item_get (pool)->name);
  }
  g_auto (GStrv) all = g_strv_builder_end (names);
  page->filling = TRUE;
  gtk_string_list_splice (page->names, 0, before, (const char *const *) all);
  page->filling = FALSE;
  g_autofree char *name = g_strdup (chosen_pool (page) ? page->chosen : all[0]);
  choose (page, name);
  ls_page_refresh (LS_PAGE (page));
}

/* --- which job --- */

static void
show_job (LsPoolsPage *page, LsJobItem *job)
{
  ls_job_detail_show (page->detail, ls_page_store (LS_PAGE (page)), job);
  gtk_widget_set_visible (GTK_WIDGET (page->detail), job != NULL);
  if (job && adw_leaflet_get_folded (page->leaflet))      /* else both are seen, and the focus stays where it is */
    adw_leaflet_set_visible_child (page->leaflet, GTK_WIDGET (page->detail));
}

static void
ls_pools_page_selected (LsPoolsPage *page, LsJobItem *job)
{
  show_job (page, job);
}

static void
ls_pools_page_back (LsPoolsPage *page)
{
  ls_table_select (page->table, NULL);
  show_job (page, NULL);
}

static void
jobs_changed (LsPoolsPage *page)
{
  LsJobItem *shown = ls_job_detail_shown (page->detail);
  show_whether_any (page);
  if (shown && !ls_store_find_job (ls_page_store (LS_PAGE (page)), ls_item_key (LS_ITEM (shown))))
    show_job (page, NULL);
}

static gboolean
show_what_is_chosen (gpointer user)
{
  LsPoolsPage *page = user;
  if (ls_job_detail_shown (page->detail) && adw_leaflet_get_folded (page->leaflet))
    adw_leaflet_set_visible_child (page->leaflet, GTK_WIDGET (page->detail));
  return G_SOURCE_REMOVE;
}

/* With the list alone there is nothing to fold, so that it folds only after a first choice, while sizes are given out: go on a moment later. */
static void
folded_changed (LsPoolsPage *page)
{
  ls_job_detail_set_folded (page->detail, adw_leaflet_get_folded (page->leaflet));
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_what_is_chosen, g_object_ref (page), g_object_unref);
}

/* --- page --- */

static gboolean
ls_pools_page_is_empty (LsPage *page)
{
  return g_list_model_get_n_items (ls_store_pools (ls_page_store (page))) == 0;
}

static void
ls_pools_page_bind (LsPage *base, LsStore *store)
{
  LsPoolsPage *page = LS_POOLS_PAGE (base);
  ls_table_set_model (page->table, ls_store_jobs (store));
  g_signal_connect_object (ls_store_pools (store), "items-changed", G_CALLBACK (pools_changed), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_store_jobs (store), "items-changed", G_CALLBACK (jobs_changed), page, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  pools_changed (page);
}

static void
ls_pools_page_sampled (LsPage *base)
{
  LsPoolsPage *page = LS_POOLS_PAGE (base);
  ls_pool_figures_show (page->figures, chosen_pool (page));
  ls_thread_strip_renew (page->threads);
  ls_comparison_view_set_pool (page->comparison, ls_page_store (base), chosen_pool (page));
  ls_table_renew (page->table);
  ls_job_detail_renew (page->detail);
}

static void
ls_pools_page_search (LsPage *base, const char *text)
{
  LsPoolsPage *page = LS_POOLS_PAGE (base);
  g_free (page->search);
  page->search = g_strdup (text);
  show_wanted (page);
}

/* "compute", or "j17". */
static void
ls_pools_page_show_target (LsPage *base, const char *target)
{
  LsPoolsPage *page = LS_POOLS_PAGE (base);
  LsJobItem *job = target ? ls_store_find_job (ls_page_store (base), target) : NULL;
  const char *pool = job ? ls_job_item_get (job)->pool : target;
  if (!pool || !ls_store_find_pool (ls_page_store (base), pool))
    return;
  choose (page, pool);
  ls_table_select (page->table, job);
  show_job (page, job);
}

static void
submit_job (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *pool = LS_POOLS_PAGE (widget)->chosen;
  gtk_widget_activate_action (widget, "win.submit-job", "s", pool ? pool : "");
}

/* --- object --- */

static void
ls_pools_page_finalize (GObject *object)
{
  LsPoolsPage *page = LS_POOLS_PAGE (object);
  g_free (page->chosen);
  g_free (page->search);
  g_clear_object (&page->names);
  G_OBJECT_CLASS (ls_pools_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/pools_page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, pool_drop);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, bar);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, figures);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, threads);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, jobs_stack);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, none_label);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, table);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, buffers);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, comparison);
  gtk_widget_class_bind_template_child (widget_class, LsPoolsPage, detail);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, folded_changed);
  gtk_widget_class_bind_template_callback (widget_class, ls_pools_page_selected);
  gtk_widget_class_bind_template_callback (widget_class, ls_pools_page_back);
}

static void
ls_pools_page_class_init (LsPoolsPageClass *klass)
{
  LsPageClass *page_class = LS_PAGE_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_pools_page_finalize;
  page_class->bind = ls_pools_page_bind;
  page_class->sampled = ls_pools_page_sampled;
  page_class->is_empty = ls_pools_page_is_empty;
  page_class->search = ls_pools_page_search;
  page_class->show_target = ls_pools_page_show_target;
  g_type_ensure (LS_TYPE_POOL_BAR);
  g_type_ensure (LS_TYPE_POOL_FIGURES);
  g_type_ensure (LS_TYPE_THREAD_STRIP);
  g_type_ensure (LS_TYPE_TABLE);
  g_type_ensure (LS_TYPE_BUFFERS_VIEW);
  g_type_ensure (LS_TYPE_COMPARISON_VIEW);
  g_type_ensure (LS_TYPE_JOB_DETAIL);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "pools.submit", NULL, submit_job);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ls_pools_page_init (LsPoolsPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
  page->names = gtk_string_list_new (NULL);
  page->filling = TRUE;
  gtk_drop_down_set_model (page->pool_drop, G_LIST_MODEL (page->names));
  page->filling = FALSE;
  ls_table_set_columns (page->table, ls_job_columns, ls_n_job_columns);
  ls_table_sort (page->table, 0, GTK_SORT_DESCENDING);      /* the newest first */
}
