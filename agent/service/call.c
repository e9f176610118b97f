/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/call.h"

#include "base/text.h"
#include "service/problem.h"

#include <string.h>

char *
ls_url_decode (const char *text, gsize length, gboolean form)
{
  g_autoptr (GString) decoded = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (c == '%')
        {
          int high = i + 2 < length ? g_ascii_xdigit_value (text[i + 1]) : -1;
          int low = high >= 0 ? g_ascii_xdigit_value (text[i + 2]) : -1;

          if (low < 0)
            return NULL;
          c = (char) (high << 4 | low);
          i += 2;
        }
      else if (form && c == '+')
        c = ' ';
      if (c == '\0')
        return NULL;
      g_string_append_c (decoded, c);
    }
  if (!g_utf8_validate (decoded->str, (gssize) decoded->len, NULL))
    return NULL;
  return g_string_free (g_steal_pointer (&decoded), FALSE);
}

/* Decodes into the call's texts; NULL if it cannot be. */
static const char *
decode (LsCall *call, const char *text, gsize length, gboolean form)
{
  g_autofree char *decoded = ls_url_decode (text, length, form);

  return decoded != NULL ? g_string_chunk_insert (call->texts, decoded) : NULL;
}

static gboolean
split_query (LsCall *call, const char *query)
{
  while (*query != '\0')
    {
      gsize length = strcspn (query, "&");
      const char *equals = memchr (query, '=', length);
      gsize key_length = equals != NULL ? (gsize) (equals - query) : length;
      LsQueryItem item = { decode (call, query, key_length, TRUE), "" };

      if (equals != NULL)
        item.value = decode (call, equals + 1, length - key_length - 1, TRUE);
      if (item.key == NULL || item.value == NULL)
        return FALSE;
      if (length > 0)
        g_array_append_val (call->query, item);
      query += length;
      query += *query == '&';
    }
  return TRUE;
}

static void
on_exchange_closed (void *user, LsHttpExchange *exchange, bool complete)
{
  LsCall *call = user;

  if (call->ended != NULL)
    call->ended (call->ended_user);
  g_array_unref (call->query);
  g_string_chunk_free (call->texts);
  g_free (call);
}

LsCall *
ls_call_new (LsService *service, LsHttpExchange *exchange)
{
  LsCall *call = g_new0 (LsCall, 1);

  call->service = service;
  call->exchange = exchange;
  call->texts = g_string_chunk_new (256);
  call->query = g_array_new (FALSE, FALSE, sizeof (LsQueryItem));
  call->head_only = strcmp (ls_http_exchange_method (exchange), "HEAD") == 0;
  ls_http_exchange_on_closed (exchange, on_exchange_closed, call);
  return call;
}

gboolean
ls_call_parse_query (LsCall *call, GError **error)
{
  if (split_query (call, ls_http_exchange_query (call->exchange)))
    return TRUE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED,
                       "The part of the address after the “?” is not valid percent-coded UTF-8.");
  return FALSE;
}

void
ls_call_on_ended (LsCall *call, void (*ended) (void *user), void *user)
{
  call->ended = ended;
  call->ended_user = user;
}

/* --- what was asked --- */

const char *
ls_call_query (const LsCall *call, const char *key)
{
  for (guint i = 0; i < call->query->len; i++)
    {
      const LsQueryItem *item = &g_array_index (call->query, LsQueryItem, i);

      if (strcmp (item->key, key) == 0)
        return item->value;
    }
  return NULL;
}

char **
ls_call_query_all (const LsCall *call, const char *key)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < call->query->len; i++)
    {
      const LsQueryItem *item = &g_array_index (call->query, LsQueryItem, i);
      g_auto (GStrv) parts = strcmp (item->key, key) == 0 ? g_strsplit (item->value, ",", -1) : NULL;

      for (char **part = parts; part != NULL && *part != NULL; part++)
        if (**part != '\0')
          g_ptr_array_add (values, g_strdup (*part));
    }
  if (values->len == 0)
    return NULL;
  g_ptr_array_add (values, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&values), FALSE);
}

gboolean
ls_call_query_uint (const LsCall *call, const char *key, guint64 min, guint64 max, guint64 *ret, GError **error)
{
  const char *text = ls_call_query (call, key);

  if (text == NULL)
    return TRUE;
  if (ls_parse_uint (text, key, min, max, ret, NULL))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "The parameter “%s” is “%s”; it takes a whole number from %" G_GUINT64_FORMAT
               " to %" G_GUINT64_FORMAT ".", key, text, min, max);
  return FALSE;
}

gboolean
ls_call_query_flag (const LsCall *call, const char *key, gboolean *ret, GError **error)
{
  const char *text = ls_call_query (call, key);

  if (text == NULL)
    return TRUE;
  if (*text == '\0')
    {
      *ret = TRUE;
      return TRUE;
    }
  if (ls_parse_boolean (text, ret, NULL))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "The parameter “%s” is “%s”; it takes 1 or 0.", key, text);
  return FALSE;
}

gboolean
ls_call_query_only (const LsCall *call, const char *known, GError **error)
{
  g_auto (GStrv) words = g_strsplit (known != NULL ? known : "", " ", -1);

  for (guint i = 0; i < call->query->len; i++)
    {
      const char *key = g_array_index (call->query, LsQueryItem, i).key;
      const char *closest;

      if (known != NULL && g_strv_contains ((const char *const *) words, key))
        continue;
      if (known == NULL)
        {
          g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no parameter “%s” here; this route takes none.", key);
          return FALSE;
        }
      closest = ls_closest_word (key, (const char *const *) words);
      if (closest != NULL)
        g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no parameter “%s” here; did you mean “%s”?", key, closest);
      else
        g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no parameter “%s” here; this route takes: %s.", key, known);
      return FALSE;
    }
  return TRUE;
}

gboolean
ls_call_check_revision (const LsCall *call, guint64 revision, GError **error)
{
  const char *wanted = ls_http_exchange_header (call->exchange, "If-Match");
  g_auto (GStrv) tags = NULL;

  if (wanted == NULL)
    return TRUE;
  tags = g_strsplit (wanted, ",", -1);
  for (char **tag = tags; *tag != NULL; tag++)
    {
      gsize length;
      guint64 value;

      g_strstrip (*tag);
      length = strlen (*tag);
      if (strcmp (*tag, "*") == 0)
        return TRUE;
      if (length >= 2 && **tag == '"' && (*tag)[length - 1] == '"')
        {
          memmove (*tag, *tag + 1, length - 2);
          (*tag)[length - 2] = '\0';
        }
      if (ls_parse_uint (*tag, "If-Match", 0, G_MAXUINT64, &value, NULL) && value == revision)
        return TRUE;
    }
  g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH,
               "It has changed: its revision is %" G_GUINT64_FORMAT " and If-Match asked for %s; read it again and decide anew.", revision, wanted);
  return FALSE;
}

gboolean
ls_call_body_instance (const LsBody *body, LsInstance *ret, gboolean *ret_given, GError **error)
{
  g_autofree char *text = NULL;
  gboolean given;

  if (body->json != NULL && !ls_json_get_string (body->json, "instance", &text, error))
    return FALSE;
  given = text != NULL;
  if (given && !ls_instance_parse (text, ret))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED,
                   "“%s” is no instance; it is a pid and a start time as the list of workers shows them, such as 4711-889213.", text);
      return FALSE;
    }
  *ret_given = given;
  return TRUE;
}

/* --- the answer --- */

void
ls_call_reply_text (LsCall *call, guint status, const char *type, const char *text, gsize length)
{
  ls_http_exchange_add_header (call->exchange, "Cache-Control", "no-store");
  ls_http_exchange_respond (call->exchange, status, type, text, length);
}

void
ls_call_reply_stream_head (LsCall *call, const char *type)
{
  ls_http_exchange_add_header (call->exchange, "Cache-Control", "no-store");
  ls_http_exchange_begin (call->exchange, 200, type, -1);
  ls_http_exchange_end (call->exchange);
}

void
ls_call_reply (LsCall *call, guint status, json_t *value)
{
  g_autofree char *text = NULL;

  if (value == NULL)
    {
      ls_call_reply_text (call, status, NULL, NULL, 0);
      return;
    }
  text = ls_json_to_text (value);
  json_decref (value);
  ls_call_reply_text (call, status, status >= 400 ? LS_PROBLEM_TYPE : "application/json", text, strlen (text));
}

void
ls_call_reply_resource (LsCall *call, guint status, json_t *value)
{
  json_t *revision = json_object_get (value, "revision");

  if (json_is_integer (revision))
    {
      g_autofree char *tag = g_strdup_printf ("\"%" JSON_INTEGER_FORMAT "\"", json_integer_value (revision));

      ls_http_exchange_add_header (call->exchange, "ETag", tag);
    }
  ls_call_reply (call, status, value);
}

void
ls_call_reply_operation (LsCall *call, const LsOperation *operation, json_t *otherwise)
{
  if (operation == NULL)
    {
      ls_call_reply_resource (call, 200, otherwise);
      return;
    }
  json_decref (otherwise);
  ls_call_location (call, "operations", operation->id);
  ls_call_reply (call, 202, ls_operation_to_json (operation));
}

void
ls_call_fail (LsCall *call, const GError *error)
{
  guint status = ls_problem_status (error);

  if (status == 429 || status == 503)
    ls_http_exchange_add_header (call->exchange, "Retry-After", "1");
  ls_call_reply (call, status, ls_problem_new (status, error->message));
}

void
ls_call_location (LsCall *call, const char *collection, const char *id)
{
  g_autofree char *place = g_strdup_printf ("/v1/%s/%s", collection, id);

  ls_http_exchange_add_header (call->exchange, "Location", place);
}
