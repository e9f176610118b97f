/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/apply: makes what runs what a config says. */
#include "service/routes.h"
#include "service/state.h"

static gboolean
apply (LsCall *call, const LsBody *body, GError **error)
{
  static const char *const members[] = { "text", "dry_run", NULL };
  const LsServiceParts *parts = &call->service->parts;
  g_autofree char *text = NULL;
  gboolean dry_run = FALSE;
  json_t *changes = NULL;

  if (body->json != NULL
      && (!ls_json_only_members (body->json, members, "apply", error) || !ls_json_get_string (body->json, "text", &text, error)
          || !ls_json_get_bool (body->json, "dry_run", &dry_run, error)))
    return FALSE;
  if (!parts->apply (parts->self, text, dry_run, &changes, error))
    return FALSE;
  ls_call_reply (call, 200, json_pack ("{s:o, s:b}", "changes", changes, "applied", !dry_run));
  return TRUE;
}

const LsRoute ls_routes_apply[] = {
  { "POST", "/v1/apply", LS_BODY_JSON_OR_NONE, NULL, apply },
  { NULL }
};
