/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Log entries as they come, for a reader that may be slower than they are.
 *
 * What the reader has room for is kept ready for it; when it falls behind, nothing is kept and the store is asked again later, from the last entry
 * that it got: so a slow reader costs no memory and misses only what the store itself has dropped meanwhile. */

#include "logs/store.h"

typedef struct LsFollow LsFollow;

/* Writes one entry in the reader's form. */
typedef void (*LsEntryFormat) (GString *to, const LsLogEntry *entry);

/* @query is copied. Begins with what is kept (the query's own bounds) and, if @live, goes on with what comes; @ready tells that ls_follow_take
 * has something; not again before it has said that there is no more. */
LsFollow *ls_follow_new (LsLogStore *store, const LsLogQuery *query, gboolean live, LsEntryFormat format, void (*ready) (void *user),
                         void *user);
void ls_follow_free (LsFollow *follow);
/* It has more than a reader should be given at once: let what comes wait, if that is possible. */
gboolean ls_follow_is_behind (const LsFollow *follow);
/* Appends what there is, about @room bytes at most (one entry more). TRUE: there is more. */
gboolean ls_follow_take (LsFollow *follow, GString *to, gsize room);

/* The forms. */
void ls_follow_format_json (GString *to, const LsLogEntry *entry);       /* {"seq":…,"at":…,"source":…,"stream":…,"text":…}, a line each */
void ls_follow_format_raw_json (GString *to, const LsLogEntry *entry);   /* with "newline"; "base64" instead of "text" unless it is UTF-8 */
void ls_follow_format_bytes (GString *to, const LsLogEntry *entry);      /* as they were written */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsFollow, ls_follow_free)
