/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/arguments.h"

#include "base/text.h"

#include <string.h>

struct LsArguments {
  const LsVerb *verb;
  GPtrArray *words;
  GHashTable *values;      /* option's name → GPtrArray of texts, NULL-terminated; a flag has one NULL */
};

/* Where the parser stands. */
typedef struct {
  LsArguments *arguments;
  const LsOption *common;
  const LsVerb *verbs;
  const char *const *next;
} Reader;

G_DEFINE_QUARK (ls-usage-error, ls_usage_error)

void
ls_arguments_free (LsArguments *arguments)
{
  if (!arguments)
    return;
  g_ptr_array_unref (arguments->words);
  g_hash_table_unref (arguments->values);
  g_free (arguments);
}

const LsVerb *
ls_verb_find (const LsVerb *verbs, const char *word, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (const LsVerb *verb = verbs; verb->name; verb++)
    {
      if (g_str_equal (verb->name, word) || g_strcmp0 (verb->alias, word) == 0)
        return verb;
      if (!verb->hidden)
        g_ptr_array_add (names, (char *) verb->name);
    }
  g_ptr_array_add (names, NULL);
  const char *closest = ls_closest_word (word, (const char *const *) names->pdata);
  if (closest)
    g_set_error (error, LS_USAGE_ERROR, 0, "unknown verb \"%s\": did you mean %s?", word, closest);
  else
    g_set_error (error, LS_USAGE_ERROR, 0, "unknown verb \"%s\": \"lineshaft help\" lists what there is", word);
  return NULL;
}

const LsOption *
ls_option_find (const LsOption *options, const char *name, gsize length)
{
  for (; options && options->name; options++)
    if (strlen (options->name) == length && strncmp (options->name, name, length) == 0)
      return options;
  return NULL;
}

const LsOption *
ls_option_find_letter (const LsOption *options, char letter)
{
  for (; options && options->name; options++)
    if (options->letter && options->letter == letter)
      return options;
  return NULL;
}

static const LsOption *
own_options (const Reader *reader)
{
  return reader->arguments->verb ? reader->arguments->verb->options : NULL;
}

static void
refuse_option (const Reader *reader, const char *word, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (const LsOption *option = own_options (reader); option && option->name; option++)
    g_ptr_array_add (names, (char *) option->name);
  for (const LsOption *option = reader->common; option->name; option++)
    g_ptr_array_add (names, (char *) option->name);
  g_ptr_array_add (names, NULL);
  g_autofree char *bare = g_strndup (word + strspn (word, "-"), strcspn (word + strspn (word, "-"), "="));
  const char *closest = strlen (bare) > 1 ? ls_closest_word (bare, (const char *const *) names->pdata) : NULL;
  const char *who = reader->arguments->verb ? reader->arguments->verb->name : "lineshaft";
  if (closest)
    g_set_error (error, LS_USAGE_ERROR, 0, "%s has no option %s: did you mean --%s?", who, word, closest);
  else
    g_set_error (error, LS_USAGE_ERROR, 0, "%s has no option %s: see \"lineshaft help%s%s\"", who, word, reader->arguments->verb ? " " : "",
                 reader->arguments->verb ? who : "");
}

static void
note (LsArguments *arguments, const LsOption *option, const char *text)
{
  GPtrArray *texts = g_hash_table_lookup (arguments->values, option->name);
  if (!texts)
    {
      texts = g_ptr_array_new ();
      g_ptr_array_add (texts, NULL);
      g_hash_table_insert (arguments->values, (char *) option->name, texts);
    }
  if (text)
    g_ptr_array_insert (texts, (int) texts->len - 1, (char *) text);
}

/* @attached: what follows in the same word, NULL if nothing. */
static gboolean
take_option (Reader *reader, const LsOption *option, const char *attached, GError **error)
{
  if (!option->argument)
    {
      note (reader->arguments, option, NULL);
      return TRUE;
    }
  const char *text = attached ? attached : *reader->next ? *reader->next++ : NULL;
  if (!text)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--%s needs a value: --%s %s", option->name, option->name, option->argument);
      return FALSE;
    }
  note (reader->arguments, option, text);
  return TRUE;
}

static gboolean
take_long (Reader *reader, const char *word, GError **error)
{
  const char *name = word + 2, *equals = strchr (name, '=');
  gsize length = equals ? (gsize) (equals - name) : strlen (name);
  const LsOption *option = ls_option_find (own_options (reader), name, length);
  if (!option)
    option = ls_option_find (reader->common, name, length);
  if (!option)
    {
      refuse_option (reader, word, error);
      return FALSE;
    }
  if (equals && !option->argument)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--%s takes no value", option->name);
      return FALSE;
    }
  return take_option (reader, option, equals ? equals + 1 : NULL, error);
}

/* "-fn20": letters of flags, the last of which may take the rest of the word. */
static gboolean
take_letters (Reader *reader, const char *word, GError **error)
{
  for (const char *letter = word + 1; *letter; letter++)
    {
      const LsOption *option = ls_option_find_letter (own_options (reader), *letter);
      if (!option)
        option = ls_option_find_letter (reader->common, *letter);
      if (!option)
        {
          g_autofree char *shown = g_utf8_substring (letter, 0, 1);
          g_autofree char *dashed = g_strconcat ("-", shown, NULL);
          refuse_option (reader, dashed, error);
          return FALSE;
        }
      const char *rest = letter[1] ? letter + 1 : NULL;
      if (!take_option (reader, option, option->argument ? rest : NULL, error))
        return FALSE;
      if (option->argument)
        return TRUE;
    }
  return TRUE;
}

gboolean
ls_word_is_option (const char *word)
{
  return word[0] == '-' && word[1] != '\0' && !g_ascii_isdigit (word[1]);
}

static gboolean
read_words (Reader *reader, GError **error)
{
  gboolean options_over = FALSE;
  while (*reader->next)
    {
      const char *word = *reader->next++;
      if (options_over)
        g_ptr_array_add (reader->arguments->words, (char *) word);
      else if (g_str_equal (word, "--"))
        options_over = TRUE;
      else if (ls_word_is_option (word))
        {
          if (word[1] == '-' ? !take_long (reader, word, error) : !take_letters (reader, word, error))
            return FALSE;
        }
      else if (!reader->arguments->verb)
        {
          reader->arguments->verb = ls_verb_find (reader->verbs, word, error);
          if (!reader->arguments->verb)
            return FALSE;
        }
      else
        {
          g_ptr_array_add (reader->arguments->words, (char *) word);
          options_over = reader->arguments->verb->command;
        }
    }
  return TRUE;
}

static gboolean
check_count (const LsArguments *arguments, GError **error)
{
  const LsVerb *verb = arguments->verb;
  guint count = arguments->words->len;
  if (!verb || g_hash_table_contains (arguments->values, "help") || (count >= verb->min && count <= verb->max))
    return TRUE;
  g_set_error (error, LS_USAGE_ERROR, 0, "%s %s: lineshaft %s %s", verb->name, count < verb->min ? "needs more words" : "takes fewer words", verb->name,
               verb->usage);
  return FALSE;
}

LsArguments *
ls_arguments_parse (const char *const *words, const LsOption *common, const LsVerb *verbs, GError **error)
{
  g_autoptr (LsArguments) arguments = g_new0 (LsArguments, 1);
  arguments->words = g_ptr_array_new ();
  arguments->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  Reader reader = { arguments, common, verbs, words };
  if (!read_words (&reader, error) || !check_count (arguments, error))
    return NULL;
  g_ptr_array_add (arguments->words, NULL);
  return g_steal_pointer (&arguments);
}

const LsVerb *
ls_arguments_verb (const LsArguments *arguments)
{
  return arguments->verb;
}

const char *const *
ls_arguments_words (const LsArguments *arguments)
{
  return (const char *const *) arguments->words->pdata;
}

guint
ls_arguments_count (const LsArguments *arguments)
{
  return arguments->words->len - 1;
}

gboolean
ls_arguments_has (const LsArguments *arguments, const char *option)
{
  return g_hash_table_contains (arguments->values, option);
}

const char *const *
ls_arguments_texts (const LsArguments *arguments, const char *option)
{
  static const char *const none[] = { NULL };
  GPtrArray *texts = g_hash_table_lookup (arguments->values, option);
  return texts ? (const char *const *) texts->pdata : none;
}

const char *
ls_arguments_text (const LsArguments *arguments, const char *option)
{
  const char *text = NULL;
  for (const char *const *each = ls_arguments_texts (arguments, option); *each; each++)
    text = *each;
  return text;
}
