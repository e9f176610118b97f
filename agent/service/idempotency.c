/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/idempotency.h"

#include "base/error.h"

#include <string.h>

typedef struct {
  char *key;
  char *digest;
  char *id;
} Entry;

struct LsIdempotency {
  GHashTable *entries;      /* key → Entry */
  GQueue order;             /* Entry, oldest first, not owned */
  guint max_keys;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->key);
  g_free (entry->digest);
  g_free (entry->id);
  g_free (entry);
}

static char *
digest_of (const char *route, const char *request, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) route, (gssize) strlen (route) + 1);
  g_checksum_update (checksum, (const guchar *) request, (gssize) length);
  return g_strdup (g_checksum_get_string (checksum));
}

LsIdempotency *
ls_idempotency_new (guint max_keys)
{
  LsIdempotency *idempotency = g_new0 (LsIdempotency, 1);

  idempotency->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  idempotency->max_keys = max_keys;
  g_queue_init (&idempotency->order);
  return idempotency;
}

void
ls_idempotency_free (LsIdempotency *idempotency)
{
  if (idempotency == NULL)
    return;
  g_queue_clear (&idempotency->order);
  g_hash_table_unref (idempotency->entries);
  g_free (idempotency);
}

gboolean
ls_idempotency_look_up (LsIdempotency *idempotency, const char *key, const char *route, const char *request, gsize length,
                        const char **ret_id, GError **error)
{
  const Entry *entry;
  g_autofree char *digest = NULL;

  if (*key == '\0' || strlen (key) > LS_IDEMPOTENCY_KEY_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "An Idempotency-Key has 1 to %u characters.", LS_IDEMPOTENCY_KEY_MAX);
      return FALSE;
    }
  entry = g_hash_table_lookup (idempotency->entries, key);
  if (entry == NULL)
    {
      *ret_id = NULL;
      return TRUE;
    }
  digest = digest_of (route, request, length);
  if (strcmp (digest, entry->digest) != 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE,
                   "The Idempotency-Key “%s” made %s from another request; use a new key for a new request.", key, entry->id);
      return FALSE;
    }
  *ret_id = entry->id;
  return TRUE;
}

void
ls_idempotency_remember (LsIdempotency *idempotency, const char *key, const char *route, const char *request, gsize length,
                             const char *id)
{
  Entry *entry = g_new0 (Entry, 1);
  Entry *before = g_hash_table_lookup (idempotency->entries, key);

  entry->key = g_strdup (key);
  entry->digest = digest_of (route, request, length);
  entry->id = g_strdup (id);
  if (before != NULL)
    g_queue_remove (&idempotency->order, before);
  g_hash_table_replace (idempotency->entries, entry->key, entry);
  g_queue_push_tail (&idempotency->order, entry);
  if (idempotency->order.length > idempotency->max_keys)
    {
      Entry *oldest = g_queue_pop_head (&idempotency->order);

      g_hash_table_remove (idempotency->entries, oldest->key);
    }
}
