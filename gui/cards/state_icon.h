/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The icon beside a state's word: success, warning or error in shape and colour. */

#include <gtk/gtk.h>

/* @state: a name of a state in the API, of any noun; "due" for what waits for its time. */
void ls_state_icon_show (GtkImage *image, const char *state);
