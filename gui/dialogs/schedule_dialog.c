/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/schedule_dialog.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/dialogs/number_row.h"

#define PREVIEWED 3

struct _LsScheduleDialog {
  LsDialog parent_instance;
  char *name;                  /* of the schedule that is edited; NULL: a new one */
  json_t *before;              /* its form as it was filled in; NULL: a new one */
  AdwEntryRow *name_row, *when_row, *command_row, *folder_row;
  GtkLabel *preview_label;
  AdwComboRow *overlap_row;
  GtkSwitch *missed_switch;
  LsNumberRow *timeout_row, *keep_row;
  GtkTextView *variables_view;
};

G_DEFINE_FINAL_TYPE (LsScheduleDialog, ls_schedule_dialog, LS_TYPE_DIALOG)

/* As in the combo row. */
static const char *const overlaps[] = { "skip", "queue", "replace", "allow" };

/* --- what a rule means, while it is typed --- */

/* The clock that counts is the agent's, which may be in another part of the world. *@ret_name is what to call its zone, NULL where it is ours too. */
static GTimeZone *
zone_of_agent (LsScheduleDialog *self, const char **ret_name)
{
  LsStore *store = ls_dialog_store (LS_DIALOG (self));
  const char *name = store ? ls_store_agent_time_zone (store) : NULL;
  GTimeZone *own = g_time_zone_new_local (), *zone = name ? g_time_zone_new_identifier (name) : NULL;
  gboolean same = !name || g_str_equal (name, g_time_zone_get_identifier (own));
  *ret_name = same ? NULL : zone ? name : _("the clock of this computer");
  if (!zone || same) {
    g_clear_pointer (&zone, g_time_zone_unref);
    return own;
  }
  g_time_zone_unref (own);
  return zone;
}

static void
ls_schedule_dialog_when_changed (LsScheduleDialog *self)
{
  const char *text = ls_dialog_text (self->when_row), *zone_name = NULL;
  g_autoptr (GTimeZone) zone = zone_of_agent (self, &zone_name);
  g_autoptr (GError) error = NULL;
  g_autofree char *preview = NULL, *shown = NULL;
  gboolean good = ls_schedule_preview (text, g_get_real_time () / 1000, zone, PREVIEWED, &preview, &error);
  if (good && zone_name)
    /* Translators: moments, and in which time zone they are told. */
    shown = g_strdup_printf (_("Next: %s (%s)"), preview, zone_name);
  else if (good)
    shown = g_strdup_printf (_("Next: %s"), preview);
  else if (*text)
    shown = g_strdup (error->message);
  else
    shown = g_strdup (_("In words, or five cron fields; the menu has examples"));
  gtk_label_set_text (self->preview_label, shown);
  (good || !*text ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (self->preview_label), "error");
  (good || *text ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (self->preview_label), "dim-label");
}

static void
take_example (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsScheduleDialog *self = LS_SCHEDULE_DIALOG (widget);
  gtk_editable_set_text (GTK_EDITABLE (self->when_row), g_variant_get_string (parameter, NULL));
  gtk_widget_grab_focus (GTK_WIDGET (self->when_row));
  gtk_editable_set_position (GTK_EDITABLE (self->when_row), -1);
}

/* --- the form to a spec --- */

static json_t *
read_form (LsScheduleDialog *self)
{
  LsDialog *dialog = LS_DIALOG (self);
  g_autoptr (json_t) spec = json_object ();
  if (!ls_dialog_read (dialog, self->when_row, spec, LS_KIND_SCHEDULE, "when")
      || !ls_dialog_read (dialog, self->command_row, spec, LS_KIND_SCHEDULE, "command")
      || !ls_dialog_read (dialog, self->folder_row, spec, LS_KIND_SCHEDULE, "cwd") || !ls_dialog_read_variables (dialog, self->variables_view, spec))
    return NULL;
  json_object_set_new (spec, "overlap", json_string (overlaps[adw_combo_row_get_selected (self->overlap_row)]));
  json_object_set_new (spec, "missed", json_string (gtk_switch_get_active (self->missed_switch) ? "once" : "skip"));
  json_object_set_new (spec, "keep", json_integer (ls_number_row_count (self->keep_row)));
  json_object_set_new (spec, "timeout_ms", json_integer (llround (ls_number_row_value (self->timeout_row) * 1000)));
  return g_steal_pointer (&spec);
}

/* The entry that says when, or what, may not stay empty. */
static gboolean
check_form (LsScheduleDialog *self, json_t *spec)
{
  if (!json_object_get (spec, "when"))
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->when_row), _("When? As in daily 03:00 or every 5 min."));
  else if (!json_object_get (spec, "argv"))
    ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->command_row), _("Which command? Type it as you would in a terminal."));
  else
    return TRUE;
  return FALSE;
}

static void
send_new (LsScheduleDialog *self, json_t *spec)
{
  static const char *const only_new[] = { "If-None-Match", "*", NULL };
  const char *name = ls_dialog_read_name (LS_DIALOG (self), self->name_row);
  g_autofree char *path = name ? g_strconcat ("/v1/schedules/", name, NULL) : NULL;
  if (name)
    ls_dialog_send (LS_DIALOG (self), "PUT", path, json_incref (spec), only_new);
}

static void
send_changes (LsScheduleDialog *self, json_t *spec)
{
  g_autoptr (json_t) patch = ls_form_changes (self->before, spec);
  g_autofree char *path = g_strconcat ("/v1/schedules/", self->name, NULL);
  if (json_object_size (patch) == 0)
    gtk_window_close (GTK_WINDOW (self));
  else
    ls_dialog_send (LS_DIALOG (self), "PATCH", path, g_steal_pointer (&patch), NULL);
}

static void
ls_schedule_dialog_submit (LsDialog *dialog)
{
  LsScheduleDialog *self = LS_SCHEDULE_DIALOG (dialog);
  g_autoptr (json_t) spec = read_form (self);
  if (!spec || !check_form (self, spec))
    return;
  if (self->name)
    send_changes (self, spec);
  else
    send_new (self, spec);
}

static void
ls_schedule_dialog_agreed (LsDialog *dialog, json_t *answer)
{
  LsScheduleDialog *self = LS_SCHEDULE_DIALOG (dialog);
  if (!self->name)
    ls_dialog_show_later (dialog, "tasks", ls_store_schedules (ls_dialog_store (dialog)), ls_dialog_text (self->name_row));
}

/* --- a spec to the form --- */

static void
set_text (AdwEntryRow *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text ? text : "");
}

static void
fill_form (LsScheduleDialog *self, const LsScheduleSpec *spec)
{
  g_autofree char *command = ls_schedule_command_text (spec);
  g_autofree char *variables = spec->task.env ? g_strjoinv ("\n", spec->task.env) : NULL;
  set_text (self->when_row, spec->when_text);
  set_text (self->command_row, command);
  set_text (self->folder_row, spec->task.cwd);
  adw_combo_row_set_selected (self->overlap_row, spec->overlap);
  gtk_switch_set_active (self->missed_switch, spec->missed == LS_MISSED_ONCE);
  ls_number_row_set_value (self->timeout_row, (double) spec->task.timeout_ms / 1000);
  ls_number_row_set_value (self->keep_row, spec->keep);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->variables_view), variables ? variables : "", -1);
}

static void
begin_edit (LsScheduleDialog *self, const LsSchedule *schedule)
{
  g_autofree char *title = g_strdup_printf (_("Edit %s"), schedule->name);
  self->name = g_strdup (schedule->name);
  gtk_window_set_title (GTK_WINDOW (self), title);
  g_object_set (self, "verb", _("Save"), NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->name_row), FALSE);
  fill_form (self, &schedule->spec);
  self->before = read_form (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->when_row));
}

/* --- object --- */

static void
ls_schedule_dialog_finalize (GObject *object)
{
  LsScheduleDialog *self = LS_SCHEDULE_DIALOG (object);
  g_free (self->name);
  json_decref (self->before);
  G_OBJECT_CLASS (ls_schedule_dialog_parent_class)->finalize (object);
}

static void
ls_schedule_dialog_class_init (LsScheduleDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_schedule_dialog_finalize;
  LS_DIALOG_CLASS (klass)->submit = ls_schedule_dialog_submit;
  LS_DIALOG_CLASS (klass)->agreed = ls_schedule_dialog_agreed;
  g_type_ensure (LS_TYPE_NUMBER_ROW);
  gtk_widget_class_install_action (widget_class, "schedule.when", "s", take_example);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/dialogs/schedule_dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, when_row);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, preview_label);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, command_row);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, folder_row);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, overlap_row);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, missed_switch);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, timeout_row);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, keep_row);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDialog, variables_view);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedule_dialog_when_changed);
}

static void
ls_schedule_dialog_init (LsScheduleDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ls_schedule_dialog_when_changed (self);
}

GtkWindow *
ls_schedule_dialog_new (GtkWindow *parent, LsStore *store, LsScheduleItem *schedule)
{
  LsScheduleDialog *self = g_object_new (LS_TYPE_SCHEDULE_DIALOG, "transient-for", parent, "store", store, NULL);
  if (schedule)
    begin_edit (self, ls_schedule_item_get (schedule));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return GTK_WINDOW (self);
}
