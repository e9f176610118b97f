/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/operation.h"

#include "model/codec.h"

static const char *const state_names[] = { "running", "done", "failed", NULL };

LsOperation *
ls_operation_new (const char *id, const char *verb, const char *target)
{
  LsOperation *operation = g_new0 (LsOperation, 1);
  operation->id = g_strdup (id);
  operation->verb = g_strdup (verb);
  operation->target = g_strdup (target);
  return operation;
}

void
ls_operation_free (LsOperation *operation)
{
  if (!operation)
    return;
  g_free (operation->id);
  g_free (operation->verb);
  g_free (operation->target);
  g_free (operation->reason);
  g_free (operation);
}

json_t *
ls_operation_to_json (const LsOperation *operation)
{
  return json_pack ("{s:s,s:o,s:o,s:o,s:s,s:i,s:i,s:o,s:o,s:o}",
                    "kind", "operation",
                    "id", ls_json_string_or_null (operation->id),
                    "verb", ls_json_string_or_null (operation->verb),
                    "target", ls_json_string_or_null (operation->target),
                    "state", state_names[operation->state],
                    "done", (int) operation->done,
                    "total", (int) operation->total,
                    "reason", ls_json_string_or_null (operation->reason),
                    "started_at", ls_json_int_or_null (operation->started_at),
                    "ended_at", ls_json_int_or_null (operation->ended_at));
}

LsOperation *
ls_operation_from_json (json_t *json, GError **error)
{
  g_autoptr (LsOperation) operation = ls_operation_new (NULL, NULL, NULL);
  int state = operation->state;
  if (!ls_codec_require_string (json, "id", "an operation", &operation->id, error) ||
      !ls_codec_require_string (json, "verb", "an operation", &operation->verb, error) ||
      !ls_codec_require_string (json, "target", "an operation", &operation->target, error) ||
      !ls_codec_get_word (json, "state", state_names, &state, error) || !ls_codec_get_guint (json, "done", &operation->done, error) ||
      !ls_codec_get_guint (json, "total", &operation->total, error) || !ls_json_get_string (json, "reason", &operation->reason, error) ||
      !ls_codec_get_time (json, "started_at", &operation->started_at, error) || !ls_codec_get_time (json, "ended_at", &operation->ended_at, error))
    return NULL;
  operation->state = (LsOperationState) state;
  return g_steal_pointer (&operation);
}
