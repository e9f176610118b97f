/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/sockets.h"

#include "base/error.h"
#include "platform/listen_address.h"
#include "platform/listen_socket.h"
#include "platform/steered_port.h"

#include <string.h>
#include <unistd.h>

/* Steered: each row has a socket. Otherwise one for all. */
typedef struct {
  LsListenAddress address;
  LsSteeredPort *steered;      /* or NULL */
  int shared;                  /* or -1 */
} Entry;

struct LsListening {
  GArray *entries;             /* Entry */
  char **texts;                /* what is bound */
  int **lent;                  /* by row, then by entry; NULL until the row was lent to */
  guint rows;
};

struct LsSocketHost {
  GPtrArray *groups;           /* LsListening, owned */
};

static Entry *
entry_at (LsListening *listening, guint i)
{
  return &g_array_index (listening->entries, Entry, i);
}

static void
entry_clear (Entry *entry)
{
  ls_steered_port_free (entry->steered);
  ls_listen_socket_close (entry->shared, &entry->address);
}

static void
listening_free (LsListening *listening)
{
  for (guint i = 0; i < listening->entries->len; i++)
    entry_clear (entry_at (listening, i));
  for (guint row = 0; row < listening->rows; row++)
    g_free (listening->lent[row]);
  g_free (listening->lent);
  g_strfreev (listening->texts);
  g_array_unref (listening->entries);
  g_free (listening);
}

/* --- opening --- */

static gboolean
open_shared (Entry *entry, GError **error)
{
  int fd = ls_listen_socket_bind (&entry->address, FALSE, error);
  if (fd < 0)
    return FALSE;
  if (!ls_listen_socket_start (fd, &entry->address, error)) {
    close (fd);
    return FALSE;
  }
  entry->shared = fd;
  return TRUE;
}

static gboolean
open_entry (Entry *entry, gboolean steered, guint rows, GError **error)
{
  if (!steered || ls_listen_address_is_unix (&entry->address))
    return open_shared (entry, error);
  entry->steered = ls_steered_port_new (&entry->address, rows, error);
  return entry->steered != NULL;
}

/* The address of @listening that @address would collide with, or NULL. */
static const LsListenAddress *
group_has (LsListening *listening, const LsListenAddress *address)
{
  for (guint i = 0; i < listening->entries->len; i++)
    if (ls_listen_address_overlaps (&entry_at (listening, i)->address, address))
      return &entry_at (listening, i)->address;
  return NULL;
}

/* "In use by another program" would send people looking for the wrong one. Whose group it is, is not known here: it may well
 * be the cluster that is being changed. */
static gboolean
refuse_open (LsListening *listening, const char *text, const LsListenAddress *address, GError **error)
{
  const LsListenAddress *open = group_has (listening, address);
  if (!open)
    return TRUE;
  g_autofree char *with = ls_listen_address_text (open);
  if (ls_listen_address_equal (open, address))
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT,
                 "%s is in use by a cluster of this agent: stop that cluster first, or choose another address", text);
  else
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT,
                 "%s overlaps %s, which this agent has open already: stop the cluster that has it, or leave one of the two out", text,
                 with);
  return FALSE;
}

static gboolean
refuse_taken (LsSocketHost *host, LsListening *listening, const char *text, const LsListenAddress *address, GError **error)
{
  const LsListenAddress *before = group_has (listening, address);
  if (before && ls_listen_address_equal (before, address)) {
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is listed twice", text);
    return FALSE;
  }
  for (guint i = 0; i < host->groups->len; i++)
    if (!refuse_open (g_ptr_array_index (host->groups, i), text, address, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_entry (LsSocketHost *host, LsListening *listening, const char *text, gboolean steered, GError **error)
{
  Entry entry = { .shared = -1 };
  if (!ls_listen_address_parse (text, &entry.address, error) || !refuse_taken (host, listening, text, &entry.address, error)
      || !open_entry (&entry, steered, listening->rows, error))
    return FALSE;
  g_array_append_val (listening->entries, entry);
  return TRUE;
}

static void
write_texts (LsListening *listening)
{
  listening->texts = g_new0 (char *, listening->entries->len + 1);
  for (guint i = 0; i < listening->entries->len; i++)
    listening->texts[i] = ls_listen_address_text (&entry_at (listening, i)->address);
}

static LsListening *
open_group (void *self, const char *const *listen, LsBalance balance, guint rows, GError **error)
{
  LsSocketHost *host = self;
  LsListening *listening = g_new0 (LsListening, 1);
  gboolean steered = balance == LS_BALANCE_STEERED && ls_sockets_can_steer ();
  listening->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  listening->lent = g_new0 (int *, rows);
  listening->rows = rows;
  for (guint i = 0; listen && listen[i] && balance != LS_BALANCE_PORT; i++)
    if (!add_entry (host, listening, listen[i], steered, error)) {
      listening_free (listening);
      return NULL;
    }
  write_texts (listening);
  g_ptr_array_add (host->groups, listening);
  return listening;
}

static const char *const *
get_addresses (void *self, LsListening *listening)
{
  return (const char *const *) listening->texts;
}

static void
close_group (void *self, LsListening *listening)
{
  LsSocketHost *host = self;
  g_ptr_array_remove_fast (host->groups, listening);
}

/* --- rows --- */

static gboolean
lend (void *self, LsListening *listening, guint row, const int **ret_fds, guint *ret_n, GError **error)
{
  guint n = listening->entries->len;
  if (row >= listening->rows) {
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there are sockets for %u processes only", listening->rows);
    return FALSE;
  }
  if (!listening->lent[row])
    listening->lent[row] = g_new (int, MAX (n, 1));
  for (guint i = 0; i < n; i++) {
    Entry *entry = entry_at (listening, i);
    int fd = entry->steered ? ls_steered_port_lend (entry->steered, row, error) : entry->shared;
    if (fd < 0)
      return FALSE;
    listening->lent[row][i] = fd;
  }
  *ret_fds = listening->lent[row];
  *ret_n = n;
  return TRUE;
}

static void
steer (void *self, LsListening *listening, const LsShare *shares, guint n_shares)
{
  for (guint i = 0; i < listening->entries->len; i++)
    if (entry_at (listening, i)->steered)
      ls_steered_port_steer (entry_at (listening, i)->steered, shares, n_shares);
}

static guint
count_waiting (void *self, LsListening *listening, guint row)
{
  guint waiting = 0;
  for (guint i = 0; i < listening->entries->len; i++)
    if (entry_at (listening, i)->steered)
      waiting += ls_steered_port_waiting (entry_at (listening, i)->steered, row);
  return waiting;
}

static void
retire (void *self, LsListening *listening, guint row)
{
  guint closed = 0;
  for (guint i = 0; i < listening->entries->len; i++)
    if (entry_at (listening, i)->steered)
      closed += ls_steered_port_retire (entry_at (listening, i)->steered, row);
  if (row < listening->rows)
    g_clear_pointer (&listening->lent[row], g_free);
  if (closed > 0)
    g_message ("%u connections to %s that nobody had accepted were closed with their process's socket", closed, listening->texts[0]);
}

LsSockets
ls_socket_host_port (LsSocketHost *host)
{
  return (LsSockets) { open_group, get_addresses, lend, steer, count_waiting, retire, close_group, host };
}

LsSocketHost *
ls_socket_host_new (void)
{
  LsSocketHost *host = g_new0 (LsSocketHost, 1);
  host->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) listening_free);
  return host;
}

void
ls_socket_host_free (LsSocketHost *host)
{
  if (!host)
    return;
  g_ptr_array_unref (host->groups);
  g_free (host);
}
