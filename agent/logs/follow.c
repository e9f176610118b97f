/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is told of what comes in. A follower that goes while callbacks run is only marked, and freed after the last of them. */

#include "logs/store_private.h"

void
ls_log_follower_free (LsLogFollower *follower)
{
  g_strfreev ((char **) (gpointer) follower->query.sources);
  g_free ((char *) follower->query.grep);
  g_free (follower);
}

void
ls_log_store_sweep (LsLogStore *store)
{
  for (guint i = store->followers->len; i > 0; i--)
    {
      LsLogFollower *follower = store->followers->pdata[i - 1];

      if (!follower->removed)
        continue;
      g_ptr_array_remove_index (store->followers, i - 1);
      ls_log_follower_free (follower);
    }
  store->sweep = FALSE;
}

void
ls_log_store_tell (LsLogStore *store, const LsLogPiece *piece)
{
  const char *source = piece->block->source->name;
  g_autoptr (GString) line = NULL;

  /* One that a callback adds is told from the next piece on. */
  for (guint i = 0, n = store->followers->len; i < n; i++)
    {
      LsLogFollower *follower = store->followers->pdata[i];

      if (!follower->removed && !follower->paused && ls_log_query_has_source (&follower->query, source)
          && ls_log_query_has_piece (&follower->query, piece) && !ls_log_query_skips (&follower->query, piece))
        {
          LsLogEntry entry;

          ls_log_query_entry (&follower->query, piece, &line, &entry);
          follower->entry (follower->user, &entry);
        }
    }
}

LsLogFollower *
ls_log_store_follow (LsLogStore *store, const LsLogQuery *query, void (*entry) (void *user, const LsLogEntry *entry),
                     void (*ended) (void *user, const char *source), void *user)
{
  LsLogFollower *follower = g_new0 (LsLogFollower, 1);

  follower->query = *query;
  follower->query.sources = (const char *const *) g_strdupv ((char **) (gpointer) query->sources);
  follower->query.grep = g_strdup (query->grep);
  follower->entry = entry;
  follower->ended = ended;
  follower->user = user;
  g_ptr_array_add (store->followers, follower);
  store->listening++;
  store->live += follower->query.unit == LS_LOG_LINES_LIVE;
  /* What has begun already may be waiting for an answer. */
  if (follower->query.unit == LS_LOG_LINES_LIVE)
    ls_log_store_unfinished (store);
  return follower;
}

void
ls_log_store_pause (LsLogStore *store, LsLogFollower *follower, gboolean pause)
{
  if (follower->paused == pause)
    return;
  follower->paused = pause;
  store->listening += pause ? -1 : 1;
}

void
ls_log_store_unfollow (LsLogStore *store, LsLogFollower *follower)
{
  if (follower == NULL)
    return;
  ls_log_store_pause (store, follower, TRUE);
  store->live -= follower->query.unit == LS_LOG_LINES_LIVE;
  follower->removed = TRUE;
  store->sweep = TRUE;
  if (store->busy == 0)
    ls_log_store_sweep (store);
}

void
ls_log_store_tell_end (LsLogStore *store, const char *source_name)
{
  ls_log_store_enter (store);
  for (guint i = 0, n = store->followers->len; i < n; i++)
    {
      LsLogFollower *follower = store->followers->pdata[i];

      if (!follower->removed && follower->ended != NULL && ls_log_query_has_source (&follower->query, source_name))
        follower->ended (follower->user, source_name);
    }
  ls_log_store_leave (store);
}
