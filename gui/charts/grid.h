/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What lies under a chart: at most three lines and the round values beside them. The texts are laid out once a maximum, not once a frame. */

#include <gtk/gtk.h>

#include "gui/model/axis.h"

#define LS_GRID_GUTTER 46      /* for the texts, at the left */

typedef struct {
  LsAxis axis;
  char *(*format) (double value);
  double laid_out;             /* the maximum that the texts are for */
  guint parts;
  PangoLayout *texts[5];       /* from 0 up to the maximum */
} LsGrid;

void ls_grid_init (LsGrid *grid, char *(*format) (double value), double floor, gboolean binary);
void ls_grid_clear (LsGrid *grid);
/* The font has changed: lay the texts out again. */
void ls_grid_forget (LsGrid *grid);
/* Draws into the whole widget and returns the rectangle for the data. */
graphene_rect_t ls_grid_snapshot (LsGrid *grid, GtkWidget *widget, GtkSnapshot *snapshot);
