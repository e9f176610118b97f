/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/state_icon.h"

typedef struct {
  const char *states;          /* separated by spaces */
  const char *icon, *style;
} LsStateLook;

static const LsStateLook looks[] = {
  { " ready done exited ", "object-select-symbolic", "success" },
  { " running ", "media-playback-start-symbolic", "success" },
  { " starting scaling reloading queued waiting ", "content-loading-symbolic", "accent" },
  { " degraded draining timed-out ", "dialog-warning-symbolic", "warning" },
  { " failing failed ", "dialog-error-symbolic", "error" },
  { " due ", "alarm-symbolic", "accent" },
  { " paused ", "media-playback-pause-symbolic", "dim-label" },
  { " stopped cancelled ", "media-playback-stop-symbolic", "dim-label" },
};

void
ls_state_icon_show (GtkImage *image, const char *state)
{
  g_autofree char *word = g_strdup_printf (" %s ", state ? state : "");
  const LsStateLook *found = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    if (!found && strstr (looks[i].states, word))
      found = &looks[i];
    else
      gtk_widget_remove_css_class (GTK_WIDGET (image), looks[i].style);
  }
  if (!found)
    return;
  /* Two looks may share a style, so it is added after the others are gone. */
  gtk_widget_add_css_class (GTK_WIDGET (image), found->style);
  if (g_strcmp0 (gtk_image_get_icon_name (image), found->icon) != 0)
    gtk_image_set_from_icon_name (image, found->icon);
}
