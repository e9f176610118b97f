/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The colours of charts, light and dark. Colour never stands alone: legends carry words and numbers. */

#include <gtk/gtk.h>

typedef enum {
  LS_COLOR_1XX, LS_COLOR_2XX, LS_COLOR_3XX, LS_COLOR_4XX, LS_COLOR_5XX,
  LS_COLOR_BLUE,           /* CPU, latency, memory in use */
  LS_COLOR_PALE,           /* memory that can be had back */
  LS_COLOR_FAILED,
  N_LS_COLORS
} LsColor;

GdkRGBA ls_palette (LsColor color);
GdkRGBA ls_palette_heat (double ratio);                              /* one blue in five steps, for 0 … 1 */
/* The widget's own text colour, weaker: grids, outlines, axis texts. */
GdkRGBA ls_palette_ink (GtkWidget *widget, double strength);
