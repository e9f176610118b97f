/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row of a form for a number, with − and +. Enter in it is a click on the window's default. Properties: adjustment, digits. */

#include <adwaita.h>

#define LS_TYPE_NUMBER_ROW (ls_number_row_get_type ())
G_DECLARE_FINAL_TYPE (LsNumberRow, ls_number_row, LS, NUMBER_ROW, AdwActionRow)

double ls_number_row_value (LsNumberRow *row);
guint ls_number_row_count (LsNumberRow *row);                  /* the value, for rows without digits */
void ls_number_row_set_value (LsNumberRow *row, double value);
