/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A person in front of the window: finds things by what they are called, clicks on them with a real pointer, reads what
 * they show. Over AT-SPI for finding and reading, xdotool for the pointer. Every wait has a bound and fails the test when it is over. */

#include <atspi/atspi.h>
#include <glib.h>

/* Starts @argv as the program under test; it is ended by screen_close_window. */
GPid screen_open_window (char **argv);
/* The same where the program runs in a sandbox, behind other processes: it is known by the @name it has on the accessibility bus. */
GPid screen_open_sandboxed_window (char **argv, const char *name);
void screen_close_window (GPid pid);

/* The first visible thing whose accessible name is @name and role is @role (ATSPI_ROLE_INVALID: any). Waits up to @seconds; fails the
 * test if it does not come. (transfer full) */
AtspiAccessible *screen_wait_for (AtspiRole role, const char *name, guint seconds);
/* The button @label of a dialog that asks. (transfer full) */
AtspiAccessible *screen_wait_for_response (const char *label, guint seconds);
/* Whether it is there now. */
gboolean screen_shows (AtspiRole role, const char *name);
/* Waits until any visible name or text contains @text. */
void screen_wait_for_text (const char *text, guint seconds);
/* A click of the first button in the middle of @what; where its place on the screen is not told truly, its own action. */
void screen_click (AtspiAccessible *what);
/* Types a key by its X name ("Escape", "ctrl+f"). */
void screen_key (const char *key);
/* A picture of the whole screen as a PNG at @path. */
void screen_shoot (const char *path);
/* Types @text, key by key, into what has the focus under the pointer. */
void screen_type (const char *text);
/* All visible names, one a line, for the message of a failure. (transfer full) */
char *screen_describe (void);
