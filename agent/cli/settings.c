/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/settings.h"

#include "base/text.h"
#include "cli/arguments.h"

#include <string.h>

json_t *
ls_settings_parse (LsKind kind, const char *const *words, GError **error)
{
  g_autoptr (json_t) patch = json_object ();
  for (; *words; words++)
    {
      const char *equals = strchr (*words, '=');
      g_autoptr (GError) why = NULL;
      if (!equals)
        {
          g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" is not a setting: write KEY=VALUE, as in %s", *words,
                       kind == LS_KIND_POOL ? "threads=4" : kind == LS_KIND_SCHEDULE ? "when=\"daily 03:00\"" : "workers=4");
          return NULL;
        }
      g_autofree char *key = g_strndup (*words, (gsize) (equals - *words));
      g_autoptr (json_t) one = ls_spec_text_to_json (kind, key, equals + 1, &why);
      if (!one)
        {
          g_set_error_literal (error, LS_USAGE_ERROR, 0, why->message);
          return NULL;
        }
      /* A second env=… adds to the first. */
      json_t *merged = ls_json_merge_patch (patch, one);
      json_decref (patch);
      patch = merged;
    }
  return g_steal_pointer (&patch);
}

json_t *
ls_settings_scale (const char *word, guint now_min, guint now_max, const char *what, GError **error)
{
  g_autoptr (GError) why = NULL;
  guint min, max;
  if (g_str_equal (word, "auto"))
    return json_string (word);
  if (word[0] != '+' && word[0] != '-')
    {
      if (ls_parse_range (word, 1, &min, &max, &why))
        return json_pack ("{s:i,s:i}", "min", (int) min, "max", (int) max);
      g_set_error_literal (error, LS_USAGE_ERROR, 0, why->message);
      return NULL;
    }
  guint64 steps;
  if (!ls_parse_uint (word + 1, "the step", 0, 4096, &steps, &why))
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" is not a step: write +2 or -1", word);
      return NULL;
    }
  gint64 change = word[0] == '+' ? (gint64) steps : -(gint64) steps;
  if ((gint64) now_min + change < 0 || (gint64) now_max + change > 4096)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "%s %s are %s: there must be 0 to 4096 of them", word[0] == '+' ? "that many more" : "that many fewer", what,
                   word[0] == '+' ? "too many" : "more than there are");
      return NULL;
    }
  return json_pack ("{s:i,s:i}", "min", (int) (now_min + change), "max", (int) (now_max + change));
}

char *
ls_settings_group (const char *kind, const char *name, const char *const *words)
{
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "[%s %s]\n", kind, name);
  for (; *words; words++)
    {
      const char *equals = strchr (*words, '=');
      g_string_append_printf (text, "%.*s = %s\n", (int) (equals - *words), *words, equals + 1);
    }
  return g_string_free (text, FALSE);
}
