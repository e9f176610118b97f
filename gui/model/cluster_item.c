/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/cluster_item.h"

#include <math.h>

#include "gui/model/format.h"
#include "gui/model/worker_item.h"

struct _LsClusterItem {
  LsItem parent_instance;
  LsCluster *cluster;
  LsSeries *series;
  GListStore *workers;
  double requests, minute_requests, minute_p95_us, minute_errors, cpu, rss;
};

enum {
  PROP_NAME = 1, PROP_STATE, PROP_STATE_TEXT, PROP_REASON, PROP_WANTED, PROP_READY, PROP_RESTARTS, PROP_OPERATION, PROP_REVISION, PROP_WORKERS,
  PROP_REQUESTS, PROP_MINUTE_REQUESTS, PROP_MINUTE_P95_US, PROP_MINUTE_ERRORS, PROP_CPU, PROP_RSS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsClusterItem, ls_cluster_item, LS_TYPE_ITEM)

static char *
ls_cluster_item_key_of (json_t *json)
{
  return g_strdup (json_string_value (json_object_get (json, "name")));
}

static gboolean
ls_cluster_item_update (LsItem *item, json_t *json, GError **error)
{
  LsClusterItem *self = LS_CLUSTER_ITEM (item);
  LsCluster *cluster = ls_cluster_from_json (json, error);
  if (!cluster)
    return FALSE;
  ls_cluster_free (self->cluster);
  self->cluster = cluster;
  return TRUE;
}

static double *
figure (LsClusterItem *self, guint id)
{
  switch (id) {
  case PROP_REQUESTS: return &self->requests;
  case PROP_MINUTE_REQUESTS: return &self->minute_requests;
  case PROP_MINUTE_P95_US: return &self->minute_p95_us;
  case PROP_MINUTE_ERRORS: return &self->minute_errors;
  case PROP_CPU: return &self->cpu;
  case PROP_RSS: return &self->rss;
  default: return NULL;
  }
}

static void
ls_cluster_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsClusterItem *self = LS_CLUSTER_ITEM (object);
  const LsCluster *cluster = self->cluster;
  double *known = figure (self, id);
  if (known) {
    g_value_set_double (value, isnan (*known) ? -1 : *known);
    return;
  }
  if (!cluster)
    return;
  const LsClusterStatus *status = &cluster->status;
  switch (id) {
  case PROP_NAME: g_value_set_string (value, cluster->name); break;
  case PROP_STATE: g_value_set_string (value, ls_cluster_state_name (status->state)); break;
  case PROP_STATE_TEXT:
    g_value_take_string (value, ls_text_cluster_state (ls_cluster_state_name (status->state), status->ready, status->wanted));
    break;
  case PROP_REASON: g_value_set_string (value, status->reason); break;
  case PROP_WANTED: g_value_set_uint (value, status->wanted); break;
  case PROP_READY: g_value_set_uint (value, status->ready); break;
  case PROP_RESTARTS: g_value_set_uint (value, status->restarts); break;
  case PROP_OPERATION: g_value_set_string (value, status->operation); break;
  case PROP_REVISION: g_value_set_uint64 (value, cluster->revision); break;
  case PROP_WORKERS: g_value_set_object (value, self->workers); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_cluster_item_finalize (GObject *object)
{
  LsClusterItem *self = LS_CLUSTER_ITEM (object);
  ls_cluster_free (self->cluster);
  ls_series_free (self->series);
  g_clear_object (&self->workers);
  G_OBJECT_CLASS (ls_cluster_item_parent_class)->finalize (object);
}

static void
ls_cluster_item_class_init (LsClusterItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LsItemClass *item_class = LS_ITEM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  static const char *const figures[] = { "requests", "minute-requests", "minute-p95-us", "minute-errors", "cpu", "rss" };
  object_class->finalize = ls_cluster_item_finalize;
  object_class->get_property = ls_cluster_item_get_property;
  item_class->key_of = ls_cluster_item_key_of;
  item_class->update = ls_cluster_item_update;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_STATE_TEXT] = g_param_spec_string ("state-text", NULL, NULL, NULL, flags);
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_WANTED] = g_param_spec_uint ("wanted", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_READY] = g_param_spec_uint ("ready", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_RESTARTS] = g_param_spec_uint ("restarts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_OPERATION] = g_param_spec_string ("operation", NULL, NULL, NULL, flags);
  /* Notifies with every change of the noun, whatever changed. */
  properties[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_WORKERS] = g_param_spec_object ("workers", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    properties[PROP_REQUESTS + i] = g_param_spec_double (figures[i], NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_cluster_item_init (LsClusterItem *self)
{
  self->series = ls_series_new (LS_CLUSTER_COLUMNS, LS_SERIES_LENGTH);
  self->workers = g_list_store_new (LS_TYPE_WORKER_ITEM);
  self->requests = self->minute_requests = self->minute_p95_us = self->minute_errors = self->cpu = self->rss = NAN;
}

const LsCluster *
ls_cluster_item_get (LsClusterItem *item)
{
  return item->cluster;
}

const char *
ls_cluster_item_name (LsClusterItem *item)
{
  return item->cluster->name;
}

LsSeries *
ls_cluster_item_series (LsClusterItem *item)
{
  return item->series;
}

GListModel *
ls_cluster_item_workers (LsClusterItem *item)
{
  return G_LIST_MODEL (item->workers);
}

GListStore *
ls_cluster_item_worker_store (LsClusterItem *item)
{
  return item->workers;
}

static void
set_figure (LsClusterItem *self, guint id, double value)
{
  double *now = figure (self, id);
  if (*now == value || (isnan (*now) && isnan (value)))
    return;
  *now = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static float
known_or_nan (gint64 value)
{
  return value < 0 ? NAN : (float) value;
}

void
ls_cluster_minute (const LsSeries *series, LsClusterMinute *ret_minute)
{
  double all = 0, failed = 0, latency = 0, weight = 0;
  guint points = 0, n = MIN (60, ls_series_length (series));
  for (guint age = 0; age < n; age++) {
    if (isnan (ls_series_get (series, age, LS_CLUSTER_2XX)))
      continue;
    double here = 0, p95 = ls_series_get (series, age, LS_CLUSTER_P95);
    for (guint class = LS_CLUSTER_1XX; class <= LS_CLUSTER_5XX; class++)
      here += ls_series_get (series, age, class);
    points++;
    all += here;
    failed += ls_series_get (series, age, LS_CLUSTER_5XX);
    if (!isnan (p95)) {
      latency += p95 * here;
      weight += here;
    }
  }
  ret_minute->requests = points > 0 ? all / points : NAN;
  ret_minute->p95_us = weight > 0 ? latency / weight : NAN;
  ret_minute->errors = all > 0 ? failed / all : NAN;
}

static void
show_minute (LsClusterItem *self)
{
  LsClusterMinute minute;
  ls_cluster_minute (self->series, &minute);
  set_figure (self, PROP_MINUTE_REQUESTS, minute.requests);
  set_figure (self, PROP_MINUTE_P95_US, minute.p95_us);
  set_figure (self, PROP_MINUTE_ERRORS, minute.errors);
}

void
ls_cluster_item_sample (LsClusterItem *item, const LsClusterSample *sample, gint64 at, gint64 span_ms)
{
  float values[LS_CLUSTER_COLUMNS] = { 0 };
  double seconds = span_ms > 0 ? span_ms / 1000.0 : 1.0;
  if (!sample) {
    set_figure (item, PROP_REQUESTS, NAN);
    set_figure (item, PROP_CPU, NAN);
    set_figure (item, PROP_RSS, NAN);
    return;
  }
  for (guint i = 0; i < sample->codes->len; i++) {
    const LsCodeCount *code = &g_array_index (sample->codes, LsCodeCount, i);
    if (code->code >= 100 && code->code < 600)
      values[LS_CLUSTER_1XX + code->code / 100 - 1] += code->count / seconds;
  }
  values[LS_CLUSTER_P50] = known_or_nan (sample->p50_us);
  values[LS_CLUSTER_P95] = known_or_nan (sample->p95_us);
  values[LS_CLUSTER_P99] = known_or_nan (sample->p99_us);
  values[LS_CLUSTER_IN_FLIGHT] = sample->in_flight;
  values[LS_CLUSTER_CPU] = sample->cpu;
  ls_series_push (item->series, at, span_ms, values);
  set_figure (item, PROP_REQUESTS, sample->requests / seconds);
  set_figure (item, PROP_CPU, sample->cpu);
  set_figure (item, PROP_RSS, sample->rss);
  show_minute (item);
}

/* Null is a gap; a latency of -1 says that there was no request. */
static float
number_at (json_t *column, gsize index)
{
  json_t *value = json_array_get (column, index);
  double number = json_is_number (value) ? json_number_value (value) : NAN;
  return number < 0 ? NAN : number;
}

void
ls_cluster_item_history (LsClusterItem *item, json_t *history, json_t *at, gint64 step_ms)
{
  static const char *const columns[] = { "p50_us", "p95_us", "p99_us", "in_flight", "cpu" };
  g_autoptr (LsSeries) past = ls_series_new (LS_CLUSTER_COLUMNS, LS_SERIES_LENGTH);
  double seconds = step_ms / 1000.0;
  json_t *classes = json_object_get (history, "classes");
  for (gsize i = 0; i < json_array_size (at); i++) {
    float values[LS_CLUSTER_COLUMNS];
    for (guint class = 0; class < 5; class++)
      values[LS_CLUSTER_1XX + class] = number_at (json_array_get (classes, i), class) / seconds;
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
      values[LS_CLUSTER_P50 + c] = number_at (json_object_get (history, columns[c]), i);
    ls_series_push (past, json_integer_value (json_array_get (at, i)), step_ms, values);
  }
  ls_series_merge (item->series, past, step_ms);
  show_minute (item);
}
