/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config/lines.h"

#include "base/error.h"

#include <string.h>

typedef struct {
  const char *file_name;
  GPtrArray *groups;       /* LsConfigGroup */
  GString *clean;          /* what GKeyFile gets */
  guint line;
} Pass;

void
ls_config_set_error (GError **error, const char *file_name, guint line, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s:%u: %s", file_name, line, sentence);
}

static void
key_free (gpointer data)
{
  LsConfigKey *key = data;

  g_free (key->key);
  g_free (key->value);
  g_free (key);
}

static void
group_free (gpointer data)
{
  LsConfigGroup *group = data;

  g_free (group->header);
  g_free (group->kind);
  g_free (group->name);
  g_ptr_array_unref (group->keys);
  g_free (group);
}

static const char *
skip_blanks (const char *text)
{
  while (*text == ' ' || *text == '\t')
    text++;
  return text;
}

LsConfigLineKind
ls_config_line_kind (const char *line, char **ret_name, const char **ret_rest)
{
  const char *begin = skip_blanks (line);
  const char *mark;

  if (*begin == '\0')
    return LS_CONFIG_LINE_BLANK;
  if (*begin == '#' || *begin == ';')
    return LS_CONFIG_LINE_COMMENT;
  mark = strchr (begin, *begin == '[' ? ']' : '=');
  if (mark == NULL)
    return LS_CONFIG_LINE_OTHER;
  *ret_name = *begin == '[' ? g_strndup (begin + 1, (gsize) (mark - begin - 1)) : g_strndup (begin, (gsize) (mark - begin));
  g_strstrip (*ret_name);
  *ret_rest = skip_blanks (mark + 1);
  return *begin == '[' ? LS_CONFIG_LINE_GROUP : LS_CONFIG_LINE_KEY;
}

static LsConfigGroup *
find_group (Pass *pass, const char *header)
{
  for (guint i = 0; i < pass->groups->len; i++)
    if (strcmp (((LsConfigGroup *) pass->groups->pdata[i])->header, header) == 0)
      return pass->groups->pdata[i];
  return NULL;
}

static LsConfigKey *
find_key (LsConfigGroup *group, const char *name)
{
  for (guint i = 0; i < group->keys->len; i++)
    if (strcmp (((LsConfigKey *) group->keys->pdata[i])->key, name) == 0)
      return group->keys->pdata[i];
  return NULL;
}

/* "cluster  web" is "cluster web". */
static LsConfigGroup *
group_new (const char *header, guint line)
{
  LsConfigGroup *group = g_new0 (LsConfigGroup, 1);
  gsize kind = strcspn (header, " \t");
  const char *name = skip_blanks (header + kind);

  group->kind = g_strndup (header, kind);
  group->name = *name != '\0' ? g_strdup (name) : NULL;
  group->header = group->name != NULL ? g_strdup_printf ("%s %s", group->kind, group->name) : g_strdup (group->kind);
  group->line = line;
  group->keys = g_ptr_array_new_with_free_func (key_free);
  return group;
}

static gboolean
add_group (Pass *pass, const char *header, const char *rest, GError **error)
{
  LsConfigGroup *group;
  const LsConfigGroup *first;

  if (*rest != '\0')
    {
      ls_config_set_error (error, pass->file_name, pass->line, "there is text after [%s]: \"%s\"; comments stand on lines of their own", header, rest);
      return FALSE;
    }
  if (*header == '\0' || strpbrk (header, "[]") != NULL)
    {
      ls_config_set_error (error, pass->file_name, pass->line, "\"[%s]\" is not a group: write [agent], or a kind and a name as in [cluster web]", header);
      return FALSE;
    }
  group = group_new (header, pass->line);
  first = find_group (pass, group->header);
  if (first != NULL)
    {
      ls_config_set_error (error, pass->file_name, pass->line, "[%s] is there twice, first at line %u: put its settings together", group->header, first->line);
      group_free (group);
      return FALSE;
    }
  g_ptr_array_add (pass->groups, group);
  g_string_append_printf (pass->clean, "[%s]\n", group->header);
  return TRUE;
}

static gboolean
add_key (Pass *pass, const char *name, const char *value, GError **error)
{
  LsConfigGroup *group = pass->groups->len > 0 ? pass->groups->pdata[pass->groups->len - 1] : NULL;
  const LsConfigKey *first;
  LsConfigKey *key;

  if (group == NULL)
    {
      ls_config_set_error (error, pass->file_name, pass->line, "\"%s\" stands before any group: begin with one, such as [agent] or [cluster web]", name);
      return FALSE;
    }
  if (*name == '\0' || strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != strlen (name))
    {
      ls_config_set_error (error, pass->file_name, pass->line, "\"%s\" is not the name of a setting: lower-case letters and hyphens, as in stop-timeout = 10s", name);
      return FALSE;
    }
  first = find_key (group, name);
  if (first != NULL)
    {
      ls_config_set_error (error, pass->file_name, pass->line, "\"%s\" is set twice in [%s], first at line %u: keep one", name, group->header, first->line);
      return FALSE;
    }
  key = g_new0 (LsConfigKey, 1);
  key->key = g_strdup (name);
  key->line = pass->line;
  g_ptr_array_add (group->keys, key);
  g_string_append_printf (pass->clean, "%s=%s\n", name, value);
  return TRUE;
}

static gboolean
add_line (Pass *pass, char *line, GError **error)
{
  g_autofree char *name = NULL;
  const char *rest = NULL;

  g_strchomp (line);
  switch (ls_config_line_kind (line, &name, &rest))
    {
    case LS_CONFIG_LINE_BLANK:
    case LS_CONFIG_LINE_COMMENT:
      return TRUE;
    case LS_CONFIG_LINE_GROUP:
      return add_group (pass, name, rest, error);
    case LS_CONFIG_LINE_KEY:
      return add_key (pass, name, rest, error);
    case LS_CONFIG_LINE_OTHER:
    default:
      ls_config_set_error (error, pass->file_name, pass->line, "\"%.60s\" is neither a group such as [cluster web] nor a setting such as workers = 4", line);
      return FALSE;
    }
}

/* Size and encoding; *@text and *@length then are without a byte order mark. */
static gboolean
check_text (const char **text, gsize *length, const char *file_name, GError **error)
{
  const char *bad = NULL;
  guint line = 1;

  if (*length > LS_CONFIG_SIZE_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s is %" G_GSIZE_FORMAT " bytes long: a config file has at most %d", file_name, *length, LS_CONFIG_SIZE_MAX);
      return FALSE;
    }
  if (*length >= 3 && memcmp (*text, "\xef\xbb\xbf", 3) == 0)
    {
      *text += 3;
      *length -= 3;
    }
  if (g_utf8_validate_len (*text, *length, &bad))
    return TRUE;
  for (const char *byte = *text; byte < bad; byte++)
    line += *byte == '\n';
  ls_config_set_error (error, file_name, line, "this line is not UTF-8 text: save the file as UTF-8");
  return FALSE;
}

/* The values, with GKeyFile's escapes (\n, \t, \s, \\) undone. */
static gboolean
read_values (Pass *pass, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) why = NULL;

  if (pass->clean->len > 0 && !g_key_file_load_from_data (file, pass->clean->str, pass->clean->len, G_KEY_FILE_NONE, &why))
    {
      ls_config_set_error (error, pass->file_name, pass->line, "%s", why->message);
      return FALSE;
    }
  for (guint i = 0; i < pass->groups->len; i++)
    {
      LsConfigGroup *group = pass->groups->pdata[i];

      for (guint j = 0; j < group->keys->len; j++)
        {
          LsConfigKey *key = group->keys->pdata[j];

          key->value = g_key_file_get_string (file, group->header, key->key, &why);
          if (why != NULL)
            {
              ls_config_set_error (error, pass->file_name, key->line, "the value of \"%s\" has a backslash that means nothing: write \\\\ for a backslash", key->key);
              return FALSE;
            }
        }
    }
  return TRUE;
}

GPtrArray *
ls_config_lines_parse (const char *text, gsize length, const char *file_name, GError **error)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GString) clean = g_string_new (NULL);
  Pass pass = { .file_name = file_name, .groups = groups, .clean = clean };

  if (!check_text (&text, &length, file_name, error))
    return NULL;
  for (const char *at = text, *end = text + length; at < end;)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));
      g_autofree char *line = g_strndup (at, (gsize) ((stop != NULL ? stop : end) - at));

      pass.line++;
      if (!add_line (&pass, line, error))
        return NULL;
      at = stop != NULL ? stop + 1 : end;
    }
  if (!read_values (&pass, error))
    return NULL;
  return g_steal_pointer (&groups);
}
