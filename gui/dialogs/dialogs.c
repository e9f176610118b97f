/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/dialogs.h"

#include <string.h>

#include <glib/gi18n.h>

#include "gui/call.h"
#include "gui/dialogs/buffer_dialog.h"
#include "gui/dialogs/cluster_dialog.h"
#include "gui/dialogs/job_dialog.h"
#include "gui/dialogs/pool_dialog.h"
#include "gui/dialogs/schedule_dialog.h"
#include "gui/dialogs/task_dialog.h"
#include "gui/window.h"

static LsStore *
store_of (GtkWidget *window)
{
  return ls_window_store (LS_WINDOW (window));
}

static void
new_cluster (GtkWidget *window, const char *action, GVariant *parameter)
{
  gtk_window_present (ls_cluster_dialog_new (GTK_WINDOW (window), store_of (window), NULL));
}

static void
edit_cluster (GtkWidget *window, const char *action, GVariant *parameter)
{
  LsClusterItem *cluster = ls_store_find_cluster (store_of (window), g_variant_get_string (parameter, NULL));
  if (cluster)
    gtk_window_present (ls_cluster_dialog_new (GTK_WINDOW (window), store_of (window), cluster));
}

static void
new_pool (GtkWidget *window, const char *action, GVariant *parameter)
{
  gtk_window_present (ls_pool_dialog_new (GTK_WINDOW (window), store_of (window)));
}

static void
new_buffer (GtkWidget *window, const char *action, GVariant *parameter)
{
  gtk_window_present (ls_buffer_dialog_new (GTK_WINDOW (window), store_of (window), g_variant_get_string (parameter, NULL)));
}

static void
new_schedule (GtkWidget *window, const char *action, GVariant *parameter)
{
  gtk_window_present (ls_schedule_dialog_new (GTK_WINDOW (window), store_of (window), NULL));
}

static void
edit_schedule (GtkWidget *window, const char *action, GVariant *parameter)
{
  LsScheduleItem *schedule = ls_store_find_schedule (store_of (window), g_variant_get_string (parameter, NULL));
  if (schedule)
    gtk_window_present (ls_schedule_dialog_new (GTK_WINDOW (window), store_of (window), schedule));
}

static void
run_task (GtkWidget *window, const char *action, GVariant *parameter)
{
  gtk_window_present (ls_task_dialog_new (GTK_WINDOW (window), store_of (window)));
}

static void
submit_job (GtkWidget *window, const char *action, GVariant *parameter)
{
  gtk_window_present (ls_job_dialog_new (GTK_WINDOW (window), store_of (window), g_variant_get_string (parameter, NULL)));
}

/* --- what cannot be taken back is asked first --- */

static void
removal_answered (AdwMessageDialog *dialog, const char *response, GtkWidget *window)
{
  const char *name = g_object_get_data (G_OBJECT (dialog), "name"), *path = g_object_get_data (G_OBJECT (dialog), "path");
  if (!g_str_equal (response, "remove"))
    return;
  g_autofree char *refused = g_strdup_printf (_("%s was not removed"), name);
  ls_call (window, ls_store_client (store_of (window)), "DELETE", path, NULL, refused, NULL, NULL);
}

static void
ask_to_remove (GtkWidget *window, const char *collection, const char *name, const char *body)
{
  g_autofree char *heading = g_strdup_printf (_("Remove %s?"), name);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), heading, body);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  adw_message_dialog_add_responses (message, "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (message, "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "cancel");
  adw_message_dialog_set_close_response (message, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "name", g_strdup (name), g_free);
  g_object_set_data_full (G_OBJECT (dialog), "path", g_strdup_printf ("/v1/%s/%s", collection, name), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (removal_answered), window, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
remove_cluster (GtkWidget *window, const char *action, GVariant *parameter)
{
  ask_to_remove (window, "clusters", g_variant_get_string (parameter, NULL),
                 _("Its workers finish what they have begun and end. Its settings are forgotten."));
}

static void
remove_pool (GtkWidget *window, const char *action, GVariant *parameter)
{
  ask_to_remove (window, "pools", g_variant_get_string (parameter, NULL), _("Jobs that wait are cancelled; its threads end with what they have begun."));
}

static void
remove_schedule (GtkWidget *window, const char *action, GVariant *parameter)
{
  ask_to_remove (window, "schedules", g_variant_get_string (parameter, NULL), _("Its history is forgotten. A run that goes on is not stopped."));
}

/* "compute.frame": the buffer frame of compute. */
static void
remove_buffer (GtkWidget *window, const char *action, GVariant *parameter)
{
  const char *name = g_variant_get_string (parameter, NULL), *dot = strchr (name, '.');
  g_autofree char *collection = dot ? g_strdup_printf ("pools/%.*s/buffers", (int) (dot - name), name) : NULL;
  if (collection)
    ask_to_remove (window, collection, dot + 1, _("Its contents are lost. Whoever has it mapped keeps the memory until they let go of it."));
}

void
ls_dialogs_install (GtkWidgetClass *window_class)
{
  gtk_widget_class_install_action (window_class, "win.new-buffer", "s", new_buffer);
  gtk_widget_class_install_action (window_class, "win.remove-buffer", "s", remove_buffer);
  gtk_widget_class_install_action (window_class, "win.new-cluster", NULL, new_cluster);
  gtk_widget_class_install_action (window_class, "win.edit-cluster", "s", edit_cluster);
  gtk_widget_class_install_action (window_class, "win.remove-cluster", "s", remove_cluster);
  gtk_widget_class_install_action (window_class, "win.new-pool", NULL, new_pool);
  gtk_widget_class_install_action (window_class, "win.remove-pool", "s", remove_pool);
  gtk_widget_class_install_action (window_class, "win.new-schedule", NULL, new_schedule);
  gtk_widget_class_install_action (window_class, "win.edit-schedule", "s", edit_schedule);
  gtk_widget_class_install_action (window_class, "win.remove-schedule", "s", remove_schedule);
  gtk_widget_class_install_action (window_class, "win.run-task", NULL, run_task);
  gtk_widget_class_install_action (window_class, "win.submit-job", "s", submit_job);
}
