/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/pool_dialog.h"

#include "gui/dialogs/number_row.h"

struct _LsPoolDialog {
  LsDialog parent_instance;
  AdwEntryRow *name_row;
  LsNumberRow *threads_row, *queue_row;
};

G_DEFINE_FINAL_TYPE (LsPoolDialog, ls_pool_dialog, LS_TYPE_DIALOG)

static void
ls_pool_dialog_submit (LsDialog *dialog)
{
  static const char *const only_new[] = { "If-None-Match", "*", NULL };
  LsPoolDialog *self = LS_POOL_DIALOG (dialog);
  const char *name = ls_dialog_read_name (dialog, self->name_row);
  int threads = (int) ls_number_row_count (self->threads_row);
  if (!name)
    return;
  g_autofree char *path = g_strconcat ("/v1/pools/", name, NULL);
  ls_dialog_send (dialog, "PUT", path,
                  json_pack ("{s:{s:i,s:i},s:i}", "threads", "min", threads, "max", threads, "queue_max",
                             (int) ls_number_row_count (self->queue_row)), only_new);
}

static void
ls_pool_dialog_agreed (LsDialog *dialog, json_t *answer)
{
  ls_dialog_show_later (dialog, "pools", ls_store_pools (ls_dialog_store (dialog)), ls_dialog_text (LS_POOL_DIALOG (dialog)->name_row));
}

static void
ls_pool_dialog_class_init (LsPoolDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  LS_DIALOG_CLASS (klass)->submit = ls_pool_dialog_submit;
  LS_DIALOG_CLASS (klass)->agreed = ls_pool_dialog_agreed;
  g_type_ensure (LS_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/dialogs/pool_dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsPoolDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LsPoolDialog, threads_row);
  gtk_widget_class_bind_template_child (widget_class, LsPoolDialog, queue_row);
}

static void
ls_pool_dialog_init (LsPoolDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
ls_pool_dialog_new (GtkWindow *parent, LsStore *store)
{
  LsPoolDialog *self = g_object_new (LS_TYPE_POOL_DIALOG, "transient-for", parent, "store", store, NULL);
  guint cores = ls_store_host (store)->cores;
  ls_number_row_set_value (self->threads_row, cores > 0 ? cores : 1);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return GTK_WINDOW (self);
}
