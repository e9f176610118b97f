/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/agent_verbs.h"
#include "cli/cli.h"
#include "cli/health.h"
#include "cli/rows.h"
#include "cli/verbs.h"

#include <stdio.h>

/* Only what runs or was asked for: a long list of ended tasks is "list tasks". */
static void
drop_ended (LsSnapshot *snapshot, const char *const *only)
{
  for (guint i = snapshot->tasks->len; i > 0; i--)
    {
      const LsTask *task = g_ptr_array_index (snapshot->tasks, i - 1);
      if (ls_task_state_is_final (task->state) && !g_strv_contains (only, task->id))
        g_ptr_array_remove_index (snapshot->tasks, i - 1);
    }
  for (guint i = snapshot->jobs->len; i > 0; i--)
    {
      const LsJob *job = g_ptr_array_index (snapshot->jobs, i - 1);
      if (ls_job_state_is_final (job->state) && !g_strv_contains (only, job->id))
        g_ptr_array_remove_index (snapshot->jobs, i - 1);
    }
}

static void
print_tables (LsCli *cli, LsSnapshot *snapshot, const char *const *only)
{
  static const LsListKind kinds[] = { LS_LIST_CLUSTERS, LS_LIST_WORKERS, LS_LIST_POOLS, LS_LIST_JOBS, LS_LIST_TASKS, LS_LIST_SCHEDULES };
  gint64 now = g_get_real_time () / 1000;
  drop_ended (snapshot, only);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      /* Workers only of what was named: all of them are "list workers". */
      if (kinds[i] == LS_LIST_WORKERS && !*only)
        continue;
      g_autoptr (LsTable) table = ls_rows_table (snapshot, kinds[i], now, only);
      if (ls_table_rows (table) == 0)
        continue;
      ls_cli_print_table (cli, table);
      puts ("");
    }
}

static void
print_verdict (LsCli *cli, const LsSnapshot *snapshot, const char *complaint)
{
  gboolean nothing = snapshot->clusters->len + snapshot->pools->len + snapshot->tasks->len + snapshot->schedules->len == 0;
  g_autofree char *text = complaint ? g_strdup_printf ("Unwell: %s.", complaint)
                                    : g_strdup (nothing ? "Well: nothing runs. \"lineshaft create cluster web listen=127.0.0.1:8080\" is a beginning."
                                                        : "Well: everything that should run does.");
  g_autofree char *toned = ls_text_toned (text, complaint ? LS_TONE_BAD : LS_TONE_GOOD, cli->color);
  puts (toned);
}

int
ls_verb_status (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  const char *const *only = ls_arguments_words (cli->arguments);
  g_autoptr (json_t) json = ls_cli_snapshot (cli, &error);
  g_autoptr (LsSnapshot) snapshot = json ? ls_snapshot_from_json (json, &error) : NULL;
  if (!snapshot)
    return ls_cli_fail (cli, error);
  const char *unknown = ls_health_unknown (snapshot, only);
  if (unknown)
    {
      ls_cli_complain (cli, "there is no \"%s\": \"lineshaft list\" shows what there is", unknown);
      return LS_EXIT_NOT_FOUND;
    }
  g_autofree char *complaint = ls_health_complaint (snapshot, only);
  if (cli->format == LS_FORMAT_JSON || cli->format == LS_FORMAT_JSONL)
    {
      g_autoptr (json_t) answer = json_pack ("{s:b,s:o}", "well", complaint == NULL, "reason", ls_json_string_or_null (complaint));
      json_object_update_missing (answer, json);
      ls_cli_print_json (cli, answer);
    }
  else if (!cli->quiet)
    {
      if (cli->format == LS_FORMAT_TABLE)
        print_tables (cli, snapshot, only);
      print_verdict (cli, snapshot, complaint);
      ls_agent_tell_difference (cli);
    }
  return complaint ? LS_EXIT_UNWELL : LS_EXIT_OK;
}
