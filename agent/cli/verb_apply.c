/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/verbs.h"

#include "base/error.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_MAX (1024 * 1024)      /* what the agent takes as a body */

static char *
read_text (const char *file, GError **error)
{
  char *text = NULL;
  gsize length = 0;
  if (g_str_equal (file, "-"))
    {
      g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
      text = g_malloc (CONFIG_MAX + 1);
      if (!g_input_stream_read_all (input, text, CONFIG_MAX, &length, NULL, error))
        g_clear_pointer (&text, g_free);
      else
        text[length] = '\0';
    }
  else
    g_file_get_contents (file, &text, &length, error);
  if (text && !g_utf8_validate (text, (gssize) length, NULL))
    {
      g_clear_pointer (&text, g_free);
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s is not a text in UTF-8", file);
    }
  return text;
}

static void
print_changes (LsCli *cli, json_t *changes)
{
  size_t index;
  json_t *change;
  json_array_foreach (changes, index, change)
    {
      const char *op = json_string_value (json_object_get (change, "op"));
      const char *sign = g_strcmp0 (op, "create") == 0 ? "+" : g_strcmp0 (op, "remove") == 0 ? "-" : "~";
      LsTone tone = *sign == '+' ? LS_TONE_GOOD : *sign == '-' ? LS_TONE_BAD : LS_TONE_BUSY;
      const char *kind = json_string_value (json_object_get (change, "kind")), *name = json_string_value (json_object_get (change, "name"));
      g_autofree char *text = g_strdup_printf ("%s %s %s", sign, kind ? kind : "?", name ? name : "?");
      g_autofree char *toned = ls_text_toned (text, tone, cli->color);
      puts (toned);
    }
}

/* The agent takes a schedule that cannot run: its program may be installed later. Whoever applies it hears so now, and not when it is due. */
static void
tell_what_cannot_run (LsCli *cli, json_t *changes)
{
  size_t index;
  json_t *change;
  json_array_foreach (changes, index, change)
    {
      const char *name = json_string_value (json_object_get (change, "name"));
      if (g_strcmp0 (json_string_value (json_object_get (change, "kind")), "schedule") != 0
          || g_strcmp0 (json_string_value (json_object_get (change, "op")), "remove") == 0)
        continue;
      g_autofree char *path = g_strdup_printf ("/v1/schedules/%s", name);
      g_autoptr (json_t) schedule = ls_cli_call (cli, "GET", path, NULL, NULL);
      json_t *status = json_object_get (schedule, "status");
      const char *reason = json_string_value (json_object_get (status, "reason"));
      if (reason && json_array_size (json_object_get (status, "runs")) == 0)
        ls_cli_complain (cli, "schedule %s: %s", name, reason);
    }
}

int
ls_verb_apply (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  const char *file = ls_cli_word (cli, 0);
  gboolean dry_run = ls_arguments_has (cli->arguments, "dry-run");
  json_t *body = json_pack ("{s:b}", "dry_run", dry_run);
  g_autofree char *text = file ? read_text (file, &error) : NULL;
  if (error)
    {
      json_decref (body);
      return ls_cli_fail (cli, error);
    }
  if (text)
    json_object_set_new (body, "text", json_string (text));
  g_autoptr (json_t) answer = ls_cli_call (cli, "POST", "/v1/apply", body, &error);
  if (!answer)
    return ls_cli_fail (cli, error);
  json_t *changes = json_object_get (answer, "changes");
  if (cli->format != LS_FORMAT_TABLE)
    ls_cli_print_resource (cli, answer);
  else if (!cli->quiet)
    print_changes (cli, changes);
  if (json_array_size (changes) == 0)
    ls_cli_say (cli, "Nothing to change: what runs is what the config says.");
  else
    ls_cli_say (cli, dry_run ? "Nothing was changed: this is what \"lineshaft apply\" would do." : "Applied.");
  if (!dry_run)
    tell_what_cannot_run (cli, changes);
  return LS_EXIT_OK;
}
