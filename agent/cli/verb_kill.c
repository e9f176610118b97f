/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "base/text.h"

/* Exactly the process that was looked at: the agent refuses when it is another by now. */
static gboolean
signal_one (LsCli *cli, json_t *resource, const char *path, const char *name, GError **error)
{
  g_autofree char *whole = g_strconcat (path, "/signal", NULL);
  json_t *body = ls_act_instance (resource);
  if (json_object_size (body) == 0)
    {
      json_decref (body);
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s has no process that could get a signal", ls_cli_name_of (resource));
      return FALSE;
    }
  json_object_set_new (body, "signal", json_string (name));
  g_autoptr (json_t) answer = ls_cli_call (cli, "POST", whole, body, error);
  return answer != NULL;
}

static gboolean
signal_if_running (LsCli *cli, json_t *worker, const char *path, const char *name, GError **error)
{
  return !json_is_string (json_object_get (worker, "instance")) || signal_one (cli, worker, path, name, error);
}

static gboolean
kill_one (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, "signal");
  g_autoptr (GError) why = NULL;
  int number;
  if (!ls_signal_from_text (text ? text : "SIGTERM", &number, &why))
    {
      g_set_error_literal (error, LS_USAGE_ERROR, 0, why->message);
      return FALSE;
    }
  g_autofree char *name = ls_signal_name (number) ? g_strdup (ls_signal_name (number)) : g_strdup_printf ("%d", number);
  if (g_str_equal (ls_cli_kind (resource), "job"))
    {
      ls_act_refuse (resource, "sent a signal", "it is a thread's work; \"lineshaft stop\" cancels it", error);
      return FALSE;
    }
  gboolean done = g_str_equal (ls_cli_kind (resource), "cluster") ? ls_act_on_workers (cli, word, signal_if_running, name, error) : signal_one (cli, resource, path, name, error);
  if (done)
    ls_cli_say (cli, "%s to %s.", name, word);
  return done;
}

int
ls_verb_kill (LsCli *cli)
{
  return ls_act_on_each (cli, kill_one, NULL);
}
