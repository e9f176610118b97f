/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/verbs.h"

static gboolean
start (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  if (!g_str_equal (ls_cli_kind (resource), "cluster"))
    {
      ls_act_refuse (resource, "started", "only a stopped cluster can; a command is started with \"lineshaft run\"", error);
      return FALSE;
    }
  *ret_answer = ls_act_post (cli, resource, path, "/start", error);
  return *ret_answer != NULL;
}

int
ls_verb_start (LsCli *cli)
{
  return ls_act_on_each (cli, start, cli->wait ? "is started" : "is being started");
}
