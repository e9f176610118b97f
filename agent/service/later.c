/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* What API.md promises and this version does not have: a plain answer is better than "unknown". */
#include "service/routes.h"

static gboolean
schedules (LsCall *call, const LsBody *body, GError **error)
{
  g_set_error_literal (error, LS_ERROR, LS_ERROR_UNKNOWN,
                       "Schedules come in a later version; until then a timer of the system can run “lineshaft run”.");
  return FALSE;
}

const LsRoute ls_routes_later[] = {
  { "*", "/v1/schedules", LS_BODY_BYTES, NULL, schedules },
  { "*", "/v1/schedules/{name}", LS_BODY_BYTES, NULL, schedules },
  { "*", "/v1/schedules/{name}/run", LS_BODY_BYTES, NULL, schedules },
  { NULL }
};
