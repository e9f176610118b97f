/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/child_environment.h"

#include "abi/channel.h"
#include "abi/scoreboard.h"

#include <string.h>

/* Room for a pid; the child writes its own, ended by a NUL. */
#define PID_ROOM "0000000000"

/* Said to the agent by whoever started it; a child that believed it would speak to the wrong one. */
static const char *const not_inherited[] = {
  LS_CHANNEL_ENV_FD, LS_CHANNEL_ENV_SERIALIZATION, "NODE_UNIQUE_ID", LS_NOTIFY_ENV_SOCKET, "WATCHDOG_USEC", "WATCHDOG_PID",
  LS_LISTEN_ENV_FDS, LS_LISTEN_ENV_PID, LS_LISTEN_ENV_NAMES, LS_SCOREBOARD_ENV_FD, LS_SCOREBOARD_ENV_ROW,
  LS_ENV_ID, LS_ENV_CLUSTER, LS_ENV_SLOT,
};

static gboolean
is_for_the_agent (const char *entry)
{
  for (guint i = 0; i < G_N_ELEMENTS (not_inherited); i++) {
    gsize length = strlen (not_inherited[i]);
    if (strncmp (entry, not_inherited[i], length) == 0 && entry[length] == '=')
      return TRUE;
  }
  return FALSE;
}

/* A later entry takes the place of an earlier one of that name. Takes @entry. */
static void
set_entry (GPtrArray *environment, char *entry)
{
  gsize name_and_sign = strcspn (entry, "=") + 1;
  for (guint i = 0; i < environment->len; i++) {
    const char *there = g_ptr_array_index (environment, i);
    if (strncmp (there, entry, name_and_sign) == 0) {
      g_free (environment->pdata[i]);
      environment->pdata[i] = entry;
      return;
    }
  }
  g_ptr_array_add (environment, entry);
}

static void
set (GPtrArray *environment, const char *name, const char *value)
{
  set_entry (environment, g_strconcat (name, "=", value, NULL));
}

static void
set_number (GPtrArray *environment, const char *name, gint64 value)
{
  set_entry (environment, g_strdup_printf ("%s=%" G_GINT64_FORMAT, name, value));
}

/* Names are joined by colons, so the colons within ("127.0.0.1:8080") become dashes. */
static char *
joined_names (const LsSpawnRequest *request)
{
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < request->n_listen_fds; i++) {
    g_autofree char *name = g_strdelimit (g_strdup (request->listen_names[i]), ":", '-');
    g_string_append_printf (names, "%s%s", i > 0 ? ":" : "", name);
  }
  return g_string_free (names, FALSE);
}

static char *
set_listening (GPtrArray *environment, const LsSpawnRequest *request)
{
  char *pid_entry = g_strdup (LS_LISTEN_ENV_PID "=" PID_ROOM);
  set_number (environment, LS_LISTEN_ENV_FDS, request->n_listen_fds);
  if (request->listen_names) {
    g_autofree char *names = joined_names (request);
    set (environment, LS_LISTEN_ENV_NAMES, names);
  }
  set_entry (environment, pid_entry);
  return pid_entry + strlen (LS_LISTEN_ENV_PID "=");
}

char **
ls_child_environment (const LsSpawnRequest *request, const LsChildLinks *links, const char *const *inherited, char **ret_listen_pid)
{
  GPtrArray *environment = g_ptr_array_new ();
  char *listen_pid = NULL;
  for (guint i = 0; inherited[i]; i++)
    if (!is_for_the_agent (inherited[i]))
      g_ptr_array_add (environment, g_strdup (inherited[i]));
  for (guint i = 0; request->env && request->env[i]; i++)
    set_entry (environment, g_strdup (request->env[i]));
  set (environment, LS_ENV_ID, request->id);
  if (links->mark)
    set_entry (environment, g_strdup (links->mark));
  if (links->notify_path)
    set (environment, LS_NOTIFY_ENV_SOCKET, links->notify_path);
  if (links->channel_fd >= 0) {
    set_number (environment, LS_CHANNEL_ENV_FD, links->channel_fd);
    set (environment, LS_CHANNEL_ENV_SERIALIZATION, "json");
  }
  if (links->scoreboard_fd >= 0) {
    set_number (environment, LS_SCOREBOARD_ENV_FD, links->scoreboard_fd);
    set_number (environment, LS_SCOREBOARD_ENV_ROW, request->scoreboard_row);
  }
  if (request->n_listen_fds > 0)
    listen_pid = set_listening (environment, request);
  g_ptr_array_add (environment, NULL);
  *ret_listen_pid = listen_pid;
  return (char **) g_ptr_array_free (environment, FALSE);
}

const char *
ls_environment_get (const char *const *environment, const char *name)
{
  gsize length = strlen (name);
  for (guint i = 0; environment[i]; i++)
    if (strncmp (environment[i], name, length) == 0 && environment[i][length] == '=')
      return environment[i] + length + 1;
  return NULL;
}
