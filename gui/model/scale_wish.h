/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The wish behind − and +: clicks add up for 300 ms and become one call; meanwhile, and until the agent agrees, the wish is what is shown.
 * Pure state, no clock of its own. */

#include <glib.h>

#define LS_SCALE_WISH_MS 300

typedef struct {
  gboolean open;           /* clicked, or sent and not yet agreed to */
  gboolean sent;
  guint target;
  guint from;              /* what was wanted before the first click: for Undo */
  gint64 due_at;           /* monotonic ms; counts while not sent */
} LsScaleWish;

/* One click of @step (-1, +1) when the agent wants @wanted. FALSE at the end of the range: nothing changes. */
gboolean ls_scale_wish_click (LsScaleWish *wish, guint wanted, int step, guint min, guint max, gint64 now_ms);
/* TRUE once when the wish is to be sent. A wish that came back to where it began is dropped instead. */
gboolean ls_scale_wish_due (LsScaleWish *wish, gint64 now_ms);
/* The agent wants @wanted now: the wish is over when that is the target. */
void ls_scale_wish_agreed (LsScaleWish *wish, guint wanted);
/* The call failed: the truth is shown again. A wish that was clicked on meanwhile stays. */
void ls_scale_wish_failed (LsScaleWish *wish);
guint ls_scale_wish_shown (const LsScaleWish *wish, guint wanted);
