/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run_request.h"

#include "cli/terminal.h"

#include "base/error.h"
#include "model/spec_text.h"

#include <string.h>
#include <unistd.h>

static json_t *
environment (LsCli *cli, GError **error)
{
  g_autoptr (json_t) env = json_object ();
  for (const char *const *each = ls_arguments_texts (cli->arguments, "env"); *each; each++)
    {
      const char *equals = strchr (*each, '=');
      if (!equals || equals == *each)
        {
          g_set_error (error, LS_USAGE_ERROR, 0, "-e takes NAME=VALUE, not \"%s\"", *each);
          return NULL;
        }
      g_autofree char *name = g_strndup (*each, (gsize) (equals - *each));
      json_object_set_new (env, name, ls_json_string_or_null (equals + 1));
    }
  return g_steal_pointer (&env);
}

/* A program in a terminal wants to know which; ours is the one that it will be seen in. */
static void
add_terminal_name (json_t *env)
{
  const char *name = g_getenv ("TERM");
  if (name && *name && !json_object_get (env, "TERM"))
    json_object_set_new (env, "TERM", json_string (name));
}

static gboolean
check_options (LsCli *cli, GError **error)
{
  gboolean terminal = ls_arguments_has (cli->arguments, "terminal"), file = ls_arguments_has (cli->arguments, "input");
  const char *wrong = NULL;
  if (ls_arguments_has (cli->arguments, "restart") && !ls_arguments_has (cli->arguments, "detach"))
    wrong = "--restart goes with -d: a command in the foreground runs once";
  else if (file && ls_arguments_has (cli->arguments, "stdin"))
    wrong = "-i and --input are two standard inputs: give one of them";
  else if (file && terminal)
    wrong = "--input does not go with -t: a terminal is typed into";
  else if (ls_arguments_has (cli->arguments, "detach-keys") && !terminal)
    wrong = "--detach-keys goes with -t: without a terminal there is nothing to leave";
  if (wrong)
    g_set_error_literal (error, LS_USAGE_ERROR, 0, wrong);
  return !wrong;
}

gboolean
ls_run_takes_input (LsCli *cli)
{
  return ls_arguments_has (cli->arguments, "stdin") || ls_cli_is_terminal (STDIN_FILENO) || ls_arguments_has (cli->arguments, "detach");
}

static json_t *
stdin_of (LsCli *cli)
{
  const char *file = ls_arguments_text (cli->arguments, "input");
  if (file)
    {
      g_autofree char *absolute = g_canonicalize_filename (file, NULL);
      return json_pack ("{s:o}", "file", ls_json_string_or_null (absolute));
    }
  if (ls_arguments_has (cli->arguments, "terminal"))
    return json_string (ls_run_takes_input (cli) ? "open" : "none");
  return json_string (ls_arguments_has (cli->arguments, "stdin") ? "open" : "none");
}

/* Adds a setting as the config file has it; a bad one is a usage error. */
static gboolean
add_setting (json_t *spec, const char *key, const char *value, const char *option, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (json_t) patch = ls_spec_text_to_json (LS_KIND_TASK, key, value, &why);
  if (patch)
    {
      json_object_update (spec, patch);
      return TRUE;
    }
  const char *sentence = g_str_has_prefix (why->message, key) ? why->message + strlen (key) + strlen (": ") : why->message;
  g_set_error (error, LS_USAGE_ERROR, 0, "--%s: %s", option, sentence);
  return FALSE;
}

static gboolean
add_settings (LsCli *cli, json_t *spec, GError **error)
{
  static const char *const same[] = { "restart", "nice" };
  g_autofree char *limits = g_strjoinv (" ", (char **) ls_arguments_texts (cli->arguments, "limit"));
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      const char *value = ls_arguments_text (cli->arguments, same[i]);
      if (value && !add_setting (spec, same[i], value, same[i], error))
        return FALSE;
    }
  return !*limits || add_setting (spec, "limits", limits, "limit", error);
}

static void
add_terminal (LsCli *cli, json_t *spec)
{
  LsTerminalSize size;
  if (!ls_arguments_has (cli->arguments, "terminal"))
    return;
  json_object_set_new (spec, "pty", json_true ());
  add_terminal_name (json_object_get (spec, "env"));
  if (ls_terminal_own_size (&size))
    json_object_set_new (spec, "window", ls_terminal_size_to_json (size));
}

json_t *
ls_run_request (LsCli *cli, GError **error)
{
  const char *cwd = ls_arguments_text (cli->arguments, "cwd"), *name = ls_arguments_text (cli->arguments, "name");
  gboolean good = ls_cli_check_words (ls_arguments_words (cli->arguments), error) && check_options (cli, error);
  g_autoptr (json_t) env = good ? environment (cli, error) : NULL;
  if (!env)
    return NULL;
  /* "." and the like are ours, not the agent's. */
  g_autofree char *absolute = g_canonicalize_filename (cwd ? cwd : ".", NULL);
  g_autoptr (json_t) spec = json_pack ("{s:o,s:o,s:O,s:o,s:I}",
                                       "argv", ls_json_strv ((char **) ls_arguments_words (cli->arguments)),
                                       "cwd", ls_json_string_or_null (absolute),
                                       "env", env,
                                       "stdin", stdin_of (cli),
                                       "timeout_ms", (json_int_t) cli->timeout_ms);
  add_terminal (cli, spec);
  if (!add_settings (cli, spec, error))
    return NULL;
  json_t *body = json_pack ("{s:O}", "spec", spec);
  if (name)
    json_object_set_new (body, "name", ls_json_string_or_null (name));
  return body;
}
