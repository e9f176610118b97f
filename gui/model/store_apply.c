/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/store_private.h"

#include <math.h>

#include <glib/gi18n.h>

#include "model/operation.h"

static const char *const kind_names[N_KINDS] = { "cluster", "worker", "pool", "job", "task", "schedule", "buffer" };

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

void
ls_store_ask_for_history (LsStore *self)
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
    ls_store_tell_sampled (store);
}

static void
host_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (json_t) host = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  if (host)
    ls_store_change_agent_name (user, json_string_value (json_object_get (host, "name")));
}

static void
agent_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (json_t) agent = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  if (agent)
    ls_store_change_agent (user, agent);
}

/* An agent is called by the name of its computer. */
static void
ask_for_host (LsStore *self)
{
  if (!self->client)
    return;
  ls_client_call_async (self->client, "GET", "/v1/host", NULL, NULL, self->cancellable, host_came, self);
  ls_client_call_async (self->client, "GET", "/v1/agent", NULL, NULL, self->cancellable, agent_came, self);
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
  ls_store_tell_notice (self, text, worker->state == LS_WORKER_FAILED);
}

/* A run that failed, told once: the next that fails alike is no news. */
static void
notice_schedule (LsStore *self, LsScheduleItem *item, const char *reason_before)
{
  const LsSchedule *schedule = ls_schedule_item_get (item);
  if (!schedule->reason || g_strcmp0 (schedule->reason, reason_before) == 0)
    return;
  g_autofree char *text = g_strdup_printf ("%s: %s", schedule->name, schedule->reason);
  ls_store_tell_notice (self, text, TRUE);
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
  ls_store_tell_notice (self, text, TRUE);
}

/* A job says many times a second how far it is; once a sample is enough for the eye. TRUE: kept for later. */
static gboolean
is_mere_progress (LsStore *self, const char *id, json_t *resource)
{
  LsJobItem *job = ls_store_find_job (self, id);
  if (!job || ls_job_item_get (job)->state != LS_JOB_RUNNING || g_strcmp0 (json_string_value (json_object_get (resource, "state")), "running") != 0) {
    g_hash_table_remove (self->progress, id);
    return FALSE;
  }
  g_hash_table_insert (self->progress, g_strdup (id), json_incref (resource));
  return TRUE;
}

static void
show_progress (LsStore *self)
{
  GHashTableIter iter;
  gpointer resource;
  g_hash_table_iter_init (&iter, self->progress);
  while (g_hash_table_iter_next (&iter, NULL, &resource))
    put (self, KIND_JOB, resource);
  g_hash_table_remove_all (self->progress);
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
  if (!key)
    return;
  if (g_strcmp0 (json_string_value (json_object_get (event, "op")), "removed") == 0) {
    g_hash_table_remove (self->progress, key);
    g_autoptr (GObject) gone = ls_keyed_list_take (self->lists[kind], key);
    if (gone && kind == KIND_WORKER)
      worker_left (self, LS_WORKER_ITEM (gone));
    return;
  }
  if (kind == KIND_JOB && is_mere_progress (self, key, resource))
    return;
  gpointer before = ls_keyed_list_find (self->lists[kind], key);
  g_autofree char *reason = before && kind == KIND_WORKER ? g_strdup (ls_worker_item_get (before)->reason) : NULL;
  g_autofree char *wrong = before && kind == KIND_SCHEDULE ? g_strdup (ls_schedule_item_get (before)->reason) : NULL;
  gpointer item = put (self, kind, resource);
  if (item && before && kind == KIND_SCHEDULE)
    notice_schedule (self, item, wrong);
  if (item && kind == KIND_WORKER)
    notice_worker (self, item, reason);
}

void
ls_store_apply_pool (LsStore *store, json_t *resource)
{
  LsPoolItem *item = ls_store_find_pool (store, json_string_value (json_object_get (resource, "name")));
  if (item && json_integer_value (json_object_get (resource, "revision")) >= (json_int_t) ls_pool_item_get (item)->revision)
    put (store, KIND_POOL, resource);
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
  show_progress (self);
  ls_host_sample (&self->host, sample);
  self->agent_cpu = sample->agent_cpu;
  self->agent_rss = sample->agent_rss > 0 ? (double) sample->agent_rss : NAN;
  self->interval_ms = sample->interval_ms;
  ls_store_tell_sampled (self);
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
  g_hash_table_remove_all (self->progress);
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
  ls_store_change_state (self, LS_STORE_CONNECTED, NULL);
  if (json_is_object (json_object_get (event, "sample")))
    apply_sample (self, json_object_get (event, "sample"));
  ls_store_ask_for_history (self);
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
