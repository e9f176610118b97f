/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/worker.h"

#include "model/codec.h"

static const char *const state_names[] = { "starting", "ready", "draining", "stopped", "failed", NULL };

const char *
ls_worker_state_name (LsWorkerState state)
{
  return state_names[state];
}

LsWorker *
ls_worker_new (const char *cluster, guint slot)
{
  LsWorker *worker = g_new0 (LsWorker, 1);
  worker->id = cluster ? g_strdup_printf ("%s.%u", cluster, slot) : NULL;
  worker->cluster = g_strdup (cluster);
  worker->slot = slot;
  worker->ready_ms = -1;
  return worker;
}

void
ls_worker_free (LsWorker *worker)
{
  if (!worker)
    return;
  g_free (worker->id);
  g_free (worker->cluster);
  g_free (worker->reason);
  g_strfreev (worker->log_tail);
  g_free (worker);
}

static json_t *
last_exit_to_json (const LsWorker *worker)
{
  if (worker->last_exit.at == 0)
    return json_null ();
  return json_pack ("{s:o,s:o,s:I,s:o}",
                    "code", ls_codec_exit_code (&worker->last_exit),
                    "signal", ls_codec_exit_signal (&worker->last_exit),
                    "at", (json_int_t) worker->last_exit.at,
                    "log_tail", worker->log_tail ? ls_json_strv (worker->log_tail) : json_array ());
}

json_t *
ls_worker_to_json (const LsWorker *worker)
{
  return json_pack ("{s:s,s:o,s:o,s:i,s:o,s:o,s:o,s:i,s:s,s:o,s:o,s:o,s:o}",
                    "kind", "worker",
                    "id", ls_json_string_or_null (worker->id),
                    "cluster", ls_json_string_or_null (worker->cluster),
                    "slot", (int) worker->slot,
                    "instance", ls_codec_instance (worker->instance),
                    "revision", ls_codec_count (worker->revision),
                    "pid", ls_codec_pid (worker->instance.pid),
                    "generation", (int) worker->generation,
                    "state", state_names[worker->state],
                    "reason", ls_json_string_or_null (worker->reason),
                    "started_at", ls_json_int_or_null (worker->started_at),
                    "ready_ms", ls_codec_or_null (worker->ready_ms),
                    "last_exit", last_exit_to_json (worker));
}

static gboolean
read_last_exit (json_t *json, LsWorker *worker, GError **error)
{
  gboolean ended;
  if (!json || json_is_null (json))
    return TRUE;
  return ls_json_expect_object (json, "last_exit", error) && ls_codec_get_exit (json, &worker->last_exit, &ended, error) &&
         ls_codec_get_time (json, "at", &worker->last_exit.at, error) && ls_json_get_strv (json, "log_tail", &worker->log_tail, error);
}

LsWorker *
ls_worker_from_json (json_t *json, GError **error)
{
  g_autoptr (LsWorker) worker = ls_worker_new (NULL, 0);
  int state = worker->state;
  if (!ls_codec_require_string (json, "id", "a worker", &worker->id, error) ||
      !ls_codec_require_string (json, "cluster", "a worker", &worker->cluster, error) || !ls_codec_get_guint (json, "slot", &worker->slot, error) ||
      !ls_codec_get_instance (json, "instance", &worker->instance, error) || !ls_codec_get_count (json, "revision", &worker->revision, error) ||
      !ls_codec_get_guint (json, "generation", &worker->generation, error) || !ls_codec_get_word (json, "state", state_names, &state, error) ||
      !ls_json_get_string (json, "reason", &worker->reason, error) || !ls_codec_get_time (json, "started_at", &worker->started_at, error) ||
      !ls_codec_get_time (json, "ready_ms", &worker->ready_ms, error) || !read_last_exit (json_object_get (json, "last_exit"), worker, error))
    return NULL;
  worker->state = (LsWorkerState) state;
  return g_steal_pointer (&worker);
}

char *
ls_worker_key (const LsWorker *worker)
{
  g_autofree char *instance = ls_instance_to_text (worker->instance);
  return g_strconcat (worker->id, instance ? " " : NULL, instance, NULL);
}
