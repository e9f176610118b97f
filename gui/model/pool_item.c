/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/pool_item.h"

#include <math.h>

struct _LsPoolItem {
  LsItem parent_instance;
  LsPool *pool;
  LsSeries *series;
  double done, failed, cpu, rss, wait_p95_us, run_p95_us;
  double queued, running;      /* of the newest of sample and noun */
  LsPercentiles wait_us, run_us;      /* the last that were known */
};

enum {
  PROP_NAME = 1, PROP_STATE, PROP_REASON, PROP_THREADS, PROP_REVISION,
  PROP_DONE, PROP_FAILED, PROP_CPU, PROP_RSS, PROP_WAIT_P95_US, PROP_RUN_P95_US, PROP_QUEUED, PROP_RUNNING,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsPoolItem, ls_pool_item, LS_TYPE_ITEM)

static char *
ls_pool_item_key_of (json_t *json)
{
  return g_strdup (json_string_value (json_object_get (json, "name")));
}

static gboolean
ls_pool_item_update (LsItem *item, json_t *json, GError **error)
{
  LsPoolItem *self = LS_POOL_ITEM (item);
  LsPool *pool = ls_pool_from_json (json, error);
  if (!pool)
    return FALSE;
  ls_pool_free (self->pool);
  self->pool = pool;
  self->queued = pool->queued;
  self->running = pool->running;
  return TRUE;
}

static double *
figure (LsPoolItem *self, guint id)
{
  switch (id) {
  case PROP_DONE: return &self->done;
  case PROP_FAILED: return &self->failed;
  case PROP_CPU: return &self->cpu;
  case PROP_RSS: return &self->rss;
  case PROP_WAIT_P95_US: return &self->wait_p95_us;
  case PROP_RUN_P95_US: return &self->run_p95_us;
  case PROP_QUEUED: return &self->queued;
  case PROP_RUNNING: return &self->running;
  default: return NULL;
  }
}

static void
ls_pool_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsPoolItem *self = LS_POOL_ITEM (object);
  double *known = figure (self, id);
  if (known) {
    g_value_set_double (value, isnan (*known) ? -1 : *known);
    return;
  }
  if (!self->pool)
    return;
  switch (id) {
  case PROP_NAME: g_value_set_string (value, self->pool->name); break;
  case PROP_STATE: g_value_set_string (value, ls_pool_state_name (self->pool->state)); break;
  case PROP_REASON: g_value_set_string (value, self->pool->reason); break;
  case PROP_THREADS: g_value_set_uint (value, self->pool->threads->len); break;
  case PROP_REVISION: g_value_set_uint64 (value, self->pool->revision); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_pool_item_finalize (GObject *object)
{
  LsPoolItem *self = LS_POOL_ITEM (object);
  ls_pool_free (self->pool);
  ls_series_free (self->series);
  G_OBJECT_CLASS (ls_pool_item_parent_class)->finalize (object);
}

static void
ls_pool_item_class_init (LsPoolItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LsItemClass *item_class = LS_ITEM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  static const char *const figures[] = { "done", "failed", "cpu", "rss", "wait-p95-us", "run-p95-us", "queued", "running" };
  object_class->finalize = ls_pool_item_finalize;
  object_class->get_property = ls_pool_item_get_property;
  item_class->key_of = ls_pool_item_key_of;
  item_class->update = ls_pool_item_update;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_THREADS] = g_param_spec_uint ("threads", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    properties[PROP_DONE + i] = g_param_spec_double (figures[i], NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_pool_item_init (LsPoolItem *self)
{
  self->series = ls_series_new (LS_POOL_COLUMNS, LS_SERIES_LENGTH);
  self->wait_us = self->run_us = LS_PERCENTILES_NONE;
  self->done = self->failed = self->cpu = self->rss = self->wait_p95_us = self->run_p95_us = self->queued = self->running = NAN;
}

const LsPool *
ls_pool_item_get (LsPoolItem *item)
{
  return item->pool;
}

LsSeries *
ls_pool_item_series (LsPoolItem *item)
{
  return item->series;
}

const LsPercentiles *
ls_pool_item_wait_us (LsPoolItem *item)
{
  return &item->wait_us;
}

const LsPercentiles *
ls_pool_item_run_us (LsPoolItem *item)
{
  return &item->run_us;
}

static void
set_figure (LsPoolItem *self, guint id, double value)
{
  double *now = figure (self, id);
  if (*now == value || (isnan (*now) && isnan (value)))
    return;
  *now = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

void
ls_pool_item_sample (LsPoolItem *item, const LsPoolSample *sample, gint64 at, gint64 span_ms)
{
  double seconds = span_ms > 0 ? span_ms / 1000.0 : 1.0;
  if (!sample) {
    for (guint id = PROP_DONE; id <= PROP_RUN_P95_US; id++)
      set_figure (item, id, NAN);
    return;
  }
  float values[LS_POOL_COLUMNS] = {
    [LS_POOL_DONE] = sample->done / seconds,
    [LS_POOL_FAILED] = sample->failed / seconds,
    [LS_POOL_QUEUED] = sample->queued,
    [LS_POOL_RUNNING] = sample->running,
  };
  ls_series_push (item->series, at, span_ms, values);
  set_figure (item, PROP_DONE, sample->done / seconds);
  set_figure (item, PROP_FAILED, sample->failed / seconds);
  set_figure (item, PROP_CPU, sample->cpu);
  set_figure (item, PROP_RSS, sample->rss);
  set_figure (item, PROP_WAIT_P95_US, sample->wait_us.p95 < 0 ? NAN : (double) sample->wait_us.p95);
  set_figure (item, PROP_RUN_P95_US, sample->run_us.p95 < 0 ? NAN : (double) sample->run_us.p95);
  if (sample->wait_us.p95 >= 0)
    item->wait_us = sample->wait_us;
  if (sample->run_us.p95 >= 0)
    item->run_us = sample->run_us;
  set_figure (item, PROP_QUEUED, sample->queued);
  set_figure (item, PROP_RUNNING, sample->running);
}
