/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/grid.h"

#include <math.h>

#include "gui/charts/palette.h"

void
ls_grid_init (LsGrid *grid, char *(*format) (double value), double floor, gboolean binary)
{
  *grid = (LsGrid) { .format = format, .axis = { .floor = floor, .binary = binary } };
}

void
ls_grid_forget (LsGrid *grid)
{
  for (guint i = 0; i < G_N_ELEMENTS (grid->texts); i++)
    g_clear_object (&grid->texts[i]);
  grid->laid_out = 0;
}

void
ls_grid_clear (LsGrid *grid)
{
  ls_grid_forget (grid);
}

static void
lay_out (LsGrid *grid, GtkWidget *widget)
{
  double maximum = grid->axis.maximum > 0 ? grid->axis.maximum : ls_axis_round (grid->axis.floor, grid->axis.binary);
  if (grid->laid_out == maximum)
    return;
  ls_grid_forget (grid);
  grid->laid_out = maximum;
  grid->parts = ls_axis_parts (maximum, grid->axis.binary);
  for (guint i = 0; i <= grid->parts; i++) {
    g_autofree char *text = grid->format (maximum * i / grid->parts);
    grid->texts[i] = gtk_widget_create_pango_layout (widget, text);
  }
}

graphene_rect_t
ls_grid_snapshot (LsGrid *grid, GtkWidget *widget, GtkSnapshot *snapshot)
{
  int text_height = 0;
  GdkRGBA line = ls_palette_ink (widget, 0.12), ink = ls_palette_ink (widget, 0.65);
  lay_out (grid, widget);
  pango_layout_get_pixel_size (grid->texts[0], NULL, &text_height);
  float top = text_height / 2, height = MAX (1, gtk_widget_get_height (widget) - text_height);
  float width = MAX (1, gtk_widget_get_width (widget) - LS_GRID_GUTTER);
  for (guint i = 0; i <= grid->parts; i++) {
    int text_width = 0;
    float y = top + roundf (height - height * i / grid->parts);
    pango_layout_get_pixel_size (grid->texts[i], &text_width, NULL);
    gtk_snapshot_append_color (snapshot, &line, &GRAPHENE_RECT_INIT (LS_GRID_GUTTER, y, width, 1));
    /* A low chart has room for the ends only. */
    if (i != 0 && i != grid->parts && height / grid->parts < text_height + 2)
      continue;
    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (LS_GRID_GUTTER - 6 - text_width, y - text_height / 2));
    gtk_snapshot_append_layout (snapshot, grid->texts[i], &ink);
    gtk_snapshot_restore (snapshot);
  }
  return GRAPHENE_RECT_INIT (LS_GRID_GUTTER, top, width, height);
}
