/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/routes.h"

#include "service/access.h"
#include "service/args_list.h"
#include "service/problem.h"

#include <string.h>

const LsRoute *const ls_routes[] = {
  ls_routes_agent, ls_routes_clusters, ls_routes_workers, ls_routes_pools, ls_routes_buffers, ls_routes_jobs, ls_routes_tasks, ls_routes_schedules,
  ls_routes_operations, ls_routes_logs, ls_routes_events, ls_routes_history, ls_routes_metrics, ls_routes_apply, NULL
};

gboolean
ls_route_match (const char *pattern, const char *path, const char *starts[LS_CALL_PARAMETERS], gsize lengths[LS_CALL_PARAMETERS])
{
  guint found = 0;

  while (*pattern == '/' && *path == '/')
    {
      gsize pattern_length = strcspn (++pattern, "/");
      gsize path_length = strcspn (++path, "/");

      if (*pattern == '{')
        {
          if (path_length == 0 || found == LS_CALL_PARAMETERS)
            return FALSE;
          starts[found] = path;
          lengths[found++] = path_length;
        }
      else if (pattern_length != path_length || strncmp (pattern, path, path_length) != 0)
        return FALSE;
      pattern += pattern_length;
      path += path_length;
    }
  return *pattern == '\0' && *path == '\0';
}

/* Looks @call's path up. *@ret_allow becomes the methods that the path knows, "" if the path is unknown. */
static const LsRoute *
find_route (LsCall *call, const char *path, GString *allow, gboolean *ret_decoded)
{
  const char *method = call->head_only ? "GET" : ls_http_exchange_method (call->exchange);
  const char *starts[LS_CALL_PARAMETERS] = { NULL };
  gsize lengths[LS_CALL_PARAMETERS] = { 0 };
  const LsRoute *found = NULL;

  for (const LsRoute *const *group = ls_routes; *group != NULL && found == NULL; group++)
    for (const LsRoute *route = *group; route->method != NULL; route++)
      {
        if (!ls_route_match (route->pattern, path, starts, lengths))
          continue;
        if (strcmp (route->method, "*") == 0 || strcmp (route->method, method) == 0)
          {
            found = route;
            break;
          }
        g_string_append_printf (allow, "%s%s%s", allow->len > 0 ? ", " : "", route->method,
                                strcmp (route->method, "GET") == 0 ? ", HEAD" : "");
      }
  *ret_decoded = TRUE;
  for (guint i = 0; found != NULL && i < LS_CALL_PARAMETERS && starts[i] != NULL; i++)
    {
      g_autofree char *decoded = ls_url_decode (starts[i], lengths[i], FALSE);

      *ret_decoded = *ret_decoded && decoded != NULL;
      call->parameters[i] = decoded != NULL ? g_string_chunk_insert (call->texts, decoded) : NULL;
    }
  return found;
}

/* The route of @call, or NULL once the refusal is answered. */
static const LsRoute *
resolve (LsCall *call, GError **error)
{
  const char *path = ls_http_exchange_path (call->exchange);
  g_autoptr (GString) allow = g_string_new (NULL);
  gboolean decoded;
  const LsRoute *route = find_route (call, path, allow, &decoded);

  if (route != NULL && decoded)
    return route;
  if (route != NULL)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "The path is not valid percent-coded UTF-8.");
  else if (allow->len == 0)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "There is no “%s” here; /v1/openapi.json lists all that is.", path);
  else
    {
      g_autofree char *sentence = g_strdup_printf ("“%s” does not take %s; it takes %s.", path,
                                                   ls_http_exchange_method (call->exchange), allow->str);

      ls_http_exchange_add_header (call->exchange, "Allow", allow->str);
      ls_call_reply (call, 405, ls_problem_new (405, sentence));
    }
  return NULL;
}

/* The body's JSON by the route's wish. */
static gboolean
parse_body (const LsRoute *route, const char *text, gsize length, json_t **ret_json, GPtrArray **ret_args_list, GError **error)
{
  gboolean empty = length == 0;

  *ret_json = NULL;
  switch (route->body)
    {
    case LS_BODY_BYTES:
      return TRUE;
    case LS_BODY_NONE:
      if (empty)
        return TRUE;
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s %s takes no body.", route->method, route->pattern);
      return FALSE;
    case LS_BODY_JSON_OR_NONE:
      if (empty)
        return TRUE;
      break;
    case LS_BODY_JSON:
    case LS_BODY_JSON_JOBS:
    default:
      if (!empty)
        break;
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s %s needs a JSON object as its body.", route->method, route->pattern);
      return FALSE;
    }
  if (route->body == LS_BODY_JSON_JOBS)
    *ret_json = ls_args_list_parse (text, length, ret_args_list);
  if (*ret_json == NULL)
    *ret_json = ls_json_parse (text, length, error);
  if (*ret_json == NULL)
    return FALSE;
  if (json_is_object (*ret_json))
    return TRUE;
  g_clear_pointer (ret_json, json_decref);
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "The body of %s %s is to be a JSON object.", route->method, route->pattern);
  return FALSE;
}

static void
on_body (void *user, LsHttpExchange *exchange, const char *text, size_t length)
{
  LsCall *call = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) json = NULL;
  g_autoptr (GPtrArray) args_list = NULL;

  if (parse_body (call->route, text, length, &json, &args_list, &error))
    {
      const LsBody body = { text, length, json, args_list };

      if (call->route->handle (call, &body, &error))
        return;
    }
  ls_call_fail (call, error);
}

void
ls_routes_dispatch (void *user, LsHttpExchange *exchange)
{
  LsCall *call = ls_call_new (user, exchange);
  g_autoptr (GError) error = NULL;

  if (!ls_access_check (exchange, &error))
    {
      ls_call_fail (call, error);
      return;
    }
  call->route = resolve (call, &error);
  if (call->route == NULL)
    {
      if (error != NULL)
        ls_call_fail (call, error);
      return;
    }
  if (!ls_call_parse_query (call, &error) || !ls_call_query_only (call, call->route->query, &error))
    {
      ls_call_fail (call, error);
      return;
    }
  /* Reading to the end also for GET: what follows on the connection is then the next request. */
  if (ls_http_exchange_has_body (exchange))
    ls_http_exchange_collect_body (exchange, on_body, call);
  else
    on_body (call, exchange, "", 0);
}
