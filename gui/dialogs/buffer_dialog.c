/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/buffer_dialog.h"

#include <glib/gi18n.h>

#include "base/text.h"

struct _LsBufferDialog {
  LsDialog parent_instance;
  char *pool;
  AdwEntryRow *name_row, *size_row;
};

G_DEFINE_FINAL_TYPE (LsBufferDialog, ls_buffer_dialog, LS_TYPE_DIALOG)

static gboolean
check_name (LsBufferDialog *self, const char *name)
{
  g_autofree char *whole = g_strdup_printf ("%s.%s", self->pool, name);
  g_autofree char *taken = g_strdup_printf (_("%s has a buffer “%s” already: choose another name."), self->pool, name);
  if (!ls_name_is_valid (name))
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->name_row), _("A name begins with a small letter and has small letters, digits and “-”, 32 at most."));
  else if (ls_store_find_buffer (ls_dialog_store (LS_DIALOG (self)), whole))
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->name_row), taken);
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_size (LsBufferDialog *self, guint64 *ret_size)
{
  g_autofree char *text = g_strstrip (g_strdup (ls_dialog_text (self->size_row)));
  g_autoptr (GError) error = NULL;
  guint64 size = 0;
  if (!*text)
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->size_row), _("How large? As in 64M, or as a number of bytes."));
  else if (!ls_parse_size (text, &size, &error))
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->size_row), error->message);
  else if (size == 0)
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->size_row), _("A buffer has at least one byte."));
  else {
    *ret_size = size;
    return TRUE;
  }
  return FALSE;
}

static void
ls_buffer_dialog_submit (LsDialog *dialog)
{
  LsBufferDialog *self = LS_BUFFER_DIALOG (dialog);
  const char *name = ls_dialog_text (self->name_row);
  guint64 size;
  if (!check_name (self, name) || !read_size (self, &size))
    return;
  g_autofree char *path = g_strdup_printf ("/v1/pools/%s/buffers/%s", self->pool, name);
  ls_dialog_send (dialog, "PUT", path, json_pack ("{s:I}", "size", (json_int_t) MIN (size, G_MAXINT64)), NULL);
}

static void
ls_buffer_dialog_finalize (GObject *object)
{
  g_free (LS_BUFFER_DIALOG (object)->pool);
  G_OBJECT_CLASS (ls_buffer_dialog_parent_class)->finalize (object);
}

static void
ls_buffer_dialog_class_init (LsBufferDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_buffer_dialog_finalize;
  LS_DIALOG_CLASS (klass)->submit = ls_buffer_dialog_submit;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/dialogs/buffer_dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsBufferDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LsBufferDialog, size_row);
}

static void
ls_buffer_dialog_init (LsBufferDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
ls_buffer_dialog_new (GtkWindow *parent, LsStore *store, const char *pool)
{
  LsBufferDialog *self = g_object_new (LS_TYPE_BUFFER_DIALOG, "transient-for", parent, "store", store, NULL);
  self->pool = g_strdup (pool);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return GTK_WINDOW (self);
}
