/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/task_detail.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/call.h"
#include "gui/cards/state_icon.h"
#include "gui/pages/log_view.h"
#include "gui/pages/messages_box.h"
#include "gui/pages/signal_button.h"
#include "gui/pages/task_columns.h"
#include "gui/pages/terminal_view.h"

struct _LsTaskDetail {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsTaskItem *task;
  GSignalGroup *changes;       /* of the task */
  GtkButton *back_button, *stop_button, *remove_button;
  GtkImage *state_icon;
  GtkLabel *name_label;
  LsSignalButton *signal_button;
  LsFacts *facts;
  LsMessagesBox *messages;
  GtkBox *input_box;
  GtkEntry *input_entry;
  GtkStack *output_stack;
  LsLogView *log;
  LsTerminalView *terminal;
};

G_DEFINE_FINAL_TYPE (LsTaskDetail, ls_task_detail, ADW_TYPE_BIN)

enum { PROP_FOLDED = 1 };

static guint back_signal;

/* --- what is shown --- */

static void
show_messages (LsTaskDetail *self, gboolean runs)
{
  g_autofree char *path = g_strconcat ("/v1/tasks/", ls_item_key (LS_ITEM (self->task)), NULL), *instance = ls_task_item_instance (self->task);
  ls_messages_box_show (self->messages, ls_store_client (self->store), path);
  ls_messages_box_set_open (self->messages, runs && instance, instance);
}

static void
show_task (LsTaskDetail *self)
{
  const LsTask *task = ls_task_item_get (self->task);
  gboolean runs = !ls_task_state_is_final (task->state);
  g_autofree char *title = g_strdup_printf ("%s  %s", task->name, task->id);
  ls_state_icon_show (self->state_icon, ls_task_state_name (task->state));
  gtk_label_set_text (self->name_label, title);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stop_button), runs);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->stop_button),
                               runs ? _("SIGTERM, then SIGKILL if it does not end in time") : _("It has ended already"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->signal_button), runs);
  gtk_widget_set_visible (GTK_WIDGET (self->input_box), runs && !task->spec.pty && task->spec.stdin_mode == LS_STDIN_OPEN);
  ls_task_facts (self->facts, self->task);
  show_messages (self, runs);
}

/* Its words: in a terminal where it has one, else line by line. */
static void
show_output (LsTaskDetail *self)
{
  LsClient *client = ls_store_client (self->store);
  const char *id = ls_item_key (LS_ITEM (self->task));
  gboolean terminal = ls_task_item_get (self->task)->spec.pty;
  gtk_stack_set_visible_child_name (self->output_stack, terminal ? "terminal" : "log");
  if (terminal)
    ls_terminal_view_attach (self->terminal, client, id);
  else {
    ls_terminal_view_detach (self->terminal);
    ls_log_view_follow (self->log, client, id, NULL);
  }
}

void
ls_task_detail_show (LsTaskDetail *detail, LsStore *store, LsTaskItem *task)
{
  if (detail->task == task)
    return;
  g_set_object (&detail->store, store);
  g_set_object (&detail->task, task);
  g_signal_group_set_target (detail->changes, task);
  if (!task) {
    ls_terminal_view_detach (detail->terminal);
    return;
  }
  show_task (detail);
  show_output (detail);
}

LsTaskItem *
ls_task_detail_shown (LsTaskDetail *detail)
{
  return detail->task;
}

void
ls_task_detail_renew (LsTaskDetail *detail)
{
  if (!detail->task)
    return;
  ls_task_facts (detail->facts, detail->task);
  ls_messages_box_renew (detail->messages);
}

/* --- wishes --- */

/* POST, or DELETE when @verb is NULL; @refused says what did not happen. */
static void
ask (LsTaskDetail *self, const char *verb, json_t *body, const char *refused)
{
  g_autofree char *path = g_strjoin ("/", "/v1/tasks", ls_item_key (LS_ITEM (self->task)), verb, NULL);
  ls_call (GTK_WIDGET (self), ls_store_client (self->store), verb ? "POST" : "DELETE", path, body, refused, NULL, NULL);
}

static json_t *
with_instance (LsTaskDetail *self)
{
  g_autofree char *instance = ls_task_item_instance (self->task);
  return instance ? json_pack ("{s:s}", "instance", instance) : json_object ();
}

static void
ls_task_detail_stop (LsTaskDetail *self)
{
  ask (self, "stop", with_instance (self), _("The task was not stopped"));
}

static void
ls_task_detail_signal_picked (LsTaskDetail *self, const char *name)
{
  json_t *body = with_instance (self);
  json_object_set_new (body, "signal", json_string (name));
  ask (self, "signal", body, _("The task was not signalled"));
}

static void
ls_task_detail_remove (LsTaskDetail *self)
{
  ask (self, NULL, NULL, _("The task was not removed"));
}

static void
ls_task_detail_back (LsTaskDetail *self)
{
  g_signal_emit (self, back_signal, 0);
}

/* --- input --- */

static void
input_sent (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsTaskDetail) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) answer = ls_client_open_finish (LS_CLIENT (source), result, &error);
  if (error)
    ls_call_refused (GTK_WIDGET (self), _("The input was not sent"), error);
}

static void
give_input (LsTaskDetail *self, GBytes *bytes, gboolean close)
{
  g_autofree char *path = g_strdup_printf ("/v1/tasks/%s/input%s", ls_item_key (LS_ITEM (self->task)), close ? "?close=1" : "");
  LsClient *client = ls_store_client (self->store);
  if (client)
    ls_client_open_async (client, "POST", path, bytes, "application/octet-stream", NULL, input_sent, g_object_ref (self));
}

static void
ls_task_detail_send_input (LsTaskDetail *self)
{
  char *line = g_strdup_printf ("%s\n", gtk_editable_get_text (GTK_EDITABLE (self->input_entry)));
  g_autoptr (GBytes) bytes = g_bytes_new_take (line, strlen (line));
  give_input (self, bytes, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->input_entry), "");
}

static void
ls_task_detail_end_input (LsTaskDetail *self)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  give_input (self, nothing, TRUE);
}

/* --- object --- */

static void
ls_task_detail_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_FOLDED)
    gtk_widget_set_visible (GTK_WIDGET (LS_TASK_DETAIL (object)->back_button), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
ls_task_detail_dispose (GObject *object)
{
  LsTaskDetail *self = LS_TASK_DETAIL (object);
  g_clear_object (&self->changes);
  g_clear_object (&self->task);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_task_detail_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/task_detail.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, back_button);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, stop_button);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, remove_button);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, signal_button);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, facts);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, messages);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, input_box);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, input_entry);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, output_stack);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, log);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDetail, terminal);
  gtk_widget_class_bind_template_callback (widget_class, ls_task_detail_back);
  gtk_widget_class_bind_template_callback (widget_class, ls_task_detail_stop);
  gtk_widget_class_bind_template_callback (widget_class, ls_task_detail_signal_picked);
  gtk_widget_class_bind_template_callback (widget_class, ls_task_detail_remove);
  gtk_widget_class_bind_template_callback (widget_class, ls_task_detail_send_input);
  gtk_widget_class_bind_template_callback (widget_class, ls_task_detail_end_input);
}

static void
ls_task_detail_class_init (LsTaskDetailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = ls_task_detail_dispose;
  object_class->set_property = ls_task_detail_set_property;
  g_object_class_install_property (object_class, PROP_FOLDED,
                                   g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  back_signal = g_signal_new ("back", LS_TYPE_TASK_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (LS_TYPE_FACTS);
  g_type_ensure (LS_TYPE_MESSAGES_BOX);
  g_type_ensure (LS_TYPE_LOG_VIEW);
  g_type_ensure (LS_TYPE_SIGNAL_BUTTON);
  g_type_ensure (LS_TYPE_TERMINAL_VIEW);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ls_task_detail_init (LsTaskDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ls_log_view_set_show_source (self->log, FALSE);
  self->changes = g_signal_group_new (LS_TYPE_TASK_ITEM);
  g_signal_group_connect_swapped (self->changes, "notify::revision", G_CALLBACK (show_task), self);
}
