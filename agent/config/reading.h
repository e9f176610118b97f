/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside config only: what the readers of groups share. */

#include "config/config.h"
#include "config/lines.h"
#include "model/spec_text.h"

typedef struct {
  const char *file_name;
  LsConfig *config;
  const LsConfigGroup *group;
  GHashTable *names;       /* name → LsConfigGroup that has it */
} LsConfigReading;

/* All keys of the group as one JSON spec. (transfer full) */
json_t *ls_config_group_to_json (const LsConfigReading *reading, LsKind kind, GError **error);
gboolean ls_config_read_agent (LsConfigReading *reading, GError **error);
