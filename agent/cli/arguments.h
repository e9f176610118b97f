/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The words of the command line, taken apart: one verb, options of everyone and of the verb, and the rest. Pure. */

#include <glib.h>

typedef struct LsCli LsCli;

typedef struct {
  char letter;              /* '\0': none */
  const char *name;         /* NULL ends a list */
  const char *argument;     /* what it takes, for help; NULL: a flag */
  const char *help;
} LsOption;

typedef struct {
  const char *name;
  const char *alias;        /* NULL: none */
  const char *usage;        /* what follows the name */
  const char *help;         /* one line */
  const LsOption *options;  /* of its own; NULL: none */
  guint min, max;           /* words that it takes */
  gboolean command;         /* the first word ends the options: what follows is another program's */
  gboolean hidden;          /* plumbing */
  int (*run) (LsCli *cli);
} LsVerb;

typedef struct LsArguments LsArguments;

#define LS_USAGE_ERROR (ls_usage_error_quark ())
GQuark ls_usage_error_quark (void);

/* @words: without the program's name, NULL-terminated. Options of @common may stand anywhere before "--"; the first other word is the verb.
 * The error says what would be right. */
LsArguments *ls_arguments_parse (const char *const *words, const LsOption *common, const LsVerb *verbs, GError **error);
void ls_arguments_free (LsArguments *arguments);
const LsVerb *ls_arguments_verb (const LsArguments *arguments);      /* NULL: none given */
const char *const *ls_arguments_words (const LsArguments *arguments);      /* after the verb, never NULL */
guint ls_arguments_count (const LsArguments *arguments);
gboolean ls_arguments_has (const LsArguments *arguments, const char *option);
const char *ls_arguments_text (const LsArguments *arguments, const char *option);      /* the last one given; NULL: none */
const char *const *ls_arguments_texts (const LsArguments *arguments, const char *option);      /* all of them, never NULL */
/* By name or alias; on failure the error has the closest one. */
const LsVerb *ls_verb_find (const LsVerb *verbs, const char *word, GError **error);
/* In one list of options; NULL: not there. */
const LsOption *ls_option_find (const LsOption *options, const char *name, gsize length);
const LsOption *ls_option_find_letter (const LsOption *options, char letter);
/* "-", "-3" and "" are words, not options. */
gboolean ls_word_is_option (const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsArguments, ls_arguments_free)
