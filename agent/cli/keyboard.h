/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The terminal as a screen with keys: raw input, the alternate screen, and everything as it was at the end, whatever ends us. */

#include <glib.h>

typedef struct LsKeyboard LsKeyboard;

/* @key: a character, or 0 when the window has another size now. NULL: standard input is no terminal. */
LsKeyboard *ls_keyboard_new (void (*key) (void *user, char key), void *user);
void ls_keyboard_free (LsKeyboard *keyboard);
/* Draws @text, which has a line end after each line, over what is there, without flicker. */
void ls_keyboard_draw (LsKeyboard *keyboard, const char *text);
