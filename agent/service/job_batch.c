/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/job_batch.h"

#include "service/state.h"
#include "service/wishes.h"

#include <stdio.h>
#include <string.h>

#define ITEMS_MAX 1000u
#define COPIES_BYTES (16u * 1024 * 1024)

gboolean
ls_job_batch_is_one (json_t *body)
{
  return json_object_get (body, "items") != NULL || json_object_get (body, "args_list") != NULL || json_object_get (body, "count") != NULL;
}

/* --- what was asked --- */

static gboolean
check_count (gsize n, const char *what, GError **error)
{
  if (n > 0 && n <= ITEMS_MAX)
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

  if (!ls_json_only_members (body, members, "a list of jobs", error) || !check_count (json_array_size (items), "items", error))
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

static char **
read_args (json_t *list, size_t i, GError **error)
{
  g_autoptr (json_t) holder = json_pack ("{s:O}", "args", list);
  g_auto (GStrv) args = NULL;

  if (!ls_json_get_strv (holder, "args", &args, error))
    {
      g_prefix_error (error, "args_list[%zu]: ", i);
      return NULL;
    }
  return args != NULL ? g_steal_pointer (&args) : g_new0 (char *, 1);      /* null is none */
}

/* The lists that are not apart already. (transfer full) (nullable) */
static GPtrArray *
take_lists (const LsBody *body, GError **error)
{
  g_autoptr (GPtrArray) lists = NULL;
  size_t i;
  json_t *item;

  if (body->args_list != NULL)
    return g_ptr_array_ref (body->args_list);
  lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  json_array_foreach (json_object_get (body->json, "args_list"), i, item)
    {
      char **args = read_args (item, i, error);

      if (args == NULL)
        return NULL;
      g_ptr_array_add (lists, args);
    }
  return g_steal_pointer (&lists);
}

static gboolean
check_output (const LsJob *all, const char *with, GError **error)
{
  if (all->output == NULL)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "output is for one job: with %s there are several", with);
  return FALSE;
}

static gboolean
read_args_list (const LsBody *body, GPtrArray *requests, GError **error)
{
  g_autoptr (json_t) common = json_copy (body->json);
  g_autoptr (LsJob) all = ls_job_new (NULL, NULL, NULL);
  g_autoptr (GPtrArray) lists = NULL;

  json_object_del (common, "args_list");
  if (json_object_get (common, "count") != NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "count and args_list are two ways to say how many jobs: leave one of them out");
      return FALSE;
    }
  if (!ls_job_request_from_json (common, all, error)
      || !check_count (body->args_list != NULL ? body->args_list->len : json_array_size (json_object_get (body->json, "args_list")), "args_list", error))
    return FALSE;
  if (json_object_get (common, "args") != NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "args is for one job: with args_list there are several");
      return FALSE;
    }
  if (!check_output (all, "args_list", error))
    return FALSE;
  lists = take_lists (body, error);
  for (guint i = 0; lists != NULL && i < lists->len; i++)
    {
      if (!ls_job_check_args (lists->pdata[i], error))
        {
          g_prefix_error (error, "args_list[%u]: ", i);
          return FALSE;
        }
      g_ptr_array_add (requests, ls_job_copy_request (all, g_steal_pointer (&lists->pdata[i])));
    }
  return lists != NULL;
}

static gboolean
check_weight (const LsJob *request, guint64 n, GError **error)
{
  gsize bytes = 0;

  for (char **arg = request->args; *arg != NULL; arg++)
    bytes += strlen (*arg) + 1;
  if (n * bytes <= COPIES_BYTES)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%" G_GUINT64_FORMAT " copies of %" G_GSIZE_FORMAT " bytes of args are more than %u MiB: put what is long into a file or a shared buffer",
               n, bytes, COPIES_BYTES / 1024 / 1024);
  return FALSE;
}

static gboolean
read_count (json_t *body, GPtrArray *requests, GError **error)
{
  g_autoptr (json_t) common = json_copy (body);
  g_autoptr (LsJob) all = ls_job_new (NULL, NULL, NULL);
  guint64 n = 1;

  json_object_del (common, "count");
  if (!ls_json_get_uint (body, "count", 1, ITEMS_MAX, &n, error) || !ls_job_request_from_json (common, all, error) || !check_output (all, "count", error)
      || !check_weight (all, n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (requests, ls_job_copy_request (all, g_strdupv (all->args)));
  return TRUE;
}

static gboolean
read_requests (const LsBody *body, GPtrArray *requests, GError **error)
{
  if (json_object_get (body->json, "items") != NULL)
    return read_items (body->json, requests, error);
  return json_object_get (body->json, "args_list") != NULL ? read_args_list (body, requests, error) : read_count (body->json, requests, error);
}

/* --- the answer --- */

static void
append_number (GString *text, guint64 number)
{
  char digits[24];
  gsize at = sizeof digits;

  do
    digits[--at] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  g_string_append_len (text, digits + at, (gssize) (sizeof digits - at));
}

/* {"ids":["j17","j18",…]} */
static void
reply (LsCall *call, guint status, guint64 first, guint n)
{
  g_autoptr (GString) text = g_string_sized_new (16 + (gsize) n * 12);

  g_string_append (text, "{\"ids\":[");
  for (guint i = 0; i < n; i++)
    {
      g_string_append (text, i > 0 ? ",\"j" : "\"j");
      append_number (text, first + i);
      g_string_append_c (text, '"');
    }
  g_string_append (text, "]}");
  ls_call_reply_text (call, status, "application/json", text->str, text->len);
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
  if (!read_requests (body, requests, error)
      || !ls_supervisor_submit_jobs (call->service->parts.supervisor, call->parameters[0], (LsJob **) requests->pdata, requests->len, &first,
                                     error))
    return FALSE;
  g_ptr_array_set_free_func (requests, NULL);      /* they are the pool's now */
  made = g_strdup_printf ("%" G_GUINT64_FORMAT " %u", first, requests->len);
  ls_wish_made (call, body, made);
  reply (call, 201, first, requests->len);
  return TRUE;
}
