/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "logs/log.h"

#include <stdio.h>
#include <string.h>

static struct {
  LsLogLevel level;
  LsLogStore *store;
  gboolean journal;        /* stderr goes to systemd's journal, which takes the level as a prefix */
  gboolean busy;           /* a follower logs about its own troubles: that goes to stderr only */
} agent_log = { .level = LS_LOG_INFO };

static const struct {
  const char *name;
  int priority;            /* syslog(3) */
} levels[] = {
  [LS_LOG_ERROR] = { "error", 3 },
  [LS_LOG_WARNING] = { "warning", 4 },
  [LS_LOG_INFO] = { "info", 6 },
  [LS_LOG_DEBUG] = { "debug", 7 },
};

void
ls_log_init (LsLogLevel level, LsLogStore *store)
{
  agent_log.level = level;
  agent_log.store = store;
  agent_log.journal = g_getenv ("JOURNAL_STREAM") != NULL;
}

gboolean
ls_log_level_parse (const char *text, LsLogLevel *ret_level)
{
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (g_ascii_strcasecmp (text, levels[i].name) == 0)
      {
        *ret_level = (LsLogLevel) i;
        return TRUE;
      }
  return FALSE;
}

static void
store_line (const char *line, gsize length)
{
  if (agent_log.store == NULL || agent_log.busy)
    return;
  agent_log.busy = TRUE;
  ls_log_store_append (agent_log.store, "agent", LS_LOG_AGENT, line, length, g_get_real_time () / 1000);
  agent_log.busy = FALSE;
}

void
ls_log (LsLogLevel level, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  if (level > agent_log.level)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_strdelimit (text, "\r\n", ' ');
  line = g_strdup_printf ("%s: %s\n", levels[level].name, text);
  if (agent_log.journal)
    fprintf (stderr, "<%d>%s\n", levels[level].priority, text);
  else
    fputs (line, stderr);
  store_line (line, strlen (line));
}
