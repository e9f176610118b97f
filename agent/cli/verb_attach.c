/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/terminal.h"
#include "cli/verbs.h"

#include "base/error.h"

static gboolean
make_wish (LsCli *cli, json_t *resource, const char *path, LsTerminalWish *ret, GError **error)
{
  const char *keys = ls_arguments_text (cli->arguments, "detach-keys");
  if (!g_str_equal (ls_cli_kind (resource), "task"))
    {
      gboolean writes = g_str_equal (ls_cli_kind (resource), "worker") || g_str_equal (ls_cli_kind (resource), "cluster") || g_str_equal (ls_cli_kind (resource), "pool");
      g_autofree char *more = writes ? g_strdup_printf ("; \"lineshaft logs -f %s\" shows what it writes", ls_cli_name_of (resource)) : g_strdup ("");
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is a %s: only a task has a terminal%s", ls_cli_name_of (resource), ls_cli_kind (resource), more);
      return FALSE;
    }
  json_t *spec = json_object_get (resource, "spec");
  *ret = (LsTerminalWish) {
    .path = path,
    .id = ls_cli_name_of (resource),
    .has_terminal = json_is_true (json_object_get (spec, "pty")),
    .takes_input = g_strcmp0 (json_string_value (json_object_get (spec, "stdin")), "open") == 0 && !ls_arguments_has (cli->arguments, "no-stdin"),
    .redraw = TRUE,
  };
  return ls_detach_keys_parse (keys ? keys : LS_DETACH_KEYS_DEFAULT, &ret->keys, error);
}

int
ls_verb_attach (LsCli *cli)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) resource = ls_cli_find (cli, ls_cli_word (cli, 0), &path, &error);
  LsTerminalWish wish;
  LsTerminalEnd end;
  if (!resource || !make_wish (cli, resource, path, &wish, &error) || !ls_terminal_run (cli, &wish, &end, &error))
    return ls_cli_fail (cli, error);
  int status = ls_terminal_status (cli, &wish, &end);
  json_decref (end.exit);
  return status;
}
