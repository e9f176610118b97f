/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/verbs.h"

#include "base/text.h"

/* One that is paused goes on; any other runs now. */
static gboolean
start_schedule (LsCli *cli, const char *word, json_t *resource, const char *path, GError **error)
{
  gboolean paused = json_is_true (json_object_get (json_object_get (resource, "spec"), "paused"));
  if (paused && !ls_arguments_has (cli->arguments, "now"))
    {
      g_autoptr (json_t) after = ls_cli_call (cli, "PATCH", path, json_pack ("{s:b}", "paused", FALSE), error);
      if (!after)
        return FALSE;
      g_autofree char *next = ls_format_next (json_integer_value (json_object_get (json_object_get (after, "status"), "next_at")), g_get_real_time () / 1000);
      ls_cli_say (cli, "%s is no longer paused: it runs %s.", word, next);
      ls_cli_print_resource (cli, after);
      return TRUE;
    }
  g_autofree char *run = g_strconcat (path, "/run", NULL);
  g_autoptr (json_t) answer = ls_cli_call (cli, "POST", run, NULL, error);
  if (!answer)
    return FALSE;
  if (g_str_equal (ls_cli_kind (answer), "task"))
    ls_cli_say (cli, "%s runs now, as %s.", word, ls_cli_name_of (answer));
  else
    ls_cli_say (cli, "%s runs as soon as its run before has ended.", word);
  ls_cli_print_resource (cli, answer);
  return TRUE;
}

static gboolean
start (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  if (g_str_equal (ls_cli_kind (resource), "schedule"))
    return start_schedule (cli, word, resource, path, error);
  if (!g_str_equal (ls_cli_kind (resource), "cluster"))
    {
      ls_act_refuse (resource, "started", "only a stopped cluster or a schedule can; a command is started with \"lineshaft run\"", error);
      return FALSE;
    }
  g_autoptr (json_t) answer = ls_act_post (cli, resource, path, "/start", error);
  return answer && ls_act_finish (cli, word, path, answer, cli->wait ? "is started" : "is being started", error);
}

int
ls_verb_start (LsCli *cli)
{
  return ls_act_on_each (cli, start, NULL);
}
