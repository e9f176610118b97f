/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A figure that changes every second: a text of fixed width, drawn again only when it reads otherwise. Setting a label's text lays out the whole window;
 * this does not. */

#include <gtk/gtk.h>

/* @text: (transfer full). */
void ls_figure_take (GtkInscription *figure, char *text);
/* A number and, smaller and weaker, what it counts. */
void ls_figure_take_with_unit (GtkInscription *figure, char *number, const char *unit);
