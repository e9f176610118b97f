/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/schedules_view.h"

#include <string.h>

#include "gui/pages/schedule_columns.h"
#include "gui/pages/schedule_detail.h"

struct _LsSchedulesView {
  AdwBin parent_instance;
  LsStore *store;              /* nullable */
  char *search;
  GtkStack *stack;
  AdwLeaflet *leaflet;
  LsTable *table;
  GtkStack *detail_stack;
  LsScheduleDetail *detail;
};

G_DEFINE_FINAL_TYPE (LsSchedulesView, ls_schedules_view, ADW_TYPE_BIN)

/* --- which schedule --- */

static void
choose (LsSchedulesView *self, LsScheduleItem *item)
{
  ls_schedule_detail_show (self->detail, self->store, item);
  gtk_stack_set_visible_child_name (self->detail_stack, item ? "schedule" : "none");
}

static void
ls_schedules_view_selected (LsSchedulesView *self, LsScheduleItem *item)
{
  if (!item)
    adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  choose (self, item);
  if (item && adw_leaflet_get_folded (self->leaflet))      /* else both are seen, and the focus stays where it is */
    adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
ls_schedules_view_activated (LsSchedulesView *self, LsScheduleItem *item)
{
  choose (self, item);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
ls_schedules_view_back (LsSchedulesView *self)
{
  ls_table_select (self->table, NULL);      /* so that the same one can be opened again */
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static gboolean
is_found (gpointer item, gpointer user)
{
  LsSchedulesView *self = user;
  const LsSchedule *schedule = ls_schedule_item_get (item);
  g_autofree char *command = ls_schedule_command_text (&schedule->spec);
  return !self->search || !*self->search || strstr (schedule->name, self->search) || strstr (command, self->search)
         || strstr (schedule->spec.when_text, self->search);
}

static void
schedules_changed (LsSchedulesView *self)
{
  LsScheduleItem *shown = ls_schedule_detail_shown (self->detail);
  gboolean any = g_list_model_get_n_items (ls_store_schedules (self->store)) > 0;
  gtk_stack_set_visible_child_name (self->stack, any ? "list" : "empty");
  if (shown && !ls_store_find_schedule (self->store, ls_item_key (LS_ITEM (shown)))) {
    adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
    choose (self, NULL);
  }
}

void
ls_schedules_view_bind (LsSchedulesView *view, LsStore *store)
{
  view->store = g_object_ref (store);
  ls_table_set_filter (view->table, is_found, view);
  ls_table_set_model (view->table, ls_store_schedules (store));
  g_signal_connect_object (ls_store_schedules (store), "items-changed", G_CALLBACK (schedules_changed), view, G_CONNECT_SWAPPED);
  schedules_changed (view);
}

void
ls_schedules_view_renew (LsSchedulesView *view)
{
  ls_table_renew (view->table);
  ls_schedule_detail_renew (view->detail);
}

void
ls_schedules_view_search (LsSchedulesView *view, const char *text)
{
  g_free (view->search);
  view->search = g_strdup (text);
  ls_table_set_filter (view->table, is_found, view);
}

gboolean
ls_schedules_view_show_target (LsSchedulesView *view, const char *name)
{
  LsScheduleItem *item = ls_store_find_schedule (view->store, name);
  if (!item)
    return FALSE;
  ls_table_select (view->table, item);
  ls_schedules_view_activated (view, item);
  return TRUE;
}

/* --- object --- */

static void
ls_schedules_view_dispose (GObject *object)
{
  g_clear_object (&LS_SCHEDULES_VIEW (object)->store);
  G_OBJECT_CLASS (ls_schedules_view_parent_class)->dispose (object);
}

static void
ls_schedules_view_finalize (GObject *object)
{
  g_free (LS_SCHEDULES_VIEW (object)->search);
  G_OBJECT_CLASS (ls_schedules_view_parent_class)->finalize (object);
}

static void
ls_schedules_view_class_init (LsSchedulesViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_schedules_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_schedules_view_finalize;
  g_type_ensure (LS_TYPE_TABLE);
  g_type_ensure (LS_TYPE_SCHEDULE_DETAIL);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/schedules_view.ui");
  gtk_widget_class_bind_template_child (widget_class, LsSchedulesView, stack);
  gtk_widget_class_bind_template_child (widget_class, LsSchedulesView, leaflet);
  gtk_widget_class_bind_template_child (widget_class, LsSchedulesView, table);
  gtk_widget_class_bind_template_child (widget_class, LsSchedulesView, detail_stack);
  gtk_widget_class_bind_template_child (widget_class, LsSchedulesView, detail);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedules_view_selected);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedules_view_activated);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedules_view_back);
}

static void
ls_schedules_view_init (LsSchedulesView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ls_table_set_columns (self->table, ls_schedule_columns, ls_n_schedule_columns);
}
