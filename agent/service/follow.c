/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/follow.h"

#include "model/json.h"
#include "service/log_json.h"

/* What is kept ready for a reader at most. */
#define READY_BYTES (64u * 1024)

struct LsFollow {
  LsLogStore *store;
  LsLogQuery query;             /* its strings are copies; after_seq is the last entry given */
  LsLogFollower *follower;      /* NULL: not live */
  LsEntryFormat format;
  GString *fresh;               /* formatted, not yet taken */
  guint64 fresh_seq;            /* of the last entry in fresh */
  gboolean behind;              /* the store has entries that are not in fresh */
  void (*ready) (void *user);
  void *user;
};

static void
set_behind (LsFollow *follow, gboolean behind)
{
  follow->behind = behind;
  if (follow->follower != NULL)
    ls_log_store_pause (follow->store, follow->follower, behind);
}

static void
on_entry (void *user, const LsLogEntry *entry)
{
  LsFollow *follow = user;

  if (follow->fresh->len < READY_BYTES)
    {
      follow->format (follow->fresh, entry);
      follow->fresh_seq = entry->seq;
    }
  else
    set_behind (follow, TRUE);
  follow->ready (follow->user);
}

LsFollow *
ls_follow_new (LsLogStore *store, const LsLogQuery *query, gboolean live, LsEntryFormat format, void (*ready) (void *user), void *user)
{
  LsFollow *follow = g_new0 (LsFollow, 1);

  follow->store = store;
  follow->query = *query;
  follow->query.sources = (const char *const *) g_strdupv ((char **) query->sources);
  follow->query.grep = g_strdup (query->grep);
  follow->format = format;
  follow->fresh = g_string_new (NULL);
  follow->ready = ready;
  follow->user = user;
  if (live)
    follow->follower = ls_log_store_follow (store, &follow->query, on_entry, NULL, follow);
  set_behind (follow, TRUE);
  return follow;
}

void
ls_follow_free (LsFollow *follow)
{
  if (follow == NULL)
    return;
  if (follow->follower != NULL)
    ls_log_store_unfollow (follow->store, follow->follower);
  g_strfreev ((char **) follow->query.sources);
  g_free ((char *) follow->query.grep);
  g_string_free (follow->fresh, TRUE);
  g_free (follow);
}

typedef struct {
  LsFollow *follow;
  GString *to;
  gsize end;
  gboolean full;
} Catching;

static gboolean
catch_up_entry (void *user, const LsLogEntry *entry)
{
  Catching *catching = user;

  if (catching->to->len >= catching->end)
    {
      catching->full = TRUE;
      return FALSE;
    }
  catching->follow->format (catching->to, entry);
  catching->follow->query.after_seq = entry->seq;
  return TRUE;
}

gboolean
ls_follow_take (LsFollow *follow, GString *to, gsize room)
{
  Catching catching = { follow, to, to->len + room, FALSE };

  if (follow->fresh->len > 0)
    {
      g_string_append_len (to, follow->fresh->str, (gssize) follow->fresh->len);
      g_string_truncate (follow->fresh, 0);
      follow->query.after_seq = follow->fresh_seq;
    }
  if (!follow->behind)
    return FALSE;
  ls_log_store_each (follow->store, &follow->query, catch_up_entry, &catching);
  /* "The last so many" chose where to begin; from there on all is wanted. */
  follow->query.last = 0;
  set_behind (follow, catching.full);
  return catching.full;
}

gboolean
ls_follow_is_behind (const LsFollow *follow)
{
  return follow->behind || follow->fresh->len >= READY_BYTES / 2;
}

/* --- the forms --- */

static void
append_json_line (GString *to, json_t *json)
{
  g_autofree char *text = ls_json_to_text (json);

  g_string_append (to, text);
  g_string_append_c (to, '\n');
  json_decref (json);
}

void
ls_follow_format_json (GString *to, const LsLogEntry *entry)
{
  append_json_line (to, ls_log_entry_to_json (entry, FALSE));
}

void
ls_follow_format_raw_json (GString *to, const LsLogEntry *entry)
{
  append_json_line (to, ls_log_entry_to_json (entry, TRUE));
}

void
ls_follow_format_bytes (GString *to, const LsLogEntry *entry)
{
  g_string_append_len (to, entry->text, (gssize) entry->length);
  if (entry->newline)
    g_string_append_c (to, '\n');
}
