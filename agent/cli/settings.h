/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* KEY=VALUE words of the command line to one merge-patch of a spec. Pure. */

#include "model/spec_text.h"

/* (transfer full) */
json_t *ls_settings_parse (LsKind kind, const char *const *words, GError **error);
/* "3", "+2", "-1", "2..8", "auto" for something that has @now: the value of "workers" or "threads". (transfer full) */
json_t *ls_settings_scale (const char *word, guint now_min, guint now_max, const char *what, GError **error);
/* A group of the config file with those settings: "[cluster web]\nlisten = …\n". (transfer full) */
char *ls_settings_group (const char *kind, const char *name, const char *const *words);
