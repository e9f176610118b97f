/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/wishes.h"

#include "base/text.h"
#include "service/list.h"
#include "service/nouns.h"
#include "service/routes.h"
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

gconstpointer
ls_wish_find (LsCall *call, LsNoun noun, GError **error)
{
  const LsNounKind *kind = &ls_noun_kinds[noun];
  gconstpointer found = ls_supervisor_find (call->service->parts.supervisor, noun, call->parameters[0]);

  if (found == NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "There is no %s “%s”%s.", kind->kind, call->parameters[0], kind->unknown);
  else if (kind->revision != 0 && !ls_call_check_revision (call, G_STRUCT_MEMBER (guint64, found, kind->revision), error))
    return NULL;
  return found;
}

void
ls_wish_reply (LsCall *call, guint status, LsNoun noun, gconstpointer resource)
{
  ls_call_reply_resource (call, status, ls_noun_to_json (call->service->parts.supervisor, noun, resource));
}

void
ls_wish_reply_after (LsCall *call, LsNoun noun)
{
  gconstpointer after = ls_supervisor_find (call->service->parts.supervisor, noun, call->parameters[0]);

  if (after != NULL)
    ls_wish_reply (call, 202, noun, after);
  else
    ls_call_reply (call, 204, NULL);
}

gboolean
ls_wish_list (LsCall *call, const LsBody *body, GError **error)
{
  return ls_list_reply (call, call->route->noun, NULL, NULL, error);
}

gboolean
ls_wish_get (LsCall *call, const LsBody *body, GError **error)
{
  gconstpointer found = ls_wish_find (call, call->route->noun, error);

  if (found == NULL)
    return FALSE;
  ls_wish_reply (call, 200, call->route->noun, found);
  return TRUE;
}

gboolean
ls_wish_signal (LsCall *call, const LsBody *body, GError **error)
{
  static const char *const members[] = { "signal", "instance", NULL };
  g_autofree char *name = NULL;
  LsInstance instance;
  gboolean given;
  int number;

  if (ls_wish_find (call, call->route->noun, error) == NULL || !ls_json_only_members (body->json, members, "a signal", error)
      || !ls_json_get_string (body->json, "signal", &name, error)
      || !ls_call_body_instance (body, &instance, &given, error))
    return FALSE;
  if (name == NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "Which signal? Give it as {\"signal\":\"SIGTERM\"}.");
      return FALSE;
    }
  if (!ls_signal_from_text (name, &number, error)
      || !ls_supervisor_signal (call->service->parts.supervisor, call->parameters[0], given ? &instance : NULL, number, error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

gboolean
ls_wish_send (LsCall *call, const LsBody *body, GError **error)
{
  static const char *const members[] = { "message", "instance", NULL };
  json_t *message = json_object_get (body->json, "message");
  LsInstance instance;
  gboolean given;

  if (ls_wish_find (call, call->route->noun, error) == NULL || !ls_json_only_members (body->json, members, "a message", error)
      || !ls_call_body_instance (body, &instance, &given, error))
    return FALSE;
  if (message == NULL)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no message; give it as {\"message\":…}, any JSON value.");
      return FALSE;
    }
  if (!ls_supervisor_send (call->service->parts.supervisor, call->parameters[0], given ? &instance : NULL, message, error))
    return FALSE;
  ls_call_reply (call, 204, NULL);
  return TRUE;
}

gboolean
ls_wish_messages (LsCall *call, const LsBody *body, GError **error)
{
  if (ls_wish_find (call, call->route->noun, error) == NULL)
    return FALSE;
  ls_call_reply (call, 200, json_pack ("{s:o, s:n}", "items", ls_messages_of (call->service->messages, call->parameters[0]), "next"));
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
