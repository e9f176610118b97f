/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/args_list.h"

#include <string.h>

#define KEY "\"args_list\""
#define FEW 16u      /* arguments; lists of more are parsed the usual way */

/* What is left of the text. */
typedef struct {
  const char *at, *end;
} Rest;

static void
skip_blanks (Rest *rest)
{
  while (rest->at < rest->end && (*rest->at == ' ' || *rest->at == '\n' || *rest->at == '\r' || *rest->at == '\t'))
    rest->at++;
}

/* Blanks may stand on both sides. */
static gboolean
skip (Rest *rest, char byte)
{
  skip_blanks (rest);
  if (rest->at == rest->end || *rest->at != byte)
    return FALSE;
  rest->at++;
  skip_blanks (rest);
  return TRUE;
}

/* One without escapes. NULL: it is none. (transfer full) */
static char *
read_text (Rest *rest)
{
  const char *first = rest->at + 1;
  guchar all = 0;

  if (rest->at == rest->end || *rest->at != '"')
    return NULL;
  for (rest->at++; rest->at < rest->end && *rest->at != '"'; rest->at++)
    {
      if ((guchar) *rest->at < 0x20 || *rest->at == '\\')
        return NULL;
      all |= (guchar) *rest->at;
    }
  if (rest->at == rest->end || (all >= 0x80 && !g_utf8_validate_len (first, (gsize) (rest->at - first), NULL)))
    return NULL;
  return g_strndup (first, (gsize) (rest->at++ - first));
}

/* ["50000","x"] (transfer full) */
static char **
read_list (Rest *rest)
{
  char *texts[FEW + 1] = { NULL };
  gboolean good = TRUE;
  guint n = 0;

  if (!skip (rest, '['))
    return NULL;
  if (skip (rest, ']'))
    return g_new0 (char *, 1);
  do
    {
      texts[n] = n < FEW ? read_text (rest) : NULL;
      good = texts[n] != NULL;
      n += good;
    }
  while (good && skip (rest, ','));
  if (good && skip (rest, ']'))
    return g_memdup2 (texts, (n + 1) * sizeof (char *));
  while (n > 0)
    g_free (texts[--n]);
  return NULL;
}

static gboolean
read_lists (Rest *rest, GPtrArray *lists)
{
  if (!skip (rest, '['))
    return FALSE;
  do
    {
      char **list = read_list (rest);

      if (list == NULL)
        return FALSE;
      g_ptr_array_add (lists, list);
    }
  while (skip (rest, ','));
  return skip (rest, ']');
}

json_t *
ls_args_list_parse (const char *text, gsize length, GPtrArray **ret_lists)
{
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_autoptr (GString) around = NULL;
  g_autoptr (json_t) json = NULL;
  const char *key = g_strstr_len (text, (gssize) length, KEY), *list;
  Rest rest = { key != NULL ? key + strlen (KEY) : text, text + length };

  if (key == NULL || !skip (&rest, ':'))
    return NULL;
  list = rest.at;
  if (!read_lists (&rest, lists))
    return NULL;
  around = g_string_new_len (text, list - text);
  g_string_append (around, "[]");
  g_string_append_len (around, rest.at, rest.end - rest.at);
  json = ls_json_parse (around->str, around->len, NULL);
  /* It may have been that of something inside, which nothing here may have: let the usual way say so. */
  if (!json_is_array (json_object_get (json, "args_list")))
    return NULL;
  *ret_lists = g_steal_pointer (&lists);
  return g_steal_pointer (&json);
}
