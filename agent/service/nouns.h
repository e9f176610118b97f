/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the API says of each noun: its name on the wire, its JSON, the key by which a list goes on, its state. */

#include "core/supervisor.h"

#define LS_NOUNS (LS_NOUN_OPERATION + 1)

typedef struct {
  const char *kind;             /* "cluster" */
  const char *collection;       /* "clusters": in routes and in the snapshot */
  const char *unknown;          /* what follows in "There is no cluster “web”" */
  gsize key, revision, state;   /* where they are in the resource: a char *, a guint64 (0: it has none), an enumeration */
  const char *(*state_name) (guint index);              /* NULL past the last */
} LsNounKind;

extern const LsNounKind ls_noun_kinds[LS_NOUNS];

/* By which a list goes on: two workers of a slot under reload differ in it. (transfer full) */
char *ls_noun_key (LsNoun noun, gconstpointer resource);
const char *ls_noun_state (LsNoun noun, gconstpointer resource);
/* As GET answers it, (transfer full). */
json_t *ls_noun_to_json (LsSupervisor *supervisor, LsNoun noun, gconstpointer resource);
/* As it stands in lists, snapshots and changes: a job's long result is left out there. (transfer full) */
json_t *ls_noun_to_brief_json (LsSupervisor *supervisor, LsNoun noun, gconstpointer resource);
