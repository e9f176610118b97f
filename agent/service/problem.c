/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/problem.h"

#include "base/error.h"
#include "http/status.h"
#include "model/json.h"

json_t *
ls_problem_new (guint status, const char *detail)
{
  const char *title = ls_http_status_reason (status);

  return json_pack ("{s:s, s:s, s:i, s:o}", "type", "about:blank", "title", title != NULL ? title : "Error", "status", (int) status,
                    "detail", ls_json_string_or_null (detail));
}

guint
ls_problem_status (const GError *error)
{
  if (error->domain != LS_ERROR)
    return 500;
  return ls_error_to_status ((LsErrorCode) error->code);
}
