/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/overview_page.h"

struct _LsOverviewPage {
  LsPage parent_instance;
};

G_DEFINE_FINAL_TYPE (LsOverviewPage, ls_overview_page, LS_TYPE_PAGE)

static gboolean
ls_overview_page_is_empty (LsPage *page)
{
  return g_list_model_get_n_items (ls_store_clusters (ls_page_store (page))) == 0;
}

static void
ls_overview_page_bind (LsPage *page, LsStore *store)
{
  g_signal_connect_object (ls_store_clusters (store), "items-changed", G_CALLBACK (ls_page_refresh), page, G_CONNECT_SWAPPED);
}

static void
ls_overview_page_class_init (LsOverviewPageClass *klass)
{
  LsPageClass *page_class = LS_PAGE_CLASS (klass);
  page_class->bind = ls_overview_page_bind;
  page_class->is_empty = ls_overview_page_is_empty;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass), "/lineshaft/pages/overview_page.ui");
}

static void
ls_overview_page_init (LsOverviewPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
}
