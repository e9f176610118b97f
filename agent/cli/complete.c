/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/complete.h"

#include "cli/offers.h"

#include <string.h>

/* Where the line stands, word by word. */
typedef struct {
  LsOffers offers;
  const LsOption *common;
  const LsVerb *verb;            /* NULL: none yet */
  const LsOption *pending;       /* the one whose argument comes next */
  gboolean options_over;
  gboolean lost;                 /* an unknown verb or option: nothing can be said about what follows */
} Completer;

/* The @index-th place of "[-s SIGNAL] POOL JOB ARGS…"; NULL past the last, unless that repeats. (transfer full) */
static char *
place_at (const char *usage, guint index)
{
  g_auto (GStrv) parts = g_strsplit (usage, " ", -1);
  char *place = NULL;
  gboolean option = FALSE, repeats = FALSE;
  for (char **part = parts; *part; part++)
    {
      option = option || g_str_has_prefix (*part, "[-");
      if (!option && **part && !g_str_equal (*part, "--"))
        {
          g_free (place);
          const char *inside = *part + strspn (*part, "[");
          place = g_strndup (inside, strcspn (inside, "]"));
          repeats = g_str_has_suffix (place, "…");
          if (repeats)
            place[strlen (place) - strlen ("…")] = '\0';
          if (index-- == 0)
            return place;
        }
      option = option && !g_str_has_suffix (*part, "]");
    }
  if (repeats)
    return place;
  g_free (place);
  return NULL;
}

static const LsOption *
find_option (const Completer *self, const char *name, gsize length)
{
  const LsOption *own = self->verb ? ls_option_find (self->verb->options, name, length) : NULL;
  return own ? own : ls_option_find (self->common, name, length);
}

static const LsOption *
find_letter (const Completer *self, char letter)
{
  const LsOption *own = self->verb ? ls_option_find_letter (self->verb->options, letter) : NULL;
  return own ? own : ls_option_find_letter (self->common, letter);
}

/* @attached: its argument in the same word; NULL: in the next. */
static void
pass_option (Completer *self, const LsOption *option, const char *attached)
{
  if (!attached)
    self->pending = option;
  else if (g_str_equal (option->name, "host"))
    self->offers.host = attached;
}

static void
pass_options (Completer *self, const char *word)
{
  if (word[1] == '-')
    {
      const char *equals = strchr (word, '=');
      const LsOption *option = find_option (self, word + 2, equals ? (gsize) (equals - word - 2) : strlen (word + 2));
      self->lost = self->lost || !option;
      if (option && option->argument)
        pass_option (self, option, equals ? equals + 1 : NULL);
      return;
    }
  for (const char *letter = word + 1; *letter; letter++)
    {
      const LsOption *option = find_letter (self, *letter);
      self->lost = self->lost || !option;
      if (option && option->argument)
        {
          pass_option (self, option, letter[1] ? letter + 1 : NULL);
          return;
        }
    }
}

static void
pass (Completer *self, const char *word, guint index)
{
  if (self->pending)
    {
      const LsOption *option = g_steal_pointer (&self->pending);
      pass_option (self, option, word);
    }
  else if (!self->options_over && g_str_equal (word, "--"))
    {
      self->options_over = TRUE;
      self->offers.command_at = index + 1;
    }
  else if (!self->options_over && ls_word_is_option (word))
    pass_options (self, word);
  else if (!self->verb)
    {
      self->verb = ls_verb_find (self->offers.verbs, word, NULL);
      self->lost = !self->verb;
    }
  else
    {
      if (self->offers.words->len == 0)
        self->offers.command_at = index;
      g_ptr_array_add (self->offers.words, (char *) word);
      self->options_over = self->options_over || self->verb->command;
    }
}

static void
offer_options (Completer *self, const LsOption *options)
{
  for (; options && options->name; options++)
    {
      const char letter[] = { '-', options->letter, '\0' };
      g_autofree char *name = g_strconcat ("--", options->name, NULL);
      if (options->letter && !self->offers.current[1])
        ls_offers_add (&self->offers, letter, options->help);
      ls_offers_add (&self->offers, name, options->help);
    }
}

static void
complete_current (Completer *self)
{
  const char *equals = strchr (self->offers.current, '=');
  gboolean is_option = !self->options_over && (ls_word_is_option (self->offers.current) || g_str_equal (self->offers.current, "-"));
  if (self->pending)
    ls_offers_place (&self->offers, self->pending->argument);
  else if (is_option && equals)
    {
      const LsOption *option = find_option (self, self->offers.current + 2, (gsize) MAX (equals - self->offers.current - 2, 0));
      self->offers.stem = (gsize) (equals + 1 - self->offers.current);
      if (option && option->argument)
        ls_offers_place (&self->offers, option->argument);
    }
  else if (is_option)
    {
      offer_options (self, self->verb ? self->verb->options : NULL);
      offer_options (self, self->common);
    }
  else if (!self->verb)
    ls_offers_verbs (&self->offers);
  else
    {
      g_autofree char *place = place_at (self->verb->usage, self->offers.words->len);
      if (place)
        ls_offers_place (&self->offers, place);
    }
}

GPtrArray *
ls_complete (const char *const *words, const LsOption *common, const LsVerb *verbs, LsCompleteAsk ask, gpointer data)
{
  guint last = MAX (g_strv_length ((char **) words), 1) - 1;
  Completer self = { .common = common };
  ls_offers_init (&self.offers, verbs, ask, data);
  for (guint i = 0; i < last; i++)
    pass (&self, words[i], i);
  if (words[last])
    self.offers.current = words[last];
  if (self.offers.words->len == 0 && !self.options_over)
    self.offers.command_at = last;
  if (!self.lost)
    complete_current (&self);
  return ls_offers_end (&self.offers);
}
