/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/cluster_bar.h"

#include <glib/gi18n.h>

#include "gui/cards/cluster_wishes.h"
#include "gui/cards/state_icon.h"
#include "gui/model/format.h"
#include "gui/window.h"

struct _LsClusterBar {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsClusterItem *cluster;
  GSignalGroup *changes;       /* of the cluster */
  GtkImage *state_icon;
  GtkLabel *state_label;
  LsScaler *scaler;
  GtkButton *reload_button;
  GtkMenuButton *menu_button;
};

G_DEFINE_FINAL_TYPE (LsClusterBar, ls_cluster_bar, ADW_TYPE_BIN)

/* --- what it is --- */

static void
show_cluster (LsClusterBar *self)
{
  const LsCluster *cluster = ls_cluster_item_get (self->cluster);
  const LsClusterStatus *status = &cluster->status;
  gboolean stopped = status->state == LS_CLUSTER_STOPPED;
  g_autofree char *word = ls_text_cluster_state (ls_cluster_state_name (status->state), status->ready, status->wanted);
  ls_state_icon_show (self->state_icon, ls_cluster_state_name (status->state));
  if (g_strcmp0 (gtk_label_get_text (self->state_label), word) != 0)
    gtk_label_set_text (self->state_label, word);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_label), status->reason ? status->reason : word);
  ls_scaler_set_wanted (self->scaler, status->wanted, 0, cluster->spec.slots_max, cluster->spec.workers.min, cluster->spec.workers.max);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "cluster.stop", !stopped);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "cluster.start", stopped);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "cluster.reload", !stopped && !status->operation);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->reload_button),
                               stopped ? _("It is stopped: there is nothing to reload")
                               : status->operation ? _("It is being changed already")
                                                   : _("Replace the workers one after the other, without losing a request"));
}

static void
say_names (LsClusterBar *self)
{
  const char *name = ls_cluster_item_name (self->cluster);
  g_autofree char *add = g_strdup_printf (_("Add worker to %s"), name), *remove = g_strdup_printf (_("Remove worker from %s"), name);
  g_autofree char *reload = g_strdup_printf (_("Reload %s"), name), *menu = g_strdup_printf (_("Menu of %s"), name);
  ls_scaler_set_words (self->scaler, add, remove, _("worker"), _("workers"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reload_button), GTK_ACCESSIBLE_PROPERTY_LABEL, reload, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
}

void
ls_cluster_bar_set_cluster (LsClusterBar *bar, LsStore *store, LsClusterItem *cluster)
{
  gtk_widget_set_visible (GTK_WIDGET (bar), cluster != NULL);
  if (bar->cluster == cluster)
    return;
  g_set_object (&bar->store, store);
  g_set_object (&bar->cluster, cluster);
  ls_scaler_refused (bar->scaler);      /* a wish for the one before is not one for this */
  g_signal_group_set_target (bar->changes, cluster);
  if (!cluster)
    return;
  say_names (bar);
  show_cluster (bar);
}

/* --- wishes --- */

static void
ls_cluster_bar_wished (LsClusterBar *self, guint from, guint target)
{
  ls_cluster_scale (self->scaler, self->store, self->cluster, from, target);
}

static void
reload (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_cluster_reload (widget, LS_CLUSTER_BAR (widget)->store, LS_CLUSTER_BAR (widget)->cluster);
}

static void
stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_cluster_stop (widget, LS_CLUSTER_BAR (widget)->store, LS_CLUSTER_BAR (widget)->cluster);
}

static void
start (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_cluster_start (widget, LS_CLUSTER_BAR (widget)->store, LS_CLUSTER_BAR (widget)->cluster);
}

static void
show_logs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, "logs", ls_cluster_item_name (LS_CLUSTER_BAR (widget)->cluster));
}

static void
edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.edit-cluster", "s", ls_cluster_item_name (LS_CLUSTER_BAR (widget)->cluster));
}

static void
remove_cluster (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.remove-cluster", "s", ls_cluster_item_name (LS_CLUSTER_BAR (widget)->cluster));
}

/* --- object --- */

static void
ls_cluster_bar_dispose (GObject *object)
{
  LsClusterBar *self = LS_CLUSTER_BAR (object);
  g_clear_object (&self->changes);
  g_clear_object (&self->cluster);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_cluster_bar_parent_class)->dispose (object);
}

static void
ls_cluster_bar_class_init (LsClusterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_cluster_bar_dispose;
  g_type_ensure (LS_TYPE_SCALER);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/cluster_bar.ui");
  gtk_widget_class_bind_template_child (widget_class, LsClusterBar, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsClusterBar, state_label);
  gtk_widget_class_bind_template_child (widget_class, LsClusterBar, scaler);
  gtk_widget_class_bind_template_child (widget_class, LsClusterBar, reload_button);
  gtk_widget_class_bind_template_child (widget_class, LsClusterBar, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, ls_cluster_bar_wished);
  gtk_widget_class_install_action (widget_class, "cluster.reload", NULL, reload);
  gtk_widget_class_install_action (widget_class, "cluster.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "cluster.start", NULL, start);
  gtk_widget_class_install_action (widget_class, "cluster.logs", NULL, show_logs);
  gtk_widget_class_install_action (widget_class, "cluster.edit", NULL, edit);
  gtk_widget_class_install_action (widget_class, "cluster.remove", NULL, remove_cluster);
}

static void
ls_cluster_bar_init (LsClusterBar *self)
{
  static const char *const watched[] = { "notify::revision", "notify::state-text", "notify::wanted" };
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (LS_TYPE_CLUSTER_ITEM);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_group_connect_swapped (self->changes, watched[i], G_CALLBACK (show_cluster), self);
}
