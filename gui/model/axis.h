/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The upper end of a chart's axis: round, grows at once, shrinks only after the smaller one has been enough for 30 s. Pure state, no clock of its own. */

#include <glib.h>

#define LS_AXIS_SHRINK_MS 30000

typedef struct {
  double floor;            /* never below this */
  double maximum;          /* what to draw against; 0 before the first update */
  double smaller;          /* highest round maximum asked for while a smaller one was enough */
  gint64 smaller_since;    /* 0: not now */
  gboolean binary;         /* bytes: powers of 1024 */
} LsAxis;

/* The smallest of 1, 2, 3, 4, 5, 6, 8 × 10ⁿ that is not below @value; for @binary of 1, 2, 4, 8 … bytes × 1, 1.5. */
double ls_axis_round (double value, gboolean binary);
/* Takes the highest value now shown; TRUE when the maximum changed. */
gboolean ls_axis_update (LsAxis *axis, double peak, gint64 now_ms);
/* How many equal parts (1 … 4) the grid has, so that each line stands at a round value: at most three lines inside. */
guint ls_axis_parts (double maximum, gboolean binary);
