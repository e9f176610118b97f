/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/create_buffer.h"
#include "cli/settings.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* Where --save writes: the config file of the agent, which runs on this computer. */
static char *
config_path (LsCli *cli, GError **error)
{
  g_autoptr (json_t) agent = ls_cli_call (cli, "GET", "/v1/agent", NULL, error);
  const char *path = json_string_value (json_object_get (agent, "config"));
  if (agent && !path)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "--save needs a config file: this agent was started without one (lineshaft-agent --config FILE)");
  return g_strdup (path);
}

/* Adds the group at the end: every other line stays as somebody wrote it. */
static gboolean
append_group (const char *path, const char *group, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_get_contents (path, &text, &length, error))
    return FALSE;
  const char *gap = length == 0 ? "" : text[length - 1] == '\n' ? "\n" : "\n\n";
  g_autofree char *whole = g_strconcat (text ? text : "", gap, group, NULL);
  return g_file_set_contents_full (path, whole, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}

static gboolean
read_kind (const char *word, LsKind *ret_kind, GError **error)
{
  static const char *const kinds[] = { "cluster", "pool", "schedule", "buffer", NULL };
  for (int i = 0; kinds[i]; i++)
    if (g_str_equal (word, kinds[i]))
      {
        return ls_spec_kind_parse (word, ret_kind);
      }
  const char *closest = ls_closest_word (word, kinds);
  if (closest)
    g_set_error (error, LS_USAGE_ERROR, 0, "cannot create a \"%s\": did you mean %s?", word, closest);
  else
    g_set_error (error, LS_USAGE_ERROR, 0, "cannot create a \"%s\": it is cluster, pool, schedule or buffer (and tasks are started with \"lineshaft run\")", word);
  return FALSE;
}

static json_t *
put (LsCli *cli, const char *path, json_t *spec, GError **error)
{
  /* Only when there is none yet: changing one is "set". */
  static const char *const headers[] = { "If-None-Match", "*", NULL };
  g_autoptr (GError) why = NULL;
  json_t *resource = ls_cli_call_with (cli, "PUT", path, spec, headers, &why);
  if (g_error_matches (why, LS_ERROR, LS_ERROR_MISMATCH))
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "there is a %s %s already: \"lineshaft set\" changes it", ls_cli_word (cli, 0), ls_cli_word (cli, 1));
  else if (!resource)
    g_propagate_error (error, g_steal_pointer (&why));
  return resource;
}

static gboolean
check_name (const char *name, GError **error)
{
  LsTargetKind kind;
  if (ls_name_is_valid (name) && ls_target_parse (name, &kind, NULL) && kind == LS_TARGET_NAME)
    return TRUE;
  g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" cannot be a name: it is 1 to 32 of a-z, 0-9 and -, begins with a letter, and does not look like t42 or j17",
               name);
  return FALSE;
}

static gboolean
create (LsCli *cli, GError **error)
{
  const char *kind_word = ls_cli_word (cli, 0), *name = ls_cli_word (cli, 1);
  const char *const *settings = ls_arguments_words (cli->arguments) + 2;
  g_autofree char *config = NULL;
  LsKind kind;
  if (g_str_equal (kind_word, "buffer"))
    return ls_create_buffer (cli, name, settings, error);
  if (!read_kind (kind_word, &kind, error) || !check_name (name, error))
    return FALSE;
  g_autoptr (json_t) spec = ls_settings_parse (kind, settings, error);
  gboolean save = ls_arguments_has (cli->arguments, "save");
  if (!spec || (save && !(config = config_path (cli, error))))
    return FALSE;
  g_autofree char *collection = g_strconcat (kind_word, "s", NULL);
  g_autofree char *path = ls_target_path (LS_TARGET_NAME, name, collection, NULL);
  g_autoptr (json_t) resource = put (cli, path, json_incref (spec), error);
  if (!resource)
    return FALSE;
  if (save)
    {
      g_autofree char *group = ls_settings_group (kind_word, name, settings);
      if (!append_group (config, group, error))
        {
          g_prefix_error (error, "%s runs, but was not saved: ", name);
          return FALSE;
        }
    }
  g_autoptr (json_t) after = NULL;
  if (!ls_cli_settle (cli, path, resource, &after, error))
    return FALSE;
  ls_cli_say (cli, "%s %s is there%s%s.", kind_word, name, save ? ", and saved in " : "", save ? config : "");
  if (after)
    ls_cli_print_resource (cli, after);
  return TRUE;
}

int
ls_verb_create (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  return create (cli, &error) ? LS_EXIT_OK : ls_cli_fail (cli, error);
}
