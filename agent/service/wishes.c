/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/wishes.h"

#include "base/text.h"
#include "service/state.h"

#include <string.h>

gboolean
ls_wish_check_put (LsCall *call, const char *kind, gboolean exists, guint64 revision, GError **error)
{
  const char *name = call->parameters[0];
  const char *none_match = ls_http_exchange_header (call->exchange, "If-None-Match");

  if (exists)
    {
      if (none_match == NULL || strcmp (none_match, "*") != 0)
        return ls_call_check_revision (call, revision, error);
      g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "There is a %s “%s” already; change it with PATCH.", kind, name);
      return FALSE;
    }
  if (ls_http_exchange_header (call->exchange, "If-Match") != NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "There is no %s “%s” (any more) that If-Match could mean.", kind, name);
      return FALSE;
    }
  if (ls_name_is_valid (name))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED,
               "“%s” is no name for a %s; a name begins with a small letter and has small letters, digits and “-”, 32 at most.", name, kind);
  return FALSE;
}

gboolean
ls_wish_signal (LsCall *call, const LsBody *body, const char *id, GError **error)
{
  static const char *const members[] = { "signal", "instance", NULL };
  g_autofree char *name = NULL;
  LsInstance instance;
  gboolean given;
  int number;

  if (!ls_json_only_members (body->json, members, "a signal", error) || !ls_json_get_string (body->json, "signal", &name, error)
      || !ls_call_body_instance (body, &instance, &given, error))
    return FALSE;
  if (name == NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "Which signal? Give it as {\"signal\":\"SIGTERM\"}.");
      return FALSE;
    }
  if (!ls_signal_from_text (name, &number, error)
      || !ls_supervisor_signal (call->service->parts.supervisor, id, given ? &instance : NULL, number, error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

gboolean
ls_wish_send (LsCall *call, const LsBody *body, const char *id, GError **error)
{
  static const char *const members[] = { "message", "instance", NULL };
  json_t *message = json_object_get (body->json, "message");
  LsInstance instance;
  gboolean given;

  if (!ls_json_only_members (body->json, members, "a message", error) || !ls_call_body_instance (body, &instance, &given, error))
    return FALSE;
  if (message == NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no message; give it as {\"message\":…}, any JSON value.");
      return FALSE;
    }
  if (!ls_supervisor_send (call->service->parts.supervisor, id, given ? &instance : NULL, message, error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

gboolean
ls_wish_messages (LsCall *call, const char *id, GError **error)
{
  ls_call_reply (call, 200, json_pack ("{s:o, s:n}", "items", ls_messages_of (call->service->messages, id), "next"));
  return TRUE;
}

gboolean
ls_wish_made_before (LsCall *call, const LsBody *body, const char **ret_id, GError **error)
{
  const char *key = ls_http_exchange_header (call->exchange, "Idempotency-Key");

  *ret_id = NULL;
  return key == NULL
         || ls_idempotency_look_up (call->service->idempotency, key, ls_http_exchange_path (call->exchange), body->text, body->length, ret_id,
                                    error);
}

void
ls_wish_made (LsCall *call, const LsBody *body, const char *id)
{
  const char *key = ls_http_exchange_header (call->exchange, "Idempotency-Key");

  if (key != NULL)
    ls_idempotency_remember (call->service->idempotency, key, ls_http_exchange_path (call->exchange), body->text, body->length, id);
}
