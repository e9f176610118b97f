/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/task_item.h"

#include <math.h>

#include <glib/gi18n.h>

#include "base/text.h"

struct _LsTaskItem {
  LsItem parent_instance;
  LsTask *task;
  double cpu, rss;
};

enum {
  PROP_ID = 1, PROP_NAME, PROP_COMMAND_TEXT, PROP_STATE, PROP_EXIT_TEXT, PROP_REASON, PROP_PID, PROP_STARTED_AT, PROP_ENDED_AT,
  PROP_OUTPUT_BYTES, PROP_REVISION, PROP_CPU, PROP_RSS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsTaskItem, ls_task_item, LS_TYPE_ITEM)

static char *
ls_task_item_key_of (json_t *json)
{
  return g_strdup (json_string_value (json_object_get (json, "id")));
}

static gboolean
ls_task_item_update (LsItem *item, json_t *json, GError **error)
{
  LsTaskItem *self = LS_TASK_ITEM (item);
  LsTask *task = ls_task_from_json (json, error);
  if (!task)
    return FALSE;
  ls_task_free (self->task);
  self->task = task;
  return TRUE;
}

static char *
command_text (const LsTask *task)
{
  if (!task->spec.argv)
    return g_strdup ("");
  if (g_strv_length (task->spec.argv) == 3 && g_str_equal (task->spec.argv[0], "/bin/sh") && g_str_equal (task->spec.argv[1], "-c"))
    return g_strdup (task->spec.argv[2]);
  return g_strjoinv (" ", task->spec.argv);
}

static char *
exit_text (const LsTask *task)
{
  if (task->exit.at == 0)
    return NULL;
  if (task->exit.code >= 0)
    return g_strdup_printf (_("Exit status %d"), task->exit.code);
  const char *name = ls_signal_name (task->exit.signal);
  return name ? g_strdup_printf (_("Ended by %s"), name) : g_strdup_printf (_("Ended by signal %d"), task->exit.signal);
}

static void
ls_task_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsTaskItem *self = LS_TASK_ITEM (object);
  const LsTask *task = self->task;
  if (!task)
    return;
  switch (id) {
  case PROP_ID: g_value_set_string (value, task->id); break;
  case PROP_NAME: g_value_set_string (value, task->name); break;
  case PROP_COMMAND_TEXT: g_value_take_string (value, command_text (task)); break;
  case PROP_STATE: g_value_set_string (value, ls_task_state_name (task->state)); break;
  case PROP_EXIT_TEXT: g_value_take_string (value, exit_text (task)); break;
  case PROP_REASON: g_value_set_string (value, task->reason); break;
  case PROP_PID: g_value_set_int (value, task->instance.pid); break;
  case PROP_STARTED_AT: g_value_set_int64 (value, task->started_at); break;
  case PROP_ENDED_AT: g_value_set_int64 (value, task->ended_at); break;
  case PROP_OUTPUT_BYTES: g_value_set_uint64 (value, task->stdout_bytes + task->stderr_bytes); break;
  case PROP_REVISION: g_value_set_uint64 (value, task->revision); break;
  case PROP_CPU: g_value_set_double (value, isnan (self->cpu) ? -1 : self->cpu); break;
  case PROP_RSS: g_value_set_double (value, isnan (self->rss) ? -1 : self->rss); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_task_item_finalize (GObject *object)
{
  ls_task_free (LS_TASK_ITEM (object)->task);
  G_OBJECT_CLASS (ls_task_item_parent_class)->finalize (object);
}

static void
ls_task_item_class_init (LsTaskItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LsItemClass *item_class = LS_ITEM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  object_class->finalize = ls_task_item_finalize;
  object_class->get_property = ls_task_item_get_property;
  item_class->key_of = ls_task_item_key_of;
  item_class->update = ls_task_item_update;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_COMMAND_TEXT] = g_param_spec_string ("command-text", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_EXIT_TEXT] = g_param_spec_string ("exit-text", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_PID] = g_param_spec_int ("pid", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_STARTED_AT] = g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_ENDED_AT] = g_param_spec_int64 ("ended-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_OUTPUT_BYTES] = g_param_spec_uint64 ("output-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_CPU] = g_param_spec_double ("cpu", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  properties[PROP_RSS] = g_param_spec_double ("rss", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_task_item_init (LsTaskItem *self)
{
  self->cpu = self->rss = NAN;
}

const LsTask *
ls_task_item_get (LsTaskItem *item)
{
  return item->task;
}

char *
ls_task_item_instance (LsTaskItem *item)
{
  return ls_instance_to_text (item->task->instance);
}

void
ls_task_item_sample (LsTaskItem *item, const LsWorkerSample *sample)
{
  double cpu = sample ? sample->cpu : NAN, rss = sample && sample->rss > 0 ? (double) sample->rss : NAN;
  if (!(item->cpu == cpu) && !(isnan (item->cpu) && isnan (cpu))) {
    item->cpu = cpu;
    g_object_notify_by_pspec (G_OBJECT (item), properties[PROP_CPU]);
  }
  if (!(item->rss == rss) && !(isnan (item->rss) && isnan (rss))) {
    item->rss = rss;
    g_object_notify_by_pspec (G_OBJECT (item), properties[PROP_RSS]);
  }
}
