/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/cluster_card.h"

#include <glib/gi18n.h>

#include "gui/cards/cluster_wishes.h"
#include "gui/cards/figure.h"
#include "gui/cards/scaler.h"
#include "gui/cards/state_icon.h"
#include "gui/charts/stack_chart.h"
#include "gui/charts/worker_strip.h"
#include "gui/model/format.h"
#include "gui/window.h"

#define SPARKLINE_POINTS 60

struct _LsClusterCard {
  AdwBin parent_instance;
  LsStore *store;
  LsClusterItem *cluster;
  GtkImage *state_icon;
  GtkLabel *state_label, *name_label, *link_label;
  GtkMenuButton *menu_button;
  GtkInscription *requests_figure, *minute_figure;
  LsStackChart *sparkline;
  LsWorkerStrip *strip;
  LsScaler *scaler;
};

G_DEFINE_FINAL_TYPE (LsClusterCard, ls_cluster_card, ADW_TYPE_BIN)

static const char *
name_of (LsClusterCard *self)
{
  return ls_cluster_item_name (self->cluster);
}

/* --- what it is --- */

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

static void
show_link (LsClusterCard *self, const LsCluster *cluster)
{
  /* Where the system was to pick a port, the one that it picked. */
  gboolean picked = cluster->spec.listen && cluster->spec.listen[0] && g_str_has_suffix (cluster->spec.listen[0], ":0");
  char **listen = picked && cluster->status.addresses && cluster->status.addresses[0] ? cluster->status.addresses : cluster->spec.listen;
  const char *first = listen ? listen[0] : NULL;
  g_autofree char *uri = ls_text_link (first);
  g_autofree char *markup = uri ? g_markup_printf_escaped ("<a href=\"%s\">%s</a>", uri, first) : g_markup_escape_text (first ? first : "", -1);
  g_autofree char *all = listen ? g_strjoinv ("\n", listen) : NULL;
  set_text (self->link_label, markup);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->link_label), all);
}

static void
show_cluster (LsClusterCard *self)
{
  const LsCluster *cluster = ls_cluster_item_get (self->cluster);
  const LsClusterStatus *status = &cluster->status;
  gboolean stopped = status->state == LS_CLUSTER_STOPPED;
  g_autofree char *word = ls_text_cluster_state (ls_cluster_state_name (status->state), status->ready, status->wanted);
  ls_state_icon_show (self->state_icon, ls_cluster_state_name (status->state));
  set_text (self->state_label, word);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_label), status->reason);
  set_text (self->name_label, cluster->name);
  show_link (self, cluster);
  ls_scaler_set_wanted (self->scaler, status->wanted, 0, cluster->spec.slots_max, cluster->spec.workers.min, cluster->spec.workers.max);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.stop", !stopped);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.start", stopped);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.reload", !stopped && !status->operation);
}

/* --- how it does --- */

static void
show_figures (LsClusterCard *self)
{
  double requests = 0;
  LsClusterMinute minute;
  g_object_get (self->cluster, "requests", &requests, NULL);
  ls_cluster_minute (ls_cluster_item_series (self->cluster), &minute);
  g_autofree char *p95 = ls_text_us (minute.p95_us), *errors = ls_text_percent (minute.errors);
  ls_figure_take_with_unit (self->requests_figure, ls_text_rate (requests), _("requests/s"));
  /* Translators: latency and the share of server errors. */
  ls_figure_take (self->minute_figure, g_strdup_printf (_("p95 %s · 5xx %s"), p95, errors));
}

void
ls_cluster_card_step (LsClusterCard *card, gint64 now_ms)
{
  show_figures (card);
  ls_stack_chart_step (card->sparkline, now_ms);
  ls_worker_strip_step (card->strip);
}

/* --- wishes --- */

static void
ls_cluster_card_wished (LsClusterCard *self, guint from, guint target)
{
  ls_cluster_scale (self->scaler, self->store, self->cluster, from, target);
  if (target > from)
    gtk_widget_activate_action (GTK_WIDGET (self), "overview.hint-seen", NULL);
}

static void
reload (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_cluster_reload (widget, LS_CLUSTER_CARD (widget)->store, LS_CLUSTER_CARD (widget)->cluster);
}

static void
start (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_cluster_start (widget, LS_CLUSTER_CARD (widget)->store, LS_CLUSTER_CARD (widget)->cluster);
}

static void
stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_cluster_stop (widget, LS_CLUSTER_CARD (widget)->store, LS_CLUSTER_CARD (widget)->cluster);
}

static void
show_logs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, "logs", name_of (LS_CLUSTER_CARD (widget)));
}

static void
edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.edit-cluster", "s", name_of (LS_CLUSTER_CARD (widget)));
}

/* --- object --- */

static void
ls_cluster_card_dispose (GObject *object)
{
  LsClusterCard *self = LS_CLUSTER_CARD (object);
  if (self->sparkline)
    ls_stack_chart_set_series (self->sparkline, NULL, NULL, 0);
  g_clear_object (&self->cluster);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_cluster_card_parent_class)->dispose (object);
}

static void
ls_cluster_card_class_init (LsClusterCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_cluster_card_dispose;
  g_type_ensure (LS_TYPE_STACK_CHART);
  g_type_ensure (LS_TYPE_WORKER_STRIP);
  g_type_ensure (LS_TYPE_SCALER);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/cards/cluster_card.ui");
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, state_label);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, link_label);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, requests_figure);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, minute_figure);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, sparkline);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, strip);
  gtk_widget_class_bind_template_child (widget_class, LsClusterCard, scaler);
  gtk_widget_class_bind_template_callback (widget_class, ls_cluster_card_wished);
  gtk_widget_class_install_action (widget_class, "card.reload", NULL, reload);
  gtk_widget_class_install_action (widget_class, "card.logs", NULL, show_logs);
  gtk_widget_class_install_action (widget_class, "card.edit", NULL, edit);
  gtk_widget_class_install_action (widget_class, "card.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "card.start", NULL, start);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ls_cluster_card_init (LsClusterCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ls_stack_chart_set_points (self->sparkline, SPARKLINE_POINTS);
}

static void
say_names (LsClusterCard *self)
{
  const char *name = name_of (self);
  g_autofree char *add = g_strdup_printf (_("Add worker to %s"), name), *remove = g_strdup_printf (_("Remove worker from %s"), name);
  g_autofree char *menu = g_strdup_printf (_("Menu of %s"), name), *card = g_strdup_printf (_("Cluster %s"), name);
  g_autofree char *chart = g_strdup_printf (_("Requests of %s over the last minute, by status class"), name);
  g_autofree char *strip = g_strdup_printf (_("Workers of %s, filled by CPU"), name);
  ls_scaler_set_words (self->scaler, add, remove, _("worker"), _("workers"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, card, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sparkline), GTK_ACCESSIBLE_PROPERTY_LABEL, chart, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->strip), GTK_ACCESSIBLE_PROPERTY_LABEL, strip, -1);
}

GtkWidget *
ls_cluster_card_new (LsStore *store, LsClusterItem *cluster)
{
  LsClusterCard *self = g_object_new (LS_TYPE_CLUSTER_CARD, NULL);
  self->store = g_object_ref (store);
  self->cluster = g_object_ref (cluster);
  ls_stack_chart_set_series (self->sparkline, ls_cluster_item_series (cluster), ls_status_bands, G_N_ELEMENTS (ls_status_bands));
  ls_worker_strip_set_workers (self->strip, ls_cluster_item_workers (cluster));
  g_signal_connect_object (cluster, "notify::revision", G_CALLBACK (show_cluster), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cluster, "notify::state-text", G_CALLBACK (show_cluster), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cluster, "notify::wanted", G_CALLBACK (show_cluster), self, G_CONNECT_SWAPPED);
  say_names (self);
  show_cluster (self);
  return GTK_WIDGET (self);
}

LsClusterItem *
ls_cluster_card_cluster (LsClusterCard *card)
{
  return card->cluster;
}

void
ls_cluster_card_set_hint (LsClusterCard *card, gboolean shown)
{
  ls_scaler_set_hint (card->scaler, shown);
}
