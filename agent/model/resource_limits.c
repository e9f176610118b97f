/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/resource_limits.h"

#include "base/error.h"
#include "base/text.h"
#include "model/codec.h"

#include <string.h>

static const char *const names[] = { "nofile", "core", "as", "cpu", "fsize", "nproc", "stack", "memlock", "data", NULL };

const char *
ls_limit_name (LsLimit limit)
{
  return names[limit];
}

gboolean
ls_limits_any (const LsLimits *limits)
{
  for (guint i = 0; i < LS_LIMITS; i++)
    if (limits->of[i].given)
      return TRUE;
  return FALSE;
}

static gboolean
is_size (guint limit)
{
  return limit != LS_LIMIT_NOFILE && limit != LS_LIMIT_CPU && limit != LS_LIMIT_NPROC;
}

/* -1: there is none of that name. */
static int
find_name (const char *name, gsize length)
{
  for (int i = 0; i < LS_LIMITS; i++)
    if (strlen (names[i]) == length && strncmp (names[i], name, length) == 0)
      return i;
  return -1;
}

static void
refuse_name (const char *name, GError **error)
{
  const char *closest = ls_closest_word (name, names);
  g_autofree char *all = g_strjoinv (", ", (char **) names);
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "there is no limit \"%s\"%s%s%s the limits are %s", name, closest ? ", did you mean \"" : ":",
               closest ? closest : "", closest ? "\"?" : "", all);
}

/* --- JSON --- */

static gboolean
read_number (json_t *json, const char *name, guint64 *ret, GError **error)
{
  if (json_is_integer (json) && json_integer_value (json) >= 0)
    *ret = (guint64) json_integer_value (json);
  else if (g_strcmp0 (json_string_value (json), "unlimited") == 0)
    *ret = LS_UNLIMITED;
  else
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED,
                   "the limit %s must be a whole number, \"unlimited\", or both limits as {\"soft\":…,\"hard\":…}", name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_value (json_t *json, const char *name, LsLimitValue *ret, GError **error)
{
  static const char *const members[] = { "soft", "hard", NULL };
  g_autofree char *what = g_strconcat ("the limit ", name, NULL);
  ret->given = TRUE;
  if (!json_is_object (json))
    {
      if (!read_number (json, name, &ret->soft, error))
        return FALSE;
      ret->hard = ret->soft;
      return TRUE;
    }
  if (!ls_json_only_members (json, members, what, error) || !read_number (json_object_get (json, "soft"), name, &ret->soft, error) ||
      !read_number (json_object_get (json, "hard"), name, &ret->hard, error))
    return FALSE;
  if (ret->soft <= ret->hard)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the soft limit %s cannot be higher than the hard one", name);
  return FALSE;
}

gboolean
ls_limits_from_json (json_t *json, LsLimits *ret, GError **error)
{
  LsLimits limits = { 0 };
  const char *name;
  json_t *value;
  if (json && !json_is_null (json) && !ls_json_expect_object (json, "limits", error))
    return FALSE;
  json_object_foreach (json, name, value)
    {
      int index = find_name (name, strlen (name));
      if (index < 0)
        {
          refuse_name (name, error);
          return FALSE;
        }
      if (!json_is_null (value) && !read_value (value, name, &limits.of[index], error))
        return FALSE;
    }
  *ret = limits;
  return TRUE;
}

static json_t *
number (guint64 value)
{
  return value >= G_MAXINT64 ? json_string ("unlimited") : json_integer ((json_int_t) value);
}

static json_t *
value_to_json (guint64 soft, guint64 hard)
{
  return soft == hard ? number (soft) : json_pack ("{s:o,s:o}", "soft", number (soft), "hard", number (hard));
}

json_t *
ls_limits_to_json (const LsLimits *limits)
{
  json_t *json = json_object ();
  for (guint i = 0; i < LS_LIMITS; i++)
    if (limits->of[i].given)
      json_object_set_new (json, names[i], value_to_json (limits->of[i].soft, limits->of[i].hard));
  return json;
}

/* --- text --- */

static gboolean
parse_number (int limit, const char *text, guint64 *ret, GError **error)
{
  gint64 ms;
  *ret = LS_UNLIMITED;
  if (g_str_equal (text, "unlimited") || g_str_equal (text, "infinity"))
    return TRUE;
  if (is_size ((guint) limit))
    return ls_parse_size (text, ret, error);
  if (limit != LS_LIMIT_CPU)
    return ls_parse_uint (text, "a limit", 0, G_MAXINT64, ret, error);
  if (!ls_parse_duration_ms (text, &ms, error))
    return FALSE;
  *ret = (guint64) (ms + 999) / 1000;
  return TRUE;
}

static gboolean
add_word (json_t *json, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  if (!equals)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not a limit: write NAME=VALUE, as in nofile=1024 or as=512M", word);
      return FALSE;
    }
  g_autofree char *name = g_strndup (word, (gsize) (equals - word));
  g_auto (GStrv) values = g_strsplit (equals + 1, ":", 2);
  int limit = find_name (name, strlen (name));
  guint64 soft, hard;
  if (limit < 0)
    {
      refuse_name (name, error);
      return FALSE;
    }
  if (!parse_number (limit, values[0] ? values[0] : "", &soft, error) || !parse_number (limit, values[0] && values[1] ? values[1] : equals + 1, &hard, error))
    {
      g_prefix_error (error, "the limit %s: ", name);
      return FALSE;
    }
  json_object_set_new (json, name, value_to_json (soft, hard));
  return TRUE;
}

json_t *
ls_limits_text_to_json (const char *text, GError **error)
{
  g_autoptr (json_t) json = json_object ();
  g_auto (GStrv) words = g_strsplit_set (text, ", \t", -1);
  LsLimits checked;
  for (char **word = words; *word; word++)
    if (**word && !add_word (json, *word, error))
      return NULL;
  return ls_limits_from_json (json, &checked, error) ? g_steal_pointer (&json) : NULL;
}
