/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/signal_button.h"

#include <glib/gi18n.h>

struct _LsSignalButton {
  GtkWidget parent_instance;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (LsSignalButton, ls_signal_button, GTK_TYPE_WIDGET)

static guint picked_signal;

static const struct {
  const char *name;
  const char *words;
} offered[] = {
  { "SIGHUP", N_("SIGHUP: read settings again") },
  { "SIGUSR1", N_("SIGUSR1: as the program says") },
  { "SIGUSR2", N_("SIGUSR2: as the program says") },
  { "SIGSTOP", N_("SIGSTOP: hold") },
  { "SIGCONT", N_("SIGCONT: go on") },
  { "SIGINT", N_("SIGINT: as Ctrl+C") },
  { "SIGTERM", N_("SIGTERM: end in order") },
  { "SIGKILL", N_("SIGKILL: end at once") },
};

static void
pick (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_signal_emit (widget, picked_signal, 0, g_variant_get_string (parameter, NULL));
}

static void
ls_signal_button_dispose (GObject *object)
{
  g_clear_pointer (&LS_SIGNAL_BUTTON (object)->button, gtk_widget_unparent);
  G_OBJECT_CLASS (ls_signal_button_parent_class)->dispose (object);
}

static void
ls_signal_button_class_init (LsSignalButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_signal_button_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "signal.pick", "s", pick);
  picked_signal = g_signal_new ("picked", LS_TYPE_SIGNAL_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ls_signal_button_init (LsSignalButton *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (offered); i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (_(offered[i].words), NULL);
    g_menu_item_set_action_and_target (item, "signal.pick", "s", offered[i].name);
    g_menu_append_item (menu, item);
  }
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), _("Signal"));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->button), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (self->button, _("Send a signal to exactly this process"));
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}
