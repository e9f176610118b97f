/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/schedules: commands that become tasks when the clock says so. */
#include "service/list.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

/* Asked for alone it shows all its runs. */
static void
reply (LsCall *call, guint status)
{
  const LsSchedule *schedule = ls_supervisor_find_schedule (call->service->parts.supervisor, call->parameters[0]);

  ls_call_reply_resource (call, status, ls_schedule_to_json_with_all_runs (schedule));
}

static gboolean
get (LsCall *call, const LsBody *body, GError **error)
{
  if (ls_wish_find (call, LS_NOUN_SCHEDULE, error) == NULL)
    return FALSE;
  reply (call, 200);
  return TRUE;
}

static gboolean
put_spec (LsCall *call, json_t *json, const LsSchedule *before, GError **error)
{
  LsOrigin origin = before != NULL ? before->origin : LS_ORIGIN_API;
  gboolean created = before == NULL;
  LsScheduleSpec spec;
  gboolean done;

  ls_schedule_spec_init (&spec);
  done = ls_schedule_spec_from_json (json, &spec, error)
         && ls_supervisor_check_schedule (call->service->parts.supervisor, call->parameters[0], &spec, error)
         && ls_supervisor_put_schedule (call->service->parts.supervisor, call->parameters[0], &spec, origin, error);
  ls_schedule_spec_clear (&spec);
  if (!done)
    return FALSE;
  if (created)
    ls_call_location (call, "schedules", call->parameters[0]);
  reply (call, created ? 201 : 200);
  return TRUE;
}

static gboolean
put (LsCall *call, const LsBody *body, GError **error)
{
  const LsSchedule *before = ls_supervisor_find_schedule (call->service->parts.supervisor, call->parameters[0]);

  return ls_wish_check_put (call, "schedule", before != NULL, before != NULL ? before->revision : 0, error)
         && put_spec (call, body->json, before, error);
}

static gboolean
patch (LsCall *call, const LsBody *body, GError **error)
{
  const LsSchedule *schedule = ls_wish_find (call, LS_NOUN_SCHEDULE, error);
  g_autoptr (json_t) spec = NULL;
  g_autoptr (json_t) merged = NULL;

  if (schedule == NULL)
    return FALSE;
  spec = ls_schedule_spec_to_json (&schedule->spec);
  merged = ls_json_merge_patch (spec, body->json);
  return put_spec (call, merged, schedule, error);
}

static gboolean
delete (LsCall *call, const LsBody *body, GError **error)
{
  if (ls_wish_find (call, LS_NOUN_SCHEDULE, error) == NULL || !ls_supervisor_remove_schedule (call->service->parts.supervisor, call->parameters[0], error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

/* 201 with the task; 202 with the schedule when the run waits for the end of another. */
static gboolean
run (LsCall *call, const LsBody *body, GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  const LsTask *task = NULL;

  if (ls_wish_find (call, LS_NOUN_SCHEDULE, error) == NULL || !ls_supervisor_run_schedule (supervisor, call->parameters[0], &task, error))
    return FALSE;
  if (task == NULL)
    {
      reply (call, 202);
      return TRUE;
    }
  ls_call_location (call, "tasks", task->id);
  ls_call_reply_resource (call, 201, ls_noun_to_json (supervisor, LS_NOUN_TASK, task));
  return TRUE;
}

const LsRoute ls_routes_schedules[] = {
  { "GET", "/v1/schedules", LS_BODY_NONE, LS_LIST_QUERY, ls_wish_list, LS_NOUN_SCHEDULE },
  { "GET", "/v1/schedules/{name}", LS_BODY_NONE, NULL, get },
  { "PUT", "/v1/schedules/{name}", LS_BODY_JSON, NULL, put },
  { "PATCH", "/v1/schedules/{name}", LS_BODY_JSON, NULL, patch },
  { "DELETE", "/v1/schedules/{name}", LS_BODY_NONE, NULL, delete },
  { "POST", "/v1/schedules/{name}/run", LS_BODY_JSON_OR_NONE, NULL, run },
  { NULL }
};
