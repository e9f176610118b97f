/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/target.h"

#include "base/text.h"
#include "cli/arguments.h"

#include <string.h>

static gboolean
all_digits (const char *text)
{
  return *text && text[strspn (text, "0123456789")] == '\0';
}

gboolean
ls_target_parse (const char *word, LsTargetKind *ret_kind, GError **error)
{
  const char *dot = strchr (word, '.');
  g_autofree char *name = dot ? g_strndup (word, (gsize) (dot - word)) : g_strdup (word);
  if (ls_name_is_valid (name) && (!dot || all_digits (dot + 1) || ls_name_is_valid (dot + 1)))
    {
      if (dot && !all_digits (dot + 1))
        *ret_kind = LS_TARGET_BUFFER;
      else if (dot)
        *ret_kind = LS_TARGET_WORKER;
      else if (word[0] == 't' && all_digits (word + 1))
        *ret_kind = LS_TARGET_TASK;
      else if (word[0] == 'j' && all_digits (word + 1))
        *ret_kind = LS_TARGET_JOB;
      else
        *ret_kind = LS_TARGET_NAME;
      return TRUE;
    }
  g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" names nothing: write web for a cluster, pool or schedule, web.3 for a worker, compute.frame for a buffer, t42 for a task, j17 for a job", word);
  return FALSE;
}

char *
ls_target_path (LsTargetKind kind, const char *word, const char *collection, const char *rest)
{
  static const char *const collections[] = { NULL, "workers", "tasks", "jobs" };
  g_autofree char *escaped = g_uri_escape_string (word, NULL, FALSE);
  if (kind == LS_TARGET_BUFFER)
    {
      const char *dot = strchr (escaped, '.');
      return g_strdup_printf ("/v1/pools/%.*s/buffers/%s%s", (int) (dot - escaped), escaped, dot + 1, rest ? rest : "");
    }
  return g_strconcat ("/v1/", kind == LS_TARGET_NAME ? collection : collections[kind], "/", escaped, rest, NULL);
}

static const char *const kinds[] = { "clusters", "workers", "pools", "jobs", "buffers", "tasks", "schedules", NULL };

const char *
ls_list_kind_name (LsListKind kind)
{
  return kinds[kind];
}

gboolean
ls_list_kind_parse (const char *word, LsListKind *ret_kind, GError **error)
{
  for (guint i = 0; kinds[i]; i++)
    if (g_str_equal (word, kinds[i]) || (strlen (word) + 1 == strlen (kinds[i]) && g_str_has_prefix (kinds[i], word)))
      {
        *ret_kind = (LsListKind) i;
        return TRUE;
      }
  const char *closest = ls_closest_word (word, kinds);
  if (closest)
    g_set_error (error, LS_USAGE_ERROR, 0, "there is no kind \"%s\": did you mean %s?", word, closest);
  else
    g_set_error (error, LS_USAGE_ERROR, 0, "there is no kind \"%s\": it is one of clusters, workers, pools, jobs, buffers, tasks, schedules", word);
  return FALSE;
}
