/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/job_detail.h"

#include <glib/gi18n.h>

#include "gui/call.h"
#include "gui/cards/state_icon.h"
#include "gui/pages/job_columns.h"
#include "gui/pages/messages_box.h"

struct _LsJobDetail {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsJobItem *job;
  GSignalGroup *changes;       /* of the job */
  GtkButton *back_button, *cancel_button;
  GtkImage *state_icon;
  GtkLabel *name_label;
  LsFacts *facts;
  LsMessagesBox *messages;
  GtkBox *result_box;
  GtkLabel *result_label;
};

G_DEFINE_FINAL_TYPE (LsJobDetail, ls_job_detail, ADW_TYPE_BIN)

static guint back_signal;

/* --- what is shown --- */

static void
show_result (LsJobDetail *self)
{
  g_autofree char *result = ls_job_result_text (self->job);
  gtk_widget_set_visible (GTK_WIDGET (self->result_box), result != NULL);
  if (result && g_strcmp0 (gtk_label_get_text (self->result_label), result) != 0)
    gtk_label_set_text (self->result_label, result);
}

/* Only one that runs reads them. */
static void
show_messages (LsJobDetail *self)
{
  g_autofree char *path = g_strconcat ("/v1/jobs/", ls_job_item_get (self->job)->id, NULL);
  ls_messages_box_show (self->messages, ls_store_client (self->store), path);
  ls_messages_box_set_open (self->messages, ls_job_item_get (self->job)->state == LS_JOB_RUNNING, NULL);
}

static void
show_job (LsJobDetail *self)
{
  const LsJob *job = ls_job_item_get (self->job);
  gboolean goes_on = !ls_job_state_is_final (job->state);
  g_autofree char *title = g_strdup_printf ("%s  %s", job->name, job->id);
  ls_state_icon_show (self->state_icon, ls_job_state_name (job->state));
  if (g_strcmp0 (gtk_label_get_text (self->name_label), title) != 0)
    gtk_label_set_text (self->name_label, title);
  gtk_widget_set_sensitive (GTK_WIDGET (self->cancel_button), goes_on);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->cancel_button),
                               goes_on ? _("A job that runs ends when it next looks whether it should") : _("It has ended already"));
  ls_job_facts (self->facts, self->job);
  show_result (self);
  show_messages (self);
}

void
ls_job_detail_show (LsJobDetail *detail, LsStore *store, LsJobItem *job)
{
  if (detail->job == job)
    return;
  g_set_object (&detail->store, store);
  g_set_object (&detail->job, job);
  g_signal_group_set_target (detail->changes, job);
  if (job)
    show_job (detail);
}

LsJobItem *
ls_job_detail_shown (LsJobDetail *detail)
{
  return detail->job;
}

void
ls_job_detail_renew (LsJobDetail *detail)
{
  if (!detail->job)
    return;
  if (!ls_job_state_is_final (ls_job_item_get (detail->job)->state))
    ls_job_facts (detail->facts, detail->job);
  ls_messages_box_renew (detail->messages);
}

void
ls_job_detail_set_folded (LsJobDetail *detail, gboolean folded)
{
  GtkWidget *button = GTK_WIDGET (detail->back_button), *header = gtk_widget_get_parent (button);
  gtk_box_reorder_child_after (GTK_BOX (header), button, folded ? NULL : gtk_widget_get_last_child (header));
  gtk_button_set_icon_name (detail->back_button, folded ? "go-previous-symbolic" : "window-close-symbolic");
  gtk_widget_set_tooltip_text (button, folded ? _("Back to the list") : _("Close"));
}

/* --- wishes --- */

static void
ls_job_detail_cancel (LsJobDetail *self)
{
  const char *id = ls_job_item_get (self->job)->id;
  g_autofree char *path = g_strconcat ("/v1/jobs/", id, NULL), *refused = g_strdup_printf (_("%s was not cancelled"), id);
  ls_call (GTK_WIDGET (self), ls_store_client (self->store), "DELETE", path, NULL, refused, NULL, NULL);
}

static void
ls_job_detail_back (LsJobDetail *self)
{
  g_signal_emit (self, back_signal, 0);
}

/* --- object --- */

static void
ls_job_detail_dispose (GObject *object)
{
  LsJobDetail *self = LS_JOB_DETAIL (object);
  g_clear_object (&self->changes);
  g_clear_object (&self->job);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_job_detail_parent_class)->dispose (object);
}

static void
ls_job_detail_class_init (LsJobDetailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_job_detail_dispose;
  g_type_ensure (LS_TYPE_FACTS);
  g_type_ensure (LS_TYPE_MESSAGES_BOX);
  back_signal = g_signal_new ("back", LS_TYPE_JOB_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/job_detail.ui");
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, back_button);
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, facts);
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, messages);
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, result_box);
  gtk_widget_class_bind_template_child (widget_class, LsJobDetail, result_label);
  gtk_widget_class_bind_template_callback (widget_class, ls_job_detail_back);
  gtk_widget_class_bind_template_callback (widget_class, ls_job_detail_cancel);
}

static void
ls_job_detail_init (LsJobDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (LS_TYPE_JOB_ITEM);
  g_signal_group_connect_swapped (self->changes, "notify::revision", G_CALLBACK (show_job), self);
}
