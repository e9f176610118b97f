/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/job_dialog.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/dialogs/number_row.h"

struct _LsJobDialog {
  LsDialog parent_instance;
  AdwComboRow *pool_row, *job_row, *retry_row;
  GtkStringList *pools, *jobs;
  AdwEntryRow *arguments_row, *output_row;
  LsNumberRow *priority_row, *timeout_row, *retries_row;
};

G_DEFINE_FINAL_TYPE (LsJobDialog, ls_job_dialog, LS_TYPE_DIALOG)

/* --- the form to a request --- */

/* Words as a shell takes them apart; NULL when it cannot. */
static json_t *
read_arguments (LsJobDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  if (g_shell_parse_argv (ls_dialog_text (self->arguments_row), NULL, &words, &error))
    return ls_json_strv (words);
  if (g_error_matches (error, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
    return json_array ();
  ls_dialog_refuse (LS_DIALOG (self), GTK_WIDGET (self->arguments_row), error->message);
  return NULL;
}

static const LsPool *
chosen_pool (LsJobDialog *self)
{
  const char *name = gtk_string_list_get_string (self->pools, adw_combo_row_get_selected (self->pool_row));
  LsPoolItem *item = name ? ls_store_find_pool (ls_dialog_store (LS_DIALOG (self)), name) : NULL;
  return item ? ls_pool_item_get (item) : NULL;
}

/* NULL: the pool has not said yet what it can run. */
static const LsPoolJobKind *
chosen_job (LsJobDialog *self)
{
  const LsPool *pool = chosen_pool (self);
  guint chosen = adw_combo_row_get_selected (self->job_row);
  return pool && chosen < pool->kinds->len ? pool->kinds->pdata[chosen] : NULL;
}

/* As in the combo row. */
static const char *const retries_on[][4] = {
  { "crash", NULL }, { "crash", "failure", NULL }, { "crash", "failure", "timeout", NULL }
};

static void
add_wishes (LsJobDialog *self, json_t *body)
{
  gint64 timeout_ms = llround (ls_number_row_value (self->timeout_row) * 1000);
  guint retries = ls_number_row_count (self->retries_row);
  if (timeout_ms > 0)
    json_object_set_new (body, "timeout_ms", json_integer (timeout_ms));
  if (retries == 0)
    return;
  json_object_set_new (body, "retries", json_integer (retries));
  json_object_set_new (body, "retry_on", ls_json_strv ((char **) retries_on[adw_combo_row_get_selected (self->retry_row)]));
}

static void
ls_job_dialog_submit (LsDialog *dialog)
{
  LsJobDialog *self = LS_JOB_DIALOG (dialog);
  const LsPool *pool = chosen_pool (self);
  const LsPoolJobKind *kind = chosen_job (self);
  const char *output = ls_dialog_text (self->output_row);
  if (!kind) {
    ls_dialog_refuse (dialog, GTK_WIDGET (self->pool_row), pool ? _("This pool is not ready yet: it cannot say what it runs.")
                                                              : _("There is no pool that could run it."));
    return;
  }
  json_t *arguments = read_arguments (self);
  if (!arguments)
    return;
  g_autofree char *path = g_strdup_printf ("/v1/pools/%s/jobs", pool->name);
  json_t *body = json_pack ("{s:s,s:o,s:i}", "name", kind->name, "args", arguments, "priority", (int) lround (ls_number_row_value (self->priority_row)));
  if (*output)
    json_object_set_new (body, "output", ls_json_string_or_null (output));
  add_wishes (self, body);
  ls_dialog_send (dialog, "POST", path, body, NULL);
}

static void
ls_job_dialog_agreed (LsDialog *dialog, json_t *answer)
{
  ls_dialog_show_later (dialog, "pools", ls_store_jobs (ls_dialog_store (dialog)), json_string_value (json_object_get (answer, "id")));
}

/* --- what can be chosen --- */

static void
ls_job_dialog_job_chosen (LsJobDialog *self)
{
  const LsPoolJobKind *kind = chosen_job (self);
  gboolean any = kind && kind->arguments && *kind->arguments;
  /* Translators: what a job takes, as in "Arguments: LIMIT". */
  g_autofree char *title = any ? g_strdup_printf (_("Arguments: %s"), kind->arguments) : g_strdup (_("Arguments"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->arguments_row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->job_row), kind && kind->description ? kind->description : "");
}

static void
ls_job_dialog_pool_chosen (LsJobDialog *self)
{
  const LsPool *pool = chosen_pool (self);
  gtk_string_list_splice (self->jobs, 0, g_list_model_get_n_items (G_LIST_MODEL (self->jobs)), NULL);
  for (guint i = 0; pool && i < pool->kinds->len; i++)
    gtk_string_list_append (self->jobs, ((const LsPoolJobKind *) pool->kinds->pdata[i])->name);
  ls_job_dialog_job_chosen (self);
}

static void
ls_job_dialog_retries_changed (LsJobDialog *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->retry_row), ls_number_row_count (self->retries_row) > 0);
}

static void
fill_pools (LsJobDialog *self, const char *chosen)
{
  GListModel *pools = ls_store_pools (ls_dialog_store (LS_DIALOG (self)));
  for (guint i = 0; i < g_list_model_get_n_items (pools); i++) {
    g_autoptr (LsPoolItem) pool = g_list_model_get_item (pools, i);
    gtk_string_list_append (self->pools, ls_pool_item_get (pool)->name);
    if (g_strcmp0 (ls_pool_item_get (pool)->name, chosen) == 0)
      adw_combo_row_set_selected (self->pool_row, i);
  }
  ls_job_dialog_pool_chosen (self);
}

/* --- object --- */

static void
ls_job_dialog_class_init (LsJobDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  LS_DIALOG_CLASS (klass)->submit = ls_job_dialog_submit;
  LS_DIALOG_CLASS (klass)->agreed = ls_job_dialog_agreed;
  g_type_ensure (LS_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/dialogs/job_dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, pool_row);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, pools);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, job_row);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, arguments_row);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, priority_row);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, timeout_row);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, jobs);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, output_row);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, retries_row);
  gtk_widget_class_bind_template_child (widget_class, LsJobDialog, retry_row);
  gtk_widget_class_bind_template_callback (widget_class, ls_job_dialog_pool_chosen);
  gtk_widget_class_bind_template_callback (widget_class, ls_job_dialog_job_chosen);
  gtk_widget_class_bind_template_callback (widget_class, ls_job_dialog_retries_changed);
}

static void
ls_job_dialog_init (LsJobDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
ls_job_dialog_new (GtkWindow *parent, LsStore *store, const char *pool)
{
  LsJobDialog *self = g_object_new (LS_TYPE_JOB_DIALOG, "transient-for", parent, "store", store, NULL);
  fill_pools (self, pool);
  gtk_widget_grab_focus (GTK_WIDGET (self->arguments_row));
  return GTK_WINDOW (self);
}
