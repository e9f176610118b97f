/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/codec.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

gboolean
ls_codec_get_guint (json_t *object, const char *key, guint *ret, GError **error)
{
  guint64 value = *ret;
  if (!ls_json_get_uint (object, key, 0, G_MAXUINT, &value, error))
    return FALSE;
  *ret = (guint) value;
  return TRUE;
}

gboolean
ls_codec_get_count (json_t *object, const char *key, guint64 *ret, GError **error)
{
  return ls_json_get_uint (object, key, 0, G_MAXINT64, ret, error);
}

gboolean
ls_codec_get_time (json_t *object, const char *key, gint64 *ret, GError **error)
{
  guint64 value = (guint64) MAX (*ret, 0);
  json_t *member = json_object_get (object, key);
  if (!member || json_is_null (member))
    return TRUE;
  if (!ls_json_get_uint (object, key, 0, G_MAXINT64, &value, error))
    return FALSE;
  *ret = (gint64) value;
  return TRUE;
}

gboolean
ls_codec_get_word (json_t *object, const char *key, const char *const *names, int *ret, GError **error)
{
  g_autofree char *word = NULL;
  if (!ls_json_get_string (object, key, &word, error))
    return FALSE;
  if (!word)
    return TRUE;
  for (int i = 0; names[i]; i++)
    if (g_str_equal (word, names[i]))
      {
        *ret = i;
        return TRUE;
      }
  const char *closest = ls_closest_word (word, names);
  g_autofree char *all = g_strjoinv (", ", (char **) names);
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s cannot be \"%s\": %s%s%s%s", key, word, closest ? "did you mean " : "it is one of ",
               closest ? closest : all, closest ? "? It is one of " : "", closest ? all : "");
  return FALSE;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
add_variable (GPtrArray *env, const char *name, json_t *value, GError **error)
{
  if (!json_is_string (value))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "env: the value of %s must be a text", name);
      return FALSE;
    }
  if (!*name || strchr (name, '='))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "env: \"%s\" cannot be the name of a variable", name);
      return FALSE;
    }
  g_ptr_array_add (env, g_strdup_printf ("%s=%s", name, json_string_value (value)));
  return TRUE;
}

gboolean
ls_codec_get_env (json_t *object, const char *key, char ***ret, GError **error)
{
  json_t *variables = json_object_get (object, key);
  if (!variables || json_is_null (variables))
    return TRUE;
  if (!ls_json_expect_object (variables, key, error))
    return FALSE;
  g_autoptr (GPtrArray) env = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  json_t *value;
  json_object_foreach (variables, name, value)
    if (!json_is_null (value) && !add_variable (env, name, value, error))
      return FALSE;
  g_ptr_array_sort (env, compare_texts);
  g_ptr_array_add (env, NULL);
  g_strfreev (*ret);
  *ret = (char **) g_ptr_array_steal (env, NULL);
  return TRUE;
}

json_t *
ls_codec_env (char **env)
{
  json_t *object = json_object ();
  for (; env && *env; env++)
    {
      const char *equals = strchr (*env, '=');
      if (!equals)
        continue;
      g_autofree char *name = g_strndup (*env, (gsize) (equals - *env));
      json_object_set_new (object, name, ls_json_string_or_null (equals + 1));
    }
  return object;
}

static gboolean
read_bounds (json_t *bounds, const char *key, LsRange *ret, GError **error)
{
  static const char *const members[] = { "min", "max", NULL };
  guint64 min = G_MAXUINT64, max = G_MAXUINT64;
  g_autofree char *min_name = g_strconcat (key, ".min", NULL), *max_name = g_strconcat (key, ".max", NULL);
  if (!ls_json_only_members (bounds, members, key, error))
    return FALSE;
  /* Under their full names, for the sentence. */
  g_autoptr (json_t) named = json_object ();
  json_object_set (named, min_name, json_object_get (bounds, "min"));
  json_object_set (named, max_name, json_object_get (bounds, "max"));
  if (!ls_json_get_uint (named, min_name, 0, LS_WORKERS_MAX, &min, error) || !ls_json_get_uint (named, max_name, 0, LS_WORKERS_MAX, &max, error))
    return FALSE;
  if (min == G_MAXUINT64 && max == G_MAXUINT64)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s has neither min nor max: write a number, {\"min\":2,\"max\":8} or \"auto\"", key);
      return FALSE;
    }
  /* A merge-patch may name only one of them. */
  min = min == G_MAXUINT64 ? MIN (ret->min, max) : min;
  max = max == G_MAXUINT64 ? MAX (ret->max, min) : max;
  if (min > max)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE,
                   "%s.min (%" G_GUINT64_FORMAT ") must not be more than %s.max (%" G_GUINT64_FORMAT ")", key, min, key, max);
      return FALSE;
    }
  ret->min = (guint) min;
  ret->max = (guint) max;
  return TRUE;
}

gboolean
ls_codec_get_range (json_t *object, const char *key, guint auto_max, LsRange *ret, GError **error)
{
  json_t *value = json_object_get (object, key);
  if (!value || json_is_null (value))
    return TRUE;
  if (json_is_object (value))
    return read_bounds (value, key, ret, error);
  if (json_is_string (value) && g_str_equal (json_string_value (value), "auto"))
    {
      ret->min = ret->max = CLAMP (g_get_num_processors (), 1, MAX (auto_max, 1));
      return TRUE;
    }
  if (!json_is_integer (value))
    {
      g_autofree char *text = ls_json_to_text (value);
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s must be a whole number from 0 to %u, {\"min\":2,\"max\":8} or \"auto\", not %.40s", key,
                   LS_WORKERS_MAX, text);
      return FALSE;
    }
  guint64 count = 0;
  if (!ls_json_get_uint (object, key, 0, LS_WORKERS_MAX, &count, error))
    return FALSE;
  ret->min = ret->max = (guint) count;
  return TRUE;
}

json_t *
ls_codec_range (LsRange range)
{
  return json_pack ("{s:i,s:i}", "min", (int) range.min, "max", (int) range.max);
}

gboolean
ls_codec_get_instance (json_t *object, const char *key, LsInstance *ret, GError **error)
{
  g_autofree char *text = NULL;
  if (!ls_json_get_string (object, key, &text, error))
    return FALSE;
  if (!text || ls_instance_parse (text, ret))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s cannot be \"%s\": it is a pid and a start time, as in 4711-889213", key, text);
  return FALSE;
}

json_t *
ls_codec_instance (LsInstance instance)
{
  g_autofree char *text = ls_instance_to_text (instance);
  return ls_json_string_or_null (text);
}

json_t *
ls_codec_pid (pid_t pid)
{
  return ls_json_int_or_null (pid);
}

json_t *
ls_codec_exit_code (const LsExit *how)
{
  return how->at == 0 || how->signal != 0 || how->code < 0 ? json_null () : json_integer (how->code);
}

json_t *
ls_codec_exit_signal (const LsExit *how)
{
  if (how->at == 0 || how->signal == 0)
    return json_null ();
  const char *name = ls_signal_name (how->signal);
  return name ? json_string (name) : json_sprintf ("%d", how->signal);
}

gboolean
ls_codec_get_exit (json_t *object, LsExit *ret, gboolean *ret_ended, GError **error)
{
  g_autofree char *signal_text = NULL;
  gint64 code = -1;
  int signal_number = 0;
  if (!ls_json_get_int (object, "code", &code, error) || !ls_json_get_string (object, "signal", &signal_text, error) ||
      (signal_text && !ls_signal_from_text (signal_text, &signal_number, error)))
    return FALSE;
  ret->code = signal_text ? -1 : (int) CLAMP (code, -1, 255);
  ret->signal = signal_number;
  *ret_ended = signal_text || code >= 0;
  return TRUE;
}

gboolean
ls_codec_check_directory (const char *cwd, GError **error)
{
  if (!cwd || cwd[0] == '/')
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "cwd must be an absolute path, not \"%s\"", cwd);
  return FALSE;
}

json_t *
ls_codec_count (guint64 value)
{
  return json_integer ((json_int_t) MIN (value, (guint64) G_MAXINT64));
}

json_t *
ls_codec_or_null (gint64 value)
{
  return value < 0 ? json_null () : json_integer (value);
}

gboolean
ls_codec_require_string (json_t *object, const char *key, const char *what, char **ret, GError **error)
{
  if (!ls_json_expect_object (object, what, error) || !ls_json_get_string (object, key, ret, error))
    return FALSE;
  if (*ret)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s has no \"%s\"", what, key);
  return FALSE;
}
