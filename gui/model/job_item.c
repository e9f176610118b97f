/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/job_item.h"

#include <math.h>

struct _LsJobItem {
  LsItem parent_instance;
  LsJob *job;
};

enum {
  PROP_ID = 1, PROP_POOL, PROP_NAME, PROP_ARGS_TEXT, PROP_STATE, PROP_PROGRESS, PROP_MESSAGE, PROP_THREAD, PROP_PRIORITY, PROP_ATTEMPT,
  PROP_QUEUED_AT, PROP_STARTED_AT, PROP_ENDED_AT, PROP_ERROR, PROP_REVISION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsJobItem, ls_job_item, LS_TYPE_ITEM)

static char *
ls_job_item_key_of (json_t *json)
{
  return g_strdup (json_string_value (json_object_get (json, "id")));
}

static gboolean
ls_job_item_update (LsItem *item, json_t *json, GError **error)
{
  LsJobItem *self = LS_JOB_ITEM (item);
  LsJob *job = ls_job_from_json (json, error);
  if (!job)
    return FALSE;
  ls_job_free (self->job);
  self->job = job;
  return TRUE;
}

static void
ls_job_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const LsJob *job = LS_JOB_ITEM (object)->job;
  if (!job)
    return;
  switch (id) {
  case PROP_ID: g_value_set_string (value, job->id); break;
  case PROP_POOL: g_value_set_string (value, job->pool); break;
  case PROP_NAME: g_value_set_string (value, job->name); break;
  case PROP_ARGS_TEXT: g_value_take_string (value, job->args ? g_strjoinv (" ", job->args) : g_strdup ("")); break;
  case PROP_STATE: g_value_set_string (value, ls_job_state_name (job->state)); break;
  case PROP_PROGRESS: g_value_set_double (value, isnan (job->progress) ? -1 : job->progress); break;
  case PROP_MESSAGE: g_value_set_string (value, job->message); break;
  case PROP_THREAD: g_value_set_int (value, job->thread); break;
  case PROP_PRIORITY: g_value_set_int (value, job->priority); break;
  case PROP_ATTEMPT: g_value_set_uint (value, job->attempt); break;
  case PROP_QUEUED_AT: g_value_set_int64 (value, job->queued_at); break;
  case PROP_STARTED_AT: g_value_set_int64 (value, job->started_at); break;
  case PROP_ENDED_AT: g_value_set_int64 (value, job->ended_at); break;
  case PROP_ERROR: g_value_set_string (value, job->error); break;
  case PROP_REVISION: g_value_set_uint64 (value, job->revision); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_job_item_finalize (GObject *object)
{
  ls_job_free (LS_JOB_ITEM (object)->job);
  G_OBJECT_CLASS (ls_job_item_parent_class)->finalize (object);
}

static void
ls_job_item_class_init (LsJobItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LsItemClass *item_class = LS_ITEM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  object_class->finalize = ls_job_item_finalize;
  object_class->get_property = ls_job_item_get_property;
  item_class->key_of = ls_job_item_key_of;
  item_class->update = ls_job_item_update;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_POOL] = g_param_spec_string ("pool", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ARGS_TEXT] = g_param_spec_string ("args-text", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_THREAD] = g_param_spec_int ("thread", NULL, NULL, -1, G_MAXINT, -1, flags);
  properties[PROP_PRIORITY] = g_param_spec_int ("priority", NULL, NULL, G_MININT, G_MAXINT, 0, flags);
  properties[PROP_ATTEMPT] = g_param_spec_uint ("attempt", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_QUEUED_AT] = g_param_spec_int64 ("queued-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_STARTED_AT] = g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_ENDED_AT] = g_param_spec_int64 ("ended-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_job_item_init (LsJobItem *self)
{
}

const LsJob *
ls_job_item_get (LsJobItem *item)
{
  return item->job;
}
