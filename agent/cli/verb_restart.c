/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/agent_verbs.h"
#include "cli/verbs.h"

static gboolean
restart (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  const char *kind = ls_cli_kind (resource);
  if (g_str_equal (kind, "task") || g_str_equal (kind, "job"))
    {
      ls_act_refuse (resource, "restarted", "start another one with \"lineshaft run\" or \"lineshaft submit\"", error);
      return FALSE;
    }
  if (g_str_equal (kind, "buffer") || g_str_equal (kind, "schedule"))
    {
      ls_act_refuse (resource, "restarted", "only clusters, workers and pools can", error);
      return FALSE;
    }
  /* All of a cluster, one slot at a time, is a reload. */
  *ret_answer = ls_act_post (cli, resource, path, g_str_equal (kind, "cluster") ? "/reload" : "/restart", error);
  return *ret_answer != NULL;
}

int
ls_verb_restart (LsCli *cli)
{
  int status;
  if (ls_cli_means_agent (cli, &status))
    return ls_agent_restart (cli);
  if (status >= 0)
    return status;
  return ls_act_on_each (cli, restart, cli->wait ? "is restarted" : "is being restarted");
}
