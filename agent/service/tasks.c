/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/tasks: child processes of any command, with their input and output. */
#include "service/tasks.h"

#include "service/attach.h"
#include "service/list.h"
#include "service/logs.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

gboolean
ls_task_request_parse (json_t *json, char **ret_name, LsTaskSpec *ret_spec, GError **error)
{
  static const char *const members[] = { "name", "spec", NULL };
  json_t *spec_json = json_object_get (json, "spec");
  g_autofree char *name = NULL;

  if (!ls_json_only_members (json, members, "a task", error) || !ls_json_get_string (json, "name", &name, error))
    return FALSE;
  if (!json_is_object (spec_json))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED,
                           "A task needs a spec, such as {\"spec\":{\"argv\":[\"/bin/date\"]}}.");
      return FALSE;
    }
  if (!ls_task_spec_from_json (spec_json, ret_spec, error))
    return FALSE;
  *ret_name = g_steal_pointer (&name);
  return TRUE;
}

static gboolean
run_request (LsSupervisor *supervisor, json_t *json, const LsTask **ret_task, GError **error)
{
  g_autofree char *name = NULL;
  LsTaskSpec spec;
  gboolean done;

  if (!ls_task_request_parse (json, &name, &spec, error))
    return FALSE;
  done = ls_supervisor_run_task (supervisor, name, &spec, ret_task, error);
  ls_task_spec_clear (&spec);
  return done;
}

static gboolean
run (LsCall *call, const LsBody *body, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  const char *before;
  const LsTask *task = NULL;
  gboolean follow = FALSE;

  if (!ls_call_query_flag (call, "follow", &follow, error) || !ls_wish_made_before (call, body, &before, error))
    return FALSE;
  if (before != NULL && (task = ls_supervisor_find_task (supervisor, before)) != NULL)
    {
      ls_wish_reply (call, 200, LS_NOUN_TASK, task);
      return TRUE;
    }
  if (json_object_get (body->json, "items") != NULL)
    return ls_task_batch_run (call, body->json, error);
  if (!run_request (supervisor, body->json, &task, error))
    return FALSE;
  if (follow)
    ls_brakes_expect (call->service->brakes, task->id);
  ls_wish_made (call, body, task->id);
  ls_call_location (call, "tasks", task->id);
  ls_wish_reply (call, 201, LS_NOUN_TASK, task);
  return TRUE;
}

/* The instance that @body names, if it does, is the task's. */
static gboolean
check_instance (const LsTask *task, const LsBody *body, LsInstance *ret_instance, gboolean *ret_given, GError **error)
{
  static const char *const members[] = { "instance", NULL };

  if ((body->json != NULL && !ls_json_only_members (body->json, members, "this action", error))
      || !ls_call_body_instance (body, ret_instance, ret_given, error))
    return FALSE;
  if (!*ret_given || ls_instance_equal (*ret_instance, task->instance))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "Task %s is no longer the process that you mean; read it again and decide anew.", task->id);
  return FALSE;
}

static gboolean
stop (LsCall *call, const LsBody *body, GError **error)
{
  const LsTask *task = ls_wish_find (call, LS_NOUN_TASK, error);
  LsInstance instance;
  gboolean given;

  if (task == NULL || !check_instance (task, body, &instance, &given, error)
      || !ls_supervisor_stop_task (call->service->parts.supervisor, call->parameters[0], given ? &instance : NULL, error))
    return FALSE;
  ls_wish_reply_after (call, LS_NOUN_TASK);
  return TRUE;
}

static gboolean
delete (LsCall *call, const LsBody *body, GError **error)
{
  const LsTask *task = ls_wish_find (call, LS_NOUN_TASK, error);
  LsInstance instance;
  gboolean given;

  if (task == NULL || !check_instance (task, body, &instance, &given, error)
      || !ls_supervisor_remove_task (call->service->parts.supervisor, call->parameters[0], error))
    return FALSE;
  ls_wish_reply_after (call, LS_NOUN_TASK);
  return TRUE;
}

static gboolean
input (LsCall *call, const LsBody *body, GError **error)
{
  gboolean close = FALSE;

  if (ls_wish_find (call, LS_NOUN_TASK, error) == NULL || !ls_call_query_flag (call, "close", &close, error)
      || !ls_supervisor_task_input (call->service->parts.supervisor, call->parameters[0], body->text, body->length, close, error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

static gboolean
output (LsCall *call, const LsBody *body, GError **error)
{
  const LsTask *task = ls_wish_find (call, LS_NOUN_TASK, error);
  const char *const sources[] = { call->parameters[0], NULL };
  LsLogQuery query = { .sources = sources, .stream = -1 };
  gboolean follow = FALSE;

  if (task == NULL || !ls_call_query_flag (call, "follow", &follow, error)
      || !ls_logs_parse_stream (ls_call_query (call, "stream"), &query.stream, error))
    return FALSE;
  follow = follow && !ls_task_state_is_final (task->state);
  ls_logs_stream (call, &query, follow, task->id, "application/octet-stream", ls_follow_format_bytes);
  return TRUE;
}

/* --- its terminal --- */

static gboolean
attach (LsCall *call, const LsBody *body, GError **error)
{
  const LsTask *task = ls_wish_find (call, LS_NOUN_TASK, error);

  return task != NULL && ls_attach (call, task, error);
}

static gboolean
set_window (LsCall *call, const LsBody *body, GError **error)
{
  LsTerminalSize window;

  if (ls_wish_find (call, LS_NOUN_TASK, error) == NULL || !ls_terminal_size_from_json (body->json, &window, error)
      || !ls_supervisor_task_window (call->service->parts.supervisor, call->parameters[0], window, error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

const LsRoute ls_routes_tasks[] = {
  { "GET", "/v1/tasks", LS_BODY_NONE, LS_LIST_QUERY, ls_wish_list, LS_NOUN_TASK },
  { "POST", "/v1/tasks", LS_BODY_JSON, "follow", run },
  { "GET", "/v1/tasks/{id}", LS_BODY_NONE, NULL, ls_wish_get, LS_NOUN_TASK },
  { "DELETE", "/v1/tasks/{id}", LS_BODY_JSON_OR_NONE, NULL, delete },
  { "POST", "/v1/tasks/{id}/stop", LS_BODY_JSON_OR_NONE, NULL, stop },
  { "POST", "/v1/tasks/{id}/signal", LS_BODY_JSON, NULL, ls_wish_signal, LS_NOUN_TASK },
  { "GET", "/v1/tasks/{id}/messages", LS_BODY_NONE, NULL, ls_wish_messages, LS_NOUN_TASK },
  { "POST", "/v1/tasks/{id}/messages", LS_BODY_JSON, NULL, ls_wish_send, LS_NOUN_TASK },
  { "POST", "/v1/tasks/{id}/input", LS_BODY_BYTES, "close", input },
  { "GET", "/v1/tasks/{id}/output", LS_BODY_NONE, "follow stream", output },
  { "GET", "/v1/tasks/{id}/attach", LS_BODY_NONE, NULL, attach },
  { "POST", "/v1/tasks/{id}/attach", LS_BODY_NONE, NULL, attach },
  { "POST", "/v1/tasks/{id}/window", LS_BODY_JSON, NULL, set_window },
  { NULL }
};
