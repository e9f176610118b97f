/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/submit_request.h"

#include "base/text.h"
#include "model/pool.h"

#define COPIES_MAX 1000u      /* the agent remembers so many that have ended */

static gboolean
read_number (LsCli *cli, const char *option, gint64 min, gint64 max, gint64 *ret, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, option);
  if (!text || g_ascii_string_to_signed (text, 10, min, max, ret, NULL))
    return TRUE;
  g_set_error (error, LS_USAGE_ERROR, 0, "--%s is a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", not \"%s\"", option, min, max, text);
  return FALSE;
}

static gboolean
read_retries (LsCli *cli, LsJob *job, GError **error)
{
  const char *on = ls_arguments_text (cli->arguments, "retry-on"), *delay = ls_arguments_text (cli->arguments, "retry-delay");
  g_autoptr (GError) why = NULL;
  gint64 retries = 0;
  if (!read_number (cli, "retries", 0, LS_JOB_RETRIES_MAX, &retries, error))
    return FALSE;
  job->retries = (guint) retries;
  if ((on && !ls_retry_on_parse (on, &job->retry_on, &why)) || (delay && !ls_parse_duration_ms (delay, &job->retry_delay_ms, &why)))
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--%s: %s", !delay || (on && !ls_retry_on_parse (on, &job->retry_on, NULL)) ? "retry-on" : "retry-delay", why->message);
      return FALSE;
    }
  if ((on || delay) && retries == 0)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--%s says when to begin again, but not how often: add --retries 3", on ? "retry-on" : "retry-delay");
      return FALSE;
    }
  return TRUE;
}

/* Relative paths are meant from here; the agent of another computer knows nothing of that and is told nothing. */
static gboolean
read_places (LsCli *cli, LsJob *job, GError **error)
{
  const char *output = ls_arguments_text (cli->arguments, "to");
  const char *given = ls_arguments_text (cli->arguments, "host"), *host = given ? given : g_getenv ("LINESHAFT_HOST");
  gboolean far = host && g_str_has_prefix (host, "ssh://");
  if (output && !*output)
    {
      g_set_error_literal (error, LS_USAGE_ERROR, 0, "--to names the file that the job writes, and this name is empty");
      return FALSE;
    }
  if (far && output && !g_path_is_absolute (output))
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "the output is a file of the other computer: write its full path, not \"%s\"", output);
      return FALSE;
    }
  if (!far)
    job->cwd = g_get_current_dir ();
  if (output)
    job->output = g_canonicalize_filename (output, NULL);
  return TRUE;
}

json_t *
ls_submit_request (LsCli *cli, GError **error)
{
  g_autoptr (LsJob) job = ls_job_new (NULL, NULL, ls_cli_word (cli, 1));
  gint64 priority = 0;
  job->args = g_strdupv ((char **) ls_arguments_words (cli->arguments) + 2);
  if (!ls_cli_check_words (ls_arguments_words (cli->arguments), error) || !read_number (cli, "priority", -1000, 1000, &priority, error) || !read_retries (cli, job, error) || !read_places (cli, job, error))
    return NULL;
  job->priority = (int) priority;
  job->timeout_ms = cli->timeout_ms;
  return ls_job_request_to_json (job);
}

gboolean
ls_submit_copies (LsCli *cli, const char *pool, guint *ret_copies, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, "copies");
  g_autofree char *path = ls_target_path (LS_TARGET_NAME, pool, "pools", NULL);
  gint64 copies = 1;
  if (g_strcmp0 (text, "threads") == 0)
    {
      g_autoptr (json_t) json = ls_cli_call (cli, "GET", path, NULL, error);
      g_autoptr (LsPool) resource = json ? ls_pool_from_json (json, error) : NULL;
      if (!resource)
        return FALSE;
      copies = MIN (resource->spec.threads.max, COPIES_MAX);
    }
  else if (!read_number (cli, "copies", 1, COPIES_MAX, &copies, error))
    return FALSE;
  if (copies > 1 && ls_arguments_text (cli->arguments, "to"))
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "%u jobs cannot all write %s: leave the file or -n out", (guint) copies, ls_arguments_text (cli->arguments, "to"));
      return FALSE;
    }
  *ret_copies = (guint) copies;
  return TRUE;
}
