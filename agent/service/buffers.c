/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/buffers and /v1/pools/{name}/buffers: shared memory that jobs and other processes map. */
#include "service/list.h"
#include "service/routes.h"
#include "service/state.h"
#include "service/wishes.h"

#include <string.h>

static gboolean
check_pool (LsCall *call, GError **error)
{
  if (ls_supervisor_find_pool (call->service->parts.supervisor, call->parameters[0]) != NULL)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "There is no pool “%s”.", call->parameters[0]);
  return FALSE;
}

static const LsSharedBuffer *
look_up (LsCall *call)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", call->parameters[0], call->parameters[1]);

  return ls_supervisor_find_buffer (call->service->parts.supervisor, name);
}

static const LsSharedBuffer *
find (LsCall *call, GError **error)
{
  const LsSharedBuffer *buffer = look_up (call);

  if (buffer == NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "There is no buffer “%s.%s”.", call->parameters[0], call->parameters[1]);
  else if (!ls_call_check_revision (call, buffer->revision, error))
    return NULL;
  return buffer;
}

static gboolean
is_of_pool (gconstpointer resource, gconstpointer user)
{
  return strcmp (((const LsSharedBuffer *) resource)->pool, user) == 0;
}

static gboolean
list (LsCall *call, const LsBody *body, GError **error)
{
  return check_pool (call, error) && ls_list_reply (call, LS_NOUN_BUFFER, is_of_pool, call->parameters[0], error);
}

static gboolean
get (LsCall *call, const LsBody *body, GError **error)
{
  const LsSharedBuffer *buffer = check_pool (call, error) ? find (call, error) : NULL;

  if (buffer == NULL)
    return FALSE;
  ls_wish_reply (call, 200, LS_NOUN_BUFFER, buffer);
  return TRUE;
}

static gboolean
put (LsCall *call, const LsBody *body, GError **error)
{
  const LsSharedBuffer *before = look_up (call);
  const LsOperation *operation = NULL;
  gboolean created = before == NULL;
  guint64 size;

  if (!check_pool (call, error) || (before != NULL && !ls_call_check_revision (call, before->revision, error))
      || !ls_shared_buffer_request_from_json (body->json, &size, error)
      || !ls_supervisor_put_buffer (call->service->parts.supervisor, call->parameters[0], call->parameters[1], size, &operation, error))
    return FALSE;
  if (operation != NULL)
    ls_call_location (call, "operations", operation->id);
  ls_wish_reply (call, operation != NULL ? 202 : created ? 201 : 200, LS_NOUN_BUFFER, look_up (call));
  return TRUE;
}

static gboolean
delete (LsCall *call, const LsBody *body, GError **error)
{
  if (!check_pool (call, error) || find (call, error) == NULL
      || !ls_supervisor_remove_buffer (call->service->parts.supervisor, call->parameters[0], call->parameters[1], error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

const LsRoute ls_routes_buffers[] = {
  { "GET", "/v1/buffers", LS_BODY_NONE, LS_LIST_QUERY, ls_wish_list, LS_NOUN_BUFFER },
  { "GET", "/v1/pools/{name}/buffers", LS_BODY_NONE, LS_LIST_QUERY, list },
  { "GET", "/v1/pools/{name}/buffers/{buffer}", LS_BODY_NONE, NULL, get },
  { "PUT", "/v1/pools/{name}/buffers/{buffer}", LS_BODY_JSON, NULL, put },
  { "DELETE", "/v1/pools/{name}/buffers/{buffer}", LS_BODY_NONE, NULL, delete },
  { NULL }
};
