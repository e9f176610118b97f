/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Resource limits of a child, as setrlimit(2) has them, by the names that shells and service managers use.
 *
 * JSON {"nofile":1024,"core":"unlimited","as":{"soft":536870912,"hard":"unlimited"}}; text "nofile=1024 core=unlimited as=512M:unlimited". One value
 * is both, the soft and the hard limit. Sizes are in bytes (in text also 512M), cpu is in seconds, the others count. */

#include "model/json.h"

typedef enum {
  LS_LIMIT_NOFILE, LS_LIMIT_CORE, LS_LIMIT_AS, LS_LIMIT_CPU, LS_LIMIT_FSIZE, LS_LIMIT_NPROC, LS_LIMIT_STACK, LS_LIMIT_MEMLOCK, LS_LIMIT_DATA,
  LS_LIMITS
} LsLimit;

#define LS_UNLIMITED G_MAXUINT64

typedef struct {
  gboolean given;
  guint64 soft, hard;      /* LS_UNLIMITED: none */
} LsLimitValue;

typedef struct { LsLimitValue of[LS_LIMITS]; } LsLimits;

const char *ls_limit_name (LsLimit limit);
gboolean ls_limits_any (const LsLimits *limits);
/* An object, or null for none. Unknown names, and soft limits above their hard ones, are refused with one sentence. */
gboolean ls_limits_from_json (json_t *json, LsLimits *ret, GError **error);
json_t *ls_limits_to_json (const LsLimits *limits);                   /* (transfer full) */
json_t *ls_limits_text_to_json (const char *text, GError **error);    /* (transfer full); NULL with a sentence */
