/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/logs_page.h"

#include <glib/gi18n.h>

#include "gui/pages/log_view.h"

struct _LsLogsPage {
  LsPage parent_instance;
  GtkStringList *sources;      /* the first is everything */
  char *target;                /* chosen, also while its source is not known yet; NULL: everything */
  gboolean filling;
  GtkDropDown *source_drop, *stream_drop;
  LsLogView *view;
};

G_DEFINE_FINAL_TYPE (LsLogsPage, ls_logs_page, LS_TYPE_PAGE)

/* --- what can be chosen --- */

static void
add_names (GStrvBuilder *names, GListModel *items, const char *property)
{
  for (guint i = 0; i < g_list_model_get_n_items (items); i++) {
    g_autoptr (GObject) item = g_list_model_get_item (items, i);
    g_autofree char *name = NULL;
    g_object_get (item, property, &name, NULL);
    g_strv_builder_add (names, name);
  }
}

/* Everything, then clusters, their workers, pools and tasks, and the agent. A worker of which two processes live stands there once. */
static char **
source_names (LsStore *store)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_strv_builder_add (names, _("Everything"));
  add_names (names, ls_store_clusters (store), "name");
  add_names (names, ls_store_workers (store), "id");
  add_names (names, ls_store_pools (store), "name");
  add_names (names, ls_store_tasks (store), "id");
  g_strv_builder_add (names, "agent");
  g_auto (GStrv) all = g_strv_builder_end (names);
  g_autoptr (GStrvBuilder) unique = g_strv_builder_new ();
  for (guint i = 0; all[i]; i++)
    if (i == 0 || !g_str_equal (all[i], all[i - 1]))
      g_strv_builder_add (unique, all[i]);
  return g_strv_builder_end (unique);
}

static guint
index_of (GtkStringList *list, const char *name)
{
  for (guint i = 1; name && i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    if (g_str_equal (gtk_string_list_get_string (list, i), name))
      return i;
  return 0;
}

static void
fill_sources (LsLogsPage *page)
{
  g_auto (GStrv) names = source_names (ls_page_store (LS_PAGE (page)));
  page->filling = TRUE;
  gtk_string_list_splice (page->sources, 0, g_list_model_get_n_items (G_LIST_MODEL (page->sources)), (const char *const *) names);
  gtk_drop_down_set_selected (page->source_drop, index_of (page->sources, page->target));
  page->filling = FALSE;
}

/* --- what is shown --- */

static void
follow (LsLogsPage *page)
{
  static const char *const streams[] = { NULL, "stdout", "stderr", "agent" };
  guint stream = gtk_drop_down_get_selected (page->stream_drop);
  ls_log_view_follow (page->view, ls_page_client (LS_PAGE (page)), page->target,
                      stream < G_N_ELEMENTS (streams) ? streams[stream] : NULL);
}

static void
choice_changed (LsLogsPage *page)
{
  if (page->filling || !ls_page_store (LS_PAGE (page)))
    return;
  guint selected = gtk_drop_down_get_selected (page->source_drop);
  const char *name = selected > 0 ? gtk_string_list_get_string (page->sources, selected) : NULL;
  g_free (page->target);
  page->target = g_strdup (name);
  follow (page);
}

static void
ls_logs_page_show_target (LsPage *base, const char *target)
{
  LsLogsPage *page = LS_LOGS_PAGE (base);
  g_free (page->target);
  page->target = g_strdup (target);
  fill_sources (page);
  follow (page);
}

static void
ls_logs_page_search (LsPage *base, const char *text)
{
  ls_log_view_search (LS_LOGS_PAGE (base)->view, text);
}

static void
state_changed (LsLogsPage *page)
{
  if (ls_store_state (ls_page_store (LS_PAGE (page))) == LS_STORE_CONNECTED)
    ls_log_view_reload (page->view);
}

static void
ls_logs_page_bind (LsPage *base, LsStore *store)
{
  LsLogsPage *page = LS_LOGS_PAGE (base);
  GListModel *lists[] = { ls_store_clusters (store), ls_store_workers (store), ls_store_pools (store), ls_store_tasks (store) };
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_signal_connect_object (lists[i], "items-changed", G_CALLBACK (fill_sources), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notify::state", G_CALLBACK (state_changed), page, G_CONNECT_SWAPPED);
  fill_sources (page);
  follow (page);
}

/* --- object --- */

static void
ls_logs_page_finalize (GObject *object)
{
  LsLogsPage *page = LS_LOGS_PAGE (object);
  g_free (page->target);
  g_clear_object (&page->sources);
  G_OBJECT_CLASS (ls_logs_page_parent_class)->finalize (object);
}

static void
ls_logs_page_class_init (LsLogsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  LsPageClass *page_class = LS_PAGE_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_logs_page_finalize;
  page_class->bind = ls_logs_page_bind;
  page_class->search = ls_logs_page_search;
  page_class->show_target = ls_logs_page_show_target;
  g_type_ensure (LS_TYPE_LOG_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/logs_page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsLogsPage, source_drop);
  gtk_widget_class_bind_template_child (widget_class, LsLogsPage, stream_drop);
  gtk_widget_class_bind_template_child (widget_class, LsLogsPage, view);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
}

static void
ls_logs_page_init (LsLogsPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
  page->sources = gtk_string_list_new (NULL);
  page->filling = TRUE;
  gtk_drop_down_set_model (page->source_drop, G_LIST_MODEL (page->sources));
  page->filling = FALSE;
}
