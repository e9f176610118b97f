/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Settings as people write them: `workers = 2..8` in the config file and workers=2..8 on the command line, to the JSON
 * of the API. The one table of keys; config and cli both stand on it. */

#include "model/json.h"

typedef enum { LS_KIND_CLUSTER, LS_KIND_POOL, LS_KIND_TASK, LS_KIND_SCHEDULE, LS_KIND_AGENT } LsKind;

/* A merge-patch of a spec with the one member that @key means ("stop-timeout" → {"stop_timeout_ms":10000}). Refuses an
 * unknown key (with the closest known one) and a bad value with one sentence. "env" takes KEY=value pairs. (transfer full) */
json_t *ls_spec_text_to_json (LsKind kind, const char *key, const char *value, GError **error);

/* The keys of a kind, NULL-terminated, for completion and help. */
const char *const *ls_spec_keys (LsKind kind);
/* The words that a key's value is one of, NULL-terminated; NULL: there are no such. */
const char *const *ls_spec_words (LsKind kind, const char *key);
/* "cluster" and so on. */
gboolean ls_spec_kind_parse (const char *word, LsKind *ret_kind);
