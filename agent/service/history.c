/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/history: what happened before the caller came. */
#include "service/routes.h"
#include "service/state.h"

#define SINCE_DEFAULT_MS (10 * 60 * 1000)
#define STEP_DEFAULT_MS 1000u
#define STEP_MAX_MS (24u * 3600 * 1000)

static gboolean
get_history (LsCall *call, const LsBody *body, GError **error)
{
  g_auto (GStrv) of = ls_call_query_all (call, "of");
  guint64 since = (guint64) MAX (0, g_get_real_time () / 1000 - SINCE_DEFAULT_MS);
  guint64 step = STEP_DEFAULT_MS;

  if (!ls_call_query_uint (call, "since", 0, G_MAXINT64, &since, error) || !ls_call_query_uint (call, "step", 1, STEP_MAX_MS, &step, error))
    return FALSE;
  ls_call_reply (call, 200, ls_history_to_json (call->service->parts.history, (gint64) since, (gint64) step, (const char *const *) of));
  return TRUE;
}

const LsRoute ls_routes_history[] = {
  { "GET", "/v1/history", LS_BODY_NONE, "since step of", get_history },
  { NULL }
};
