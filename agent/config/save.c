/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Changing one group of a file that a person wrote: every other line, and the comments in the group, stay as they are. */

#include "config/config.h"

#include "base/error.h"
#include "config/files.h"
#include "config/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *header;            /* "cluster web" */
  const char *const *settings;   /* key, value, …, NULL */
  GHashTable *written;           /* keys that are in the text already */
  const char *newline;
  GString *text;
  gsize group_end;               /* behind the last line of the group that says something */
  gboolean in_group, found;
} Edit;

/* As GKeyFile reads it back. */
static char *
escape (const char *value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = value; *at != '\0'; at++)
    {
      gboolean at_edge = at == value || at[1] == '\0';

      if (*at == '\\')
        g_string_append (text, "\\\\");
      else if (*at == '\n')
        g_string_append (text, "\\n");
      else if (*at == '\r')
        g_string_append (text, "\\r");
      else if (*at == '\t')
        g_string_append (text, "\\t");
      else if (*at == ' ' && at_edge)
        g_string_append (text, "\\s");
      else
        g_string_append_c (text, *at);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_setting (Edit *edit, GString *to, const char *key, const char *value)
{
  g_autofree char *escaped = escape (value);

  g_string_append_printf (to, "%s = %s%s", key, escaped, edit->newline);
  g_hash_table_add (edit->written, (gpointer) key);
}

static gboolean
is_header (const Edit *edit, const char *name)
{
  g_auto (GStrv) words = g_strsplit_set (name, " \t", -1);
  g_autoptr (GString) normal = g_string_new (NULL);

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_string_append_printf (normal, "%s%s", normal->len > 0 ? " " : "", *word);
  return g_str_equal (normal->str, edit->header);
}

/* A key of the group: with its new value, or not at all. */
static void
edit_key (Edit *edit, const char *key)
{
  for (const char *const *setting = edit->settings; setting[0] != NULL; setting += 2)
    if (g_str_equal (setting[0], key))
      {
        append_setting (edit, edit->text, setting[0], setting[1]);
        edit->group_end = edit->text->len;
      }
}

static void
edit_line (Edit *edit, const char *line, gsize length)
{
  g_autofree char *copy = g_strchomp (g_strndup (line, length));
  const char *content = edit->text->len == 0 && g_str_has_prefix (copy, "\xef\xbb\xbf") ? copy + 3 : copy;
  g_autofree char *name = NULL;
  const char *rest;
  LsConfigLineKind kind = ls_config_line_kind (content, &name, &rest);

  if (kind == LS_CONFIG_LINE_GROUP)
    edit->in_group = is_header (edit, name);
  if (edit->in_group && kind == LS_CONFIG_LINE_KEY)
    {
      edit_key (edit, name);
      return;
    }
  g_string_append_len (edit->text, line, (gssize) length);
  if (edit->in_group && kind == LS_CONFIG_LINE_GROUP)
    {
      edit->found = TRUE;
      edit->group_end = edit->text->len;
    }
}

static void
end_last_line (Edit *edit)
{
  if (edit->text->len > 0 && edit->text->str[edit->text->len - 1] != '\n')
    g_string_append (edit->text, edit->newline);
}

/* What is not in the group yet goes behind its last setting. */
static void
add_rest (Edit *edit)
{
  g_autoptr (GString) rest = g_string_new (NULL);

  for (const char *const *setting = edit->settings; setting[0] != NULL; setting += 2)
    if (!g_hash_table_contains (edit->written, setting[0]))
      append_setting (edit, rest, setting[0], setting[1]);
  g_string_insert_len (edit->text, (gssize) edit->group_end, rest->str, (gssize) rest->len);
}

static void
edit_text (Edit *edit, const char *text, gsize length)
{
  for (const char *at = text, *end = text + length; at < end;)
    {
      const char *stop = memchr (at, '\n', (gsize) (end - at));
      gsize n = stop != NULL ? (gsize) (stop - at) + 1 : (gsize) (end - at);

      edit_line (edit, at, n);
      if (stop == NULL)
        {
          gboolean at_end = edit->group_end == edit->text->len;
          end_last_line (edit);
          edit->group_end = at_end ? edit->text->len : edit->group_end;
        }
      at += n;
    }
  if (!edit->found)
    {
      if (edit->text->len > 0)
        g_string_append (edit->text, edit->newline);
      g_string_append_printf (edit->text, "[%s]%s", edit->header, edit->newline);
      edit->group_end = edit->text->len;
    }
  add_rest (edit);
}

/* A link stays a link: what it points to is replaced. */
static gboolean
write_file (const char *path, const GString *text, GError **error)
{
  char *target = realpath (path, NULL);
  g_autofree char *directory = g_path_get_dirname (target != NULL ? target : path);
  g_autoptr (GError) why = NULL;
  gboolean done = g_mkdir_with_parents (directory, 0755) == 0;

  if (!done)
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "The folder %s cannot be made: %s", directory, g_strerror (errno));
  else if (!(done = g_file_set_contents_full (target != NULL ? target : path, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &why)))
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "The config file cannot be saved: %s", why->message);
  free (target);
  return done;
}

gboolean
ls_config_save_group (const char *path, const char *kind, const char *name, const char *const *keys_and_values, GError **error)
{
  g_autofree char *header = name != NULL ? g_strdup_printf ("%s %s", kind, name) : g_strdup (kind);
  g_autoptr (GHashTable) written = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) why = NULL;
  g_autoptr (GString) before = ls_config_read_file (path, &why);
  Edit edit = { .header = header, .settings = keys_and_values, .written = written, .text = text };

  if (before == NULL && !g_error_matches (why, LS_ERROR, LS_ERROR_UNKNOWN))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  edit.newline = before != NULL && strstr (before->str, "\r\n") != NULL ? "\r\n" : "\n";
  edit_text (&edit, before != NULL ? before->str : "", before != NULL ? before->len : 0);

  g_autoptr (LsConfig) outcome = ls_config_parse (text->str, text->len, path, error);
  return outcome != NULL && write_file (path, text, error);
}
