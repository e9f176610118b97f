/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What may come next on a command line, for the completion of shells. Pure.
 *
 * The usage of a verb ("POOL JOB ARGS…") and the argument of an option ("table|json") are the grammar: words in small letters stand for
 * themselves, words in capitals for what is looked up here. So a new verb is completed without a word about it in any shell's file. */

#include "cli/arguments.h"

#include <jansson.h>

typedef struct {
  char *text;
  char *help;      /* one line; may be empty */
} LsCandidate;

/* What the agent has, as the event stream's snapshot tells it, asked for at most once and only if names can come next; NULL if there is no
 * agent. @host: what -H says on the line, or NULL. (transfer full) */
typedef json_t *(*LsCompleteAsk) (const char *host, gpointer data);

/* @words: after the program's name, the last one unfinished (may be ""). The candidates all begin with it. Those whose text begins with ":" are
 * wishes to the shell: ":files" and ":folders" (help: what stands before the path in the word), ":command" (help: how many words stand
 * before that command). (transfer full): LsCandidate */
GPtrArray *ls_complete (const char *const *words, const LsOption *common, const LsVerb *verbs, LsCompleteAsk ask, gpointer data);
