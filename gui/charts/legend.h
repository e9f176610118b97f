/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the bands or lines of a chart mean, in words, with their newest values. Long words where there is room, short ones where not; the places are
 * fixed, so that nothing moves when a value changes. */

#include <gtk/gtk.h>

#include "gui/charts/palette.h"

#define LS_TYPE_LEGEND (ls_legend_get_type ())
G_DECLARE_FINAL_TYPE (LsLegend, ls_legend, LS, LEGEND, GtkWidget)

#define LS_LEGEND_ENTRIES 5

typedef struct {
  int line;                        /* of an LsLineChart, 0 … 2; -1: a band of @color */
  LsColor color;
  const char *short_word;          /* to be translated, as is the next */
  const char *long_word;
} LsLegendEntry;

GtkWidget *ls_legend_new (void);
/* @widest: the longest value that will come. @entries: static. */
void ls_legend_set_entries (LsLegend *legend, const LsLegendEntry *entries, guint n_entries, const char *widest);
/* @text: (transfer full). */
void ls_legend_take_value (LsLegend *legend, guint entry, char *text);
/* "2xx OK 46.1, 4xx client error 2.00": for those who hear it. (transfer full) */
char *ls_legend_to_text (LsLegend *legend);
