/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/backoff.h"

#define FIRST_MS 250
#define LAST_MS 30000

gint64
ls_backoff_next_ms (LsBackoff *backoff, double random)
{
  guint attempt = backoff->attempts;
  if (backoff->attempts < G_MAXUINT)
    backoff->attempts++;
  if (attempt == 0)
    return 0;
  /* 250 ms << 7 is past the last one already. */
  gint64 wait = MIN (LAST_MS, (gint64) FIRST_MS << MIN (attempt - 1, 7u));
  return (gint64) ((double) wait * (0.8 + 0.4 * CLAMP (random, 0.0, 1.0)));
}

void
ls_backoff_reset (LsBackoff *backoff)
{
  backoff->attempts = 0;
}
