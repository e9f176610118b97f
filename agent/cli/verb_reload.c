/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/verbs.h"

static gboolean
reload (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  if (!g_str_equal (ls_cli_kind (resource), "cluster"))
    {
      ls_act_refuse (resource, "reloaded", "only clusters can; see \"lineshaft restart\"", error);
      return FALSE;
    }
  *ret_answer = ls_act_post (cli, resource, path, "/reload", error);
  return *ret_answer != NULL;
}

int
ls_verb_reload (LsCli *cli)
{
  return ls_act_on_each (cli, reload, cli->wait ? "is reloaded" : "is being reloaded");
}
