/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/offers.h"

#include "base/text.h"
#include "cli/target.h"
#include "model/resource_limits.h"
#include "model/spec_text.h"

#include <string.h>

static void
candidate_free (gpointer data)
{
  LsCandidate *candidate = data;
  g_free (candidate->text);
  g_free (candidate->help);
  g_free (candidate);
}

void
ls_offers_init (LsOffers *self, const LsVerb *verbs, LsCompleteAsk ask, gpointer data)
{
  *self = (LsOffers) { .verbs = verbs, .current = "", .ask = ask, .data = data };
  self->words = g_ptr_array_new ();
  self->found = g_ptr_array_new_with_free_func (candidate_free);
}

GPtrArray *
ls_offers_end (LsOffers *self)
{
  g_clear_pointer (&self->snapshot, json_decref);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  return g_steal_pointer (&self->found);
}

static void
append (LsOffers *self, const char *text, const char *help)
{
  LsCandidate *candidate = g_new0 (LsCandidate, 1);
  candidate->text = g_strdup (text);
  /* One line each. */
  candidate->help = g_strdelimit (g_strdup (help ? help : ""), "\t\r\n", ' ');
  g_ptr_array_add (self->found, candidate);
}

void
ls_offers_add (LsOffers *self, const char *text, const char *help)
{
  if (!g_str_has_prefix (text, self->current + self->stem))
    return;
  g_autofree char *whole = g_strdup_printf ("%.*s%s", (int) self->stem, self->current, text);
  append (self, whole, help);
}

static void
wish_for_paths (LsOffers *self, const char *which)
{
  g_autofree char *before = g_strndup (self->current, self->stem);
  append (self, which, before);
}

/* --- what the agent has --- */

static json_t *
snapshot (LsOffers *self)
{
  if (!self->asked)
    self->snapshot = self->ask (self->host, self->data);
  self->asked = TRUE;
  return self->snapshot;
}

static const char *
text_of (json_t *resource, const char *member)
{
  return json_string_value (json_object_get (resource, member));
}

static const char *
name_of (json_t *resource)
{
  const char *id = text_of (resource, "id");
  return id ? id : text_of (resource, "name");
}

/* "worker, ready", "task, running: sleep 60" */
static char *
help_of (json_t *resource)
{
  json_t *status = json_object_get (resource, "status"), *argv = json_object_get (json_object_get (resource, "spec"), "argv"), *word;
  const char *state = text_of (status ? status : resource, "state");
  GString *text = g_string_new (text_of (resource, "kind"));
  size_t index;
  if (state)
    g_string_append_printf (text, ", %s", state);
  if (text_of (resource, "id") && text_of (resource, "name"))
    g_string_append_printf (text, ": %s", text_of (resource, "name"));
  json_array_foreach (argv, index, word)
    g_string_append_printf (text, "%s%s", index == 0 ? ": " : " ", json_string_value (word));
  return g_string_free (text, FALSE);
}

static gboolean
was_given (const LsOffers *self, const char *word)
{
  return g_ptr_array_find_with_equal_func (self->words, word, g_str_equal, NULL);
}

static void
offer_resources (LsOffers *self, json_t *resources)
{
  size_t index;
  json_t *resource;
  json_array_foreach (resources, index, resource)
    {
      const char *name = name_of (resource);
      g_autofree char *help = help_of (resource);
      if (name && !was_given (self, name))
        ls_offers_add (self, name, help);
    }
}

/* Whatever has a name; operations come and go by themselves. */
static void
offer_targets (LsOffers *self)
{
  const char *collection;
  json_t *resources;
  json_object_foreach (snapshot (self), collection, resources)
    if (!g_str_equal (collection, "operations"))
      offer_resources (self, resources);
}

static json_t *
find_resource (LsOffers *self, const char *name)
{
  const char *collection;
  json_t *resources, *resource;
  size_t index;
  json_object_foreach (snapshot (self), collection, resources)
    json_array_foreach (resources, index, resource)
      if (g_strcmp0 (name_of (resource), name) == 0)
        return resource;
  return NULL;
}

/* --- what a word in capitals stands for --- */

void
ls_offers_verbs (LsOffers *self)
{
  for (const LsVerb *verb = self->verbs; verb->name; verb++)
    if (!verb->hidden)
      ls_offers_add (self, verb->name, verb->help);
}

static void
offer_kinds (LsOffers *self)
{
  for (int kind = 0; kind < LS_LIST_N; kind++)
    ls_offers_add (self, ls_list_kind_name ((LsListKind) kind), NULL);
}

static void
offer_signals (LsOffers *self)
{
  gboolean bare = *self->current && !g_str_has_prefix ("SIG", self->current) && !g_str_has_prefix (self->current, "SIG");
  for (int number = 1; number < 32; number++)
    {
      const char *name = ls_signal_name (number);
      if (name)
        ls_offers_add (self, name + (bare ? strlen ("SIG") : 0), NULL);
    }
}

static gboolean
was_offered (const LsOffers *self, const char *text)
{
  for (guint i = 0; i < self->found->len; i++)
    if (g_str_equal (((LsCandidate *) g_ptr_array_index (self->found, i))->text, text))
      return TRUE;
  return FALSE;
}

/* The jobs that the pool before it knows; where none stands before it, those of all. */
static void
offer_jobs (LsOffers *self)
{
  const char *only = self->words->len > 0 ? g_ptr_array_index (self->words, 0) : NULL;
  json_t *pool, *job;
  size_t p, j;
  json_array_foreach (json_object_get (snapshot (self), "pools"), p, pool)
    json_array_foreach (json_object_get (json_object_get (pool, "status"), "jobs"), j, job)
      if ((!only || g_strcmp0 (name_of (pool), only) == 0) && name_of (job) && !was_offered (self, name_of (job)))
        ls_offers_add (self, name_of (job), text_of (job, "description"));
}

static void
offer_command (LsOffers *self)
{
  g_autofree char *at = g_strdup_printf ("%u", self->command_at);
  append (self, ":command", at);
}

static gboolean
spec_kind (LsOffers *self, LsKind *ret_kind)
{
  const char *first = self->words->len > 0 ? g_ptr_array_index (self->words, 0) : "";
  json_t *resource;
  if (ls_spec_kind_parse (first, ret_kind))
    return TRUE;
  resource = find_resource (self, first);
  return resource && text_of (resource, "kind") && ls_spec_kind_parse (text_of (resource, "kind"), ret_kind);
}

static void
offer_key (LsOffers *self, LsKind kind, const char *key)
{
  const char *const *values = ls_spec_words (kind, key);
  g_autofree char *help = values ? g_strjoinv ("|", (char **) values) : NULL;
  g_autofree char *text = g_strconcat (key, "=", NULL);
  for (guint i = 0; i < self->words->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (self->words, i), text) && !g_str_equal (key, "env"))
      return;
  ls_offers_add (self, text, help);
}

static void
offer_values (LsOffers *self, LsKind kind, const char *key)
{
  const char *const *values = ls_spec_words (kind, key);
  for (; values && *values; values++)
    ls_offers_add (self, *values, NULL);
  if (g_str_equal (key, "cwd"))
    wish_for_paths (self, ":folders");
  else if (g_str_equal (key, "command") || g_str_equal (key, "plugins"))
    wish_for_paths (self, ":files");
}

static void
offer_settings (LsOffers *self)
{
  const char *equals = strchr (self->current, '=');
  LsKind kind;
  if (self->words->len > 0 && g_str_equal (g_ptr_array_index (self->words, 0), "buffer"))
    {
      if (!equals)
        ls_offers_add (self, "size=", NULL);
      return;
    }
  if (!spec_kind (self, &kind))
    return;
  if (equals)
    {
      g_autofree char *key = g_strndup (self->current, (gsize) (equals - self->current));
      self->stem = (gsize) (equals + 1 - self->current);
      offer_values (self, kind, key);
      return;
    }
  for (const char *const *key = ls_spec_keys (kind); *key; key++)
    offer_key (self, kind, *key);
}

static void
offer_files (LsOffers *self)
{
  wish_for_paths (self, ":files");
}

static void
offer_folders (LsOffers *self)
{
  wish_for_paths (self, ":folders");
}

static void
offer_limits (LsOffers *self)
{
  for (int limit = 0; limit < LS_LIMITS; limit++)
    {
      g_autofree char *text = g_strconcat (ls_limit_name ((LsLimit) limit), "=", NULL);
      ls_offers_add (self, text, NULL);
    }
}

static const struct {
  const char *name;
  void (*offer) (LsOffers *self);
} placeholders[] = {
  { "TARGET", offer_targets }, { "KIND", offer_kinds },         { "VERB", ls_offers_verbs },   { "SIGNAL", offer_signals },    { "JOB", offer_jobs },
  { "ARGS", offer_files },     { "KEY=VALUE", offer_settings }, { "FILE", offer_files },   { "SOCKET", offer_files },      { "FOLDER", offer_folders },
  { "COMMAND", offer_command }, { "PLUGIN", offer_files },     { "LIMIT=VALUE", offer_limits },
};

/* "CLUSTER" is one of the "clusters"; a placeholder without a meaning ("TIME", "NAME") offers nothing. */
static void
offer_placeholder (LsOffers *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (placeholders); i++)
    if (g_str_equal (placeholders[i].name, name))
      {
        placeholders[i].offer (self);
        return;
      }
  g_autofree char *lower = g_ascii_strdown (name, -1);
  g_autofree char *collection = g_strconcat (lower, "s", NULL);
  if (g_ascii_isupper (name[0]) && ls_list_kind_parse (collection, &(LsListKind) { 0 }, NULL))
    offer_resources (self, json_object_get (snapshot (self), collection));
}

/* "cluster|POOL": what can stand in one place. */
void
ls_offers_place (LsOffers *self, const char *place)
{
  g_auto (GStrv) alternatives = g_strsplit (place, "|", -1);
  for (char **alternative = alternatives; *alternative; alternative++)
    if (g_ascii_islower ((*alternative)[0]))
      ls_offers_add (self, *alternative, NULL);
    else
      offer_placeholder (self, *alternative);
}
