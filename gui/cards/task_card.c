/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/task_card.h"

#include <glib/gi18n.h>

#include "gui/call.h"
#include "gui/cards/figure.h"
#include "gui/cards/state_icon.h"
#include "gui/model/format.h"
#include "gui/window.h"

#define LAST_LINE_EVERY_MS 2000

struct _LsTaskCard {
  AdwBin parent_instance;
  LsStore *store;
  LsTaskItem *task;
  GCancellable *cancellable;
  gint64 asked_at;             /* for the last line, Unix ms */
  GtkImage *state_icon;
  GtkLabel *state_label, *name_label, *command_label;
  GtkMenuButton *menu_button;
  GtkInscription *elapsed_figure, *usage_figure, *last_line;
};

G_DEFINE_FINAL_TYPE (LsTaskCard, ls_task_card, ADW_TYPE_BIN)

static char *
state_word (const LsTask *task)
{
  switch (task->state) {
  case LS_TASK_WAITING: return g_strdup (_("Waiting"));
  case LS_TASK_RUNNING: return g_strdup (_("Running"));
  case LS_TASK_EXITED: return g_strdup (_("Done"));
  case LS_TASK_FAILED: return g_strdup (_("Failed"));
  case LS_TASK_STOPPED: return g_strdup (_("Stopped"));
  default: return g_strdup (_("Timed out"));
  }
}

static void
show_task (LsTaskCard *self)
{
  const LsTask *task = ls_task_item_get (self->task);
  g_autofree char *word = state_word (task), *command = NULL, *exit_text = NULL;
  g_object_get (self->task, "command-text", &command, "exit-text", &exit_text, NULL);
  ls_state_icon_show (self->state_icon, ls_task_state_name (task->state));
  gtk_label_set_text (self->state_label, word);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_label), task->reason ? task->reason : exit_text);
  gtk_label_set_text (self->name_label, task->name);
  gtk_label_set_text (self->command_label, command);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->command_label), command);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.stop", !ls_task_state_is_final (task->state));
}

/* --- the last line --- */

static void
line_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) page = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (!page)
    return;      /* cancelled with the card, or the next one will tell */
  json_t *items = json_object_get (page, "items"), *last = json_array_get (items, json_array_size (items) - 1);
  const char *text = json_string_value (json_object_get (last, "text"));
  if (text)
    ls_figure_take (LS_TASK_CARD (user)->last_line, g_strchomp (g_strdup (text)));
}

static void
ask_for_last_line (LsTaskCard *self, gint64 unix_ms)
{
  LsClient *client = ls_store_client (self->store);
  if (!client || unix_ms - self->asked_at < LAST_LINE_EVERY_MS || ls_store_state (self->store) != LS_STORE_CONNECTED)
    return;
  g_autofree char *path = g_strdup_printf ("/v1/logs?source=%s&last=1", ls_task_item_get (self->task)->id);
  self->asked_at = unix_ms;
  ls_client_call_async (client, "GET", path, NULL, NULL, self->cancellable, line_came, self);
}

void
ls_task_card_step (LsTaskCard *card, gint64 unix_ms)
{
  const LsTask *task = ls_task_item_get (card->task);
  double cpu = 0, rss = 0;
  gint64 until = task->ended_at > 0 ? task->ended_at : unix_ms;
  g_object_get (card->task, "cpu", &cpu, "rss", &rss, NULL);
  g_autofree char *cpu_text = ls_text_percent (cpu), *rss_text = ls_text_bytes (rss);
  ls_figure_take_with_unit (card->elapsed_figure, ls_text_elapsed (task->started_at > 0 ? MAX (0, until - task->started_at) : -1), _("elapsed"));
  ls_figure_take (card->usage_figure, g_strdup_printf (_("%s CPU · %s"), cpu_text, rss_text));
  ask_for_last_line (card, unix_ms);
}

/* --- wishes --- */

static void
stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsTaskCard *self = LS_TASK_CARD (widget);
  const LsTask *task = ls_task_item_get (self->task);
  g_autofree char *path = g_strdup_printf ("/v1/tasks/%s/stop", task->id);
  g_autofree char *refused = g_strdup_printf (_("%s was not stopped"), task->name);
  g_autofree char *instance = ls_task_item_instance (self->task);
  ls_call (widget, ls_store_client (self->store), "POST", path, instance ? json_pack ("{s:s}", "instance", instance) : NULL, refused, NULL, NULL);
}

static void
show_output (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, "tasks", ls_task_item_get (LS_TASK_CARD (widget)->task)->id);
}

static void
show_logs (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, "logs", ls_task_item_get (LS_TASK_CARD (widget)->task)->id);
}

/* --- object --- */

static void
ls_task_card_dispose (GObject *object)
{
  LsTaskCard *self = LS_TASK_CARD (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->task);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_task_card_parent_class)->dispose (object);
}

static void
ls_task_card_finalize (GObject *object)
{
  g_clear_object (&LS_TASK_CARD (object)->cancellable);
  G_OBJECT_CLASS (ls_task_card_parent_class)->finalize (object);
}

static void
ls_task_card_class_init (LsTaskCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_task_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_task_card_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/cards/task_card.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, state_label);
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, command_label);
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, elapsed_figure);
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, usage_figure);
  gtk_widget_class_bind_template_child (widget_class, LsTaskCard, last_line);
  gtk_widget_class_install_action (widget_class, "card.show", NULL, show_output);
  gtk_widget_class_install_action (widget_class, "card.logs", NULL, show_logs);
  gtk_widget_class_install_action (widget_class, "card.stop", NULL, stop);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ls_task_card_init (LsTaskCard *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ls_task_card_new (LsStore *store, LsTaskItem *task)
{
  LsTaskCard *self = g_object_new (LS_TYPE_TASK_CARD, NULL);
  const char *name = ls_task_item_get (task)->name;
  g_autofree char *menu = g_strdup_printf (_("Menu of %s"), name), *card = g_strdup_printf (_("Task %s"), name);
  self->store = g_object_ref (store);
  self->task = g_object_ref (task);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button), GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, card, -1);
  g_signal_connect_object (task, "notify::state", G_CALLBACK (show_task), self, G_CONNECT_SWAPPED);
  show_task (self);
  return GTK_WIDGET (self);
}

LsTaskItem *
ls_task_card_task (LsTaskCard *card)
{
  return card->task;
}
