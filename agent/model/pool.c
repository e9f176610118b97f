/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/pool.h"

#include "model/codec.h"

#include <math.h>

static const char *const state_names[] = { "starting", "ready", "draining", "failing", "stopped", NULL };
static const char *const members[] = { "threads", "queue_max", "plugins", NULL };

const char *
ls_pool_state_name (LsPoolState state)
{
  return state_names[state];
}

void
ls_pool_spec_init (LsPoolSpec *spec)
{
  guint cores = CLAMP (g_get_num_processors (), 1, LS_WORKERS_MAX);
  *spec = (LsPoolSpec) { .threads = { cores, cores }, .queue_max = 1024 };
}

void
ls_pool_spec_clear (LsPoolSpec *spec)
{
  g_clear_pointer (&spec->plugins, g_strfreev);
}

void
ls_pool_spec_copy (LsPoolSpec *to, const LsPoolSpec *from)
{
  if (to == from)
    return;
  ls_pool_spec_clear (to);
  *to = *from;
  to->plugins = g_strdupv (from->plugins);
}

static gboolean
spec_read (json_t *json, gboolean strict, LsPoolSpec *ret, GError **error)
{
  LsPoolSpec spec;
  if (strict ? !ls_json_only_members (json, members, "the spec of a pool", error) : !ls_json_expect_object (json, "the spec of a pool", error))
    return FALSE;
  ls_pool_spec_init (&spec);
  spec.plugins = g_new0 (char *, 1);
  guint64 queue_max = spec.queue_max;
  if (!ls_codec_get_range (json, "threads", LS_WORKERS_MAX, &spec.threads, error) ||
      !ls_json_get_uint (json, "queue_max", 1, 1000000, &queue_max, error) || !ls_json_get_strv (json, "plugins", &spec.plugins, error))
    {
      ls_pool_spec_clear (&spec);
      return FALSE;
    }
  spec.queue_max = (guint) queue_max;
  *ret = spec;
  return TRUE;
}

gboolean
ls_pool_spec_from_json (json_t *json, LsPoolSpec *ret, GError **error)
{
  return spec_read (json, TRUE, ret, error);
}

json_t *
ls_pool_spec_to_json (const LsPoolSpec *spec)
{
  return json_pack ("{s:o,s:i,s:o}",
                    "threads", ls_codec_range (spec->threads),
                    "queue_max", (int) spec->queue_max,
                    "plugins", spec->plugins ? ls_json_strv (spec->plugins) : json_array ());
}

static void
thread_clear (gpointer data)
{
  g_free (((LsPoolThread *) data)->job);
}

LsPoolJobKind *
ls_pool_job_kind_new (const char *name, const char *arguments, const char *description, const char *plugin)
{
  LsPoolJobKind *kind = g_new0 (LsPoolJobKind, 1);
  kind->name = g_strdup (name);
  kind->arguments = g_strdup (arguments);
  kind->description = g_strdup (description);
  kind->plugin = g_strdup (plugin);
  return kind;
}

void
ls_pool_job_kind_free (LsPoolJobKind *kind)
{
  if (!kind)
    return;
  g_free (kind->name);
  g_free (kind->arguments);
  g_free (kind->description);
  g_free (kind->plugin);
  g_free (kind);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsPoolJobKind, ls_pool_job_kind_free)

LsPool *
ls_pool_new (const char *name)
{
  LsPool *pool = g_new0 (LsPool, 1);
  pool->name = g_strdup (name);
  pool->origin = LS_ORIGIN_API;
  pool->state = LS_POOL_STOPPED;
  pool->threads = g_array_new (FALSE, TRUE, sizeof (LsPoolThread));
  g_array_set_clear_func (pool->threads, thread_clear);
  pool->kinds = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_pool_job_kind_free);
  ls_pool_spec_init (&pool->spec);
  return pool;
}

void
ls_pool_free (LsPool *pool)
{
  if (!pool)
    return;
  g_free (pool->name);
  ls_pool_spec_clear (&pool->spec);
  g_free (pool->reason);
  g_array_unref (pool->threads);
  g_ptr_array_unref (pool->kinds);
  g_free (pool);
}

static json_t *
threads_to_json (const GArray *threads)
{
  json_t *list = json_array ();
  for (guint i = 0; i < threads->len; i++)
    {
      const LsPoolThread *thread = &g_array_index (threads, LsPoolThread, i);
      json_array_append_new (list, json_pack ("{s:i,s:o,s:o,s:o}",
                                              "index", (int) thread->index,
                                              "tid", ls_codec_pid (thread->tid),
                                              "job", ls_json_string_or_null (thread->job),
                                              "cpu", ls_json_real (thread->cpu)));
    }
  return list;
}

static json_t *
kinds_to_json (const GPtrArray *kinds)
{
  json_t *list = json_array ();
  for (guint i = 0; i < kinds->len; i++)
    {
      const LsPoolJobKind *kind = kinds->pdata[i];
      json_array_append_new (list, json_pack ("{s:o,s:o,s:o,s:o}",
                                              "name", ls_json_string_or_null (kind->name),
                                              "arguments", ls_json_string_or_null (kind->arguments),
                                              "description", ls_json_string_or_null (kind->description),
                                              "plugin", ls_json_string_or_null (kind->plugin)));
    }
  return list;
}

static json_t *
totals_to_json (const LsPool *pool)
{
  return json_pack ("{s:o,s:o,s:o,s:o}",
                    "done", ls_codec_count (pool->done),
                    "failed", ls_codec_count (pool->failed),
                    "timed_out", ls_codec_count (pool->timed_out),
                    "cancelled", ls_codec_count (pool->cancelled));
}

json_t *
ls_pool_to_json (const LsPool *pool)
{
  json_t *status = json_pack ("{s:s,s:o,s:o,s:o,s:o,s:i,s:i,s:i,s:o,s:o,s:o}",
                              "state", state_names[pool->state],
                              "reason", ls_json_string_or_null (pool->reason),
                              "since_at", ls_json_int_or_null (pool->since_at),
                              "pid", ls_codec_pid (pool->instance.pid),
                              "instance", ls_codec_instance (pool->instance),
                              "queued", (int) pool->queued,
                              "running", (int) pool->running,
                              "restarts", (int) pool->restarts,
                              "totals", totals_to_json (pool),
                              "threads", threads_to_json (pool->threads),
                              "jobs", kinds_to_json (pool->kinds));
  return json_pack ("{s:s,s:o,s:o,s:s,s:o,s:o}",
                    "kind", "pool",
                    "name", ls_json_string_or_null (pool->name),
                    "revision", ls_codec_count (pool->revision),
                    "origin", ls_origin_names[pool->origin],
                    "spec", ls_pool_spec_to_json (&pool->spec),
                    "status", status);
}

static gboolean
read_thread (json_t *json, GArray *threads, GError **error)
{
  LsPoolThread thread = { .cpu = NAN };
  guint tid = 0;
  if (!ls_json_expect_object (json, "a thread", error) || !ls_codec_get_guint (json, "index", &thread.index, error) ||
      !ls_codec_get_guint (json, "tid", &tid, error) || !ls_json_get_real (json, "cpu", &thread.cpu, error) ||
      !ls_json_get_string (json, "job", &thread.job, error))
    return FALSE;
  thread.tid = (pid_t) tid;
  g_array_append_val (threads, thread);
  return TRUE;
}

LsPoolJobKind *
ls_pool_job_kind_from_json (json_t *json, GError **error)
{
  g_autoptr (LsPoolJobKind) kind = ls_pool_job_kind_new (NULL, "", NULL, NULL);
  if (!ls_codec_require_string (json, "name", "a job of a pool", &kind->name, error) ||
      !ls_json_get_string (json, "arguments", &kind->arguments, error) || !ls_json_get_string (json, "description", &kind->description, error) ||
      !ls_json_get_string (json, "plugin", &kind->plugin, error))
    return NULL;
  return g_steal_pointer (&kind);
}

static gboolean
read_kinds (json_t *list, GPtrArray *kinds, GError **error)
{
  size_t index;
  json_t *item;
  json_array_foreach (list, index, item)
    {
      LsPoolJobKind *kind = ls_pool_job_kind_from_json (item, error);
      if (!kind)
        return FALSE;
      g_ptr_array_add (kinds, kind);
    }
  return TRUE;
}

static gboolean
read_totals (json_t *json, LsPool *pool, GError **error)
{
  return ls_codec_get_count (json, "done", &pool->done, error) && ls_codec_get_count (json, "failed", &pool->failed, error) &&
         ls_codec_get_count (json, "timed_out", &pool->timed_out, error) && ls_codec_get_count (json, "cancelled", &pool->cancelled, error);
}

static gboolean
read_status (json_t *json, LsPool *pool, GError **error)
{
  int state = pool->state;
  if (!ls_json_expect_object (json, "the status of a pool", error) || !ls_codec_get_word (json, "state", state_names, &state, error) ||
      !ls_json_get_string (json, "reason", &pool->reason, error) || !ls_codec_get_time (json, "since_at", &pool->since_at, error) ||
      !ls_codec_get_instance (json, "instance", &pool->instance, error) || !ls_codec_get_guint (json, "queued", &pool->queued, error) ||
      !ls_codec_get_guint (json, "running", &pool->running, error) || !ls_codec_get_guint (json, "restarts", &pool->restarts, error))
    return FALSE;
  size_t index;
  json_t *thread;
  json_array_foreach (json_object_get (json, "threads"), index, thread)
    if (!read_thread (thread, pool->threads, error))
      return FALSE;
  if (!read_totals (json_object_get (json, "totals"), pool, error) || !read_kinds (json_object_get (json, "jobs"), pool->kinds, error))
    return FALSE;
  pool->state = (LsPoolState) state;
  return TRUE;
}

LsPool *
ls_pool_from_json (json_t *json, GError **error)
{
  g_autoptr (LsPool) pool = ls_pool_new (NULL);
  int origin = pool->origin;
  if (!ls_codec_require_string (json, "name", "a pool", &pool->name, error) || !ls_codec_get_count (json, "revision", &pool->revision, error) ||
      !ls_codec_get_word (json, "origin", ls_origin_names, &origin, error) || !spec_read (json_object_get (json, "spec"), FALSE, &pool->spec, error) ||
      !read_status (json_object_get (json, "status"), pool, error))
    return NULL;
  pool->origin = (LsOrigin) origin;
  return g_steal_pointer (&pool);
}
