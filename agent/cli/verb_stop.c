/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/agent_verbs.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "model/pool.h"

#define OBEY_US (2500 * 1000)      /* the agent gives a job two seconds */

/* A task is stopped once it has ended, however that went. */
static gboolean
wait_for_task (LsCli *cli, const char *path, GError **error)
{
  while (cli->wait)
    {
      g_autoptr (json_t) json = ls_cli_call (cli, "GET", path, NULL, error);
      g_autoptr (LsTask) task = json ? ls_task_from_json (json, error) : NULL;
      if (!task)
        return FALSE;
      if (ls_task_state_is_final (task->state))
        return TRUE;
      ls_cli_progress (cli, "%s: waiting for its end …", task->id);
      if (!ls_cli_pause (cli, 50, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
stop_task (LsCli *cli, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  g_autoptr (LsTask) task = ls_task_from_json (resource, error);
  if (!task)
    return FALSE;
  if (ls_task_state_is_final (task->state))
    {
      *ret_answer = json_incref (resource);
      return TRUE;
    }
  *ret_answer = ls_act_post (cli, resource, path, "/stop", error);
  return *ret_answer && wait_for_task (cli, path, error);
}

/* Whether the agent has said that the job does not look whether it should stop: only then it has a word about that. */
static gboolean
does_not_obey (const LsJob *job, gint64 asked_at)
{
  return job->message && g_str_has_prefix (job->message, "was asked to stop and has not") && g_get_monotonic_time () - asked_at > OBEY_US;
}

static gboolean
wait_for_job (LsCli *cli, const char *path, GError **error)
{
  gint64 asked_at = g_get_monotonic_time ();
  while (cli->wait)
    {
      g_autoptr (json_t) json = ls_cli_call (cli, "GET", path, NULL, error);
      g_autoptr (LsJob) job = json ? ls_job_from_json (json, error) : NULL;
      if (!job)
        return FALSE;
      if (ls_job_state_is_final (job->state))
        return TRUE;
      if (does_not_obey (job, asked_at))
        {
          g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "%s %s", job->id, job->message);
          return FALSE;
        }
      ls_cli_progress (cli, "%s: waiting for its end …", job->id);
      if (!ls_cli_pause (cli, 50, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
stop_job (LsCli *cli, const char *path, json_t **ret_answer, GError **error)
{
  *ret_answer = ls_cli_call (cli, "DELETE", path, NULL, error);
  return *ret_answer && wait_for_job (cli, path, error);
}

static gboolean
stop_any (LsCli *cli, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  const char *kind = ls_cli_kind (resource);
  if (g_str_equal (kind, "task"))
    return stop_task (cli, resource, path, ret_answer, error);
  if (g_str_equal (kind, "schedule"))
    {
      *ret_answer = ls_cli_call (cli, "PATCH", path, json_pack ("{s:b}", "paused", TRUE), error);
      return *ret_answer != NULL;
    }
  if (g_str_equal (kind, "pool"))
    {
      ls_act_refuse (resource, "stopped", "stop its jobs, or remove it", error);
      return FALSE;
    }
  if (g_str_equal (kind, "buffer"))
    {
      ls_act_refuse (resource, "stopped", "remove it to give its memory back", error);
      return FALSE;
    }
  if (g_str_equal (kind, "job"))
    return stop_job (cli, path, ret_answer, error);
  *ret_answer = ls_act_post (cli, resource, path, g_str_equal (kind, "worker") ? "/drain" : "/stop", error);
  return *ret_answer != NULL;
}

static const char *
what_was_done (const LsCli *cli, json_t *resource, json_t *answer)
{
  /* Nobody was asked: it had ended by itself, or somebody was faster. */
  if (answer == resource)
    return "had ended already";
  if (g_str_equal (ls_cli_kind (resource), "schedule"))
    return "is paused";
  return cli->wait ? "is stopped" : "is being stopped";
}

static gboolean
stop (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error)
{
  g_autoptr (json_t) answer = NULL;
  return stop_any (cli, resource, path, &answer, error)
         && ls_act_finish (cli, word, path, answer, what_was_done (cli, resource, answer), error);
}

int
ls_verb_stop (LsCli *cli)
{
  int status;
  if (ls_cli_means_agent (cli, &status))
    return ls_agent_stop (cli);
  if (status >= 0)
    return status;
  return ls_act_on_each (cli, stop, NULL);
}
