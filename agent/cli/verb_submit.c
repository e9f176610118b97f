/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/verbs.h"

#include "base/error.h"

#include <glib-unix.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>

#define LOOK_EVERY_MS 100

static json_t *
request (LsCli *cli, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, "priority");
  gint64 priority = 0;
  if (text && !g_ascii_string_to_signed (text, 10, -1000, 1000, &priority, NULL))
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--priority is a whole number from -1000 to 1000, not \"%s\"", text);
      return NULL;
    }
  return json_pack ("{s:o,s:o,s:I,s:I}",
                    "name", ls_json_string_or_null (ls_cli_word (cli, 1)),
                    "args", ls_json_strv ((char **) ls_arguments_words (cli->arguments) + 2),
                    "priority", (json_int_t) priority,
                    "timeout_ms", (json_int_t) cli->timeout_ms);
}

static void
show_progress (LsCli *cli, const LsJob *job)
{
  if (job->state == LS_JOB_QUEUED)
    ls_cli_progress (cli, "%s is queued …", job->id);
  else if (isnan (job->progress))
    ls_cli_progress (cli, "%s runs … %s", job->id, job->message ? job->message : "");
  else
    ls_cli_progress (cli, "%s %3.0f %% %s", job->id, job->progress * 100, job->message ? job->message : "");
}

static int
finish (LsCli *cli, const LsJob *job, json_t *json)
{
  ls_cli_end_progress (cli);
  if (cli->format != LS_FORMAT_TABLE)
    ls_cli_print_resource (cli, json);
  else if (json_is_string (job->result))
    puts (json_string_value (job->result));
  else if (job->result)
    {
      g_autofree char *text = ls_json_to_text (job->result);
      puts (text);
    }
  if (job->state == LS_JOB_DONE)
    return LS_EXIT_OK;
  ls_cli_complain (cli, "%s %s%s%s", job->id, job->state == LS_JOB_CANCELLED ? "was cancelled" : job->state == LS_JOB_TIMED_OUT ? "took too long" : "failed",
                   job->error ? ": " : "", job->error ? job->error : "");
  return LS_EXIT_FAILED;
}

typedef struct {
  LsCli *cli;
  char *path;
  gboolean interrupted;
} Wait;

static void
ignore_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  json_t *answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  json_decref (answer);
}

/* Ctrl+C gives the thread back: the job is cancelled, and we see it end. */
static gboolean
on_interrupt (gpointer data)
{
  Wait *wait = data;
  wait->interrupted = TRUE;
  ls_client_call_async (wait->cli->client, "DELETE", wait->path, NULL, NULL, NULL, ignore_answer, NULL);
  return G_SOURCE_CONTINUE;
}

static int
wait_for_end (Wait *wait)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (json_t) json = ls_cli_call (wait->cli, "GET", wait->path, NULL, &error);
      g_autoptr (LsJob) job = json ? ls_job_from_json (json, &error) : NULL;
      if (!job)
        return ls_cli_fail (wait->cli, error);
      if (ls_job_state_is_final (job->state))
        {
          int status = finish (wait->cli, job, json);
          return wait->interrupted && status ? 128 + SIGINT : status;
        }
      show_progress (wait->cli, job);
      if (!ls_cli_pause (wait->cli, LOOK_EVERY_MS, &error))
        return ls_cli_fail (wait->cli, error);
    }
}

int
ls_verb_submit (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  LsTargetKind kind;
  const char *pool = ls_cli_word (cli, 0);
  if (!ls_target_parse (pool, &kind, &error))
    return ls_cli_fail (cli, error);
  g_autofree char *path = ls_target_path (LS_TARGET_NAME, pool, "pools", "/jobs");
  json_t *body = request (cli, &error);
  g_autoptr (json_t) job = body ? ls_cli_call (cli, "POST", path, body, &error) : NULL;
  if (!job)
    return ls_cli_fail (cli, error);
  if (!cli->wait)
    {
      if (cli->format == LS_FORMAT_TABLE)
        puts (ls_cli_name_of (job));
      else
        ls_cli_print_resource (cli, job);
      return LS_EXIT_OK;
    }
  g_autofree char *job_path = ls_target_path (LS_TARGET_JOB, ls_cli_name_of (job), NULL, NULL);
  Wait wait = { cli, job_path, FALSE };
  guint handler = g_unix_signal_add (SIGINT, on_interrupt, &wait);
  int status = wait_for_end (&wait);
  g_source_remove (handler);
  return status;
}
