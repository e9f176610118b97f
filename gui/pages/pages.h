/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pages of the window, in their order: the one place where a page is registered. */

#include <glib-object.h>

typedef struct {
  const char *name;        /* as in "win.show-page('logs')" */
  const char *title;       /* to be translated */
  const char *icon;
  GType (*type) (void);    /* an LsPage */
} LsPageInfo;

extern const LsPageInfo ls_pages[];      /* ends with a NULL name */
