/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/list.h"

#include "service/nouns.h"
#include "service/state.h"

#include <string.h>

typedef struct {
  LsSupervisor *supervisor;
  LsNoun noun;
  gboolean (*wanted) (gconstpointer resource, gconstpointer user);
  gconstpointer user;
  const char *state;
  const char *after;
  gboolean passed;      /* the one named by after, or there was none to pass */
  guint64 limit;
  json_t *items;
  gconstpointer last;   /* item */
  gboolean more;
} List;

static void
collect (void *user, gconstpointer resource)
{
  List *list = user;

  if (list->more)
    return;
  if (!list->passed)
    {
      g_autofree char *key = ls_noun_key (list->noun, resource);

      list->passed = strcmp (key, list->after) == 0;
      return;
    }
  if ((list->wanted != NULL && !list->wanted (resource, list->user)) || (list->state != NULL && g_strcmp0 (list->state, ls_noun_state (list->noun, resource)) != 0))
    return;
  if (json_array_size (list->items) == list->limit)
    {
      list->more = TRUE;
      return;
    }
  json_array_append_new (list->items, ls_noun_to_brief_json (list->supervisor, list->noun, resource));
  list->last = resource;
}

static gboolean
check_state (const LsNounKind *kind, const char *state, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  if (state == NULL)
    return TRUE;
  for (guint i = 0; kind->state_name (i) != NULL; i++)
    {
      if (strcmp (kind->state_name (i), state) == 0)
        return TRUE;
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", kind->state_name (i));
    }
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "No %s is ever “%s”; its states are: %s.", kind->kind, state, names->str);
  return FALSE;
}

gboolean
ls_list_reply (LsCall *call, LsNoun noun, gboolean (*wanted) (gconstpointer resource, gconstpointer user), gconstpointer user,
               GError **error)
{
  LsSupervisor *supervisor = call->service->parts.supervisor;
  List list = { .supervisor = supervisor, .noun = noun, .wanted = wanted, .user = user, .limit = G_MAXUINT64 };
  g_autofree char *last = NULL;
  json_t *next;

  list.state = ls_call_query (call, "state");
  list.after = ls_call_query (call, "after");
  list.passed = list.after == NULL;
  if (!check_state (&ls_noun_kinds[noun], list.state, error) || !ls_call_query_uint (call, "limit", 1, LS_LIST_LIMIT_MAX, &list.limit, error))
    return FALSE;
  list.items = json_array ();
  ls_supervisor_foreach (supervisor, noun, collect, &list);
  if (!list.passed)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no %s “%s” (any more) to go on after: “after” takes what “next” said; begin again without it.",
                   ls_noun_kinds[noun].kind, list.after);
      json_decref (list.items);
      return FALSE;
    }
  last = list.more ? ls_noun_key (noun, list.last) : NULL;
  next = last != NULL ? json_string (last) : json_null ();
  ls_call_reply (call, 200, json_pack ("{s:o, s:o}", "items", list.items, "next", next));
  return TRUE;
}
