/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/version.h"

#include <glib.h>

static guint64
next_number (const char **at)
{
  char *end = (char *) *at;
  guint64 number = g_ascii_isdigit (**at) ? g_ascii_strtoull (*at, &end, 10) : 0;

  *at = *end == '.' && g_ascii_isdigit (end[1]) ? end + 1 : end;
  return number;
}

int
ls_version_compare (const char *a, const char *b)
{
  if (a == NULL || b == NULL)
    return (a != NULL) - (b != NULL);
  while (g_ascii_isdigit (*a) || g_ascii_isdigit (*b))
    {
      guint64 left = next_number (&a), right = next_number (&b);

      if (left != right)
        return left < right ? -1 : 1;
    }
  if (*a == '\0' || *b == '\0')
    return (*a == '\0') - (*b == '\0');
  return g_strcmp0 (a, b);
}
