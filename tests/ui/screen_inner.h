/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What finding (screen.c) and clicking (hand.c) have in common. */

#include "screen.h"

/* libatspi has no cleanup functions of its own before 2.50. */
static inline void
unref_object (gpointer where)
{
  g_clear_object ((GObject **) where);
}
#define UNREF __attribute__ ((cleanup (unref_object)))

#define MAIN_WINDOW "Lineshaft"

/* The window that is open: its own process, or what runs it in a sandbox. */
extern GPid screen_pid;

typedef gboolean (*ScreenVisit) (AtspiAccessible *node, const char *name, gpointer user);

/* The first node from @node on, children after their parent, that @visit takes. (transfer full) */
AtspiAccessible *screen_walk (AtspiAccessible *node, ScreenVisit visit, gpointer user, guint depth);
gboolean screen_is_in_state (AtspiAccessible *node, AtspiStateType state);
/* The name of the window that @what is in; a dialog may be another one. (transfer full) */
char *screen_name_of_window (AtspiAccessible *what);
/* Whether the place on the screen that it tells is the true one. */
gboolean screen_extents_are_true (AtspiAccessible *what);
