/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside client only: how an agent is started where none answers. It depends on how Lineshaft came to be here. */

#include <glib.h>

typedef struct {
  gboolean in_flatpak;
  gboolean default_socket;      /* the one where every agent of this user answers */
  gboolean root;
  gboolean has_unit;            /* systemd runs, and knows the agent */
} LsStartPlace;

/* What to do, as the rest of a sentence; for the agent on @socket. Pure. (transfer full) */
char *ls_start_hint (const LsStartPlace *place, const char *socket);
/* What is so on this computer. */
LsStartPlace ls_start_place (const char *socket);
