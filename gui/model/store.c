/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/store.h"

#include <math.h>

#include <glib/gi18n.h>

#include "client/events.h"
#include "gui/model/keyed_list.h"
#include "model/operation.h"

enum { KIND_CLUSTER, KIND_WORKER, KIND_POOL, KIND_JOB, KIND_TASK, N_KINDS };

static const char *const kind_names[N_KINDS] = { "cluster", "worker", "pool", "job", "task" };

struct _LsStore {
  GObject parent_instance;
  LsClient *client;              /* nullable */
  LsEventStream *stream;         /* nullable */
  GCancellable *cancellable;
  LsKeyedList *lists[N_KINDS];
  LsHost host;
  LsStoreState state;
  gboolean has_data, paused;
  gint64 last_seen;
  char *error;
  char *agent_name;
  double agent_cpu, agent_rss;
  gint64 interval_ms;
  gboolean missed;               /* samples came while paused; the history has them */
};

enum { PROP_STATE = 1, PROP_ERROR, PROP_AGENT_NAME, PROP_PAUSED, N_PROPERTIES };
enum { SIGNAL_SAMPLED, SIGNAL_NOTICE, N_SIGNALS };

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsStore, ls_store, G_TYPE_OBJECT)

/* --- state --- */

static void
set_state (LsStore *self, LsStoreState state, const char *error)
{
  if (g_strcmp0 (self->error, error) != 0) {
    g_free (self->error);
    self->error = g_strdup (error);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  }
  if (self->state != state) {
    self->state = state;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  }
}

static void
set_agent_name (LsStore *self, const char *name)
{
  if (!name || g_strcmp0 (self->agent_name, name) == 0)
    return;
  g_free (self->agent_name);
  self->agent_name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AGENT_NAME]);
}

/* --- history --- */

static void
history_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) history = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (history)
    ls_store_apply_history (user, history);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("No history: %s", error->message);
}

static void
ask_for_history (LsStore *self)
{
  if (!self->client)
    return;
  gint64 since = g_get_real_time () / 1000 - LS_SERIES_LENGTH * 1000;
  g_autofree char *path = g_strdup_printf ("/v1/history?since=%" G_GINT64_FORMAT "&step=1000", since);
  ls_client_call_async (self->client, "GET", path, NULL, NULL, self->cancellable, history_came, self);
}

void
ls_store_apply_history (LsStore *store, json_t *history)
{
  json_t *at = json_object_get (history, "at"), *each;
  gint64 step_ms = json_integer_value (json_object_get (history, "step_ms"));
  const char *name;
  if (step_ms <= 0)
    return;
  ls_host_history (&store->host, json_object_get (history, "host"), at, step_ms);
  json_object_foreach (json_object_get (history, "clusters"), name, each) {
    LsClusterItem *item = ls_store_find_cluster (store, name);
    if (item)
      ls_cluster_item_history (item, each, at, step_ms);
  }
  if (!store->paused)
    g_signal_emit (store, signals[SIGNAL_SAMPLED], 0);
}

static void
host_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (json_t) host = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  if (host)
    set_agent_name (user, json_string_value (json_object_get (host, "name")));
}

/* An agent is called by the name of its computer. */
static void
ask_for_host (LsStore *self)
{
  if (self->client)
    ls_client_call_async (self->client, "GET", "/v1/host", NULL, NULL, self->cancellable, host_came, self);
}

/* --- nouns --- */

static int
kind_of (const char *name)
{
  for (int kind = 0; kind < N_KINDS; kind++)
    if (g_strcmp0 (name, kind_names[kind]) == 0)
      return kind;
  return -1;
}

/* A worker also stands in the list of its cluster, in the same order. */
static void
worker_joined (LsStore *self, LsWorkerItem *worker)
{
  LsClusterItem *cluster = ls_store_find_cluster (self, ls_worker_item_get (worker)->cluster);
  GListStore *workers = cluster ? ls_cluster_item_worker_store (cluster) : NULL;
  if (workers && !g_list_store_find (workers, worker, NULL))
    g_list_store_insert_sorted (workers, worker, LS_ITEM_GET_CLASS (worker)->compare, NULL);
}

static void
worker_left (LsStore *self, LsWorkerItem *worker)
{
  LsClusterItem *cluster = ls_store_find_cluster (self, ls_worker_item_get (worker)->cluster);
  guint position = 0;
  if (cluster && g_list_store_find (ls_cluster_item_worker_store (cluster), worker, &position))
    g_list_store_remove (ls_cluster_item_worker_store (cluster), position);
}

static void
cluster_came (LsStore *self)
{
  GListModel *workers = ls_store_workers (self);
  for (guint i = 0; i < g_list_model_get_n_items (workers); i++) {
    g_autoptr (LsWorkerItem) worker = g_list_model_get_item (workers, i);
    worker_joined (self, worker);
  }
}

static gpointer
put (LsStore *self, int kind, json_t *resource)
{
  gboolean added = FALSE;
  g_autoptr (GError) error = NULL;
  gpointer item = ls_keyed_list_put (self->lists[kind], resource, &added, &error);
  if (!item)
    g_warning ("The agent sent a %s that cannot be read: %s", kind_names[kind], error->message);
  else if (kind == KIND_WORKER && added)
    worker_joined (self, item);
  else if (kind == KIND_CLUSTER && added)
    cluster_came (self);
  return item;
}

static void
keep_only (LsStore *self, int kind, GHashTable *keys)
{
  g_autoptr (GPtrArray) gone = ls_keyed_list_keep_only (self->lists[kind], keys);
  for (guint i = 0; kind == KIND_WORKER && i < gone->len; i++)
    worker_left (self, gone->pdata[i]);
}

static void
notice (LsStore *self, const char *text, gboolean bad)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text, bad);
}

/* What became of the process before stands in the reason of the one that replaced it, and why there is none in that of a failed one. Other
 * reasons are what a worker says of itself: no news. */
static void
notice_worker (LsStore *self, LsWorkerItem *item, const char *reason_before)
{
  const LsWorker *worker = ls_worker_item_get (item);
  if (!worker->reason || g_strcmp0 (worker->reason, reason_before) == 0)
    return;
  if (worker->state != LS_WORKER_FAILED && (worker->state != LS_WORKER_READY || worker->last_exit.at == 0))
    return;
  g_autofree char *text = g_strdup_printf ("%s %s", worker->id, worker->reason);
  notice (self, text, worker->state == LS_WORKER_FAILED);
}

static void
notice_operation (LsStore *self, json_t *resource)
{
  g_autoptr (LsOperation) operation = ls_operation_from_json (resource, NULL);
  if (!operation || operation->state != LS_OPERATION_FAILED)
    return;
  g_autofree char *text = g_strdup_printf (_("%s of %s failed: %s"), operation->verb, operation->target,
                                           operation->reason ? operation->reason : _("no reason was given"));
  text[0] = g_ascii_toupper (text[0]);
  notice (self, text, TRUE);
}

static void
apply_change (LsStore *self, json_t *event)
{
  json_t *resource = json_object_get (event, "resource");
  const char *name = json_string_value (json_object_get (event, "kind"));
  int kind = kind_of (name);
  if (kind < 0) {
    if (g_strcmp0 (name, "operation") == 0)
      notice_operation (self, resource);
    return;
  }
  g_autofree char *key = ls_item_key_of (ls_keyed_list_item_type (self->lists[kind]), resource);
  if (g_strcmp0 (json_string_value (json_object_get (event, "op")), "removed") == 0) {
    g_autoptr (GObject) gone = ls_keyed_list_take (self->lists[kind], key);
    if (gone && kind == KIND_WORKER)
      worker_left (self, LS_WORKER_ITEM (gone));
    return;
  }
  LsWorkerItem *before = kind == KIND_WORKER ? ls_keyed_list_find (self->lists[kind], key) : NULL;
  g_autofree char *reason = before ? g_strdup (ls_worker_item_get (before)->reason) : NULL;
  gpointer item = put (self, kind, resource);
  if (item && kind == KIND_WORKER)
    notice_worker (self, item, reason);
}

/* --- samples --- */

static char *
sample_key (const LsWorkerSample *sample)
{
  return g_strdup_printf ("%s %s", sample->id, sample->instance);
}

static void
sample_processes (LsStore *self, const LsSample *sample)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *workers = ls_store_workers (self), *tasks = ls_store_tasks (self);
  for (guint i = 0; i < sample->workers->len; i++) {
    LsWorkerSample *row = sample->workers->pdata[i];
    g_hash_table_insert (rows, sample_key (row), row);
    LsTaskItem *task = ls_store_find_task (self, row->id);
    if (task)
      g_hash_table_insert (rows, g_strdup (row->id), row);
  }
  for (guint i = 0; i < g_list_model_get_n_items (workers); i++) {
    g_autoptr (LsWorkerItem) item = g_list_model_get_item (workers, i);
    ls_worker_item_sample (item, g_hash_table_lookup (rows, ls_item_key (LS_ITEM (item))), sample->span_ms);
  }
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) item = g_list_model_get_item (tasks, i);
    ls_task_item_sample (item, g_hash_table_lookup (rows, ls_item_key (LS_ITEM (item))));
  }
}

static void
show_sample (LsStore *self, const LsSample *sample)
{
  GListModel *clusters = ls_store_clusters (self), *pools = ls_store_pools (self);
  for (guint i = 0; i < g_list_model_get_n_items (clusters); i++) {
    g_autoptr (LsClusterItem) item = g_list_model_get_item (clusters, i);
    ls_cluster_item_sample (item, ls_sample_find_cluster (sample, ls_item_key (LS_ITEM (item))), sample->at, sample->span_ms);
  }
  for (guint i = 0; i < g_list_model_get_n_items (pools); i++) {
    g_autoptr (LsPoolItem) item = g_list_model_get_item (pools, i);
    ls_pool_item_sample (item, ls_sample_find_pool (sample, ls_item_key (LS_ITEM (item))), sample->at, sample->span_ms);
  }
  sample_processes (self, sample);
  ls_host_sample (&self->host, sample);
  self->agent_cpu = sample->agent_cpu;
  self->agent_rss = sample->agent_rss > 0 ? (double) sample->agent_rss : NAN;
  self->interval_ms = sample->interval_ms;
  g_signal_emit (self, signals[SIGNAL_SAMPLED], 0);
}

static void
apply_sample (LsStore *self, json_t *event)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsSample) sample = ls_sample_from_json (event, &error);
  if (!sample)
    g_warning ("The agent sent a sample that cannot be read: %s", error->message);
  else if (self->paused)
    self->missed = TRUE;
  else
    show_sample (self, sample);
}

/* --- the stream --- */

/* A snapshot names every noun that there is: lists under any member, each noun by its own "kind"; and the last sample, so that
 * the first frame has figures. */
static void
apply_snapshot (LsStore *self, json_t *event)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  const char *member;
  json_t *list, *resource;
  gsize i;
  for (int kind = 0; kind < N_KINDS; kind++)
    g_ptr_array_add (keys, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL));
  json_object_foreach (event, member, list) {
    json_array_foreach (list, i, resource) {
      int kind = kind_of (json_string_value (json_object_get (resource, "kind")));
      gpointer item = kind >= 0 ? put (self, kind, resource) : NULL;
      if (item)
        g_hash_table_add (keys->pdata[kind], g_strdup (ls_item_key (item)));
    }
  }
  for (int kind = 0; kind < N_KINDS; kind++)
    keep_only (self, kind, keys->pdata[kind]);
  self->has_data = TRUE;
  set_state (self, LS_STORE_CONNECTED, NULL);
  if (json_is_object (json_object_get (event, "sample")))
    apply_sample (self, json_object_get (event, "sample"));
  ask_for_history (self);
  ask_for_host (self);
}

void
ls_store_apply (LsStore *store, const char *type, json_t *event)
{
  store->last_seen = g_get_real_time () / 1000;
  if (g_str_equal (type, "sample"))
    apply_sample (store, event);
  else if (g_str_equal (type, "change"))
    apply_change (store, event);
  else if (g_str_equal (type, "snapshot"))
    apply_snapshot (store, event);
}

void
ls_store_set_connected (LsStore *store)
{
  store->last_seen = g_get_real_time () / 1000;
  /* Resumed without a gap: no snapshot follows. */
  if (store->has_data)
    set_state (store, LS_STORE_CONNECTED, NULL);
  ask_for_history (store);
}

void
ls_store_set_lost (LsStore *store, const GError *error)
{
  set_state (store, LS_STORE_LOST, error ? error->message : NULL);
}

static void
stream_event (LsEventStream *stream, const char *type, json_t *event, LsStore *self)
{
  ls_store_apply (self, type, event);
}

static void
stream_lost (LsEventStream *stream, GError *error, LsStore *self)
{
  ls_store_set_lost (self, error);
}

static void
stream_connected (LsEventStream *stream, LsStore *self)
{
  ls_store_set_connected (self);
}

LsStore *
ls_store_new (LsClient *client)
{
  LsStore *self = g_object_new (LS_TYPE_STORE, NULL);
  if (!client)
    return self;
  self->client = g_object_ref (client);
  self->agent_name = g_strdup (ls_client_address (client));
  self->stream = ls_event_stream_new (client, "sample,change", 1000);
  g_signal_connect (self->stream, "event", G_CALLBACK (stream_event), self);
  g_signal_connect (self->stream, "lost", G_CALLBACK (stream_lost), self);
  g_signal_connect (self->stream, "connected", G_CALLBACK (stream_connected), self);
  return self;
}

void
ls_store_start (LsStore *store)
{
  if (store->stream)
    ls_event_stream_start (store->stream);
}

void
ls_store_stop (LsStore *store)
{
  if (store->stream)
    ls_event_stream_stop (store->stream);
}

void
ls_store_retry_now (LsStore *store)
{
  if (store->stream)
    ls_event_stream_retry_now (store->stream);
}

void
ls_store_set_paused (LsStore *store, gboolean paused)
{
  if (store->paused == paused)
    return;
  store->paused = paused;
  if (!paused && store->missed) {
    store->missed = FALSE;
    ask_for_history (store);
  }
  g_object_notify_by_pspec (G_OBJECT (store), properties[PROP_PAUSED]);
}

/* --- object --- */

static void
ls_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsStore *self = LS_STORE (object);
  switch (id) {
  case PROP_STATE: g_value_set_int (value, self->state); break;
  case PROP_ERROR: g_value_set_string (value, self->error); break;
  case PROP_AGENT_NAME: g_value_set_string (value, self->agent_name); break;
  case PROP_PAUSED: g_value_set_boolean (value, self->paused); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_store_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PAUSED)
    ls_store_set_paused (LS_STORE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ls_store_dispose (GObject *object)
{
  LsStore *self = LS_STORE (object);
  g_cancellable_cancel (self->cancellable);
  if (self->stream) {
    g_signal_handlers_disconnect_by_data (self->stream, self);
    ls_event_stream_stop (self->stream);
  }
  g_clear_object (&self->stream);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ls_store_parent_class)->dispose (object);
}

static void
ls_store_finalize (GObject *object)
{
  LsStore *self = LS_STORE (object);
  for (guint kind = 0; kind < N_KINDS; kind++)
    ls_keyed_list_free (self->lists[kind]);
  ls_host_clear (&self->host);
  g_clear_object (&self->cancellable);
  g_free (self->error);
  g_free (self->agent_name);
  G_OBJECT_CLASS (ls_store_parent_class)->finalize (object);
}

static void
ls_store_class_init (LsStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  object_class->get_property = ls_store_get_property;
  object_class->set_property = ls_store_set_property;
  object_class->dispose = ls_store_dispose;
  object_class->finalize = ls_store_finalize;
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, LS_STORE_CONNECTING, LS_STORE_LOST, LS_STORE_CONNECTING, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_AGENT_NAME] = g_param_spec_string ("agent-name", NULL, NULL, NULL, flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[SIGNAL_SAMPLED] = g_signal_new ("sampled", LS_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", LS_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
ls_store_init (LsStore *self)
{
  const GType types[N_KINDS] = { LS_TYPE_CLUSTER_ITEM, LS_TYPE_WORKER_ITEM, LS_TYPE_POOL_ITEM, LS_TYPE_JOB_ITEM, LS_TYPE_TASK_ITEM };
  for (guint kind = 0; kind < N_KINDS; kind++)
    self->lists[kind] = ls_keyed_list_new (types[kind]);
  ls_host_init (&self->host);
  self->cancellable = g_cancellable_new ();
  self->agent_cpu = self->agent_rss = NAN;
  self->interval_ms = 1000;
}

/* --- what there is --- */

LsClient *
ls_store_client (LsStore *store)
{
  return store->client;
}

LsStoreState
ls_store_state (LsStore *store)
{
  return store->state;
}

gboolean
ls_store_has_data (LsStore *store)
{
  return store->has_data;
}

gint64
ls_store_last_seen (LsStore *store)
{
  return store->last_seen;
}

const char *
ls_store_error (LsStore *store)
{
  return store->error;
}

const char *
ls_store_agent_name (LsStore *store)
{
  return store->agent_name;
}

gboolean
ls_store_paused (LsStore *store)
{
  return store->paused;
}

GListModel *
ls_store_clusters (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_CLUSTER]);
}

GListModel *
ls_store_workers (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_WORKER]);
}

GListModel *
ls_store_pools (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_POOL]);
}

GListModel *
ls_store_jobs (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_JOB]);
}

GListModel *
ls_store_tasks (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_TASK]);
}

LsClusterItem *
ls_store_find_cluster (LsStore *store, const char *name)
{
  return ls_keyed_list_find (store->lists[KIND_CLUSTER], name);
}

LsPoolItem *
ls_store_find_pool (LsStore *store, const char *name)
{
  return ls_keyed_list_find (store->lists[KIND_POOL], name);
}

LsTaskItem *
ls_store_find_task (LsStore *store, const char *id)
{
  return ls_keyed_list_find (store->lists[KIND_TASK], id);
}

LsJobItem *
ls_store_find_job (LsStore *store, const char *id)
{
  return ls_keyed_list_find (store->lists[KIND_JOB], id);
}

const LsHost *
ls_store_host (LsStore *store)
{
  return &store->host;
}

double
ls_store_agent_cpu (LsStore *store)
{
  return store->agent_cpu;
}

double
ls_store_agent_rss (LsStore *store)
{
  return store->agent_rss;
}

gint64
ls_store_interval_ms (LsStore *store)
{
  return store->interval_ms;
}
