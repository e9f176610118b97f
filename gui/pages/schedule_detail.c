/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/schedule_detail.h"

#include <glib/gi18n.h>

#include "gui/call.h"
#include "gui/cards/state_icon.h"
#include "gui/charts/run_strip.h"
#include "gui/pages/schedule_columns.h"
#include "gui/window.h"

struct _LsScheduleDetail {
  AdwBin parent_instance;
  LsStore *store;              /* both nullable */
  LsScheduleItem *schedule;
  GSignalGroup *changes;       /* of the schedule */
  GListStore *runs;            /* LsRunItem, newest first */
  guint64 runs_revision;       /* of the schedule whose runs are shown */
  GCancellable *asking;        /* NULL: nobody is asked for runs */
  gboolean showing;            /* the switch is being set, not clicked */
  GtkButton *back_button, *run_button;
  GtkImage *state_icon;
  GtkLabel *name_label, *active_label;
  GtkSwitch *active_switch;
  LsFacts *facts;
  GtkStack *runs_stack;
  GtkLabel *runs_label;
  LsRunStrip *strip;
  LsTable *table;
};

G_DEFINE_FINAL_TYPE (LsScheduleDetail, ls_schedule_detail, ADW_TYPE_BIN)

enum { PROP_FOLDED = 1 };

static guint back_signal;

static const char *
name_of (LsScheduleDetail *self)
{
  return ls_item_key (LS_ITEM (self->schedule));
}

/* --- its runs: the list of schedules has the newest, the schedule itself all --- */

static void
show_runs (LsScheduleDetail *self, LsSchedule *schedule)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < schedule->runs->len; i++)
    g_ptr_array_add (items, ls_run_item_new (g_steal_pointer (&g_ptr_array_index (schedule->runs, i))));
  g_ptr_array_set_size (schedule->runs, 0);
  g_list_store_splice (self->runs, 0, g_list_model_get_n_items (G_LIST_MODEL (self->runs)), items->pdata, items->len);
  g_autofree char *summary = ls_schedule_runs_text (G_LIST_MODEL (self->runs));
  gtk_label_set_text (self->runs_label, summary);
  gtk_stack_set_visible_child_name (self->runs_stack, items->len > 0 ? "runs" : "none");
}

static void
runs_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsScheduleDetail) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  /* Cancelled: another schedule is shown by now. Else one that is gone is told by the list. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  g_autoptr (LsSchedule) schedule = answer ? ls_schedule_from_json (answer, NULL) : NULL;
  if (!schedule)
    return;
  self->runs_revision = schedule->revision;
  show_runs (self, schedule);
}

/* One at a time; what changes meanwhile is asked for with the next sample. */
static void
ask_for_runs (LsScheduleDetail *self)
{
  LsClient *client = ls_store_client (self->store);
  g_autofree char *path = g_strconcat ("/v1/schedules/", name_of (self), NULL);
  if (!client || self->asking)
    return;
  self->asking = g_cancellable_new ();
  ls_client_call_async (client, "GET", path, NULL, NULL, self->asking, runs_came, g_object_ref (self));
}

/* --- what is shown --- */

static void
show_schedule (LsScheduleDetail *self)
{
  const LsSchedule *schedule = ls_schedule_item_get (self->schedule);
  gboolean refused = schedule->state == LS_SCHEDULE_RUNNING && schedule->spec.overlap == LS_OVERLAP_SKIP;
  ls_state_icon_show (self->state_icon, schedule->state == LS_SCHEDULE_RUNNING ? "running"
                                        : schedule->reason                     ? "failed"
                                        : schedule->state == LS_SCHEDULE_PAUSED ? "paused" : "due");
  gtk_label_set_text (self->name_label, schedule->name);
  gtk_widget_set_sensitive (GTK_WIDGET (self->run_button), !refused);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->run_button), refused ? _("It runs now, and skips what comes meanwhile") : _("Once more, besides its times"));
  gtk_label_set_text (self->active_label, schedule->spec.paused ? _("Paused: nothing is due") : _("Runs at its times"));
  self->showing = TRUE;
  gtk_switch_set_active (self->active_switch, !schedule->spec.paused);
  gtk_switch_set_state (self->active_switch, !schedule->spec.paused);
  self->showing = FALSE;
  ls_schedule_facts (self->facts, self->schedule);
}

void
ls_schedule_detail_show (LsScheduleDetail *detail, LsStore *store, LsScheduleItem *schedule)
{
  if (detail->schedule == schedule)
    return;
  g_cancellable_cancel (detail->asking);
  g_clear_object (&detail->asking);
  g_set_object (&detail->store, store);
  g_set_object (&detail->schedule, schedule);
  g_signal_group_set_target (detail->changes, schedule);
  g_list_store_remove_all (detail->runs);
  detail->runs_revision = 0;
  if (!schedule)
    return;
  show_schedule (detail);
  ask_for_runs (detail);
}

LsScheduleItem *
ls_schedule_detail_shown (LsScheduleDetail *detail)
{
  return detail->schedule;
}

void
ls_schedule_detail_renew (LsScheduleDetail *detail)
{
  if (!detail->schedule)
    return;
  ls_schedule_facts (detail->facts, detail->schedule);
  if (ls_schedule_item_get (detail->schedule)->revision > detail->runs_revision)
    ask_for_runs (detail);
  else
    ls_table_renew (detail->table);
}

/* --- wishes --- */

static void
ls_schedule_detail_run (LsScheduleDetail *self)
{
  g_autofree char *path = g_strdup_printf ("/v1/schedules/%s/run", name_of (self));
  ls_call (GTK_WIDGET (self), ls_store_client (self->store), "POST", path, NULL, _("It was not run"), NULL, NULL);
}

/* The switch stands where the agent says it does. */
static void
pause_answered (GtkWidget *widget, json_t *answer, gpointer user)
{
  LsScheduleDetail *self = LS_SCHEDULE_DETAIL (widget);
  if (!answer && self->schedule)
    show_schedule (self);
}

static gboolean
ls_schedule_detail_switched (LsScheduleDetail *self, gboolean active)
{
  if (self->showing || !self->schedule)
    return FALSE;
  g_autofree char *path = g_strconcat ("/v1/schedules/", name_of (self), NULL);
  ls_call (GTK_WIDGET (self), ls_store_client (self->store), "PATCH", path, json_pack ("{s:b}", "paused", !active),
           active ? _("It is still paused") : _("It was not paused"), pause_answered, NULL);
  return TRUE;
}

static void
ls_schedule_detail_edit (LsScheduleDetail *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.edit-schedule", "s", name_of (self));
}

static void
ls_schedule_detail_remove (LsScheduleDetail *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.remove-schedule", "s", name_of (self));
}

static void
ls_schedule_detail_back (LsScheduleDetail *self)
{
  g_signal_emit (self, back_signal, 0);
}

/* To the task of the run, with its output. */
static void
ls_schedule_detail_run_activated (LsScheduleDetail *self, LsRunItem *run)
{
  const char *task = ls_run_item_get (run)->task;
  if (task && ls_store_find_task (self->store, task))
    ls_window_show (GTK_WIDGET (self), "tasks", task);
}

/* --- object --- */

static void
ls_schedule_detail_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_FOLDED)
    gtk_widget_set_visible (GTK_WIDGET (LS_SCHEDULE_DETAIL (object)->back_button), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
ls_schedule_detail_dispose (GObject *object)
{
  LsScheduleDetail *self = LS_SCHEDULE_DETAIL (object);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->changes);
  g_clear_object (&self->schedule);
  g_clear_object (&self->store);
  g_clear_object (&self->runs);
  G_OBJECT_CLASS (ls_schedule_detail_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/schedule_detail.ui");
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, back_button);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, run_button);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, active_label);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, active_switch);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, facts);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, runs_stack);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, runs_label);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, strip);
  gtk_widget_class_bind_template_child (widget_class, LsScheduleDetail, table);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedule_detail_back);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedule_detail_run);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedule_detail_edit);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedule_detail_remove);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedule_detail_switched);
  gtk_widget_class_bind_template_callback (widget_class, ls_schedule_detail_run_activated);
}

static void
ls_schedule_detail_class_init (LsScheduleDetailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = ls_schedule_detail_dispose;
  object_class->set_property = ls_schedule_detail_set_property;
  g_object_class_install_property (object_class, PROP_FOLDED,
                                   g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  back_signal = g_signal_new ("back", LS_TYPE_SCHEDULE_DETAIL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (LS_TYPE_FACTS);
  g_type_ensure (LS_TYPE_RUN_STRIP);
  g_type_ensure (LS_TYPE_TABLE);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ls_schedule_detail_init (LsScheduleDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->runs = g_list_store_new (LS_TYPE_RUN_ITEM);
  ls_table_set_columns (self->table, ls_run_columns, ls_n_run_columns);
  ls_table_set_model (self->table, G_LIST_MODEL (self->runs));
  ls_run_strip_set_runs (self->strip, G_LIST_MODEL (self->runs));
  self->changes = g_signal_group_new (LS_TYPE_SCHEDULE_ITEM);
  g_signal_group_connect_swapped (self->changes, "notify::revision", G_CALLBACK (show_schedule), self);
}
