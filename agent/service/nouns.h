/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the API says of each noun: its name on the wire, its JSON, the key by which a list goes on, its state. */

#include "core/supervisor.h"

#define LS_NOUNS (LS_NOUN_OPERATION + 1)

typedef struct {
  const char *kind;             /* "cluster" */
  const char *collection;       /* "clusters": in routes and in the snapshot */
  char *(*key) (gconstpointer resource);                /* (transfer full) */
  const char *(*state) (gconstpointer resource);
  const char *(*state_name) (guint index);              /* NULL past the last */
} LsNounKind;

extern const LsNounKind ls_noun_kinds[LS_NOUNS];

/* As GET answers it, (transfer full). */
json_t *ls_noun_to_json (LsSupervisor *supervisor, LsNoun noun, gconstpointer resource);
/* As it stands in lists, snapshots and changes: a job's long result is left out there. (transfer full) */
json_t *ls_noun_to_brief_json (LsSupervisor *supervisor, LsNoun noun, gconstpointer resource);
