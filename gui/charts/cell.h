/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A state as a small shape, so that colour does not stand alone. */

#include <gtk/gtk.h>

void ls_cell_outline (GtkSnapshot *snapshot, const graphene_rect_t *cell, const GdkRGBA *color);
void ls_cell_cross (GtkSnapshot *snapshot, const graphene_rect_t *cell, const GdkRGBA *color);
