/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/task.h"

#include "model/codec.h"

static const char *const containment_names[] = { "unknown", "cgroup", "ancestry", "group", NULL };
static const char *const state_names[] = { "waiting", "running", "exited", "failed", "stopped", "timed-out", NULL };

const char *
ls_task_state_name (LsTaskState state)
{
  return state_names[state];
}

gboolean
ls_task_state_is_final (LsTaskState state)
{
  return state > LS_TASK_RUNNING;
}

LsTask *
ls_task_new (const char *id, const char *name)
{
  LsTask *task = g_new0 (LsTask, 1);
  task->id = g_strdup (id);
  task->name = g_strdup (name);
  ls_task_spec_init (&task->spec);
  return task;
}

void
ls_task_free (LsTask *task)
{
  if (!task)
    return;
  g_free (task->id);
  g_free (task->name);
  g_free (task->schedule);
  ls_task_spec_clear (&task->spec);
  g_free (task->reason);
  g_free (task);
}

static json_t *
usage_to_json (const LsTask *task)
{
  const LsExit *how = &task->exit;
  if (how->at == 0)
    return json_pack ("{s:n,s:n,s:n,s:n,s:n,s:n}", "cpu_ms", "user_ms", "system_ms", "max_rss", "minor_faults", "major_faults");
  return json_pack ("{s:I,s:I,s:I,s:o,s:o,s:o}",
                    "cpu_ms", (json_int_t) how->cpu_ms, "user_ms", (json_int_t) how->user_ms, "system_ms", (json_int_t) how->system_ms,
                    "max_rss", ls_codec_count (how->max_rss),
                    "minor_faults", ls_codec_count (how->minor_faults), "major_faults", ls_codec_count (how->major_faults));
}

static json_t *
status_to_json (const LsTask *task)
{
  return json_pack ("{s:s,s:o,s:o,s:o,s:o,s:o,s:i,s:o,s:{s:o,s:o},s:o,s:{s:o,s:o,s:o}}",
                    "state", state_names[task->state],
                    "reason", ls_json_string_or_null (task->reason),
                    "pid", ls_codec_pid (task->instance.pid),
                    "instance", ls_codec_instance (task->instance),
                    "started_at", ls_json_int_or_null (task->started_at),
                    "ended_at", ls_json_int_or_null (task->ended_at),
                    "restarts", (int) task->restarts,
                    "containment", ls_json_string_or_null (task->containment ? containment_names[task->containment] : NULL),
                    "exit",
                      "code", ls_codec_exit_code (&task->exit),
                      "signal", ls_codec_exit_signal (&task->exit),
                    "usage", usage_to_json (task),
                    "output",
                      "stdout_bytes", ls_codec_count (task->stdout_bytes),
                      "stderr_bytes", ls_codec_count (task->stderr_bytes),
                      "dropped_bytes", ls_codec_count (task->dropped_bytes));
}

json_t *
ls_task_to_json (const LsTask *task)
{
  return json_pack ("{s:s,s:o,s:o,s:o,s:o,s:o,s:o}",
                    "kind", "task",
                    "id", ls_json_string_or_null (task->id),
                    "name", ls_json_string_or_null (task->name),
                    "schedule", ls_json_string_or_null (task->schedule),
                    "revision", ls_codec_count (task->revision),
                    "spec", ls_task_spec_to_json (&task->spec),
                    "status", status_to_json (task));
}

static gboolean
read_exit (json_t *status, LsTask *task, GError **error)
{
  json_t *how = json_object_get (status, "exit"), *usage = json_object_get (status, "usage");
  gboolean ended = FALSE;
  if (!ls_codec_get_exit (how, &task->exit, &ended, error) || !ls_codec_get_time (usage, "cpu_ms", &task->exit.cpu_ms, error) ||
      !ls_codec_get_time (usage, "user_ms", &task->exit.user_ms, error) || !ls_codec_get_time (usage, "system_ms", &task->exit.system_ms, error) ||
      !ls_codec_get_count (usage, "max_rss", &task->exit.max_rss, error) ||
      !ls_codec_get_count (usage, "minor_faults", &task->exit.minor_faults, error) ||
      !ls_codec_get_count (usage, "major_faults", &task->exit.major_faults, error))
    return FALSE;
  if (ended)
    task->exit.at = task->ended_at ? task->ended_at : 1;
  return TRUE;
}

static gboolean
read_status (json_t *json, LsTask *task, GError **error)
{
  int state = task->state, containment = task->containment;
  json_t *output = json_object_get (json, "output");
  if (!ls_json_expect_object (json, "the status of a task", error) || !ls_codec_get_word (json, "state", state_names, &state, error) ||
      !ls_json_get_string (json, "reason", &task->reason, error) || !ls_codec_get_instance (json, "instance", &task->instance, error) ||
      !ls_codec_get_time (json, "started_at", &task->started_at, error) || !ls_codec_get_time (json, "ended_at", &task->ended_at, error) ||
      !ls_codec_get_guint (json, "restarts", &task->restarts, error) ||
      !ls_codec_get_word (json, "containment", containment_names, &containment, error) || !read_exit (json, task, error) ||
      !ls_codec_get_count (output, "stdout_bytes", &task->stdout_bytes, error) ||
      !ls_codec_get_count (output, "stderr_bytes", &task->stderr_bytes, error) ||
      !ls_codec_get_count (output, "dropped_bytes", &task->dropped_bytes, error))
    return FALSE;
  task->state = (LsTaskState) state;
  task->containment = (LsContainmentKind) containment;
  return TRUE;
}

LsTask *
ls_task_from_json (json_t *json, GError **error)
{
  g_autoptr (LsTask) task = ls_task_new (NULL, NULL);
  if (!ls_codec_require_string (json, "id", "a task", &task->id, error) || !ls_codec_require_string (json, "name", "a task", &task->name, error) ||
      !ls_json_get_string (json, "schedule", &task->schedule, error) || !ls_codec_get_count (json, "revision", &task->revision, error) ||
      !ls_task_spec_read (json_object_get (json, "spec"), FALSE, &task->spec, error) || !read_status (json_object_get (json, "status"), task, error))
    return NULL;
  return g_steal_pointer (&task);
}
