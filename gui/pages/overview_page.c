/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/overview_page.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/call.h"
#include "gui/cards/cluster_card.h"
#include "gui/cards/figure.h"
#include "gui/cards/pool_card.h"
#include "gui/cards/task_card.h"
#include "gui/charts/core_grid.h"
#include "gui/charts/header_layout.h"
#include "gui/charts/legend.h"
#include "gui/charts/line_chart.h"
#include "gui/charts/stack_chart.h"
#include "gui/demo.h"
#include "gui/model/format.h"
#include "gui/pages/overview_layout.h"
#include "gui/settings.h"

#define POINTS 120
#define TASK_CARDS 6
#define DESCRIBE_EVERY_MS 10000

struct _LsOverviewPage {
  LsPage parent_instance;
  GSettings *settings;         /* nullable */
  LsClusterItem *shown;        /* nullable: whose requests and latency the charts show */
  char *search;
  gint64 described_at;

  GtkBox *board;
  GtkRevealer *demo_strip;
  GtkDropDown *cluster_choice;
  GtkBox *requests_card, *latency_card, *cpu_card, *memory_card;
  LsStackChart *requests_chart, *memory_chart;
  LsLineChart *latency_chart;
  LsCoreGrid *core_grid;
  GtkInscription *cpu_figure, *memory_figure;
  LsLegend *requests_legend, *latency_legend;
};

G_DEFINE_FINAL_TYPE (LsOverviewPage, ls_overview_page, LS_TYPE_PAGE)

static const LsLegendEntry request_entries[] = {
  { -1, LS_COLOR_2XX, N_("2xx"), N_("2xx OK") },
  { -1, LS_COLOR_3XX, N_("3xx"), N_("3xx redirect") },
  { -1, LS_COLOR_4XX, N_("4xx"), N_("4xx client error") },
  { -1, LS_COLOR_5XX, N_("5xx"), N_("5xx server error") },
};
static const LsLegendEntry latency_entries[] = {
  { 0, 0, N_("p50"), N_("p50") }, { 1, 0, N_("p95"), N_("p95") }, { 2, 0, N_("p99"), N_("p99") },
};
static const LsBand memory_bands[] = { { LS_MEMORY_USED, LS_COLOR_BLUE, FALSE } };

/* --- cards --- */

static gboolean
is_found (LsOverviewPage *self, const char *name)
{
  return !self->search || !*self->search || strstr (name, self->search) != NULL;
}

static gboolean
is_card_task (const LsTask *task)
{
  return !ls_task_state_is_final (task->state);
}

/* The item that a card is for; NULL: no card. */
static gpointer
item_of (GtkWidget *card)
{
  if (LS_IS_CLUSTER_CARD (card))
    return ls_cluster_card_cluster (LS_CLUSTER_CARD (card));
  if (LS_IS_POOL_CARD (card))
    return ls_pool_card_pool (LS_POOL_CARD (card));
  return LS_IS_TASK_CARD (card) ? ls_task_card_task (LS_TASK_CARD (card)) : NULL;
}

static GtkWidget *
find_card (LsOverviewPage *self, gpointer item)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->board)); child; child = gtk_widget_get_next_sibling (child))
    if (item_of (child) == item)
      return child;
  return NULL;
}

static GtkWidget *
new_card (LsStore *store, gpointer item)
{
  if (LS_IS_CLUSTER_ITEM (item))
    return ls_cluster_card_new (store, item);
  if (LS_IS_POOL_ITEM (item))
    return ls_pool_card_new (store, item);
  return ls_task_card_new (store, item);
}

/* What has a card, in order: clusters, pools, then the tasks that run. (transfer full) */
static GPtrArray *
wanted_items (LsOverviewPage *self)
{
  LsStore *store = ls_page_store (LS_PAGE (self));
  GListModel *lists[] = { ls_store_clusters (store), ls_store_pools (store), ls_store_tasks (store) };
  GPtrArray *wanted = g_ptr_array_new_with_free_func (g_object_unref);
  guint tasks = 0;
  for (guint list = 0; list < G_N_ELEMENTS (lists); list++) {
    for (guint i = 0; i < g_list_model_get_n_items (lists[list]); i++) {
      g_autoptr (LsItem) item = g_list_model_get_item (lists[list], i);
      const char *name = LS_IS_TASK_ITEM (item) ? ls_task_item_get (LS_TASK_ITEM (item))->name : ls_item_key (item);
      if (LS_IS_TASK_ITEM (item) && (!is_card_task (ls_task_item_get (LS_TASK_ITEM (item))) || tasks++ >= TASK_CARDS))
        continue;
      if (is_found (self, name))
        g_ptr_array_add (wanted, g_steal_pointer (&item));
    }
  }
  return wanted;
}

static void
drop_cards (LsOverviewPage *self, GPtrArray *wanted)
{
  GtkWidget *next;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->board)); child; child = next) {
    next = gtk_widget_get_next_sibling (child);
    if (item_of (child) && !g_ptr_array_find (wanted, item_of (child), NULL))
      gtk_box_remove (self->board, child);
  }
}

static void
show_hint (LsOverviewPage *self)
{
  gboolean seen = self->settings && g_settings_get_boolean (self->settings, "hint-seen");
  gboolean first = !seen && gtk_revealer_get_reveal_child (self->demo_strip);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->board)); child; child = gtk_widget_get_next_sibling (child)) {
    if (!LS_IS_CLUSTER_CARD (child))
      continue;
    ls_cluster_card_set_hint (LS_CLUSTER_CARD (child), first);
    first = FALSE;
  }
}

static void
show_cards (LsOverviewPage *self)
{
  g_autoptr (GPtrArray) wanted = wanted_items (self);
  GtkWidget *before = GTK_WIDGET (self->demo_strip);
  drop_cards (self, wanted);
  for (guint i = 0; i < wanted->len; i++) {
    GtkWidget *card = find_card (self, wanted->pdata[i]);
    if (!card) {
      card = new_card (ls_page_store (LS_PAGE (self)), wanted->pdata[i]);
      gtk_box_insert_child_after (self->board, card, before);
    } else if (gtk_widget_get_prev_sibling (card) != before) {
      gtk_box_reorder_child_after (self->board, card, before);
    }
    before = card;
  }
  gtk_revealer_set_reveal_child (self->demo_strip, ls_demo_task (ls_page_store (LS_PAGE (self))) != NULL);
  show_hint (self);
  ls_page_refresh (LS_PAGE (self));
}

/* --- which cluster the charts show --- */

static void
show_cluster_of_charts (LsOverviewPage *self)
{
  LsClusterItem *chosen = gtk_drop_down_get_selected_item (self->cluster_choice);
  if (chosen == self->shown)
    return;
  const LsSeries *series = chosen ? ls_cluster_item_series (chosen) : NULL;
  ls_stack_chart_set_series (self->requests_chart, series, ls_status_bands, G_N_ELEMENTS (ls_status_bands));
  ls_line_chart_set_series (self->latency_chart, series, LS_CLUSTER_P50);
  g_set_object (&self->shown, chosen);
}

static void
clusters_changed (LsOverviewPage *self)
{
  GListModel *clusters = ls_store_clusters (ls_page_store (LS_PAGE (self)));
  gtk_widget_set_visible (GTK_WIDGET (self->cluster_choice), g_list_model_get_n_items (clusters) > 1);
  show_cluster_of_charts (self);
  show_cards (self);
}

static void
tasks_changed (LsOverviewPage *self, guint position, guint removed, guint added, GListModel *tasks)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (tasks, i);
    g_signal_connect_object (item, "notify::state", G_CALLBACK (show_cards), self, G_CONNECT_SWAPPED);
  }
  show_cards (self);
}

/* --- once a sample --- */

static void
step_cards (LsOverviewPage *self, gint64 unix_ms)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->board)); child; child = gtk_widget_get_next_sibling (child)) {
    if (LS_IS_CLUSTER_CARD (child))
      ls_cluster_card_step (LS_CLUSTER_CARD (child), unix_ms);
    else if (LS_IS_POOL_CARD (child))
      ls_pool_card_step (LS_POOL_CARD (child));
    else if (LS_IS_TASK_CARD (child))
      ls_task_card_step (LS_TASK_CARD (child), unix_ms);
  }
}

static double
latest (LsOverviewPage *self, guint column)
{
  return self->shown ? ls_series_get (ls_cluster_item_series (self->shown), 0, column) : NAN;
}

static void
step_requests (LsOverviewPage *self, gint64 unix_ms)
{
  static const guint columns[] = { LS_CLUSTER_2XX, LS_CLUSTER_3XX, LS_CLUSTER_4XX, LS_CLUSTER_5XX };
  static const guint lines[] = { LS_CLUSTER_P50, LS_CLUSTER_P95, LS_CLUSTER_P99 };
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    ls_legend_take_value (self->requests_legend, i, ls_text_rate (latest (self, columns[i])));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    ls_legend_take_value (self->latency_legend, i, ls_text_us (latest (self, lines[i])));
  ls_stack_chart_step (self->requests_chart, unix_ms);
  ls_line_chart_step (self->latency_chart, unix_ms);
}

static void
step_host (LsOverviewPage *self, const LsHost *host, gint64 unix_ms)
{
  ls_core_grid_step (self->core_grid, host->cpu);
  ls_figure_take (self->cpu_figure, ls_text_cpu (ls_host_cpu (host), host->load));
  ls_figure_take (self->memory_figure, ls_text_memory (host->memory_used, host->memory_total, host->swap_used));
  ls_stack_chart_set_least (self->memory_chart, host->memory_total);
  ls_stack_chart_step (self->memory_chart, unix_ms);
}

static void
say (gpointer chart, GtkAccessibleProperty property, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (chart), property, text, -1);
}

/* Whoever hears the window need not hear every second. */
static void
describe (LsOverviewPage *self, gint64 unix_ms)
{
  if (unix_ms - self->described_at < DESCRIBE_EVERY_MS || ls_store_host (ls_page_store (LS_PAGE (self)))->cores == 0)
    return;
  g_autofree char *requests = ls_legend_to_text (self->requests_legend), *latency = ls_legend_to_text (self->latency_legend);
  self->described_at = unix_ms;
  say (self->requests_chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, requests);
  say (self->latency_chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, latency);
  say (self->memory_chart, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, gtk_inscription_get_text (self->memory_figure));
  say (self->core_grid, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, gtk_inscription_get_text (self->cpu_figure));
}

static void
ls_overview_page_sampled (LsPage *page)
{
  LsOverviewPage *self = LS_OVERVIEW_PAGE (page);
  gint64 unix_ms = g_get_real_time () / 1000;
  step_cards (self, unix_ms);
  step_requests (self, unix_ms);
  step_host (self, ls_store_host (ls_page_store (page)), unix_ms);
  describe (self, unix_ms);
}

/* --- the page --- */

static gboolean
ls_overview_page_is_empty (LsPage *page)
{
  LsStore *store = ls_page_store (page);
  GListModel *tasks = ls_store_tasks (store);
  if (g_list_model_get_n_items (ls_store_clusters (store)) + g_list_model_get_n_items (ls_store_pools (store)) > 0)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) task = g_list_model_get_item (tasks, i);
    if (is_card_task (ls_task_item_get (task)))
      return FALSE;
  }
  return TRUE;
}

static void
ls_overview_page_search (LsPage *page, const char *text)
{
  LsOverviewPage *self = LS_OVERVIEW_PAGE (page);
  if (g_strcmp0 (self->search ? self->search : "", text) == 0)
    return;
  g_free (self->search);
  self->search = g_strdup (text);
  show_cards (self);
}

static void
ls_overview_page_bind (LsPage *page, LsStore *store)
{
  LsOverviewPage *self = LS_OVERVIEW_PAGE (page);
  GtkExpression *name = gtk_property_expression_new (LS_TYPE_CLUSTER_ITEM, NULL, "name");
  gtk_drop_down_set_expression (self->cluster_choice, name);
  gtk_expression_unref (name);
  gtk_drop_down_set_model (self->cluster_choice, ls_store_clusters (store));
  ls_stack_chart_set_series (self->memory_chart, ls_store_host (store)->memory, memory_bands, G_N_ELEMENTS (memory_bands));
  g_signal_connect_object (self->cluster_choice, "notify::selected-item", G_CALLBACK (show_cluster_of_charts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_store_clusters (store), "items-changed", G_CALLBACK (clusters_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_store_pools (store), "items-changed", G_CALLBACK (show_cards), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ls_store_tasks (store), "items-changed", G_CALLBACK (tasks_changed), self, G_CONNECT_SWAPPED);
}

/* --- actions --- */

static void
hint_seen (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsOverviewPage *self = LS_OVERVIEW_PAGE (widget);
  if (self->settings)
    g_settings_set_boolean (self->settings, "hint-seen", TRUE);
  show_hint (self);
}

static void
stop_demo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_demo_stop (widget, ls_page_store (LS_PAGE (widget)));
}

static void
add_load (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_demo_add_load (widget, ls_page_store (LS_PAGE (widget)));
}

static void
start_demo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_demo_start (widget, ls_page_store (LS_PAGE (widget)));
}

/* --- object --- */

static void
ls_overview_page_dispose (GObject *object)
{
  LsOverviewPage *self = LS_OVERVIEW_PAGE (object);
  if (self->requests_chart) {
    ls_stack_chart_set_series (self->requests_chart, NULL, NULL, 0);
    ls_stack_chart_set_series (self->memory_chart, NULL, NULL, 0);
    ls_line_chart_set_series (self->latency_chart, NULL, 0);
    ls_core_grid_step (self->core_grid, NULL);
  }
  g_clear_object (&self->shown);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ls_overview_page_parent_class)->dispose (object);
}

static void
ls_overview_page_finalize (GObject *object)
{
  g_free (LS_OVERVIEW_PAGE (object)->search);
  G_OBJECT_CLASS (ls_overview_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, board);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, demo_strip);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, cluster_choice);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, requests_card);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, latency_card);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, cpu_card);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, memory_card);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, requests_chart);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, memory_chart);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, latency_chart);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, core_grid);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, cpu_figure);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, requests_legend);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, latency_legend);
  gtk_widget_class_bind_template_child (widget_class, LsOverviewPage, memory_figure);
}

static void
ls_overview_page_class_init (LsOverviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  LsPageClass *page_class = LS_PAGE_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_overview_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_overview_page_finalize;
  page_class->bind = ls_overview_page_bind;
  page_class->sampled = ls_overview_page_sampled;
  page_class->is_empty = ls_overview_page_is_empty;
  page_class->search = ls_overview_page_search;
  g_type_ensure (LS_TYPE_STACK_CHART);
  g_type_ensure (LS_TYPE_LINE_CHART);
  g_type_ensure (LS_TYPE_CORE_GRID);
  g_type_ensure (LS_TYPE_LEGEND);
  g_type_ensure (LS_TYPE_HEADER_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/overview_page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "overview.hint-seen", NULL, hint_seen);
  gtk_widget_class_install_action (widget_class, "overview.stop-demo", NULL, stop_demo);
  gtk_widget_class_install_action (widget_class, "overview.add-load", NULL, add_load);
  gtk_widget_class_install_action (widget_class, "overview.demo", NULL, start_demo);
}

static void
set_places (LsOverviewPage *self)
{
  gtk_widget_set_layout_manager (GTK_WIDGET (self->board), ls_overview_layout_new ());
  ls_overview_layout_place (GTK_WIDGET (self->demo_strip), LS_PLACE_STRIP);
  ls_overview_layout_place (GTK_WIDGET (self->requests_card), LS_PLACE_REQUESTS);
  ls_overview_layout_place (GTK_WIDGET (self->latency_card), LS_PLACE_LATENCY);
  ls_overview_layout_place (GTK_WIDGET (self->cpu_card), LS_PLACE_CPU);
  ls_overview_layout_place (GTK_WIDGET (self->memory_card), LS_PLACE_MEMORY);
}

static void
ls_overview_page_init (LsOverviewPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = ls_settings_new ();
  set_places (self);
  ls_stack_chart_set_points (self->requests_chart, POINTS);
  ls_stack_chart_set_grid (self->requests_chart, ls_text_axis_count, 10, FALSE);
  ls_line_chart_set_points (self->latency_chart, POINTS);
  ls_stack_chart_set_points (self->memory_chart, POINTS);
  ls_stack_chart_set_grid (self->memory_chart, ls_text_axis_bytes, 1, TRUE);
  ls_legend_set_entries (self->requests_legend, request_entries, G_N_ELEMENTS (request_entries), "99.9 k");
  ls_legend_set_entries (self->latency_legend, latency_entries, G_N_ELEMENTS (latency_entries), "99.9 ms");
  say (self->requests_chart, GTK_ACCESSIBLE_PROPERTY_LABEL, _("Requests per second over two minutes, by status class"));
  say (self->latency_chart, GTK_ACCESSIBLE_PROPERTY_LABEL, _("Latency over two minutes"));
  say (self->memory_chart, GTK_ACCESSIBLE_PROPERTY_LABEL, _("Memory over two minutes"));
  say (self->core_grid, GTK_ACCESSIBLE_PROPERTY_LABEL, _("CPU of each core over one minute"));
}
