/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/failure.h"

#include "base/error.h"
#include "model/json.h"

static char *
sentence_of_problem (GBytes *body)
{
  gsize length = 0;
  const char *text = body ? g_bytes_get_data (body, &length) : NULL;
  g_autoptr (json_t) problem = length > 0 ? ls_json_parse (text, length, NULL) : NULL;
  const char *sentence = json_string_value (json_object_get (problem, "detail"));
  if (!sentence)
    sentence = json_string_value (json_object_get (problem, "title"));
  return g_strdup (sentence);
}

GError *
ls_failure_from_answer (guint status, const char *reason, GBytes *body)
{
  g_autofree char *sentence = sentence_of_problem (body);
  LsErrorCode code = ls_error_from_status (status);
  if (sentence)
    return g_error_new_literal (LS_ERROR, code, sentence);
  return g_error_new (LS_ERROR, code, "the agent answered %u %s", status, reason ? reason : "");
}

GError *
ls_failure_from_transport (const GError *cause, const char *address, const char *hint)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);
  gboolean over_ssh = g_str_has_prefix (address, "ssh://");
  if (over_ssh && !g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new (LS_ERROR, LS_ERROR_NO_AGENT, "%s does not answer: \"ssh HOST lineshaft status\" tells what is missing there", address);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    return g_error_new (LS_ERROR, LS_ERROR_NO_AGENT, "no agent answers on %s: %s", address, hint);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_error_new (LS_ERROR, LS_ERROR_FORBIDDEN,
                        "this user may not connect to %s: only the agent's own user, root and the members of its allow-group may", address);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new (LS_ERROR, LS_ERROR_TIMED_OUT, "the agent on %s did not answer in time", address);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    return g_error_new (LS_ERROR, LS_ERROR_NO_AGENT, "the agent on %s went away before it had answered", address);
  return g_error_new (LS_ERROR, LS_ERROR_NO_AGENT, "cannot talk to the agent on %s: %s", address, cause->message);
}
