/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/pool_bar.h"

#include <glib/gi18n.h>

#include "gui/cards/pool_wishes.h"
#include "gui/cards/state_icon.h"
#include "gui/window.h"

struct _LsPoolBar {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsPoolItem *pool;
  GSignalGroup *changes;       /* of the pool */
  GtkImage *state_icon;
  GtkLabel *state_label;
  LsScaler *scaler;
  GtkMenuButton *menu_button;
};

G_DEFINE_FINAL_TYPE (LsPoolBar, ls_pool_bar, ADW_TYPE_BIN)

static const char *
name_of (LsPoolBar *self)
{
  return ls_pool_item_get (self->pool)->name;
}

static void
show_pool (LsPoolBar *self)
{
  const LsPool *pool = ls_pool_item_get (self->pool);
  g_autofree char *word = ls_pool_state_text (pool);
  ls_state_icon_show (self->state_icon, ls_pool_state_name (pool->state));
  if (g_strcmp0 (gtk_label_get_text (self->state_label), word) != 0)
    gtk_label_set_text (self->state_label, word);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_label), pool->reason ? pool->reason : word);
  ls_pool_show_scale (self->scaler, pool);
}

static void
say_names (LsPoolBar *self)
{
  g_autofree char *add = g_strdup_printf (_("Add thread to %s"), name_of (self)), *remove = g_strdup_printf (_("Remove thread from %s"), name_of (self));
  g_autofree char *menu = g_strdup_printf (_("Menu of %s"), name_of (self));
  ls_scaler_set_words (self->scaler, add, remove, _("thread"), _("threads"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
}

void
ls_pool_bar_set_pool (LsPoolBar *bar, LsStore *store, LsPoolItem *pool)
{
  gtk_widget_set_visible (GTK_WIDGET (bar), pool != NULL);
  if (bar->pool == pool)
    return;
  g_set_object (&bar->store, store);
  g_set_object (&bar->pool, pool);
  ls_scaler_refused (bar->scaler);      /* a wish for the one before is not one for this */
  g_signal_group_set_target (bar->changes, pool);
  if (!pool)
    return;
  say_names (bar);
  show_pool (bar);
}

/* --- wishes --- */

static void
ls_pool_bar_wished (LsPoolBar *self, guint from, guint target)
{
  ls_pool_scale (self->scaler, self->store, self->pool, target);
}

static void
restart (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_pool_restart (widget, LS_POOL_BAR (widget)->store, LS_POOL_BAR (widget)->pool);
}

static void
show_logs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, "logs", name_of (LS_POOL_BAR (widget)));
}

static void
remove_pool (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.remove-pool", "s", name_of (LS_POOL_BAR (widget)));
}

/* --- object --- */

static void
ls_pool_bar_dispose (GObject *object)
{
  LsPoolBar *self = LS_POOL_BAR (object);
  g_clear_object (&self->changes);
  g_clear_object (&self->pool);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_pool_bar_parent_class)->dispose (object);
}

static void
ls_pool_bar_class_init (LsPoolBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_pool_bar_dispose;
  g_type_ensure (LS_TYPE_SCALER);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/pool_bar.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPoolBar, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsPoolBar, state_label);
  gtk_widget_class_bind_template_child (widget_class, LsPoolBar, scaler);
  gtk_widget_class_bind_template_child (widget_class, LsPoolBar, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, ls_pool_bar_wished);
  gtk_widget_class_install_action (widget_class, "pool.restart", NULL, restart);
  gtk_widget_class_install_action (widget_class, "pool.logs", NULL, show_logs);
  gtk_widget_class_install_action (widget_class, "pool.remove", NULL, remove_pool);
}

static void
ls_pool_bar_init (LsPoolBar *self)
{
  static const char *const watched[] = { "notify::revision", "notify::state", "notify::running", "notify::threads" };
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (LS_TYPE_POOL_ITEM);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_group_connect_swapped (self->changes, watched[i], G_CALLBACK (show_pool), self);
}
