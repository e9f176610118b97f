/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/submit_request.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "model/pool.h"

#include <glib-unix.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>

#define FIRST_LOOK_MS 5
#define LOOK_EVERY_MS 100

static void
show_progress (LsCli *cli, const LsJob *job)
{
  if (job->state == LS_JOB_QUEUED)
    ls_cli_progress (cli, "%s %s …", job->id, job->reason ? job->reason : "is queued");
  else if (isnan (job->progress))
    ls_cli_progress (cli, "%s runs … %s", job->id, job->message ? job->message : "");
  else
    ls_cli_progress (cli, "%s %3.0f %% %s", job->id, job->progress * 100, job->message ? job->message : "");
}

/* A text as it is: what prints lines ends the last one itself. */
static void
print_result (const LsJob *job)
{
  g_autoptr (json_t) result = ls_job_result (job);
  if (job->output || !result)
    return;
  if (json_is_string (result))
    {
      const char *text = json_string_value (result);
      fputs (text, stdout);
      if (!g_str_has_suffix (text, "\n"))
        putchar ('\n');
      return;
    }
  puts (job->result);
}

static int
finish (LsCli *cli, const LsJob *job, json_t *json)
{
  ls_cli_end_progress (cli);
  if (cli->format != LS_FORMAT_TABLE)
    ls_cli_print_resource (cli, json);
  else
    print_result (job);
  if (job->state == LS_JOB_DONE)
    return LS_EXIT_OK;
  ls_cli_complain (cli, "%s %s%s%s", job->id, job->state == LS_JOB_CANCELLED ? "was cancelled" : job->state == LS_JOB_TIMED_OUT ? "took too long" : "failed",
                   job->error ? ": " : "", job->error ? job->error : "");
  return LS_EXIT_FAILED;
}

typedef struct {
  LsCli *cli;
  GPtrArray *ids;          /* of all, in order */
  guint at;                /* the one that is waited for */
  gboolean interrupted;
} Wait;

static void
ignore_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  json_t *answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  json_decref (answer);
}

static char *
path_of (const Wait *wait, guint i)
{
  return ls_target_path (LS_TARGET_JOB, g_ptr_array_index (wait->ids, i), NULL, NULL);
}

/* Ctrl+C gives the threads back: the jobs are cancelled, and we see them end. */
static gboolean
on_interrupt (gpointer data)
{
  Wait *wait = data;
  wait->interrupted = TRUE;
  for (guint i = wait->at; i < wait->ids->len; i++)
    {
      g_autofree char *path = path_of (wait, i);
      ls_client_call_async (wait->cli->client, "DELETE", path, NULL, NULL, NULL, ignore_answer, NULL);
    }
  return G_SOURCE_CONTINUE;
}

/* Others that ended after it had more to say than there is room for. */
static int
is_forgotten (const Wait *wait)
{
  ls_cli_complain (wait->cli, "%s is forgotten already: a pool keeps the last 1000 jobs that ended, and 32 MiB of results; let long ones go to files",
                   (const char *) g_ptr_array_index (wait->ids, wait->at));
  return LS_EXIT_FAILED;
}

static int
wait_for_one (Wait *wait)
{
  g_autofree char *path = path_of (wait, wait->at);
  for (guint pause = FIRST_LOOK_MS;; pause = MIN (pause * 2, LOOK_EVERY_MS))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (json_t) json = ls_cli_call (wait->cli, "GET", path, NULL, &error);
      g_autoptr (LsJob) job = json ? ls_job_from_json (json, &error) : NULL;
      if (!job && g_error_matches (error, LS_ERROR, LS_ERROR_UNKNOWN))
        return is_forgotten (wait);
      if (!job)
        return ls_cli_fail (wait->cli, error);
      if (ls_job_state_is_final (job->state))
        return finish (wait->cli, job, json);
      show_progress (wait->cli, job);
      if (!ls_cli_pause (wait->cli, pause, &error))
        return ls_cli_fail (wait->cli, error);
    }
}

static int
wait_for_all (Wait *wait)
{
  guint handler = g_unix_signal_add (SIGINT, on_interrupt, wait);
  int status = LS_EXIT_OK;
  for (; wait->at < wait->ids->len; wait->at++)
    {
      int one = wait_for_one (wait);
      status = status ? status : one;
    }
  g_source_remove (handler);
  return wait->interrupted && status ? 128 + SIGINT : status;
}

/* --- submitting --- */

static gboolean
submit_one (LsCli *cli, const char *path, json_t *request, GPtrArray *ids, GError **error)
{
  g_autoptr (json_t) job = ls_cli_call (cli, "POST", path, request, error);
  if (!job)
    return FALSE;
  g_ptr_array_add (ids, g_strdup (ls_cli_name_of (job)));
  if (!cli->wait && cli->format != LS_FORMAT_TABLE)
    ls_cli_print_resource (cli, job);
  else if (!cli->wait)
    puts (ls_cli_name_of (job));
  return TRUE;
}

static gboolean
submit_many (LsCli *cli, const char *path, json_t *request, guint copies, GPtrArray *ids, GError **error)
{
  json_object_set_new (request, "count", json_integer ((json_int_t) copies));
  g_autoptr (json_t) answer = ls_cli_call (cli, "POST", path, request, error);
  size_t index;
  json_t *id;
  json_array_foreach (json_object_get (answer, "ids"), index, id)
    {
      g_ptr_array_add (ids, g_strdup (json_string_value (id)));
      if (!cli->wait)
        puts (json_string_value (id));
    }
  return answer != NULL;
}

int
ls_verb_submit (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  LsTargetKind kind;
  const char *pool = ls_cli_word (cli, 0);
  guint copies;
  if (!ls_target_parse (pool, &kind, &error))
    return ls_cli_fail (cli, error);
  g_autofree char *path = ls_target_path (LS_TARGET_NAME, pool, "pools", "/jobs");
  g_autoptr (json_t) request = ls_submit_request (cli, &error);
  if (!request || !ls_submit_copies (cli, pool, &copies, &error))
    return ls_cli_fail (cli, error);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gboolean done = copies == 1 ? submit_one (cli, path, json_incref (request), ids, &error)
                              : submit_many (cli, path, json_incref (request), copies, ids, &error);
  if (!done)
    return ls_cli_fail (cli, error);
  if (!cli->wait)
    return LS_EXIT_OK;
  Wait wait = { .cli = cli, .ids = ids };
  return wait_for_all (&wait);
}
