/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/worker_item.h"

#include <math.h>

struct _LsWorkerItem {
  LsItem parent_instance;
  LsWorker *worker;
  double cpu, rss, threads, requests, errors, in_flight, p95_us, loop_lag_us;
};

enum {
  PROP_ID = 1, PROP_CLUSTER, PROP_SLOT, PROP_PID, PROP_STATE, PROP_REASON, PROP_GENERATION, PROP_STARTED_AT,
  PROP_CPU, PROP_RSS, PROP_THREADS, PROP_REQUESTS, PROP_ERRORS, PROP_IN_FLIGHT, PROP_P95_US, PROP_LOOP_LAG_US,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsWorkerItem, ls_worker_item, LS_TYPE_ITEM)

static char *
ls_worker_item_key_of (json_t *json)
{
  g_autoptr (LsWorker) worker = ls_worker_from_json (json, NULL);
  return worker ? ls_worker_key (worker) : NULL;
}

static gboolean
ls_worker_item_update (LsItem *item, json_t *json, GError **error)
{
  LsWorkerItem *self = LS_WORKER_ITEM (item);
  LsWorker *worker = ls_worker_from_json (json, error);
  if (!worker)
    return FALSE;
  ls_worker_free (self->worker);
  self->worker = worker;
  return TRUE;
}

/* By cluster and slot; in one slot, the older process first. */
static gint
ls_worker_item_compare (gconstpointer a, gconstpointer b, gpointer unused)
{
  const LsWorker *x = LS_WORKER_ITEM ((gpointer) a)->worker, *y = LS_WORKER_ITEM ((gpointer) b)->worker;
  int by_cluster = g_strcmp0 (x->cluster, y->cluster);
  if (by_cluster != 0)
    return by_cluster;
  if (x->slot != y->slot)
    return x->slot < y->slot ? -1 : 1;
  if (x->instance.start_time != y->instance.start_time)
    return x->instance.start_time < y->instance.start_time ? -1 : 1;
  return x->instance.pid - y->instance.pid;
}

static double *
figure (LsWorkerItem *self, guint id)
{
  switch (id) {
  case PROP_CPU: return &self->cpu;
  case PROP_RSS: return &self->rss;
  case PROP_THREADS: return &self->threads;
  case PROP_REQUESTS: return &self->requests;
  case PROP_ERRORS: return &self->errors;
  case PROP_IN_FLIGHT: return &self->in_flight;
  case PROP_P95_US: return &self->p95_us;
  case PROP_LOOP_LAG_US: return &self->loop_lag_us;
  default: return NULL;
  }
}

static void
ls_worker_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsWorkerItem *self = LS_WORKER_ITEM (object);
  const LsWorker *worker = self->worker;
  double *known = figure (self, id);
  if (known) {
    g_value_set_double (value, isnan (*known) ? -1 : *known);
    return;
  }
  if (!worker)
    return;
  switch (id) {
  case PROP_ID: g_value_set_string (value, worker->id); break;
  case PROP_CLUSTER: g_value_set_string (value, worker->cluster); break;
  case PROP_SLOT: g_value_set_uint (value, worker->slot); break;
  case PROP_PID: g_value_set_int (value, worker->instance.pid); break;
  case PROP_STATE: g_value_set_string (value, ls_worker_state_name (worker->state)); break;
  case PROP_REASON: g_value_set_string (value, worker->reason); break;
  case PROP_GENERATION: g_value_set_uint (value, worker->generation); break;
  case PROP_STARTED_AT: g_value_set_int64 (value, worker->started_at); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_worker_item_finalize (GObject *object)
{
  ls_worker_free (LS_WORKER_ITEM (object)->worker);
  G_OBJECT_CLASS (ls_worker_item_parent_class)->finalize (object);
}

static void
ls_worker_item_class_init (LsWorkerItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LsItemClass *item_class = LS_ITEM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  static const char *const figures[] = { "cpu", "rss", "threads", "requests", "errors", "in-flight", "p95-us", "loop-lag-us" };
  object_class->finalize = ls_worker_item_finalize;
  object_class->get_property = ls_worker_item_get_property;
  item_class->key_of = ls_worker_item_key_of;
  item_class->update = ls_worker_item_update;
  item_class->compare = ls_worker_item_compare;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_CLUSTER] = g_param_spec_string ("cluster", NULL, NULL, NULL, flags);
  properties[PROP_SLOT] = g_param_spec_uint ("slot", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PID] = g_param_spec_int ("pid", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_GENERATION] = g_param_spec_uint ("generation", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_STARTED_AT] = g_param_spec_int64 ("started-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    properties[PROP_CPU + i] = g_param_spec_double (figures[i], NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_worker_item_init (LsWorkerItem *self)
{
  self->cpu = self->rss = self->threads = self->requests = self->errors = self->in_flight = self->p95_us = self->loop_lag_us = NAN;
}

const LsWorker *
ls_worker_item_get (LsWorkerItem *item)
{
  return item->worker;
}

double
ls_worker_item_cpu (LsWorkerItem *item)
{
  return item->cpu;
}

char *
ls_worker_item_instance (LsWorkerItem *item)
{
  return ls_instance_to_text (item->worker->instance);
}

static void
set_figure (LsWorkerItem *self, guint id, double value)
{
  double *now = figure (self, id);
  if (*now == value || (isnan (*now) && isnan (value)))
    return;
  *now = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static double
known_or_nan (gint64 value)
{
  return value < 0 ? NAN : (double) value;
}

void
ls_worker_item_sample (LsWorkerItem *item, const LsWorkerSample *sample, gint64 span_ms)
{
  if (!sample) {
    for (guint id = PROP_CPU; id < N_PROPERTIES; id++)
      set_figure (item, id, NAN);
    return;
  }
  double seconds = span_ms > 0 ? span_ms / 1000.0 : 1.0;
  gboolean counted = sample->requests != G_MAXUINT64;
  set_figure (item, PROP_CPU, sample->cpu);
  set_figure (item, PROP_RSS, sample->rss > 0 ? (double) sample->rss : NAN);
  set_figure (item, PROP_THREADS, sample->threads > 0 ? sample->threads : NAN);
  set_figure (item, PROP_REQUESTS, counted ? sample->requests / seconds : NAN);
  set_figure (item, PROP_ERRORS, counted ? sample->errors / seconds : NAN);
  set_figure (item, PROP_IN_FLIGHT, counted ? sample->in_flight : NAN);
  set_figure (item, PROP_P95_US, known_or_nan (sample->p95_us));
  set_figure (item, PROP_LOOP_LAG_US, known_or_nan (sample->loop_lag_us));
}
