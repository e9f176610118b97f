/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/verbs.h"

#include "base/error.h"

/* Waits until the agent does not know it any more. */
static gboolean
wait_until_gone (LsCli *cli, const char *word, const char *path, GError **error)
{
  for (guint pause = 20; cli->wait; pause = MIN (pause * 2, 200))
    {
      g_autoptr (GError) why = NULL;
      g_autoptr (json_t) resource = ls_cli_call (cli, "GET", path, NULL, &why);
      if (g_error_matches (why, LS_ERROR, LS_ERROR_UNKNOWN))
        return TRUE;
      if (!resource)
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }
      ls_cli_progress (cli, "%s: waiting for its end …", word);
      if (!ls_cli_pause (cli, pause, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
remove_one (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  const char *kind = ls_cli_kind (resource);
  if (g_str_equal (kind, "worker"))
    {
      ls_act_refuse (resource, "removed", "\"lineshaft stop\" drains it and scales its cluster down by one", error);
      return FALSE;
    }
  g_autoptr (json_t) answer = ls_cli_call (cli, "DELETE", path, NULL, error);
  if (!answer)
    return FALSE;
  const char *operation = g_str_equal (ls_cli_kind (answer), "operation") ? json_string_value (json_object_get (answer, "id")) : NULL;
  if (operation && cli->wait && !ls_cli_wait_operation (cli, operation, error))
    return FALSE;
  /* A cancelled job stays, as cancelled. */
  return g_str_equal (kind, "job") || wait_until_gone (cli, word, path, error);
}

int
ls_verb_remove (LsCli *cli)
{
  return ls_act_on_each (cli, remove_one, cli->wait ? "is removed" : "is being removed");
}
