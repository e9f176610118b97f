/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/operations: what was asked and takes time. */
#include "service/list.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"

static gboolean
list (LsCall *call, const LsBody *body, GError **error)
{
  return ls_list_reply (call, LS_NOUN_OPERATION, NULL, NULL, error);
}

static gboolean
get (LsCall *call, const LsBody *body, GError **error)
{
  const LsOperation *operation = ls_supervisor_find_operation (call->service->parts.supervisor, call->parameters[0]);

  if (operation == NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "There is no operation “%s” (any more); the last hundred are remembered.",
                   call->parameters[0]);
      return FALSE;
    }
  ls_call_reply (call, 200, ls_operation_to_json (operation));
  return TRUE;
}

const LsRoute ls_routes_operations[] = {
  { "GET", "/v1/operations", LS_BODY_NONE, LS_LIST_QUERY, list },
  { "GET", "/v1/operations/{id}", LS_BODY_NONE, NULL, get },
  { NULL }
};
