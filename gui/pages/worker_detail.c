/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/worker_detail.h"

#include <glib/gi18n.h>

#include "gui/call.h"
#include "gui/cards/state_icon.h"
#include "gui/pages/messages_box.h"
#include "gui/pages/signal_button.h"
#include "gui/pages/worker_columns.h"
#include "gui/window.h"

struct _LsWorkerDetail {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsWorkerItem *worker;
  GSignalGroup *changes;       /* of the worker */
  gboolean ended;              /* it is not in the store any more */
  gboolean restarting;         /* by us: then the successor is what is meant */
  GtkButton *back_button, *restart_button, *drain_button;
  GtkImage *state_icon;
  GtkLabel *name_label;
  LsSignalButton *signal_button;
  GtkBox *ended_box;
  GtkButton *successor_button;
  LsFacts *facts;
  LsMessagesBox *messages;
  GtkBox *tail_box;
  GtkLabel *tail_label;
};

G_DEFINE_FINAL_TYPE (LsWorkerDetail, ls_worker_detail, ADW_TYPE_BIN)

enum { BACK, SUCCESSOR, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- what is shown --- */

static const char *
id_of (LsWorkerDetail *self)
{
  return ls_worker_item_get (self->worker)->id;
}

/* The last lines of the process before are what explains its end. */
static void
show_tail (LsWorkerDetail *self, const LsWorker *worker)
{
  g_autofree char *lines = worker->log_tail && worker->log_tail[0] ? g_strjoinv ("\n", worker->log_tail) : NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->tail_box), lines != NULL);
  if (lines && g_strcmp0 (gtk_label_get_text (self->tail_label), lines) != 0)
    gtk_label_set_text (self->tail_label, lines);
}

static void
set_usable (GtkWidget *button, gboolean usable, const char *what)
{
  gtk_widget_set_sensitive (button, usable);
  gtk_widget_set_tooltip_text (button, usable ? what : _("No process runs that it could be done to"));
}

/* Those of its name: the process before may have sent some of them. */
static void
show_messages (LsWorkerDetail *self, gboolean lives)
{
  g_autofree char *path = g_strconcat ("/v1/workers/", id_of (self), NULL), *instance = ls_worker_item_instance (self->worker);
  ls_messages_box_show (self->messages, ls_store_client (self->store), path);
  ls_messages_box_set_open (self->messages, lives, instance);
}

static void
show_worker (LsWorkerDetail *self)
{
  const LsWorker *worker = ls_worker_item_get (self->worker);
  gboolean lives = worker->instance.pid > 0 && !self->ended;
  ls_state_icon_show (self->state_icon, self->ended ? "stopped" : ls_worker_state_name (worker->state));
  gtk_label_set_text (self->name_label, worker->id);
  set_usable (GTK_WIDGET (self->restart_button), lives, _("Start another process in its place, then let this one finish and end"));
  set_usable (GTK_WIDGET (self->drain_button), lives && worker->state != LS_WORKER_DRAINING,
              _("Let it finish what it has begun and end; the cluster has one worker less then"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->signal_button), lives);
  gtk_widget_set_visible (GTK_WIDGET (self->ended_box), self->ended);
  show_tail (self, worker);
  ls_worker_facts (self->facts, self->worker);
  show_messages (self, lives);
}

void
ls_worker_detail_renew (LsWorkerDetail *detail)
{
  if (!detail->worker || detail->ended)
    return;
  ls_worker_facts (detail->facts, detail->worker);
  ls_messages_box_renew (detail->messages);
}

void
ls_worker_detail_show (LsWorkerDetail *detail, LsStore *store, LsWorkerItem *worker)
{
  if (detail->worker == worker)
    return;
  g_set_object (&detail->store, store);
  g_set_object (&detail->worker, worker);
  detail->ended = detail->restarting = FALSE;
  g_signal_group_set_target (detail->changes, worker);
  if (worker)
    show_worker (detail);
}

LsWorkerItem *
ls_worker_detail_shown (LsWorkerDetail *detail)
{
  return detail->worker;
}

/* --- when it ends --- */

static gboolean
is_listed (LsWorkerDetail *self, gboolean *ret_successor)
{
  GListModel *workers = ls_store_workers (self->store);
  for (guint i = 0; i < g_list_model_get_n_items (workers); i++) {
    g_autoptr (LsWorkerItem) item = g_list_model_get_item (workers, i);
    if (item == self->worker)
      return TRUE;
    if (g_str_equal (ls_worker_item_get (item)->id, id_of (self)))
      *ret_successor = TRUE;
  }
  return FALSE;
}

static void
go_on (LsWorkerDetail *self)
{
  g_autofree char *id = g_strdup (id_of (self));
  g_signal_emit (self, signals[SUCCESSOR], 0, id);
}

void
ls_worker_detail_check (LsWorkerDetail *detail)
{
  gboolean successor = FALSE;
  if (!detail->worker)
    return;
  detail->ended = !is_listed (detail, &successor);
  gtk_widget_set_visible (GTK_WIDGET (detail->successor_button), successor);
  if (detail->ended && successor && detail->restarting)
    go_on (detail);
  else
    show_worker (detail);
}

/* --- wishes --- */

static void
ask (LsWorkerDetail *self, const char *verb, const char *signal, const char *refused_format)
{
  g_autofree char *path = g_strdup_printf ("/v1/workers/%s/%s", id_of (self), verb);
  g_autofree char *instance = ls_worker_item_instance (self->worker);
  g_autoptr (GString) refused = g_string_new (refused_format);
  json_t *body = json_object ();
  g_string_replace (refused, "%s", id_of (self), 1);
  if (instance)
    json_object_set_new (body, "instance", json_string (instance));
  if (signal)
    json_object_set_new (body, "signal", json_string (signal));
  ls_call (GTK_WIDGET (self), ls_store_client (self->store), "POST", path, body, refused->str, NULL, NULL);
}

static void
ls_worker_detail_restart (LsWorkerDetail *self)
{
  self->restarting = TRUE;
  ask (self, "restart", NULL, _("%s was not restarted"));
}

static void
ls_worker_detail_drain (LsWorkerDetail *self)
{
  ask (self, "drain", NULL, _("%s was not drained"));
}

static void
ls_worker_detail_signal (LsWorkerDetail *self, const char *name)
{
  ask (self, "signal", name, _("%s was not signalled"));
}

static void
ls_worker_detail_logs (LsWorkerDetail *self)
{
  ls_window_show (GTK_WIDGET (self), "logs", id_of (self));
}

static void
ls_worker_detail_back (LsWorkerDetail *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

void
ls_worker_detail_set_folded (LsWorkerDetail *detail, gboolean folded)
{
  GtkWidget *button = GTK_WIDGET (detail->back_button), *header = gtk_widget_get_parent (button);
  gtk_box_reorder_child_after (GTK_BOX (header), button, folded ? NULL : gtk_widget_get_last_child (header));
  gtk_button_set_icon_name (detail->back_button, folded ? "go-previous-symbolic" : "window-close-symbolic");
  gtk_widget_set_tooltip_text (button, folded ? _("Back to the list") : _("Close"));
}

/* --- object --- */

static void
ls_worker_detail_dispose (GObject *object)
{
  LsWorkerDetail *self = LS_WORKER_DETAIL (object);
  g_clear_object (&self->changes);
  g_clear_object (&self->worker);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_worker_detail_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/worker_detail.ui");
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, back_button);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, restart_button);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, drain_button);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, signal_button);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, ended_box);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, successor_button);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, facts);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, messages);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, tail_box);
  gtk_widget_class_bind_template_child (widget_class, LsWorkerDetail, tail_label);
  gtk_widget_class_bind_template_callback (widget_class, go_on);
  gtk_widget_class_bind_template_callback (widget_class, ls_worker_detail_back);
  gtk_widget_class_bind_template_callback (widget_class, ls_worker_detail_restart);
  gtk_widget_class_bind_template_callback (widget_class, ls_worker_detail_drain);
  gtk_widget_class_bind_template_callback (widget_class, ls_worker_detail_signal);
  gtk_widget_class_bind_template_callback (widget_class, ls_worker_detail_logs);
}

static void
ls_worker_detail_class_init (LsWorkerDetailClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ls_worker_detail_dispose;
  g_type_ensure (LS_TYPE_FACTS);
  g_type_ensure (LS_TYPE_MESSAGES_BOX);
  g_type_ensure (LS_TYPE_SIGNAL_BUTTON);
  bind_template (GTK_WIDGET_CLASS (klass));
  signals[BACK] = g_signal_new ("back", LS_TYPE_WORKER_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SUCCESSOR] = g_signal_new ("successor", LS_TYPE_WORKER_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ls_worker_detail_init (LsWorkerDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (LS_TYPE_WORKER_ITEM);
  g_signal_group_connect_swapped (self->changes, "notify::state", G_CALLBACK (show_worker), self);
  g_signal_group_connect_swapped (self->changes, "notify::pid", G_CALLBACK (show_worker), self);
  g_signal_group_connect_swapped (self->changes, "notify::reason", G_CALLBACK (show_worker), self);
}
