/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/detach_keys.h"

#include "cli/arguments.h"

#include <string.h>

/* '\0' is ctrl-@, so whether it is a key is told apart from which. */
static gboolean
parse_key (const char *word, char *ret)
{
  gboolean with_control = g_ascii_strncasecmp (word, "ctrl-", 5) == 0 && word[5] && !word[6];
  char c = with_control ? g_ascii_toupper (word[5]) : word[0];
  if (with_control && c >= '@' && c <= '_')
    *ret = (char) (c - '@');
  else if (!with_control && word[0] && !word[1] && g_ascii_isgraph (c))
    *ret = c;
  else
    return FALSE;
  return TRUE;
}

gboolean
ls_detach_keys_parse (const char *text, LsDetachKeys *ret, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  LsDetachKeys keys = { .n_keys = 0 };
  gboolean none = g_str_equal (text, "none"), good = *text != '\0';
  for (char **word = words; *word && good && !none; word++)
    {
      good = keys.n_keys < LS_DETACH_KEYS_MAX && parse_key (*word, &keys.keys[keys.n_keys]);
      keys.n_keys++;
    }
  if (!good)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" are no detach keys: write up to %d keys apart by commas, as in ctrl-p,ctrl-q, or none", text,
                   LS_DETACH_KEYS_MAX);
      return FALSE;
    }
  *ret = keys;
  return TRUE;
}

/* How many of the keys the end of what was typed is the beginning of, when after the first @matched of them comes @c. */
static guint
match_after (const LsDetachKeys *keys, guint matched, char c)
{
  char typed[LS_DETACH_KEYS_MAX + 1];
  memcpy (typed, keys->keys, matched);
  typed[matched] = c;
  for (guint length = matched + 1; length > 0; length--)
    if (length <= keys->n_keys && memcmp (keys->keys, typed + matched + 1 - length, length) == 0)
      return length;
  return 0;
}

gboolean
ls_detach_keys_scan (LsDetachKeys *keys, const char *typed, gsize length, GString *to)
{
  if (keys->n_keys == 0)
    {
      g_string_append_len (to, typed, (gssize) length);
      return FALSE;
    }
  for (gsize i = 0; i < length; i++)
    {
      guint before = keys->matched;
      keys->matched = match_after (keys, before, typed[i]);
      if (keys->matched == keys->n_keys)
        {
          keys->matched = 0;
          return TRUE;
        }
      /* What was held back and is not part of a beginning any more. */
      g_string_append_len (to, keys->keys, (gssize) (before + 1 - MAX (keys->matched, 1)));
      if (keys->matched == 0)
        g_string_append_c (to, typed[i]);
    }
  return FALSE;
}
