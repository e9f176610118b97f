/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/pool.h"

#include "base/error.h"
#include "base/text.h"
#include "model/codec.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#define PRIORITY_MAX 1000
#define DELAY_MAX_MS (24u * 3600 * 1000)
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
  job->cpu_ms = -1;
  job->retry_on = LS_RETRY_CRASH;
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
  g_free (job->cwd);
  g_free (job->output);
  g_free (job->reason);
  g_free (job->message);
  g_free (job->result);
  g_free (job->error);
  g_free (job);
}

/* --- after what it is begun again --- */

static const char *const retry_names[] = { "crash", "failure", "timeout", NULL };

static gboolean
add_retry (const char *word, guint *retry_on, GError **error)
{
  for (guint i = 0; retry_names[i]; i++)
    if (g_str_equal (retry_names[i], word))
      {
        *retry_on |= 1u << i;
        return TRUE;
      }
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "a job is begun again after a crash, a failure or a timeout, not after \"%s\"", word);
  return FALSE;
}

gboolean
ls_retry_on_parse (const char *text, guint *ret, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (text, " ,", -1);
  guint retry_on = 0;
  for (char **word = words; *word; word++)
    if (**word && !add_retry (*word, &retry_on, error))
      return FALSE;
  *ret = retry_on;
  return TRUE;
}

char *
ls_retry_on_to_text (guint retry_on)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; retry_names[i]; i++)
    if (retry_on & (1u << i))
      g_string_append_printf (text, "%s%s", text->len ? " " : "", retry_names[i]);
  return g_string_free (text, FALSE);
}

static json_t *
retry_on_to_json (guint retry_on)
{
  json_t *list = json_array ();
  for (guint i = 0; retry_names[i]; i++)
    if (retry_on & (1u << i))
      json_array_append_new (list, json_string (retry_names[i]));
  return list;
}

static gboolean
get_retry_on (json_t *json, guint *ret, GError **error)
{
  g_auto (GStrv) words = NULL;
  guint retry_on = 0;
  if (!ls_json_get_strv (json, "retry_on", &words, error))
    return FALSE;
  if (!words)
    return TRUE;
  for (char **word = words; *word; word++)
    if (!add_retry (*word, &retry_on, error))
      return FALSE;
  *ret = retry_on;
  return TRUE;
}

/* --- the resource --- */

static json_t *
asked_to_json (const LsJob *job)
{
  return json_pack ("{s:s,s:o,s:o,s:o,s:o,s:i,s:I,s:o,s:o,s:i,s:o,s:I,s:o}",
                    "kind", "job",
                    "id", ls_json_string_or_null (job->id),
                    "pool", ls_json_string_or_null (job->pool),
                    "name", ls_json_string_or_null (job->name),
                    "args", job->args ? ls_json_strv (job->args) : json_array (),
                    "priority", job->priority,
                    "timeout_ms", (json_int_t) job->timeout_ms,
                    "cwd", ls_json_string_or_null (job->cwd),
                    "output", ls_json_string_or_null (job->output),
                    "retries", (int) job->retries,
                    "retry_on", retry_on_to_json (job->retry_on),
                    "retry_delay_ms", (json_int_t) job->retry_delay_ms,
                    "revision", ls_codec_count (job->revision));
}

json_t *
ls_job_result (const LsJob *job)
{
  return job->result ? ls_json_parse (job->result, strlen (job->result), NULL) : NULL;
}

json_t *
ls_job_to_json (const LsJob *job)
{
  json_t *result = ls_job_result (job);
  json_t *json = asked_to_json (job);
  g_autoptr (json_t) progress = json_pack ("{s:s,s:o,s:o,s:o,s:o,s:i,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:b}",
                                           "state", state_names[job->state],
                                           "reason", ls_json_string_or_null (job->reason),
                                           "progress", ls_json_real (job->progress),
                                           "message", ls_json_string_or_null (job->message),
                                           "thread", ls_codec_or_null (job->thread),
                                           "attempt", (int) job->attempt,
                                           "queued_at", ls_json_int_or_null (job->queued_at),
                                           "started_at", ls_json_int_or_null (job->started_at),
                                           "ended_at", ls_json_int_or_null (job->ended_at),
                                           "output_bytes", ls_codec_count (job->output_bytes),
                                           "cpu_ms", ls_codec_or_null (job->cpu_ms),
                                           "result", result ? result : json_null (),
                                           "error", ls_json_string_or_null (job->error),
                                           "brief", job->brief);
  json_object_update (json, progress);
  return json;
}

json_t *
ls_job_to_brief_json (const LsJob *job)
{
  LsJob brief = *job;
  g_autoptr (GPtrArray) args = NULL;
  gsize bytes = 0;
  if (job->result && strlen (job->result) > LS_JOB_BRIEF_BYTES)
    brief.result = NULL;
  if (ls_job_args_bytes (job->args) > LS_JOB_BRIEF_BYTES)
    {
      args = g_ptr_array_new ();
      for (char **arg = job->args; *arg && (bytes += strlen (*arg) + 1) <= LS_JOB_BRIEF_BYTES; arg++)
        g_ptr_array_add (args, *arg);
      g_ptr_array_add (args, NULL);
      brief.args = (char **) args->pdata;
    }
  brief.brief = brief.result != job->result || args;
  return ls_job_to_json (&brief);
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
      !ls_json_get_string (json, "reason", &job->reason, error) || !ls_codec_get_count (json, "output_bytes", &job->output_bytes, error) ||
      !ls_codec_get_time (json, "cpu_ms", &job->cpu_ms, error) || !ls_json_get_bool (json, "brief", &job->brief, error) ||
      !ls_json_get_string (json, "error", &job->error, error))
    return FALSE;
  job->state = (LsJobState) state;
  job->thread = thread > G_MAXINT ? -1 : (int) thread;
  json_t *result = json_object_get (json, "result");
  if (result && !json_is_null (result))
    job->result = ls_json_to_text (result);
  return TRUE;
}

static gboolean
read_wish (json_t *json, LsJob *job, GError **error)
{
  guint64 retries = 0, delay_ms = 0, timeout_ms = 0;
  gint64 priority = 0;
  if (!ls_codec_require_string (json, "name", "a job", &job->name, error) || !ls_json_get_strv (json, "args", &job->args, error) ||
      !ls_json_get_int (json, "priority", &priority, error) || !ls_json_get_uint (json, "timeout_ms", 0, TIMEOUT_MAX_MS, &timeout_ms, error) ||
      !ls_json_get_string (json, "cwd", &job->cwd, error) || !ls_json_get_string (json, "output", &job->output, error) ||
      !ls_json_get_uint (json, "retries", 0, LS_JOB_RETRIES_MAX, &retries, error) || !get_retry_on (json, &job->retry_on, error) ||
      !ls_json_get_uint (json, "retry_delay_ms", 0, DELAY_MAX_MS, &delay_ms, error))
    return FALSE;
  if (priority < -PRIORITY_MAX || priority > PRIORITY_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "priority must be a whole number from -%d to %d, not %" G_GINT64_FORMAT, PRIORITY_MAX,
                   PRIORITY_MAX, priority);
      return FALSE;
    }
  job->priority = (int) priority;
  job->timeout_ms = (gint64) timeout_ms;
  job->retries = (guint) retries;
  job->retry_delay_ms = (gint64) delay_ms;
  return TRUE;
}

LsJob *
ls_job_from_json (json_t *json, GError **error)
{
  g_autoptr (LsJob) job = ls_job_new (NULL, NULL, NULL);
  if (!ls_codec_require_string (json, "id", "a job", &job->id, error) || !ls_codec_require_string (json, "pool", "a job", &job->pool, error) ||
      !read_wish (json, job, error) || !ls_codec_get_count (json, "revision", &job->revision, error) || !read_progress (json, job, error))
    return NULL;
  return g_steal_pointer (&job);
}

/* --- what a client submits --- */

LsJob *
ls_job_copy_request (const LsJob *request, char **args)
{
  LsJob *job = ls_job_new (NULL, NULL, request->name);
  job->args = args;
  job->priority = request->priority;
  job->timeout_ms = request->timeout_ms;
  job->cwd = g_strdup (request->cwd);
  job->output = g_strdup (request->output);
  job->retries = request->retries;
  job->retry_on = request->retry_on;
  job->retry_delay_ms = request->retry_delay_ms;
  return job;
}

static gboolean
is_absolute (const char *path, const char *what, GError **error)
{
  if (path && strlen (path) >= PATH_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s has %zu bytes, and a path may have %d", what, strlen (path), PATH_MAX - 1);
      return FALSE;
    }
  if (!path || (*path == '/' && !g_str_has_suffix (path, "/")) || (*path == '/' && g_str_equal (what, "cwd")))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s must be a full path of a %s that begins with /, not \"%s\"", what,
               g_str_equal (what, "cwd") ? "folder" : "file", path);
  return FALSE;
}

gsize
ls_job_args_bytes (char **args)
{
  gsize bytes = 0;
  for (char **arg = args; arg && *arg; arg++)
    bytes += strlen (*arg) + 1;
  return bytes;
}

/* A job goes to its process as one line. */
gboolean
ls_job_check_args (char **args, GError **error)
{
  gsize bytes = ls_job_args_bytes (args);
  if (bytes <= LS_JOB_ARGS_MAX)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the args have %" G_GSIZE_FORMAT " bytes and may have %u: put what is long into a file or a shared buffer", bytes,
               LS_JOB_ARGS_MAX);
  return FALSE;
}

static void
take_text (char **to, char **from)
{
  g_free (*to);
  *to = g_steal_pointer (from);
}

gboolean
ls_job_request_from_json (json_t *json, LsJob *job, GError **error)
{
  static const char *const members[] = { "name", "args", "priority", "timeout_ms", "cwd", "output", "retries", "retry_on", "retry_delay_ms", NULL };
  g_autoptr (LsJob) wish = ls_job_new (NULL, NULL, NULL);
  if (!ls_json_only_members (json, members, "a job", error) || !read_wish (json, wish, error) || !is_absolute (wish->cwd, "cwd", error) ||
      !is_absolute (wish->output, "output", error) || !ls_job_check_args (wish->args, error))
    return FALSE;
  if (!*wish->name)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the name of a job is empty: say which one to run, such as primes");
      return FALSE;
    }
  take_text (&job->name, &wish->name);
  take_text (&job->cwd, &wish->cwd);
  take_text (&job->output, &wish->output);
  g_strfreev (job->args);
  job->args = wish->args ? g_steal_pointer (&wish->args) : g_new0 (char *, 1);
  job->priority = wish->priority;
  job->timeout_ms = wish->timeout_ms;
  job->retries = wish->retries;
  job->retry_on = wish->retry_on;
  job->retry_delay_ms = wish->retry_delay_ms;
  return TRUE;
}

json_t *
ls_job_request_to_json (const LsJob *job)
{
  json_t *json = json_pack ("{s:o,s:o}", "name", ls_json_string_or_null (job->name), "args", job->args ? ls_json_strv (job->args) : json_array ());
  if (job->priority)
    json_object_set_new (json, "priority", json_integer (job->priority));
  if (job->timeout_ms)
    json_object_set_new (json, "timeout_ms", json_integer (job->timeout_ms));
  if (job->cwd)
    json_object_set_new (json, "cwd", json_string (job->cwd));
  if (job->output)
    json_object_set_new (json, "output", json_string (job->output));
  if (job->retries)
    json_object_set_new (json, "retries", json_integer (job->retries));
  if (job->retry_on != LS_RETRY_CRASH)
    json_object_set_new (json, "retry_on", retry_on_to_json (job->retry_on));
  if (job->retry_delay_ms)
    json_object_set_new (json, "retry_delay_ms", json_integer (job->retry_delay_ms));
  return json;
}
