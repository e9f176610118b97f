/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/tasks_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/call.h"
#include "gui/pages/schedules_view.h"
#include "gui/pages/task_columns.h"
#include "gui/pages/task_detail.h"

struct _LsTasksPage {
  LsPage parent_instance;
  char *search;
  GtkStack *view_stack, *tasks_stack;
  LsSchedulesView *schedules;
  AdwLeaflet *leaflet;
  LsTable *table;
  GtkStack *detail_stack;
  LsTaskDetail *detail;
};

G_DEFINE_FINAL_TYPE (LsTasksPage, ls_tasks_page, LS_TYPE_PAGE)

/* --- which task --- */

static void
choose (LsTasksPage *page, LsTaskItem *item)
{
  ls_task_detail_show (page->detail, ls_page_store (LS_PAGE (page)), item);
  gtk_stack_set_visible_child_name (page->detail_stack, item ? "task" : "none");
}

static void
selected (LsTasksPage *page, LsTaskItem *item)
{
  if (!item)
    adw_leaflet_navigate (page->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  choose (page, item);
  if (item && adw_leaflet_get_folded (page->leaflet))      /* else both are seen, and the focus stays where it is */
    adw_leaflet_navigate (page->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
activated (LsTasksPage *page, LsTaskItem *item)
{
  choose (page, item);
  adw_leaflet_navigate (page->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
back (LsTasksPage *page)
{
  ls_table_select (page->table, NULL);      /* so that the same one can be opened again */
  adw_leaflet_navigate (page->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

/* --- wishes --- */

static void
remove_ended (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsStore *store = ls_page_store (LS_PAGE (widget));
  GListModel *tasks = ls_store_tasks (store);
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) item = g_list_model_get_item (tasks, i);
    if (!ls_task_state_is_final (ls_task_item_get (item)->state))
      continue;
    g_autofree char *path = g_strconcat ("/v1/tasks/", ls_item_key (LS_ITEM (item)), NULL);
    ls_call (widget, ls_store_client (store), "DELETE", path, NULL, _("The task was not removed"), NULL, NULL);
  }
}

/* --- page --- */

static gboolean
is_found (gpointer item, gpointer user)
{
  LsTasksPage *page = user;
  const LsTask *task = ls_task_item_get (item);
  g_autofree char *command = ls_task_command_text (item);
  return !page->search || !*page->search || strstr (command, page->search) || strstr (task->name, page->search)
         || g_str_equal (task->id, page->search);
}

static void
tasks_changed (LsTasksPage *page)
{
  LsTaskItem *shown = ls_task_detail_shown (page->detail);
  gboolean any = g_list_model_get_n_items (ls_store_tasks (ls_page_store (LS_PAGE (page)))) > 0;
  gtk_stack_set_visible_child_name (page->tasks_stack, any ? "list" : "empty");
  if (shown && !ls_store_find_task (ls_page_store (LS_PAGE (page)), ls_item_key (LS_ITEM (shown))))
    choose (page, NULL);
}

static void
ls_tasks_page_bind (LsPage *base, LsStore *store)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  ls_table_set_filter (page->table, is_found, page);
  ls_table_set_model (page->table, ls_store_tasks (store));
  g_signal_connect_object (ls_store_tasks (store), "items-changed", G_CALLBACK (tasks_changed), page, G_CONNECT_SWAPPED);
  ls_schedules_view_bind (page->schedules, store);
  tasks_changed (page);
}

static void
ls_tasks_page_sampled (LsPage *base)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  ls_table_renew (page->table);
  ls_task_detail_renew (page->detail);
  ls_schedules_view_renew (page->schedules);
}

static void
ls_tasks_page_search (LsPage *base, const char *text)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  g_free (page->search);
  page->search = g_strdup (text);
  ls_table_set_filter (page->table, is_found, page);
  ls_schedules_view_search (page->schedules, text);
}

static void
ls_tasks_page_show_target (LsPage *base, const char *target)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  LsTaskItem *item = target ? ls_store_find_task (ls_page_store (base), target) : NULL;
  if (target && ls_schedules_view_show_target (page->schedules, target))
    gtk_stack_set_visible_child_name (page->view_stack, "schedules");
  if (!item)
    return;
  gtk_stack_set_visible_child_name (page->view_stack, "tasks");
  ls_table_select (page->table, item);
  activated (page, item);
}

static void
ls_tasks_page_finalize (GObject *object)
{
  g_free (LS_TASKS_PAGE (object)->search);
  G_OBJECT_CLASS (ls_tasks_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/tasks_page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, view_stack);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, tasks_stack);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, schedules);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, table);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, detail_stack);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, detail);
  gtk_widget_class_bind_template_callback (widget_class, selected);
  gtk_widget_class_bind_template_callback (widget_class, activated);
  gtk_widget_class_bind_template_callback (widget_class, back);
}

static void
ls_tasks_page_class_init (LsTasksPageClass *klass)
{
  LsPageClass *page_class = LS_PAGE_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_tasks_page_finalize;
  page_class->bind = ls_tasks_page_bind;
  page_class->sampled = ls_tasks_page_sampled;
  page_class->search = ls_tasks_page_search;
  page_class->show_target = ls_tasks_page_show_target;
  g_type_ensure (LS_TYPE_SCHEDULES_VIEW);
  g_type_ensure (LS_TYPE_TABLE);
  g_type_ensure (LS_TYPE_TASK_DETAIL);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "tasks.remove-ended", NULL, remove_ended);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ls_tasks_page_init (LsTasksPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
  ls_table_set_columns (page->table, ls_task_columns, ls_n_task_columns);
}
