/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/clusters_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/pages/cluster_bar.h"
#include "gui/pages/table.h"
#include "gui/pages/worker_columns.h"
#include "gui/pages/worker_detail.h"

struct _LsClustersPage {
  LsPage parent_instance;
  GtkStringList *names;        /* the first is all of them */
  char *chosen;                /* NULL: all */
  char *search;
  gboolean filling;
  AdwLeaflet *leaflet;
  GtkDropDown *cluster_drop;
  GtkFlowBoxChild *bar_place;
  LsClusterBar *bar;
  GSignalGroup *changes;       /* of the chosen cluster */
  GtkRevealer *reason_revealer;
  GtkLabel *reason_label;
  GtkStack *workers_stack;
  GtkLabel *none_label;
  LsTable *table;
  LsWorkerDetail *detail;
};

G_DEFINE_FINAL_TYPE (LsClustersPage, ls_clusters_page, LS_TYPE_PAGE)

/* --- which cluster --- */

static gboolean
is_wanted (gpointer item, gpointer user)
{
  LsClustersPage *page = user;
  const LsWorker *worker = ls_worker_item_get (LS_WORKER_ITEM (item));
  if (page->chosen && !g_str_equal (worker->cluster, page->chosen))
    return FALSE;
  if (!page->search || !*page->search)
    return TRUE;
  g_autofree char *pid = g_strdup_printf ("%d", (int) worker->instance.pid);
  return strstr (worker->id, page->search) || strstr (ls_worker_state_name (worker->state), page->search) || g_str_equal (pid, page->search);
}

/* Why the table would be empty, or the table. */
static void
show_whether_any (LsClustersPage *page)
{
  GListModel *workers = ls_store_workers (ls_page_store (LS_PAGE (page)));
  gboolean any = FALSE;
  for (guint i = 0; !any && i < g_list_model_get_n_items (workers); i++) {
    g_autoptr (LsWorkerItem) worker = g_list_model_get_item (workers, i);
    any = is_wanted (worker, page);
  }
  gtk_stack_set_visible_child_name (page->workers_stack, any ? "workers" : "none");
  gtk_label_set_text (page->none_label, page->search && *page->search ? _("No worker matches what you search for")
                                                                      : _("No worker runs: add one with +, or start the cluster from its menu"));
}

static void
show_wanted (LsClustersPage *page)
{
  ls_table_set_filter (page->table, is_wanted, page);
  show_whether_any (page);
}

/* What is not well says so in full. */
static void
show_reason (LsClustersPage *page)
{
  LsClusterItem *cluster = page->chosen ? ls_store_find_cluster (ls_page_store (LS_PAGE (page)), page->chosen) : NULL;
  const LsClusterStatus *status = cluster ? &ls_cluster_item_get (cluster)->status : NULL;
  gboolean unwell = status && status->reason && (status->state == LS_CLUSTER_FAILING || status->state == LS_CLUSTER_DEGRADED);
  gtk_revealer_set_reveal_child (page->reason_revealer, unwell);
  if (unwell && g_strcmp0 (gtk_label_get_text (page->reason_label), status->reason) != 0)
    gtk_label_set_text (page->reason_label, status->reason);
}

static void
show_chosen (LsClustersPage *page)
{
  LsStore *store = ls_page_store (LS_PAGE (page));
  LsClusterItem *cluster = page->chosen ? ls_store_find_cluster (store, page->chosen) : NULL;
  ls_cluster_bar_set_cluster (page->bar, store, cluster);
  g_signal_group_set_target (page->changes, cluster);
  gtk_widget_set_visible (GTK_WIDGET (page->bar_place), cluster != NULL);
  show_reason (page);
  show_wanted (page);
}

static guint
index_of (LsClustersPage *page, const char *name)
{
  for (guint i = 1; name && i < g_list_model_get_n_items (G_LIST_MODEL (page->names)); i++)
    if (g_str_equal (gtk_string_list_get_string (page->names, i), name))
      return i;
  return 0;
}

static void
choose (LsClustersPage *page, const char *name)
{
  guint index = index_of (page, name);
  g_autofree char *before = page->chosen;
  page->chosen = index > 0 ? g_strdup (name) : NULL;
  page->filling = TRUE;
  gtk_drop_down_set_selected (page->cluster_drop, index);
  page->filling = FALSE;
  show_chosen (page);
}

static void
choice_changed (LsClustersPage *page)
{
  guint selected = gtk_drop_down_get_selected (page->cluster_drop);
  if (page->filling || !ls_page_store (LS_PAGE (page)))
    return;
  g_autofree char *name = selected > 0 ? g_strdup (gtk_string_list_get_string (page->names, selected)) : NULL;
  choose (page, name);
}

/* An only cluster is the one that is meant. */
static void
clusters_changed (LsClustersPage *page)
{
  GListModel *clusters = ls_store_clusters (ls_page_store (LS_PAGE (page)));
  guint n = g_list_model_get_n_items (clusters), before = g_list_model_get_n_items (G_LIST_MODEL (page->names));
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_strv_builder_add (names, _("All clusters"));
  for (guint i = 0; i < n; i++) {
    g_autoptr (LsClusterItem) cluster = g_list_model_get_item (clusters, i);
    g_strv_builder_add (names, ls_cluster_item_name (cluster));
  }
  g_auto (GStrv) all = g_strv_builder_end (names);
  page->filling = TRUE;
  gtk_string_list_splice (page->names, 0, before, (const char *const *) all);
  page->filling = FALSE;
  g_autofree char *name = g_strdup (n == 1 ? all[1] : page->chosen);
  choose (page, name);
  ls_page_refresh (LS_PAGE (page));
}

/* --- which worker --- */

static void
show_worker (LsClustersPage *page, LsWorkerItem *worker)
{
  ls_worker_detail_show (page->detail, ls_page_store (LS_PAGE (page)), worker);
  gtk_widget_set_visible (GTK_WIDGET (page->detail), worker != NULL);
  if (worker && adw_leaflet_get_folded (page->leaflet))      /* else both are seen, and the focus stays where it is */
    adw_leaflet_set_visible_child (page->leaflet, GTK_WIDGET (page->detail));
}

static gboolean
is_listed (LsClustersPage *page, LsWorkerItem *worker)
{
  return worker && is_wanted (worker, page) && g_list_store_find (G_LIST_STORE (ls_store_workers (ls_page_store (LS_PAGE (page)))), worker, NULL);
}

/* Nothing is selected either because one wished so, or because the process has ended: then its detail stays. */
static void
ls_clusters_page_selected (LsClustersPage *page, LsWorkerItem *worker)
{
  if (worker || is_listed (page, ls_worker_detail_shown (page->detail)))
    show_worker (page, worker);
}

static void
ls_clusters_page_activated (LsClustersPage *page, LsWorkerItem *worker)
{
  show_worker (page, worker);
}

static void
ls_clusters_page_back (LsClustersPage *page)
{
  ls_table_select (page->table, NULL);
  show_worker (page, NULL);
}

/* The process that is @id now, the newest if there are two. */
static LsWorkerItem *
find_worker (LsClustersPage *page, const char *id)
{
  GListModel *workers = ls_store_workers (ls_page_store (LS_PAGE (page)));
  for (guint i = g_list_model_get_n_items (workers); i-- > 0;) {
    g_autoptr (LsWorkerItem) worker = g_list_model_get_item (workers, i);
    if (g_str_equal (ls_worker_item_get (worker)->id, id))
      return worker;      /* the list holds it */
  }
  return NULL;
}

static void
ls_clusters_page_successor (LsClustersPage *page, const char *id)
{
  LsWorkerItem *worker = find_worker (page, id);
  if (!worker)
    return;
  show_worker (page, worker);
  ls_table_select (page->table, worker);
}

static void
workers_changed (LsClustersPage *page)
{
  ls_worker_detail_check (page->detail);
  show_whether_any (page);
}

static gboolean
show_what_is_chosen (gpointer user)
{
  LsClustersPage *page = user;
  if (ls_worker_detail_shown (page->detail) && adw_leaflet_get_folded (page->leaflet))
    adw_leaflet_set_visible_child (page->leaflet, GTK_WIDGET (page->detail));
  return G_SOURCE_REMOVE;
}

/* With the list alone there is nothing to fold, so that it folds only after a first choice, while sizes are given out: go on a moment later. */
static void
folded_changed (LsClustersPage *page)
{
  ls_worker_detail_set_folded (page->detail, adw_leaflet_get_folded (page->leaflet));
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_what_is_chosen, g_object_ref (page), g_object_unref);
}

/* --- page --- */

static gboolean
ls_clusters_page_is_empty (LsPage *page)
{
  return g_list_model_get_n_items (ls_store_clusters (ls_page_store (page))) == 0;
}

static void
ls_clusters_page_bind (LsPage *base, LsStore *store)
{
  LsClustersPage *page = LS_CLUSTERS_PAGE (base);
  ls_table_set_model (page->table, ls_store_workers (store));
  g_signal_connect_object (ls_store_clusters (store), "items-changed", G_CALLBACK (clusters_changed), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_store_workers (store), "items-changed", G_CALLBACK (workers_changed), page, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  clusters_changed (page);
}

static void
ls_clusters_page_sampled (LsPage *base)
{
  ls_table_renew (LS_CLUSTERS_PAGE (base)->table);
  ls_worker_detail_renew (LS_CLUSTERS_PAGE (base)->detail);
}

static void
ls_clusters_page_search (LsPage *base, const char *text)
{
  LsClustersPage *page = LS_CLUSTERS_PAGE (base);
  g_free (page->search);
  page->search = g_strdup (text);
  show_wanted (page);
}

/* "web", or "web.3". */
static void
ls_clusters_page_show_target (LsPage *base, const char *target)
{
  LsClustersPage *page = LS_CLUSTERS_PAGE (base);
  LsWorkerItem *worker = target ? find_worker (page, target) : NULL;
  if (!target)
    return;
  choose (page, worker ? ls_worker_item_get (worker)->cluster : target);
  ls_table_select (page->table, worker);
  show_worker (page, worker);
}

/* --- object --- */

static void
ls_clusters_page_finalize (GObject *object)
{
  LsClustersPage *page = LS_CLUSTERS_PAGE (object);
  g_free (page->chosen);
  g_free (page->search);
  g_clear_object (&page->names);
  g_clear_object (&page->changes);
  G_OBJECT_CLASS (ls_clusters_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/clusters_page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, cluster_drop);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, bar_place);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, bar);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, reason_revealer);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, reason_label);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, workers_stack);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, none_label);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, table);
  gtk_widget_class_bind_template_child (widget_class, LsClustersPage, detail);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, folded_changed);
  gtk_widget_class_bind_template_callback (widget_class, ls_clusters_page_selected);
  gtk_widget_class_bind_template_callback (widget_class, ls_clusters_page_activated);
  gtk_widget_class_bind_template_callback (widget_class, ls_clusters_page_back);
  gtk_widget_class_bind_template_callback (widget_class, ls_clusters_page_successor);
}

static void
ls_clusters_page_class_init (LsClustersPageClass *klass)
{
  LsPageClass *page_class = LS_PAGE_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_clusters_page_finalize;
  page_class->bind = ls_clusters_page_bind;
  page_class->sampled = ls_clusters_page_sampled;
  page_class->is_empty = ls_clusters_page_is_empty;
  page_class->search = ls_clusters_page_search;
  page_class->show_target = ls_clusters_page_show_target;
  g_type_ensure (LS_TYPE_CLUSTER_BAR);
  g_type_ensure (LS_TYPE_TABLE);
  g_type_ensure (LS_TYPE_WORKER_DETAIL);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ls_clusters_page_init (LsClustersPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
  page->names = gtk_string_list_new (NULL);
  page->changes = g_signal_group_new (LS_TYPE_CLUSTER_ITEM);
  g_signal_group_connect_swapped (page->changes, "notify::reason", G_CALLBACK (show_reason), page);
  g_signal_group_connect_swapped (page->changes, "notify::state", G_CALLBACK (show_reason), page);
  page->filling = TRUE;
  gtk_drop_down_set_model (page->cluster_drop, G_LIST_MODEL (page->names));
  page->filling = FALSE;
  ls_table_set_columns (page->table, ls_worker_columns, ls_n_worker_columns);
}
