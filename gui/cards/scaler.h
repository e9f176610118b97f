/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* − count +: how many workers or threads. Clicks add up for 300 ms and become one "wish"; the count is what is wished, at once.
 *
 * Signal: "wish" (guint from, guint target). */

#include <gtk/gtk.h>

#define LS_TYPE_SCALER (ls_scaler_get_type ())
G_DECLARE_FINAL_TYPE (LsScaler, ls_scaler, LS, SCALER, GtkWidget)

/* For people who hear the window: "Add worker to web", "Remove worker from web". */
void ls_scaler_set_words (LsScaler *scaler, const char *add, const char *remove, const char *unit_one, const char *unit_many);
/* What the agent wants now, how far it can go, and the range in which it goes by itself (equal ends: it does not). */
void ls_scaler_set_wanted (LsScaler *scaler, guint wanted, guint least, guint most, guint range_min, guint range_max);
/* The wish was refused: the count is the truth again. */
void ls_scaler_refused (LsScaler *scaler);
/* "One hint points at +": until it was clicked. */
void ls_scaler_set_hint (LsScaler *scaler, gboolean shown);
