/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/schedule_item.h"

#include <glib/gi18n.h>

#include "base/text.h"
#include "gui/model/form.h"
#include "gui/model/format.h"

struct _LsScheduleItem {
  LsItem parent_instance;
  LsSchedule *schedule;
};

enum { PROP_NAME = 1, PROP_STATE, PROP_REVISION, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsScheduleItem, ls_schedule_item, LS_TYPE_ITEM)

static char *
ls_schedule_item_key_of (json_t *json)
{
  return g_strdup (json_string_value (json_object_get (json, "name")));
}

static gboolean
ls_schedule_item_update (LsItem *item, json_t *json, GError **error)
{
  LsScheduleItem *self = LS_SCHEDULE_ITEM (item);
  LsSchedule *schedule = ls_schedule_from_json (json, error);
  if (!schedule)
    return FALSE;
  ls_schedule_free (self->schedule);
  self->schedule = schedule;
  return TRUE;
}

static void
ls_schedule_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const LsSchedule *schedule = LS_SCHEDULE_ITEM (object)->schedule;
  if (!schedule)
    return;
  switch (id) {
  case PROP_NAME: g_value_set_string (value, schedule->name); break;
  case PROP_STATE: g_value_set_string (value, ls_schedule_state_name (schedule->state)); break;
  case PROP_REVISION: g_value_set_uint64 (value, schedule->revision); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_schedule_item_finalize (GObject *object)
{
  ls_schedule_free (LS_SCHEDULE_ITEM (object)->schedule);
  G_OBJECT_CLASS (ls_schedule_item_parent_class)->finalize (object);
}

static void
ls_schedule_item_class_init (LsScheduleItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LsItemClass *item_class = LS_ITEM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  object_class->finalize = ls_schedule_item_finalize;
  object_class->get_property = ls_schedule_item_get_property;
  item_class->key_of = ls_schedule_item_key_of;
  item_class->update = ls_schedule_item_update;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_schedule_item_init (LsScheduleItem *self)
{
}

const LsSchedule *
ls_schedule_item_get (LsScheduleItem *item)
{
  return item->schedule;
}

/* --- a run --- */

struct _LsRunItem {
  GObject parent_instance;
  LsScheduleRun *run;
};

G_DEFINE_FINAL_TYPE (LsRunItem, ls_run_item, G_TYPE_OBJECT)

static void
ls_run_item_finalize (GObject *object)
{
  ls_schedule_run_free (LS_RUN_ITEM (object)->run);
  G_OBJECT_CLASS (ls_run_item_parent_class)->finalize (object);
}

static void
ls_run_item_class_init (LsRunItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_run_item_finalize;
}

static void
ls_run_item_init (LsRunItem *self)
{
}

LsRunItem *
ls_run_item_new (LsScheduleRun *run)
{
  LsRunItem *item = g_object_new (LS_TYPE_RUN_ITEM, NULL);
  item->run = run;
  return item;
}

const LsScheduleRun *
ls_run_item_get (LsRunItem *item)
{
  return item->run;
}

/* --- texts --- */

/* Seconds only where runs are closer than minutes. */
static char *
moment_text (gint64 at_ms, GTimeZone *zone, gboolean seconds)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_ms / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_timezone (utc, zone) : NULL;
  return local ? g_date_time_format (local, seconds ? "%H:%M:%S" : "%a %-d %b %H:%M") : g_strdup (LS_TEXT_UNKNOWN);
}

char *
ls_schedule_command_text (const LsScheduleSpec *spec)
{
  char **argv = spec->task.argv;
  if (argv && g_strv_length (argv) == 3 && g_str_equal (argv[0], "/bin/sh") && g_str_equal (argv[1], "-c"))
    return g_strdup (argv[2]);
  return ls_form_command_text (argv);
}

char *
ls_schedule_next_text (const LsSchedule *schedule, gint64 now_ms)
{
  if (schedule->spec.paused)
    return g_strdup (_("paused"));
  return schedule->next_at ? ls_format_next (schedule->next_at, now_ms) : g_strdup (LS_TEXT_UNKNOWN);
}

char *
ls_schedule_run_text (const LsScheduleRun *run)
{
  if (!run)
    return g_strdup (LS_TEXT_UNKNOWN);
  switch (run->state) {
  case LS_RUN_EXITED: return g_strdup (_("✓ done"));
  case LS_RUN_FAILED:
    if (run->exit.at && run->exit.signal)
      return g_strdup_printf (_("✗ %s"), ls_signal_name (run->exit.signal) ? ls_signal_name (run->exit.signal) : _("ended by a signal"));
    return run->exit.at ? g_strdup_printf (_("✗ exit status %d"), run->exit.code) : g_strdup (_("✗ not started"));
  case LS_RUN_TIMED_OUT: return g_strdup (_("✗ took too long"));
  case LS_RUN_STOPPED: return g_strdup (_("■ stopped"));
  case LS_RUN_SKIPPED: return run->count > 1 ? g_strdup_printf (_("– skipped %u×"), run->count) : g_strdup (_("– skipped"));
  case LS_RUN_RUNNING: return g_strdup (_("▸ running"));
  case LS_RUN_WAITING:
  default: return g_strdup (_("… waiting"));
  }
}

char *
ls_schedule_run_took_text (const LsScheduleRun *run, gint64 now_ms)
{
  gint64 end = run->ended_at ? run->ended_at : run->state == LS_RUN_RUNNING ? now_ms : 0;
  return end ? ls_text_elapsed (end - run->at) : g_strdup (LS_TEXT_UNKNOWN);
}

char *
ls_schedule_run_at_text (const LsScheduleRun *run, gint64 now_ms)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  return moment_text (run->at, zone, now_ms - run->at < 20 * 3600 * 1000);
}

char *
ls_schedule_run_sentence (const LsScheduleRun *run, gint64 now_ms)
{
  g_autofree char *at = ls_schedule_run_at_text (run, now_ms), *how = ls_schedule_run_text (run), *took = ls_schedule_run_took_text (run, now_ms);
  return run->ended_at ? g_strdup_printf ("%s · %s · %s", at, how, took) : g_strdup_printf ("%s · %s", at, how);
}

/* Skipped ones in a row are one of its runs, and counted as many. */
char *
ls_schedule_runs_text (GListModel *runs)
{
  static const char *const words[LS_RUN_STATES] = {
    [LS_RUN_EXITED] = N_("done"),   [LS_RUN_FAILED] = N_("failed"),   [LS_RUN_TIMED_OUT] = N_("took too long"), [LS_RUN_STOPPED] = N_("stopped"),
    [LS_RUN_SKIPPED] = N_("skipped"), [LS_RUN_RUNNING] = N_("running"), [LS_RUN_WAITING] = N_("waiting"),
  };
  static const LsRunState order[] = { LS_RUN_EXITED, LS_RUN_FAILED, LS_RUN_TIMED_OUT, LS_RUN_STOPPED, LS_RUN_SKIPPED, LS_RUN_RUNNING, LS_RUN_WAITING };
  guint counts[LS_RUN_STATES] = { 0 }, n = 0;
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++) {
    g_autoptr (LsRunItem) item = g_list_model_get_item (runs, i);
    guint of_it = MAX (1, item->run->count);
    counts[item->run->state] += of_it;
    n += of_it;
  }
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text, ngettext ("The last run: ", "The last %u runs: ", n), n);
  for (guint i = 0, told = 0; i < G_N_ELEMENTS (order); i++)
    if (counts[order[i]] > 0 && n == 1)
      g_string_append (text, _(words[order[i]]));
    else if (counts[order[i]] > 0)
      g_string_append_printf (text, "%s%u %s", told++ ? ", " : "", counts[order[i]], _(words[order[i]]));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const char *
ls_schedule_run_css (const LsScheduleRun *run)
{
  if (!run)
    return "dim-label";
  switch (run->state) {
  case LS_RUN_EXITED:
  case LS_RUN_RUNNING: return "success";
  case LS_RUN_FAILED:
  case LS_RUN_TIMED_OUT: return "error";
  default: return "dim-label";
  }
}

gboolean
ls_schedule_preview (const char *text, gint64 now_ms, GTimeZone *zone, guint n, char **ret_preview, GError **error)
{
  LsWhen when;
  g_autoptr (GString) preview = g_string_new (NULL);
  if (!ls_when_parse (text, &when, error))
    return FALSE;
  for (gint64 at = now_ms; n > 0; n--) {
    at = ls_when_next (&when, zone, now_ms, at);
    if (at == LS_WHEN_NEVER)
      break;
    g_autofree char *shown = moment_text (at, zone, when.every_ms > 0 && when.every_ms < 3600 * 1000);
    g_string_append_printf (preview, "%s%s", preview->len ? " · " : "", shown);
  }
  *ret_preview = g_string_free (g_steal_pointer (&preview), FALSE);
  return TRUE;
}
