/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/json.h"

#include "base/error.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define SHOWN_MAX 40

json_t *
ls_json_parse (const char *text, gsize length, GError **error)
{
  json_error_t where;
  /* jansson bounds the depth by itself (JSON_PARSER_MAX_DEPTH, 2048). */
  json_t *value = json_loadb (text, length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &where);
  if (!value)
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "not JSON: line %d, column %d: %s", where.line, where.column,
                 json_error_code (&where) == json_error_null_character ? "a text cannot have \\u0000 in it here" : where.text);
  return value;
}

json_t *
ls_json_or_string (const char *text, GError **ret_why)
{
  json_t *value = ls_json_parse (text, strlen (text), ret_why);
  return value ? value : ls_json_string_or_null (text);
}

char *
ls_json_to_text (const json_t *value)
{
  /* jansson allocates with malloc, and so does GLib. */
  return json_dumps (value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION (15));      /* 0.1, not 0.10000000000000001 */
}

json_t *
ls_json_merge_patch (json_t *target, json_t *patch)
{
  if (!json_is_object (patch))
    return json_deep_copy (patch);
  json_t *merged = json_is_object (target) ? json_copy (target) : json_object ();
  const char *key;
  json_t *value;
  json_object_foreach (patch, key, value)
    {
      if (json_is_null (value))
        json_object_del (merged, key);
      else
        json_object_set_new (merged, key, ls_json_merge_patch (json_object_get (merged, key), value));
    }
  /* What the patch did not touch is still the target's own: nobody else may change it through us. */
  json_t *result = json_deep_copy (merged);
  json_decref (merged);
  return result;
}

/* A value as it can stand in a sentence. */
static char *
shown (const json_t *value)
{
  g_autofree char *text = ls_json_to_text (value);
  if (strlen (text) <= SHOWN_MAX)
    return g_steal_pointer (&text);
  const char *end;
  g_utf8_validate_len (text, SHOWN_MAX, &end);
  return g_strdup_printf ("%.*s…", (int) (end - text), text);
}

static gboolean
refuse (LsErrorCode code, const char *key, const char *right, const json_t *value, GError **error)
{
  g_autofree char *text = shown (value);
  g_set_error (error, LS_ERROR, code, "%s must be %s, not %s", key, right, text);
  return FALSE;
}

/* NULL for absent and null. */
static json_t *
member (json_t *object, const char *key)
{
  json_t *value = json_object_get (object, key);
  return json_is_null (value) ? NULL : value;
}

gboolean
ls_json_expect_object (json_t *value, const char *what, GError **error)
{
  if (json_is_object (value))
    return TRUE;
  if (!value)
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s is missing: it must be a JSON object", what);
  else
    refuse (LS_ERROR_MALFORMED, what, "a JSON object", value, error);
  return FALSE;
}

gboolean
ls_json_get_uint (json_t *object, const char *key, guint64 min, guint64 max, guint64 *ret, GError **error)
{
  json_t *value = member (object, key);
  if (!value)
    return TRUE;
  if (json_is_integer (value) && json_integer_value (value) >= 0)
    {
      guint64 number = (guint64) json_integer_value (value);
      if (number >= min && number <= max)
        {
          *ret = number;
          return TRUE;
        }
    }
  g_autofree char *right = g_strdup_printf ("a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, min, max);
  return refuse (json_is_integer (value) ? LS_ERROR_IMPOSSIBLE : LS_ERROR_MALFORMED, key, right, value, error);
}

gboolean
ls_json_get_int (json_t *object, const char *key, gint64 *ret, GError **error)
{
  json_t *value = member (object, key);
  if (!value)
    return TRUE;
  if (!json_is_integer (value))
    return refuse (LS_ERROR_MALFORMED, key, "a whole number", value, error);
  *ret = json_integer_value (value);
  return TRUE;
}

gboolean
ls_json_get_real (json_t *object, const char *key, double *ret, GError **error)
{
  json_t *value = member (object, key);
  if (!value)
    return TRUE;
  if (!json_is_number (value))
    return refuse (LS_ERROR_MALFORMED, key, "a number", value, error);
  *ret = json_number_value (value);
  return TRUE;
}

gboolean
ls_json_get_bool (json_t *object, const char *key, gboolean *ret, GError **error)
{
  json_t *value = member (object, key);
  if (!value)
    return TRUE;
  if (!json_is_boolean (value))
    return refuse (LS_ERROR_MALFORMED, key, "true or false", value, error);
  *ret = json_is_true (value);
  return TRUE;
}

gboolean
ls_json_get_string (json_t *object, const char *key, char **ret, GError **error)
{
  json_t *value = member (object, key);
  if (!value)
    return TRUE;
  if (!json_is_string (value))
    return refuse (LS_ERROR_MALFORMED, key, "a text", value, error);
  g_free (*ret);
  *ret = g_strdup (json_string_value (value));
  return TRUE;
}

gboolean
ls_json_get_strv (json_t *object, const char *key, char ***ret, GError **error)
{
  json_t *list = member (object, key);
  if (!list)
    return TRUE;
  if (!json_is_array (list))
    return refuse (LS_ERROR_MALFORMED, key, "a list of texts", list, error);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  size_t index;
  json_t *value;
  json_array_foreach (list, index, value)
    {
      if (!json_is_string (value))
        {
          g_autofree char *where = g_strdup_printf ("%s[%u]", key, (guint) index);
          return refuse (LS_ERROR_MALFORMED, where, "a text", value, error);
        }
      g_strv_builder_add (builder, json_string_value (value));
    }
  g_strfreev (*ret);
  *ret = g_strv_builder_end (builder);
  return TRUE;
}

gboolean
ls_json_only_members (json_t *object, const char *const *known, const char *what, GError **error)
{
  if (!ls_json_expect_object (object, what, error))
    return FALSE;
  const char *key;
  json_t *value;
  json_object_foreach (object, key, value)
    {
      if (g_strv_contains (known, key))
        continue;
      const char *closest = ls_closest_word (key, known);
      if (closest)
        g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s has no member \"%s\": did you mean \"%s\"?", what, key, closest);
      else
        {
          g_autofree char *all = g_strjoinv (", ", (char **) known);
          g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s has no member \"%s\": it can have %s", what, key, all);
        }
      return FALSE;
    }
  return TRUE;
}

json_t *
ls_json_string_or_null (const char *text)
{
  if (!text)
    return json_null ();
  json_t *value = json_string (text);
  if (value)
    return value;
  /* Not UTF-8: a child's own bytes, say. */
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  return json_string (valid);
}

json_t *
ls_json_strv (char **strv)
{
  if (!strv)
    return json_null ();
  json_t *list = json_array ();
  for (; *strv; strv++)
    json_array_append_new (list, ls_json_string_or_null (*strv));
  return list;
}

json_t *
ls_json_int_or_null (gint64 value)
{
  return value == 0 ? json_null () : json_integer (value);
}

json_t *
ls_json_real (double value)
{
  return isfinite (value) ? json_real (round (value * 1000) / 1000) : json_null ();
}
