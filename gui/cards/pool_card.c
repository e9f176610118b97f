/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/pool_card.h"

#include <glib/gi18n.h>

#include "gui/cards/figure.h"
#include "gui/cards/pool_wishes.h"
#include "gui/cards/scaler.h"
#include "gui/cards/state_icon.h"
#include "gui/charts/lanes.h"
#include "gui/model/format.h"
#include "gui/window.h"

struct _LsPoolCard {
  AdwBin parent_instance;
  LsStore *store;
  LsPoolItem *pool;
  GtkImage *state_icon;
  GtkLabel *state_label, *name_label;
  GtkMenuButton *menu_button;
  GtkInscription *done_figure, *queue_figure;
  LsLanes *lanes;
  LsScaler *scaler;
};

G_DEFINE_FINAL_TYPE (LsPoolCard, ls_pool_card, ADW_TYPE_BIN)

static const char *
name_of (LsPoolCard *self)
{
  return ls_pool_item_get (self->pool)->name;
}

static void
show_pool (LsPoolCard *self)
{
  const LsPool *pool = ls_pool_item_get (self->pool);
  g_autofree char *word = ls_pool_state_text (pool);
  ls_state_icon_show (self->state_icon, ls_pool_state_name (pool->state));
  if (g_strcmp0 (gtk_label_get_text (self->state_label), word) != 0)
    gtk_label_set_text (self->state_label, word);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_label), pool->reason);
  ls_pool_show_scale (self->scaler, pool);
  gtk_widget_queue_draw (GTK_WIDGET (self->lanes));
}

void
ls_pool_card_step (LsPoolCard *card)
{
  double done = 0, queued = 0, run_p95_us = 0;
  g_object_get (card->pool, "done", &done, "queued", &queued, "run-p95-us", &run_p95_us, NULL);
  g_autofree char *queue = ls_text_count (queued), *p95 = ls_text_us (run_p95_us);
  ls_figure_take_with_unit (card->done_figure, ls_text_rate (done), _("jobs/s"));
  /* Translators: jobs that wait, and how long the slowest of 20 ran. */
  ls_figure_take (card->queue_figure, g_strdup_printf (_("%s queued · p95 %s"), queue, p95));
  gtk_widget_queue_draw (GTK_WIDGET (card->lanes));
}

/* --- wishes --- */

static void
ls_pool_card_wished (LsPoolCard *self, guint from, guint target)
{
  ls_pool_scale (self->scaler, self->store, self->pool, target);
}

static void
restart (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_pool_restart (widget, LS_POOL_CARD (widget)->store, LS_POOL_CARD (widget)->pool);
}

static void
submit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.submit-job", "s", name_of (LS_POOL_CARD (widget)));
}

static void
show_jobs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, "pools", name_of (LS_POOL_CARD (widget)));
}

static void
show_logs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, "logs", name_of (LS_POOL_CARD (widget)));
}

/* --- object --- */

static void
ls_pool_card_dispose (GObject *object)
{
  g_clear_object (&LS_POOL_CARD (object)->pool);
  g_clear_object (&LS_POOL_CARD (object)->store);
  G_OBJECT_CLASS (ls_pool_card_parent_class)->dispose (object);
}

static void
ls_pool_card_class_init (LsPoolCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_pool_card_dispose;
  g_type_ensure (LS_TYPE_LANES);
  g_type_ensure (LS_TYPE_SCALER);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/cards/pool_card.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, state_label);
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, done_figure);
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, queue_figure);
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, lanes);
  gtk_widget_class_bind_template_child (widget_class, LsPoolCard, scaler);
  gtk_widget_class_bind_template_callback (widget_class, ls_pool_card_wished);
  gtk_widget_class_install_action (widget_class, "card.submit", NULL, submit);
  gtk_widget_class_install_action (widget_class, "card.show", NULL, show_jobs);
  gtk_widget_class_install_action (widget_class, "card.logs", NULL, show_logs);
  gtk_widget_class_install_action (widget_class, "card.restart", NULL, restart);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ls_pool_card_init (LsPoolCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
say_names (LsPoolCard *self)
{
  const char *name = name_of (self);
  g_autofree char *add = g_strdup_printf (_("Add thread to %s"), name), *remove = g_strdup_printf (_("Remove thread from %s"), name);
  g_autofree char *menu = g_strdup_printf (_("Menu of %s"), name), *card = g_strdup_printf (_("Pool %s"), name);
  g_autofree char *lanes = g_strdup_printf (_("Threads of %s, filled by progress"), name);
  gtk_label_set_text (self->name_label, name);
  ls_scaler_set_words (self->scaler, add, remove, _("thread"), _("threads"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, card, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lanes), GTK_ACCESSIBLE_PROPERTY_LABEL, lanes, -1);
}

GtkWidget *
ls_pool_card_new (LsStore *store, LsPoolItem *pool)
{
  LsPoolCard *self = g_object_new (LS_TYPE_POOL_CARD, NULL);
  self->store = g_object_ref (store);
  self->pool = g_object_ref (pool);
  ls_lanes_set_pool (self->lanes, pool);
  ls_lanes_set_jobs (self->lanes, ls_store_jobs (store));
  g_signal_connect_object (pool, "notify::revision", G_CALLBACK (show_pool), self, G_CONNECT_SWAPPED);
  say_names (self);
  show_pool (self);
  return GTK_WIDGET (self);
}

LsPoolItem *
ls_pool_card_pool (LsPoolCard *card)
{
  return card->pool;
}
