/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include "base/error.h"

#include <string.h>

#define NAME_MAX_LENGTH 32
#define RANGE_MAX 4096
#define LONGEST_MS (G_GINT64_CONSTANT (3650) * 24 * 3600 * 1000)

gboolean
ls_name_is_valid (const char *name)
{
  if (!name || !g_ascii_islower (name[0]))
    return FALSE;
  gsize length = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-");
  return name[length] == '\0' && length <= NAME_MAX_LENGTH;
}

/* Digits only: no sign, no spaces, no hexadecimal, no overflow. */
static gboolean
parse_digits (const char *text, gsize length, guint64 *ret)
{
  guint64 value = 0;
  if (length == 0)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]) || !g_uint64_checked_mul (&value, value, 10) ||
          !g_uint64_checked_add (&value, value, (guint64) g_ascii_digit_value (text[i])))
        return FALSE;
    }
  *ret = value;
  return TRUE;
}

gboolean
ls_parse_uint (const char *text, const char *what, guint64 min, guint64 max, guint64 *ret_value, GError **error)
{
  guint64 value;
  if (!parse_digits (text, strlen (text), &value) || value < min || value > max)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED,
                   "%s must be a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", not \"%s\"", what, min, max, text);
      return FALSE;
    }
  *ret_value = value;
  return TRUE;
}

/* "1.5min" → 1.5 and "min". Plain decimals only. */
static gboolean
split_unit (const char *text, double *ret_value, const char **ret_unit)
{
  gsize whole = strspn (text, "0123456789");
  gsize end = whole;
  if (whole > 0 && text[whole] == '.')
    {
      gsize fraction = strspn (text + whole + 1, "0123456789");
      if (fraction == 0)
        return FALSE;
      end = whole + 1 + fraction;
    }
  if (whole == 0 || end > 30)
    return FALSE;
  g_autofree char *number = g_strndup (text, end);
  *ret_value = g_ascii_strtod (number, NULL);
  while (text[end] == ' ')
    end++;
  *ret_unit = text + end;
  return TRUE;
}

typedef struct {
  const char *name;
  double factor;
} Unit;

static gboolean
scale_by_unit (const char *text, const Unit *units, gsize n_units, double max, double *ret)
{
  double value;
  const char *unit;
  if (!split_unit (text, &value, &unit))
    return FALSE;
  for (gsize i = 0; i < n_units; i++)
    if (g_ascii_strcasecmp (unit, units[i].name) == 0 && value * units[i].factor <= max)
      {
        *ret = value * units[i].factor;
        return TRUE;
      }
  return FALSE;
}

gboolean
ls_parse_duration_ms (const char *text, gint64 *ret_ms, GError **error)
{
  static const Unit units[] = {
    { "", 1000 },        { "ms", 1 },         { "s", 1000 },     { "sec", 1000 },   { "m", 60000 }, { "min", 60000 },
    { "h", 3600000 },    { "hour", 3600000 }, { "d", 86400000 }, { "day", 86400000 }, { "days", 86400000 },
  };
  double ms;
  if (!scale_by_unit (text, units, G_N_ELEMENTS (units), (double) LONGEST_MS, &ms))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not a duration: write 500ms, 10s, 5min, 2h or 1d (a bare number is seconds)",
                   text);
      return FALSE;
    }
  *ret_ms = (gint64) (ms + 0.5);
  return TRUE;
}

gboolean
ls_parse_size (const char *text, guint64 *ret_bytes, GError **error)
{
  static const Unit units[] = {
    { "", 1 },           { "B", 1 },           { "K", 1024 },          { "KiB", 1024 },          { "M", 1048576 },
    { "MiB", 1048576 },  { "G", 1073741824 },  { "GiB", 1073741824 },  { "T", 1099511627776.0 }, { "TiB", 1099511627776.0 },
  };
  double bytes;
  if (!scale_by_unit (text, units, G_N_ELEMENTS (units), 9007199254740992.0, &bytes))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not a size: write bytes, or a number with KiB, MiB or GiB, such as 4MiB", text);
      return FALSE;
    }
  *ret_bytes = (guint64) bytes;
  return TRUE;
}

gboolean
ls_parse_range (const char *text, guint cores, guint *ret_min, guint *ret_max, GError **error)
{
  if (g_str_equal (text, "auto"))
    {
      *ret_min = *ret_max = CLAMP (cores, 1, RANGE_MAX);
      return TRUE;
    }
  const char *dots = strstr (text, "..");
  const char *second = dots ? dots + 2 : text;
  guint64 min, max;
  if (!parse_digits (text, dots ? (gsize) (dots - text) : strlen (text), &min) || !parse_digits (second, strlen (second), &max) || min > RANGE_MAX ||
      max > RANGE_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED,
                   "\"%s\" is not a count: write a whole number from 0 to %d, a range such as 2..8, or auto", text, RANGE_MAX);
      return FALSE;
    }
  if (min > max)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED,
                   "\"%s\" is not a range: the smaller number comes first, as in %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT, text, max, min);
      return FALSE;
    }
  *ret_min = (guint) min;
  *ret_max = (guint) max;
  return TRUE;
}

gboolean
ls_parse_boolean (const char *text, gboolean *ret_value, GError **error)
{
  static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0)
      {
        *ret_value = i % 2 == 1;
        return TRUE;
      }
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is neither yes nor no", text);
  return FALSE;
}

/* Edits (insert, delete, replace, swap of neighbours) from one word to the other; optimal string alignment. */
static guint
edit_distance (const char *a, const char *b)
{
  guint n = (guint) strlen (a), m = (guint) strlen (b), width = m + 1;
  g_autofree guint *rows = g_new0 (guint, 3 * width);
  guint *before = rows, *last = rows + width, *now = rows + 2 * width;
  for (guint j = 0; j <= m; j++)
    last[j] = j;
  for (guint i = 1; i <= n; i++)
    {
      now[0] = i;
      for (guint j = 1; j <= m; j++)
        {
          guint best = last[j - 1] + (a[i - 1] != b[j - 1]);
          best = MIN (best, MIN (last[j], now[j - 1]) + 1);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            best = MIN (best, before[j - 2] + 1);
          now[j] = best;
        }
      guint *oldest = before;
      before = last;
      last = now;
      now = oldest;
    }
  return last[m];
}

const char *
ls_closest_word (const char *word, const char *const *candidates)
{
  gsize length = strlen (word);
  if (length == 0 || length > 64)
    return NULL;
  const char *closest = NULL;
  guint too_far = MAX (1, (guint) length / 3) + 1;      /* a third of the letters may be wrong */
  for (; *candidates; candidates++)
    {
      guint distance = edit_distance (word, *candidates);
      /* Something of the word has to be left. */
      if (distance < too_far && distance < MAX (length, strlen (*candidates)))
        {
          closest = *candidates;
          too_far = distance;
        }
    }
  return closest;
}
