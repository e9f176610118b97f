/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/buffers_view.h"

#include <glib/gi18n.h>

#include "gui/model/format.h"
#include "gui/window.h"

struct _LsBuffersView {
  AdwBin parent_instance;
  char *pool;                  /* its name; NULL: none */
  GtkStack *stack;
  GtkListBox *list;
  GtkCustomFilter *filter;
  GtkFilterListModel *buffers; /* those of the pool; NULL until there is a store */
};

G_DEFINE_FINAL_TYPE (LsBuffersView, ls_buffers_view, ADW_TYPE_BIN)

/* --- one buffer --- */

typedef struct {
  AdwActionRow *row;
  GtkLabel *size_label;
  GtkWidget *copy_button;
} Row;

static void
show_buffer (LsBufferItem *item, GParamSpec *pspec, Row *row)
{
  const LsSharedBuffer *buffer = ls_buffer_item_get (item);
  gboolean ready = buffer->state == LS_BUFFER_READY;
  g_autofree char *size = ls_text_bytes ((double) buffer->size);
  const char *where = buffer->path ? buffer->path : buffer->shm;
  adw_action_row_set_subtitle (row->row, ready ? where ? where : "" : _("Taking its memory …"));
  gtk_label_set_text (row->size_label, size);
  gtk_widget_set_visible (row->copy_button, ready && where);
}

static void
copy_path (GtkWidget *button, LsBufferItem *item)
{
  const LsSharedBuffer *buffer = ls_buffer_item_get (item);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), buffer->path ? buffer->path : buffer->shm);
  ls_window_toast (button, adw_toast_new (_("Path copied")));
}

static void
remove_buffer (GtkWidget *button, LsBufferItem *item)
{
  gtk_widget_activate_action (button, "win.remove-buffer", "s", ls_item_key (LS_ITEM (item)));
}

/* Takes @name, which tells the button from those of the other rows. */
static GtkWidget *
add_button (Row *row, LsBufferItem *item, const char *icon, const char *tip, char *name, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_free (name);
  g_signal_connect_object (button, "clicked", clicked, item, 0);
  adw_action_row_add_suffix (row->row, button);
  return button;
}

static void
row_free (gpointer row, GClosure *closure)
{
  g_free (row);
}

static GtkWidget *
make_row (gpointer object, gpointer user)
{
  LsBufferItem *item = object;
  GtkWidget *widget = adw_action_row_new (), *size = gtk_label_new (NULL);
  Row *row = g_new0 (Row, 1);
  row->row = ADW_ACTION_ROW (widget);
  row->size_label = GTK_LABEL (size);
  gtk_widget_add_css_class (size, "numeric");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), ls_shared_buffer_own_name (ls_buffer_item_get (item)));
  adw_action_row_add_suffix (row->row, size);
  const char *name = ls_item_key (LS_ITEM (item));
  row->copy_button = add_button (row, item, "edit-copy-symbolic", _("Copy the path"), g_strdup_printf (_("Copy the path of %s"), name), G_CALLBACK (copy_path));
  add_button (row, item, "user-trash-symbolic", _("Remove the buffer"), g_strdup_printf (_("Remove %s"), name), G_CALLBACK (remove_buffer));
  show_buffer (item, NULL, row);
  GClosure *closure = g_cclosure_new (G_CALLBACK (show_buffer), row, row_free);
  g_object_watch_closure (G_OBJECT (widget), closure);
  g_signal_connect_closure (item, "notify::revision", closure, FALSE);
  return widget;
}

/* --- which --- */

static gboolean
is_of_pool (gpointer item, gpointer user)
{
  return g_strcmp0 (ls_buffer_item_get (LS_BUFFER_ITEM (item))->pool, LS_BUFFERS_VIEW (user)->pool) == 0;
}

static void
show_whether_any (LsBuffersView *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->buffers)) > 0;
  gtk_stack_set_visible_child_name (self->stack, any ? "buffers" : "none");
}

static void
bind_store (LsBuffersView *self, LsStore *store)
{
  self->filter = gtk_custom_filter_new (is_of_pool, self, NULL);
  self->buffers = gtk_filter_list_model_new (g_object_ref (ls_store_buffers (store)), GTK_FILTER (g_object_ref (self->filter)));
  g_signal_connect_object (self->buffers, "items-changed", G_CALLBACK (show_whether_any), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->buffers), make_row, NULL, NULL);
  show_whether_any (self);
}

void
ls_buffers_view_set_pool (LsBuffersView *view, LsStore *store, LsPoolItem *pool)
{
  const char *name = pool ? ls_item_key (LS_ITEM (pool)) : NULL;
  if (g_strcmp0 (view->pool, name) != 0) {
    g_free (view->pool);
    view->pool = g_strdup (name);
    if (view->filter)
      gtk_filter_changed (GTK_FILTER (view->filter), GTK_FILTER_CHANGE_DIFFERENT);
  }
  if (!view->buffers)
    bind_store (view, store);
}

static void
ls_buffers_view_create (LsBuffersView *self)
{
  if (self->pool)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.new-buffer", "s", self->pool);
}

/* --- object --- */

static void
ls_buffers_view_dispose (GObject *object)
{
  LsBuffersView *self = LS_BUFFERS_VIEW (object);
  if (self->filter)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);      /* it looks at this view */
  g_clear_object (&self->filter);
  g_clear_object (&self->buffers);
  G_OBJECT_CLASS (ls_buffers_view_parent_class)->dispose (object);
}

static void
ls_buffers_view_finalize (GObject *object)
{
  g_free (LS_BUFFERS_VIEW (object)->pool);
  G_OBJECT_CLASS (ls_buffers_view_parent_class)->finalize (object);
}

static void
ls_buffers_view_class_init (LsBuffersViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_buffers_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_buffers_view_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/buffers_view.ui");
  gtk_widget_class_bind_template_child (widget_class, LsBuffersView, stack);
  gtk_widget_class_bind_template_child (widget_class, LsBuffersView, list);
  gtk_widget_class_bind_template_callback (widget_class, ls_buffers_view_create);
}

static void
ls_buffers_view_init (LsBuffersView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
