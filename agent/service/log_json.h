/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One entry of the logs as the API tells it. */

#include "logs/store.h"
#include "model/json.h"

/* {"seq","at","source","stream","text"}, and "partial": true for a line that has not ended there. Bytes that are not UTF-8 become U+FFFD; with @raw they come whole as "base64" instead, and
 * "newline" says whether the line ended there. (transfer full) */
json_t *ls_log_entry_to_json (const LsLogEntry *entry, gboolean raw);
