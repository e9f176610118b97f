/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/agent_verbs.h"
#include "cli/cli.h"
#include "cli/describe.h"
#include "cli/rows.h"
#include "cli/verbs.h"

#include <stdio.h>

/* What belongs to it: the workers of a cluster, the jobs of a pool. */
static void
print_members (LsCli *cli, json_t *resource)
{
  gboolean cluster = g_str_equal (ls_cli_kind (resource), "cluster");
  if (!cluster && !g_str_equal (ls_cli_kind (resource), "pool"))
    return;
  const char *only[] = { ls_cli_name_of (resource), NULL };
  g_autoptr (json_t) json = ls_cli_snapshot (cli, NULL);
  g_autoptr (LsSnapshot) snapshot = json ? ls_snapshot_from_json (json, NULL) : NULL;
  if (!snapshot)
    return;
  g_autoptr (LsTable) table = ls_rows_table (snapshot, cluster ? LS_LIST_WORKERS : LS_LIST_JOBS, g_get_real_time () / 1000, only);
  if (ls_table_rows (table) == 0)
    return;
  puts ("");
  ls_cli_print_table (cli, table);
}

static void
print_runs (LsCli *cli, json_t *resource)
{
  g_autoptr (LsSchedule) schedule = ls_schedule_from_json (resource, NULL);
  if (!schedule || schedule->runs->len == 0)
    return;
  g_autoptr (LsTable) table = ls_rows_runs_table (schedule, g_get_real_time () / 1000);
  puts ("");
  ls_cli_print_table (cli, table);
}

/* What follows as a table is not said twice. */
static char *
describe (LsCli *cli, json_t *resource)
{
  g_autoptr (json_t) copy = json_deep_copy (resource);
  if (g_str_equal (ls_cli_kind (copy), "schedule"))
    json_object_del (json_object_get (copy, "status"), "runs");
  return ls_describe (copy, g_get_real_time () / 1000, cli->color);
}

int
ls_verb_show (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  int status;
  if (ls_cli_means_agent (cli, &status))
    return ls_agent_show (cli);
  if (status >= 0)
    return status;
  g_autoptr (json_t) resource = ls_cli_find (cli, ls_cli_word (cli, 0), NULL, &error);
  if (!resource)
    return ls_cli_fail (cli, error);
  if (cli->format != LS_FORMAT_TABLE)
    {
      ls_cli_print_resource (cli, resource);
      return LS_EXIT_OK;
    }
  g_autofree char *text = describe (cli, resource);
  fputs (text, stdout);
  if (g_str_equal (ls_cli_kind (resource), "schedule"))
    print_runs (cli, resource);
  else
    print_members (cli, resource);
  return LS_EXIT_OK;
}
