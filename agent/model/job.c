/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/pool.h"

#include "base/error.h"
#include "base/text.h"
#include "model/codec.h"

#include <math.h>

#define PRIORITY_MAX 1000
#define TIMEOUT_MAX_MS (G_GINT64_CONSTANT (30) * 24 * 3600 * 1000)

static const char *const state_names[] = { "queued", "running", "done", "failed", "cancelled", "timed-out", NULL };

const char *
ls_job_state_name (LsJobState state)
{
  return state_names[state];
}

gboolean
ls_job_state_is_final (LsJobState state)
{
  return state > LS_JOB_RUNNING;
}

LsJob *
ls_job_new (const char *id, const char *pool, const char *name)
{
  LsJob *job = g_new0 (LsJob, 1);
  job->id = g_strdup (id);
  job->pool = g_strdup (pool);
  job->name = g_strdup (name);
  job->progress = NAN;
  job->thread = -1;
  return job;
}

void
ls_job_free (LsJob *job)
{
  if (!job)
    return;
  g_free (job->id);
  g_free (job->pool);
  g_free (job->name);
  g_strfreev (job->args);
  g_free (job->message);
  json_decref (job->result);
  g_free (job->error);
  g_free (job);
}

json_t *
ls_job_to_json (const LsJob *job)
{
  json_t *json = json_pack ("{s:s,s:o,s:o,s:o,s:o,s:i,s:I,s:o}",
                            "kind", "job",
                            "id", ls_json_string_or_null (job->id),
                            "pool", ls_json_string_or_null (job->pool),
                            "name", ls_json_string_or_null (job->name),
                            "args", job->args ? ls_json_strv (job->args) : json_array (),
                            "priority", job->priority,
                            "timeout_ms", (json_int_t) job->timeout_ms,
                            "revision", ls_codec_count (job->revision));
  g_autoptr (json_t) progress = json_pack ("{s:s,s:o,s:o,s:o,s:i,s:o,s:o,s:o,s:o,s:o}",
                                           "state", state_names[job->state],
                                           "progress", ls_json_real (job->progress),
                                           "message", ls_json_string_or_null (job->message),
                                           "thread", ls_codec_or_null (job->thread),
                                           "attempt", (int) job->attempt,
                                           "queued_at", ls_json_int_or_null (job->queued_at),
                                           "started_at", ls_json_int_or_null (job->started_at),
                                           "ended_at", ls_json_int_or_null (job->ended_at),
                                           "result", job->result ? json_incref (job->result) : json_null (),
                                           "error", ls_json_string_or_null (job->error));
  json_object_update (json, progress);
  return json;
}

static gboolean
read_progress (json_t *json, LsJob *job, GError **error)
{
  int state = job->state;
  gint64 thread = -1;
  if (!ls_codec_get_word (json, "state", state_names, &state, error) || !ls_json_get_real (json, "progress", &job->progress, error) ||
      !ls_json_get_string (json, "message", &job->message, error) || !ls_codec_get_time (json, "thread", &thread, error) ||
      !ls_codec_get_guint (json, "attempt", &job->attempt, error) || !ls_codec_get_time (json, "queued_at", &job->queued_at, error) ||
      !ls_codec_get_time (json, "started_at", &job->started_at, error) || !ls_codec_get_time (json, "ended_at", &job->ended_at, error) ||
      !ls_json_get_string (json, "error", &job->error, error))
    return FALSE;
  job->state = (LsJobState) state;
  job->thread = thread > G_MAXINT ? -1 : (int) thread;
  json_t *result = json_object_get (json, "result");
  if (result && !json_is_null (result))
    job->result = json_incref (result);
  return TRUE;
}

LsJob *
ls_job_from_json (json_t *json, GError **error)
{
  g_autoptr (LsJob) job = ls_job_new (NULL, NULL, NULL);
  gint64 priority = 0;
  if (!ls_codec_require_string (json, "id", "a job", &job->id, error) || !ls_codec_require_string (json, "pool", "a job", &job->pool, error) ||
      !ls_codec_require_string (json, "name", "a job", &job->name, error) || !ls_json_get_strv (json, "args", &job->args, error) ||
      !ls_json_get_int (json, "priority", &priority, error) || !ls_codec_get_time (json, "timeout_ms", &job->timeout_ms, error) ||
      !ls_codec_get_count (json, "revision", &job->revision, error) || !read_progress (json, job, error))
    return NULL;
  job->priority = (int) CLAMP (priority, -PRIORITY_MAX, PRIORITY_MAX);
  return g_steal_pointer (&job);
}

gboolean
ls_job_request_from_json (json_t *json, LsJob *job, GError **error)
{
  static const char *const members[] = { "name", "args", "priority", "timeout_ms", NULL };
  g_autofree char *name = NULL;
  g_auto (GStrv) args = g_new0 (char *, 1);
  gint64 priority = 0;
  guint64 timeout_ms = 0;
  if (!ls_json_only_members (json, members, "a job", error) || !ls_codec_require_string (json, "name", "a job", &name, error) ||
      !ls_json_get_strv (json, "args", &args, error) || !ls_json_get_int (json, "priority", &priority, error) ||
      !ls_json_get_uint (json, "timeout_ms", 0, TIMEOUT_MAX_MS, &timeout_ms, error))
    return FALSE;
  if (!*name)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the name of a job is empty: say which one to run, such as primes");
      return FALSE;
    }
  if (priority < -PRIORITY_MAX || priority > PRIORITY_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "priority must be a whole number from -%d to %d, not %" G_GINT64_FORMAT, PRIORITY_MAX,
                   PRIORITY_MAX, priority);
      return FALSE;
    }
  g_free (job->name);
  g_strfreev (job->args);
  job->name = g_steal_pointer (&name);
  job->args = g_steal_pointer (&args);
  job->priority = (int) priority;
  job->timeout_ms = (gint64) timeout_ms;
  return TRUE;
}
