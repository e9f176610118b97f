/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/agent_strip.h"

#include <glib/gi18n.h>

#include "config.h"
#include "gui/call.h"
#include "gui/model/agent_notice.h"
#include "gui/window.h"

typedef enum { IDLE, RESTARTING, STOPPING } Phase;      /* STOPPING: to be started by the launcher once it has ended */

struct _LsAgentStrip {
  AdwBin parent_instance;
  LsStore *store;
  LsLauncher *launcher;        /* nullable */
  Phase phase;
  gboolean restarted;          /* by us */
  LsAgentNotice hidden;        /* closed by the user; FINE: nothing */
  char *epoch;                 /* of the run that was asked to begin anew */

  GtkRevealer *revealer;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *label;
  GtkButton *restart_button, *learn_button;
};

G_DEFINE_FINAL_TYPE (LsAgentStrip, ls_agent_strip, ADW_TYPE_BIN)

static LsAgentNotice
notice_of (LsAgentStrip *self)
{
  return ls_agent_notice (ls_store_agent_version (self->store), LS_VERSION, ls_store_agent_sandbox (self->store));
}

static void
show (LsAgentStrip *self)
{
  LsAgentNotice notice = notice_of (self);
  gboolean busy = self->phase != IDLE, warning = notice == LS_AGENT_OLDER;
  g_autofree char *text = busy ? g_strdup (_("Restarting the agent …"))
                               : ls_agent_notice_text (notice, ls_store_agent_version (self->store), LS_VERSION, self->restarted);
  if (text) {
    gtk_label_set_text (self->label, text);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
    gtk_image_set_from_icon_name (self->icon, warning ? "software-update-available-symbolic" : "dialog-information-symbolic");
    gtk_widget_set_visible (GTK_WIDGET (self->icon), !busy);
    gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
    gtk_spinner_set_spinning (self->spinner, busy);
    gtk_widget_set_visible (GTK_WIDGET (self->restart_button), !busy && warning && !self->restarted);
    gtk_widget_set_visible (GTK_WIDGET (self->learn_button), !busy && notice == LS_AGENT_CONFINED);
  }
  gtk_revealer_set_reveal_child (self->revealer, text && (busy || self->hidden != notice));
}

/* --- to begin anew --- */

/* One inside of a sandbox that an update has left behind would find only itself there: it is stopped, and this window's started. */
static gboolean
is_to_be_replaced (LsAgentStrip *self)
{
  return self->launcher && ls_store_agent_sandbox (self->store);
}

static void
asked (GtkWidget *widget, json_t *answer, gpointer user)
{
  LsAgentStrip *self = LS_AGENT_STRIP (widget);
  if (!answer)
    self->phase = IDLE;
  show (self);
}

static void
restart_now (LsAgentStrip *self)
{
  gboolean replace = is_to_be_replaced (self);
  g_autoptr (GError) error = NULL;
  if (self->launcher && !replace && !ls_launcher_renew (self->launcher, &error))
    g_message ("The agent may begin anew as it was: %s", error->message);
  self->phase = replace ? STOPPING : RESTARTING;
  g_free (self->epoch);
  self->epoch = g_strdup (ls_store_agent_epoch (self->store));
  show (self);
  ls_call (GTK_WIDGET (self), ls_store_client (self->store), "POST", replace ? "/v1/agent/stop" : "/v1/agent/restart", NULL,
           _("The agent was not restarted"), asked, NULL);
}

static void
answered (AdwMessageDialog *dialog, const char *response, LsAgentStrip *self)
{
  if (g_str_equal (response, "restart"))
    restart_now (self);
}

static guint
count_running_tasks (LsStore *store)
{
  GListModel *tasks = ls_store_tasks (store);
  guint running = 0;
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) item = g_list_model_get_item (tasks, i);
    running += !ls_task_state_is_final (ls_task_item_get (item)->state);
  }
  return running;
}

static guint
count_open_jobs (LsStore *store)
{
  GListModel *jobs = ls_store_jobs (store);
  guint open = 0;
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++) {
    g_autoptr (LsJobItem) item = g_list_model_get_item (jobs, i);
    open += !ls_job_state_is_final (ls_job_item_get (item)->state);
  }
  return open;
}

static void
ask_for_restart (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsAgentStrip *self = LS_AGENT_STRIP (widget);
  g_autofree char *text = ls_agent_restart_text (g_list_model_get_n_items (ls_store_workers (self->store)), count_open_jobs (self->store),
                                                 count_running_tasks (self->store));
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), _("Restart the agent?"), text);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_add_responses (message, "cancel", _("_Cancel"), "restart", _("_Restart agent"), NULL);
  adw_message_dialog_set_response_appearance (message, "restart", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Another run has answered: that is the end of it, well or not. */
static void
agent_came (LsAgentStrip *self)
{
  if (self->phase != IDLE && g_strcmp0 (self->epoch, ls_store_agent_epoch (self->store)) != 0) {
    self->phase = IDLE;
    self->restarted = notice_of (self) == LS_AGENT_OLDER;
    if (!self->restarted) {
      g_autofree char *text = g_strdup_printf (_("The agent is now %s"), ls_store_agent_version (self->store));
      ls_window_toast (GTK_WIDGET (self), adw_toast_new (text));
    }
  }
  show (self);
}

static void
state_changed (LsAgentStrip *self)
{
  g_autoptr (GError) error = NULL;
  if (ls_store_state (self->store) != LS_STORE_LOST)
    return;
  if (self->phase == STOPPING && !ls_launcher_start (self->launcher, &error)) {
    self->phase = IDLE;
    ls_window_notice (GTK_WIDGET (self), error->message, TRUE);
  }
  if (self->phase != IDLE)
    ls_store_retry_now (self->store);
}

static void
launcher_failed (LsAgentStrip *self)
{
  self->phase = IDLE;
  show (self);
}

/* --- what confined means --- */

static void
copy_command (AdwMessageDialog *dialog, const char *response, const char *command)
{
  if (g_str_equal (response, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (dialog)), command);
}

static GtkWidget *
command_label (const char *command)
{
  GtkWidget *label = gtk_label_new (command);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 44);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_add_css_class (label, "card");
  gtk_widget_add_css_class (label, "text-block");
  return label;
}

static void
explain (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsAgentStrip *self = LS_AGENT_STRIP (widget);
  g_autofree char *text = ls_agent_confined_text (self->launcher ? ls_launcher_host_failure (self->launcher) : NULL);
  char *command = ls_agent_permit_command (LS_APP_ID);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), _("The agent runs in the sandbox"), text);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_set_extra_child (message, command_label (command));
  adw_message_dialog_add_responses (message, "close", _("_Close"), "copy", _("_Copy command"), NULL);
  adw_message_dialog_set_default_response (message, "close");
  adw_message_dialog_set_close_response (message, "close");
  g_signal_connect_data (dialog, "response", G_CALLBACK (copy_command), command, (GClosureNotify) (void (*) (void)) g_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
hide (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsAgentStrip *self = LS_AGENT_STRIP (widget);
  self->hidden = notice_of (self);
  show (self);
}

/* --- object --- */

static void
ls_agent_strip_dispose (GObject *object)
{
  LsAgentStrip *self = LS_AGENT_STRIP (object);
  g_clear_object (&self->store);
  g_clear_object (&self->launcher);
  G_OBJECT_CLASS (ls_agent_strip_parent_class)->dispose (object);
}

static void
ls_agent_strip_finalize (GObject *object)
{
  g_free (LS_AGENT_STRIP (object)->epoch);
  G_OBJECT_CLASS (ls_agent_strip_parent_class)->finalize (object);
}

static void
ls_agent_strip_class_init (LsAgentStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_agent_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_agent_strip_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/agent_strip.ui");
  gtk_widget_class_bind_template_child (widget_class, LsAgentStrip, revealer);
  gtk_widget_class_bind_template_child (widget_class, LsAgentStrip, icon);
  gtk_widget_class_bind_template_child (widget_class, LsAgentStrip, spinner);
  gtk_widget_class_bind_template_child (widget_class, LsAgentStrip, label);
  gtk_widget_class_bind_template_child (widget_class, LsAgentStrip, restart_button);
  gtk_widget_class_bind_template_child (widget_class, LsAgentStrip, learn_button);
  gtk_widget_class_install_action (widget_class, "agent-strip.restart", NULL, ask_for_restart);
  gtk_widget_class_install_action (widget_class, "agent-strip.explain", NULL, explain);
  gtk_widget_class_install_action (widget_class, "agent-strip.hide", NULL, hide);
}

static void
ls_agent_strip_init (LsAgentStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ls_agent_strip_bind (LsAgentStrip *strip, LsStore *store, LsLauncher *launcher)
{
  strip->store = g_object_ref (store);
  strip->launcher = launcher ? g_object_ref (launcher) : NULL;
  g_signal_connect_object (store, "notify::agent-version", G_CALLBACK (agent_came), strip, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notify::state", G_CALLBACK (state_changed), strip, G_CONNECT_SWAPPED);
  if (launcher)
    g_signal_connect_object (launcher, "failed", G_CALLBACK (launcher_failed), strip, G_CONNECT_SWAPPED);
  show (strip);
}
