/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside the completion only: what can stand at a place of the line. Pure. */

#include "cli/complete.h"

typedef struct {
  const LsVerb *verbs;
  const char *host;              /* of -H, so far; NULL: not given */
  GPtrArray *words;              /* what followed the verb and is no option */
  guint command_at;              /* how many words of the line stand before the first of those */
  const char *current;           /* the unfinished word */
  gsize stem;                    /* bytes of it that stand before what is completed: "--output=" */
  LsCompleteAsk ask;
  gpointer data;
  gboolean asked;
  json_t *snapshot;              /* NULL: not asked yet, or nobody there */
  GPtrArray *found;              /* LsCandidate */
} LsOffers;

void ls_offers_init (LsOffers *offers, const LsVerb *verbs, LsCompleteAsk ask, gpointer data);
/* (transfer full): what was found */
GPtrArray *ls_offers_end (LsOffers *offers);
/* One word, if it begins like the unfinished one. @help may be NULL. */
void ls_offers_add (LsOffers *offers, const char *text, const char *help);
void ls_offers_verbs (LsOffers *offers);
/* "cluster|POOL": all that a usage allows at one place. */
void ls_offers_place (LsOffers *offers, const char *place);
