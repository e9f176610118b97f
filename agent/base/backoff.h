/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* When to try again: at once, then 0.25 s doubling to 30 s, with jitter. Pure state, no clock of its own. */

#include <glib.h>

typedef struct {
  guint attempts;      /* failed starts since the last success */
} LsBackoff;

/* Milliseconds to wait before the next attempt, counting it. @random is uniform in 0 … 1 and spreads the wait by ±20 %. */
gint64 ls_backoff_next_ms (LsBackoff *backoff, double random);
void ls_backoff_reset (LsBackoff *backoff);
