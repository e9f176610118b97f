/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/rows.h"
#include "cli/verbs.h"

#include "base/error.h"

#include <stdio.h>

static void
print_names (json_t *items)
{
  size_t index;
  json_t *item;
  json_array_foreach (items, index, item)
    puts (ls_cli_name_of (item));
}

static void
print_items (LsCli *cli, json_t *items)
{
  size_t index;
  json_t *item;
  if (cli->format == LS_FORMAT_NAME)
    print_names (items);
  else if (cli->format == LS_FORMAT_JSON)
    ls_cli_print_json (cli, items);
  else
    json_array_foreach (items, index, item)
      ls_cli_print_json (cli, item);
}

/* Returns how many rows were printed. */
static guint
print_table (LsCli *cli, const LsSnapshot *snapshot, LsListKind kind)
{
  g_autoptr (LsTable) table = ls_rows_table (snapshot, kind, g_get_real_time () / 1000, NULL);
  guint rows = ls_table_rows (table);
  if (rows > 0)
    ls_cli_print_table (cli, table);
  return rows;
}

static void
print_all_tables (LsCli *cli, const LsSnapshot *snapshot)
{
  guint printed = 0;
  for (int kind = 0; kind < LS_LIST_N; kind++)
    {
      g_autoptr (LsTable) table = ls_rows_table (snapshot, (LsListKind) kind, 0, NULL);
      if (ls_table_rows (table) > 0 && printed > 0)
        puts ("");
      printed += print_table (cli, snapshot, (LsListKind) kind);
    }
  if (printed == 0)
    ls_cli_say (cli, "Nothing yet.");
}

static json_t *
without_the_rest (json_t *snapshot)
{
  json_t *kept = json_object ();
  for (int kind = 0; kind < LS_LIST_N; kind++)
    json_object_set (kept, ls_list_kind_name ((LsListKind) kind), json_object_get (snapshot, ls_list_kind_name ((LsListKind) kind)));
  return kept;
}

static void
print_all (LsCli *cli, json_t *json, const LsSnapshot *snapshot)
{
  if (cli->format == LS_FORMAT_TABLE)
    print_all_tables (cli, snapshot);
  else if (cli->format == LS_FORMAT_JSON)
    {
      g_autoptr (json_t) kept = without_the_rest (json);
      ls_cli_print_json (cli, kept);
    }
  else
    for (int kind = 0; kind < LS_LIST_N; kind++)
      print_items (cli, json_object_get (json, ls_list_kind_name ((LsListKind) kind)));
}

int
ls_verb_list (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  const char *word = ls_cli_word (cli, 0);
  LsListKind kind = LS_LIST_N;
  if (word && !ls_list_kind_parse (word, &kind, &error))
    return ls_cli_fail (cli, error);
  g_autoptr (json_t) json = ls_cli_snapshot (cli, &error);
  g_autoptr (LsSnapshot) snapshot = json ? ls_snapshot_from_json (json, &error) : NULL;
  if (!snapshot)
    return ls_cli_fail (cli, error);
  if (kind == LS_LIST_N)
    print_all (cli, json, snapshot);
  else if (cli->format != LS_FORMAT_TABLE)
    print_items (cli, json_object_get (json, ls_list_kind_name (kind)));
  else if (print_table (cli, snapshot, kind) == 0)
    ls_cli_say (cli, "No %s.", ls_list_kind_name (kind));
  return LS_EXIT_OK;
}
