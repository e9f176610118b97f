/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A wish of a widget: one call to the agent. What is refused is said in the window, with the agent's own sentence. */

#include <gtk/gtk.h>
#include <jansson.h>

#include "client/client.h"

/* @answer is NULL when the agent refused or does not answer. Not called when @widget has gone meanwhile. */
typedef void (*LsCallDone) (GtkWidget *widget, json_t *answer, gpointer user);

/* @body: (transfer full), or NULL. @refused: what did not happen, "web was not scaled"; the reason follows it. @done may be NULL. */
void ls_call (GtkWidget *widget, LsClient *client, const char *method, const char *path, json_t *body, const char *refused,
              LsCallDone done, gpointer user);
/* The same words for a call that a page made by itself. */
void ls_call_refused (GtkWidget *widget, const char *refused, const GError *error);
