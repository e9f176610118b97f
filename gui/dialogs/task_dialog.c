/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/task_dialog.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/dialogs/number_row.h"

struct _LsTaskDialog {
  LsDialog parent_instance;
  AdwEntryRow *command_row, *folder_row, *name_row, *file_row, *limits_row;
  GtkTextView *variables_view, *input_view;
  AdwComboRow *input_row, *restart_row;
  GtkSwitch *terminal_switch;
  GtkWidget *input_box;
  LsNumberRow *timeout_row, *nice_row;
};

G_DEFINE_FINAL_TYPE (LsTaskDialog, ls_task_dialog, LS_TYPE_DIALOG)

/* As in the combo rows. */
enum { INPUT_NONE, INPUT_OPEN, INPUT_TEXT, INPUT_FILE };
static const char *const restarts[] = { "never", "on-failure", "always" };

/* --- the form to a spec --- */

/* A terminal is what one types into: it needs no other input. */
static gboolean
read_input (LsTaskDialog *self, json_t *spec)
{
  guint chosen = adw_combo_row_get_selected (self->input_row);
  if (gtk_switch_get_active (self->terminal_switch)) {
    json_object_set_new (spec, "pty", json_true ());
    return TRUE;
  }
  if (chosen == INPUT_FILE) {
    if (!ls_dialog_read (LS_DIALOG (self), self->file_row, spec, LS_KIND_TASK, "stdin"))
      return FALSE;
    if (!json_object_get (json_object_get (spec, "stdin"), "file")) {
      ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->file_row), _("Which file? Its full path, as in /srv/data.csv."));
      return FALSE;
    }
    return TRUE;
  }
  g_autofree char *text = chosen == INPUT_TEXT ? ls_dialog_take_text (self->input_view) : NULL;
  json_object_set_new (spec, "stdin", text ? json_pack ("{s:o}", "text", ls_json_string_or_null (text)) : json_string (chosen == INPUT_OPEN ? "open" : "none"));
  return TRUE;
}

static json_t *
read_form (LsTaskDialog *self)
{
  g_autoptr (json_t) spec = json_object ();
  gint64 timeout_ms = llround (ls_number_row_value (self->timeout_row) * 1000), nice = llround (ls_number_row_value (self->nice_row));
  if (!ls_dialog_read (LS_DIALOG (self), self->command_row, spec, LS_KIND_TASK, "command")
      || !ls_dialog_read (LS_DIALOG (self), self->folder_row, spec, LS_KIND_TASK, "cwd")
      || !ls_dialog_read_variables (LS_DIALOG (self), self->variables_view, spec) || !read_input (self, spec)
      || !ls_dialog_read (LS_DIALOG (self), self->limits_row, spec, LS_KIND_TASK, "limits"))
    return NULL;
  if (!json_object_get (spec, "argv")) {
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->command_row), _("Which command? Type it as you would in a terminal."));
    return NULL;
  }
  json_object_set_new (spec, "restart", json_string (restarts[adw_combo_row_get_selected (self->restart_row)]));
  if (timeout_ms > 0)
    json_object_set_new (spec, "timeout_ms", json_integer (timeout_ms));
  if (nice != 0)
    json_object_set_new (spec, "nice", json_integer (nice));
  return g_steal_pointer (&spec);
}

static void
ls_task_dialog_submit (LsDialog *dialog)
{
  LsTaskDialog *self = LS_TASK_DIALOG (dialog);
  const char *name = ls_dialog_text (self->name_row);
  json_t *spec = read_form (self);
  if (!spec)
    return;
  json_t *body = json_pack ("{s:o}", "spec", spec);
  if (*name)
    json_object_set_new (body, "name", ls_json_string_or_null (name));
  ls_dialog_send (dialog, "POST", "/v1/tasks", body, NULL);
}

static void
ls_task_dialog_agreed (LsDialog *dialog, json_t *answer)
{
  ls_dialog_show_later (dialog, "tasks", ls_store_tasks (ls_dialog_store (dialog)), json_string_value (json_object_get (answer, "id")));
}

static void
ls_task_dialog_input_chosen (LsTaskDialog *self)
{
  guint chosen = adw_combo_row_get_selected (self->input_row);
  gboolean terminal = gtk_switch_get_active (self->terminal_switch);
  gtk_widget_set_sensitive (GTK_WIDGET (self->input_row), !terminal);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->input_row), terminal ? _("Typed into the terminal") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->file_row), !terminal && chosen == INPUT_FILE);
  gtk_widget_set_visible (self->input_box, !terminal && chosen == INPUT_TEXT);
}

/* --- object --- */

static void
ls_task_dialog_class_init (LsTaskDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  LS_DIALOG_CLASS (klass)->submit = ls_task_dialog_submit;
  LS_DIALOG_CLASS (klass)->agreed = ls_task_dialog_agreed;
  g_type_ensure (LS_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/dialogs/task_dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, command_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, folder_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, variables_view);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, input_view);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, input_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, input_box);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, restart_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, timeout_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, nice_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, terminal_switch);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, limits_row);
  gtk_widget_class_bind_template_child (widget_class, LsTaskDialog, file_row);
  gtk_widget_class_bind_template_callback (widget_class, ls_task_dialog_input_chosen);
}

static void
ls_task_dialog_init (LsTaskDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
ls_task_dialog_new (GtkWindow *parent, LsStore *store)
{
  LsTaskDialog *self = g_object_new (LS_TYPE_TASK_DIALOG, "transient-for", parent, "store", store, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->command_row));
  return GTK_WINDOW (self);
}
