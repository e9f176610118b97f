/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/figure.h"

#define SHOWN "ls-figure-shown"

void
ls_figure_take (GtkInscription *figure, char *text)
{
  if (g_strcmp0 (gtk_inscription_get_text (figure), text) != 0)
    gtk_inscription_set_text (figure, text);
  g_free (text);
}

void
ls_figure_take_with_unit (GtkInscription *figure, char *number, const char *unit)
{
  if (g_strcmp0 (g_object_get_data (G_OBJECT (figure), SHOWN), number) == 0) {
    g_free (number);
    return;
  }
  g_autofree char *markup = g_markup_printf_escaped ("%s<span size=\"60%%\" weight=\"normal\" alpha=\"65%%\"> %s</span>", number, unit);
  gtk_inscription_set_markup (figure, markup);
  g_object_set_data_full (G_OBJECT (figure), SHOWN, number, g_free);
}
