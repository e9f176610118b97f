/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/form.h"

#include <string.h>

#include <glib/gi18n.h>

#include "base/error.h"

/* What a shell takes for more than a letter. */
#define SHELL_CHARACTERS " \t\n'\"\\|&;<>()$`*?[]#~!{}"

json_t *
ls_form_changes (json_t *before, json_t *after)
{
  json_t *patch = json_object ();
  const char *key;
  json_t *value;
  json_object_foreach (before, key, value)
    if (!json_object_get (after, key))
      json_object_set_new (patch, key, json_null ());
  json_object_foreach (after, key, value) {
    json_t *old = json_object_get (before, key);
    if (old && json_equal (old, value))
      continue;
    gboolean inside = json_is_object (old) && json_is_object (value);
    json_object_set_new (patch, key, inside ? ls_form_changes (old, value) : json_deep_copy (value));
  }
  return patch;
}

gboolean
ls_form_put (json_t *spec, LsKind kind, const char *key, const char *text, GError **error)
{
  g_autofree char *value = g_strstrip (g_strdup (text));
  if (!*value)
    return TRUE;
  g_autoptr (json_t) setting = ls_spec_text_to_json (kind, key, value, error);
  if (!setting)
    return FALSE;
  json_object_update (spec, setting);
  return TRUE;
}

static char *
quoted (const char *word)
{
  return *word && !strpbrk (word, SHELL_CHARACTERS) ? g_strdup (word) : g_shell_quote (word);
}

char *
ls_form_command_text (char **argv)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (char **word = argv; word && *word; word++) {
    g_autofree char *part = quoted (*word);
    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, part);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

json_t *
ls_form_read_variables (const char *lines, GError **error)
{
  g_auto (GStrv) all = g_strsplit (lines, "\n", -1);
  g_autoptr (json_t) object = json_object ();
  for (guint i = 0; all[i]; i++) {
    char *line = g_strchug (all[i]), *equals = strchr (line, '=');
    if (!*line || g_str_equal (line, "\r"))
      continue;
    if (!equals || equals == line) {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, _("Line %u, “%s”, is no variable: write NAME=value"), i + 1, line);
      return NULL;
    }
    *equals = '\0';
    json_object_set_new (object, line, ls_json_string_or_null (equals + 1));
  }
  return g_steal_pointer (&object);
}
