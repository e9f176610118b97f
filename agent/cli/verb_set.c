/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/settings.h"
#include "cli/verbs.h"

#include "base/error.h"

static gboolean
set (LsCli *cli, GError **error)
{
  g_autofree char *path = NULL;
  const char *name = ls_cli_word (cli, 0);
  g_autoptr (json_t) before = ls_cli_find (cli, name, &path, error);
  if (!before)
    return FALSE;
  LsKind kind;
  if (!ls_spec_kind_parse (ls_cli_kind (before), &kind) || kind == LS_KIND_TASK)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is a %s: only clusters, pools and schedules have settings", name, ls_cli_kind (before));
      return FALSE;
    }
  g_autoptr (json_t) patch = ls_settings_parse (kind, ls_arguments_words (cli->arguments) + 1, error);
  g_autoptr (json_t) resource = patch ? ls_cli_call (cli, "PATCH", path, json_incref (patch), error) : NULL;
  g_autoptr (json_t) after = NULL;
  if (!resource || !ls_cli_settle (cli, path, resource, &after, error))
    return FALSE;
  ls_cli_say (cli, "%s is changed.", name);
  if (after)
    ls_cli_print_resource (cli, after);
  return TRUE;
}

int
ls_verb_set (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  return set (cli, &error) ? LS_EXIT_OK : ls_cli_fail (cli, error);
}
