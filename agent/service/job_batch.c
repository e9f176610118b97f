/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/job_batch.h"

#include "service/state.h"
#include "service/wishes.h"

#include <stdio.h>

#define ITEMS_MAX 1000u

gboolean
ls_job_batch_is_one (json_t *body)
{
  return json_object_get (body, "items") != NULL || json_object_get (body, "args_list") != NULL;
}

/* --- what was asked --- */

static gboolean
check_count (json_t *list, const char *what, GError **error)
{
  if (json_is_array (list) && json_array_size (list) > 0 && json_array_size (list) <= ITEMS_MAX)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s must be a list of 1 to %u", what, ITEMS_MAX);
  return FALSE;
}

static gboolean
read_items (json_t *body, GPtrArray *requests, GError **error)
{
  static const char *const members[] = { "items", NULL };
  json_t *items = json_object_get (body, "items");
  size_t i;
  json_t *item;

  if (!ls_json_only_members (body, members, "a list of jobs", error) || !check_count (items, "items", error))
    return FALSE;
  json_array_foreach (items, i, item)
    {
      LsJob *request = ls_job_new (NULL, NULL, NULL);

      g_ptr_array_add (requests, request);
      if (!ls_job_request_from_json (item, request, error))
        {
          g_prefix_error (error, "items[%zu]: ", i);
          return FALSE;
        }
    }
  return TRUE;
}

/* The same request with other arguments. */
static LsJob *
copy_but_args (const LsJob *of)
{
  LsJob *job = ls_job_new (NULL, NULL, of->name);

  job->priority = of->priority;
  job->timeout_ms = of->timeout_ms;
  job->cwd = g_strdup (of->cwd);
  job->retries = of->retries;
  job->retry_on = of->retry_on;
  job->retry_delay_ms = of->retry_delay_ms;
  return job;
}

static gboolean
read_args (json_t *list, size_t i, LsJob *job, GError **error)
{
  g_autoptr (json_t) holder = json_pack ("{s:O}", "args", list);

  if (ls_json_get_strv (holder, "args", &job->args, error) && ls_job_check_args (job->args, error))
    return TRUE;
  g_prefix_error (error, "args_list[%zu]: ", i);
  return FALSE;
}

static gboolean
read_args_list (json_t *body, GPtrArray *requests, GError **error)
{
  g_autoptr (json_t) common = json_copy (body);
  g_autoptr (LsJob) all = ls_job_new (NULL, NULL, NULL);
  json_t *list = json_object_get (body, "args_list");
  size_t i;
  json_t *item;

  json_object_del (common, "args_list");
  if (!ls_job_request_from_json (common, all, error) || !check_count (list, "args_list", error))
    return FALSE;
  if (all->output != NULL || json_object_get (common, "args") != NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is for one job: with args_list there are several", all->output != NULL ? "output" : "args");
      return FALSE;
    }
  json_array_foreach (list, i, item)
    {
      LsJob *job = copy_but_args (all);

      g_ptr_array_add (requests, job);
      if (!read_args (item, i, job, error))
        return FALSE;
    }
  return TRUE;
}

/* --- the answer --- */

static void
reply (LsCall *call, guint status, guint64 first, guint n)
{
  json_t *ids = json_array ();
  char id[32];

  for (guint i = 0; i < n; i++)
    {
      g_snprintf (id, sizeof id, "j%" G_GUINT64_FORMAT, first + i);
      json_array_append_new (ids, json_string (id));
    }
  ls_call_reply (call, status, json_pack ("{s:o}", "ids", ids));
}

gboolean
ls_job_batch_submit (LsCall *call, const LsBody *body, const char *before, GError **error)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_job_free);
  g_autofree char *made = NULL;
  guint64 first = 0;
  guint n = 0;

  /* What a key made is remembered as "first count": the numbers follow each other. */
  if (before != NULL && sscanf (before, "%" G_GUINT64_FORMAT " %u", &first, &n) == 2)
    {
      reply (call, 200, first, n);
      return TRUE;
    }
  if (!(json_object_get (body->json, "items") != NULL ? read_items (body->json, requests, error) : read_args_list (body->json, requests, error))
      || !ls_supervisor_submit_jobs (call->service->parts.supervisor, call->parameters[0], (LsJob *const *) requests->pdata, requests->len, &first,
                                     error))
    return FALSE;
  made = g_strdup_printf ("%" G_GUINT64_FORMAT " %u", first, requests->len);
  ls_wish_made (call, body, made);
  reply (call, 201, first, requests->len);
  return TRUE;
}
