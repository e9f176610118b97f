/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/cell.h"

void
ls_cell_outline (GtkSnapshot *snapshot, const graphene_rect_t *cell, const GdkRGBA *color)
{
  GskRoundedRect rounded;
  gsk_rounded_rect_init_from_rect (&rounded, cell, 0);
  gtk_snapshot_append_border (snapshot, &rounded, (float[]) { 1, 1, 1, 1 }, (GdkRGBA[]) { *color, *color, *color, *color });
}

void
ls_cell_cross (GtkSnapshot *snapshot, const graphene_rect_t *cell, const GdkRGBA *color)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, cell);
  float x = cell->origin.x, y = cell->origin.y, w = cell->size.width, h = cell->size.height;
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.5);
  cairo_move_to (cr, x + 1, y + 1);
  cairo_line_to (cr, x + w - 1, y + h - 1);
  cairo_move_to (cr, x + w - 1, y + 1);
  cairo_line_to (cr, x + 1, y + h - 1);
  cairo_stroke (cr);
  cairo_destroy (cr);
}
