/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Many tasks at once: POST /v1/tasks with {"items":[{"spec":…}, …]}. */
#include "service/nouns.h"
#include "service/problem.h"
#include "service/state.h"
#include "service/tasks.h"

/* Each takes up to half a millisecond, in which nothing else happens. */
#define ITEMS_MAX 100u

typedef struct {
  char *name;
  LsTaskSpec spec;
} Request;

static void
request_clear (gpointer data)
{
  Request *request = data;

  g_free (request->name);
  ls_task_spec_clear (&request->spec);
}

static gboolean
parse_item (LsSupervisor *supervisor, json_t *item, GArray *requests, GError **error)
{
  Request request = { 0 };

  if (!ls_task_request_parse (item, &request.name, &request.spec, error))
    return FALSE;
  g_array_append_val (requests, request);
  return ls_supervisor_check_task (supervisor, request.name, &request.spec, error);
}

static gboolean
parse_items (LsSupervisor *supervisor, json_t *items, GArray *requests, GError **error)
{
  if (!json_is_array (items) || json_array_size (items) == 0 || json_array_size (items) > ITEMS_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "The items are a list of 1 to %u tasks, each with a spec.", ITEMS_MAX);
      return FALSE;
    }
  for (size_t i = 0; i < json_array_size (items); i++)
    if (!parse_item (supervisor, json_array_get (items, i), requests, error))
      {
        g_prefix_error (error, "items[%zu]: ", i);
        return FALSE;
      }
  return TRUE;
}

/* The task, or the problem that kept it from starting. */
static json_t *
run_one (LsSupervisor *supervisor, const Request *request)
{
  g_autoptr (GError) error = NULL;
  const LsTask *task = NULL;

  if (ls_supervisor_queue_task (supervisor, request->name, &request->spec, &task, &error))
    return ls_noun_to_json (supervisor, LS_NOUN_TASK, task);
  return ls_problem_new (ls_problem_status (error), error->message);
}

gboolean
ls_task_batch_run (LsCall *call, json_t *body, GError **error)
{
  static const char *const members[] = { "items", NULL };
  LsSupervisor *supervisor = call->service->parts.supervisor;
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (Request));
  json_t *answers;

  g_array_set_clear_func (requests, request_clear);
  if (!ls_json_only_members (body, members, "a list of tasks", error)
      || !parse_items (supervisor, json_object_get (body, "items"), requests, error))
    return FALSE;
  answers = json_array ();
  for (guint i = 0; i < requests->len; i++)
    json_array_append_new (answers, run_one (supervisor, &g_array_index (requests, Request, i)));
  ls_call_reply (call, 201, json_pack ("{s:o, s:n}", "items", answers, "next"));
  return TRUE;
}
