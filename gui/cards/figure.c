/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/figure.h"

void
ls_figure_take (GtkInscription *figure, char *text)
{
  if (g_strcmp0 (gtk_inscription_get_text (figure), text) != 0)
    gtk_inscription_set_text (figure, text);
  g_free (text);
}
