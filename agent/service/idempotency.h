/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Idempotency-Key: a request that is sent twice, because its first answer was lost, acts once.
 *
 * What a key made is remembered by its id, with a digest of what was asked; the oldest keys are forgotten first. */

#include <glib.h>

typedef struct LsIdempotency LsIdempotency;

#define LS_IDEMPOTENCY_KEY_MAX 255u

LsIdempotency *ls_idempotency_new (guint max_keys);
void ls_idempotency_free (LsIdempotency *idempotency);
/* The id that @key made before, *@ret_id NULL for a new key (borrowed). LS_ERROR_IMPOSSIBLE if the key came with another @route or @request before,
 * LS_ERROR_MALFORMED if it is empty or longer than LS_IDEMPOTENCY_KEY_MAX. */
gboolean ls_idempotency_look_up (LsIdempotency *idempotency, const char *key, const char *route, const char *request, gsize length,
                                 const char **ret_id, GError **error);
void ls_idempotency_remember (LsIdempotency *idempotency, const char *key, const char *route, const char *request, gsize length,
                             const char *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsIdempotency, ls_idempotency_free)
