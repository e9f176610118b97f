/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where things stand on the Overview.
 *
 * Wide: rows of cards, 360 to 590 wide; then requests (two thirds) beside latency, and CPU beside memory. Narrow: one column, cards, requests, CPU,
 * memory, latency. Charts share what height is left. */

#include <gtk/gtk.h>

#define LS_TYPE_OVERVIEW_LAYOUT (ls_overview_layout_get_type ())
G_DECLARE_FINAL_TYPE (LsOverviewLayout, ls_overview_layout, LS, OVERVIEW_LAYOUT, GtkLayoutManager)

typedef enum { LS_PLACE_CARD, LS_PLACE_STRIP, LS_PLACE_REQUESTS, LS_PLACE_LATENCY, LS_PLACE_CPU, LS_PLACE_MEMORY, N_LS_PLACES } LsOverviewPlace;

GtkLayoutManager *ls_overview_layout_new (void);
/* Where @child stands; cards if never said. */
void ls_overview_layout_place (GtkWidget *child, LsOverviewPlace place);
