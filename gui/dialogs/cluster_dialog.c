/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/cluster_dialog.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/dialogs/number_row.h"

struct _LsClusterDialog {
  LsDialog parent_instance;
  char *name;                  /* of the cluster that is edited; NULL: a new one */
  json_t *before;              /* its form as it was filled in; NULL: a new one */
  AdwEntryRow *name_row, *command_row, *folder_row, *listen_row;
  LsNumberRow *least_row, *most_row, *io_threads_row, *stop_timeout_row;
  AdwComboRow *balance_row;
};

G_DEFINE_FINAL_TYPE (LsClusterDialog, ls_cluster_dialog, LS_TYPE_DIALOG)

static const char *const balances[] = { "steered", "shared", NULL };

/* --- the form to a spec --- */

static json_t *
read_form (LsClusterDialog *self)
{
  LsDialog *dialog = LS_DIALOG (self);
  g_autoptr (json_t) spec = json_object ();
  guint balance = adw_combo_row_get_selected (self->balance_row);
  if (!ls_dialog_read (dialog, self->command_row, spec, LS_KIND_CLUSTER, "command")
      || !ls_dialog_read (dialog, self->folder_row, spec, LS_KIND_CLUSTER, "cwd")
      || !ls_dialog_read (dialog, self->listen_row, spec, LS_KIND_CLUSTER, "listen"))
    return NULL;
  json_object_set_new (spec, "workers", json_pack ("{s:i,s:i}", "min", (int) ls_number_row_count (self->least_row), "max",
                                                   (int) ls_number_row_count (self->most_row)));
  if (balance < G_N_ELEMENTS (balances) - 1)      /* else one that cannot be chosen here: as it is */
    json_object_set_new (spec, "balance", json_string (balances[balance]));
  json_object_set_new (spec, "io_threads", json_integer (ls_number_row_count (self->io_threads_row)));
  json_object_set_new (spec, "stop_timeout_ms", json_integer (llround (ls_number_row_value (self->stop_timeout_row) * 1000)));
  return g_steal_pointer (&spec);
}

static void
send_new (LsClusterDialog *self, json_t *spec)
{
  static const char *const only_new[] = { "If-None-Match", "*", NULL };
  const char *name = ls_dialog_read_name (LS_DIALOG (self), self->name_row);
  if (!name) {
    json_decref (spec);
    return;
  }
  g_autofree char *path = g_strconcat ("/v1/clusters/", name, NULL);
  ls_dialog_send (LS_DIALOG (self), "PUT", path, spec, only_new);
}

static void
send_changes (LsClusterDialog *self, json_t *spec)
{
  g_autoptr (json_t) patch = ls_form_changes (self->before, spec);
  g_autofree char *path = g_strconcat ("/v1/clusters/", self->name, NULL);
  json_decref (spec);
  if (json_object_size (patch) == 0)
    gtk_window_close (GTK_WINDOW (self));
  else
    ls_dialog_send (LS_DIALOG (self), "PATCH", path, g_steal_pointer (&patch), NULL);
}

static void
ls_cluster_dialog_submit (LsDialog *dialog)
{
  LsClusterDialog *self = LS_CLUSTER_DIALOG (dialog);
  json_t *spec = read_form (self);
  if (!spec)
    return;
  if (!json_object_get (spec, "command") && !json_object_get (spec, "listen")) {
    ls_dialog_refuse (dialog, GTK_WIDGET (self->listen_row), _("The built-in worker needs an address to serve, such as 127.0.0.1:8080."));
    json_decref (spec);
  } else if (self->name)
    send_changes (self, spec);
  else
    send_new (self, spec);
}

static void
ls_cluster_dialog_agreed (LsDialog *dialog, json_t *answer)
{
  LsClusterDialog *self = LS_CLUSTER_DIALOG (dialog);
  if (!self->name)
    ls_dialog_show_later (dialog, "clusters", ls_store_clusters (ls_dialog_store (dialog)), ls_dialog_text (self->name_row));
}

/* --- a spec to the form --- */

/* The ends never cross: the other one goes along. */
static void
least_changed (GtkAdjustment *least, GtkAdjustment *most)
{
  if (gtk_adjustment_get_value (most) < gtk_adjustment_get_value (least))
    gtk_adjustment_set_value (most, gtk_adjustment_get_value (least));
}

static void
most_changed (GtkAdjustment *most, GtkAdjustment *least)
{
  if (gtk_adjustment_get_value (least) > gtk_adjustment_get_value (most))
    gtk_adjustment_set_value (least, gtk_adjustment_get_value (most));
}

static void
set_text (AdwEntryRow *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text ? text : "");
}

static void
fill_form (LsClusterDialog *self, const LsClusterSpec *spec)
{
  g_autofree char *command = ls_form_command_text (spec->command);
  g_autofree char *listen = spec->listen ? g_strjoinv (", ", spec->listen) : NULL;
  set_text (self->command_row, command);
  set_text (self->folder_row, spec->cwd);
  set_text (self->listen_row, listen);
  ls_number_row_set_value (self->most_row, spec->workers.max);
  ls_number_row_set_value (self->least_row, spec->workers.min);
  ls_number_row_set_value (self->io_threads_row, spec->io_threads);
  ls_number_row_set_value (self->stop_timeout_row, spec->stop_timeout_ms / 1000.0);
  for (guint i = 0; balances[i]; i++)
    if (g_str_equal (balances[i], ls_balance_name (spec->balance)))
      adw_combo_row_set_selected (self->balance_row, i);
}

static void
begin_new (LsClusterDialog *self)
{
  guint cores = ls_store_host (ls_dialog_store (LS_DIALOG (self)))->cores;
  ls_number_row_set_value (self->most_row, cores > 0 ? cores : 1);
  ls_number_row_set_value (self->least_row, cores > 0 ? cores : 1);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}

static void
begin_edit (LsClusterDialog *self, const LsCluster *cluster)
{
  g_autofree char *title = g_strdup_printf (_("Edit %s"), cluster->name);
  self->name = g_strdup (cluster->name);
  gtk_window_set_title (GTK_WINDOW (self), title);
  g_object_set (self, "verb", _("Save"), NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->name_row), FALSE);
  fill_form (self, &cluster->spec);
  self->before = read_form (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->command_row));
}

/* --- object --- */

static void
ls_cluster_dialog_finalize (GObject *object)
{
  LsClusterDialog *self = LS_CLUSTER_DIALOG (object);
  g_free (self->name);
  json_decref (self->before);
  G_OBJECT_CLASS (ls_cluster_dialog_parent_class)->finalize (object);
}

static void
ls_cluster_dialog_class_init (LsClusterDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_cluster_dialog_finalize;
  LS_DIALOG_CLASS (klass)->submit = ls_cluster_dialog_submit;
  LS_DIALOG_CLASS (klass)->agreed = ls_cluster_dialog_agreed;
  g_type_ensure (LS_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/dialogs/cluster_dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, command_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, folder_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, listen_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, least_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, most_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, io_threads_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, stop_timeout_row);
  gtk_widget_class_bind_template_child (widget_class, LsClusterDialog, balance_row);
  gtk_widget_class_bind_template_callback (widget_class, least_changed);
  gtk_widget_class_bind_template_callback (widget_class, most_changed);
}

static void
ls_cluster_dialog_init (LsClusterDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
ls_cluster_dialog_new (GtkWindow *parent, LsStore *store, LsClusterItem *cluster)
{
  LsClusterDialog *self = g_object_new (LS_TYPE_CLUSTER_DIALOG, "transient-for", parent, "store", store, NULL);
  if (cluster)
    begin_edit (self, ls_cluster_item_get (cluster));
  else
    begin_new (self);
  return GTK_WINDOW (self);
}
