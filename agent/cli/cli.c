/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/verbs.h"
#include "client/events.h"
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

const char *
ls_cli_word (const LsCli *cli, guint index)
{
  return index < ls_arguments_count (cli->arguments) ? ls_arguments_words (cli->arguments)[index] : NULL;
}

int
ls_cli_exit_status (const GError *error)
{
  if (error->domain == LS_USAGE_ERROR)
    return LS_EXIT_USAGE;
  if (error->domain != LS_ERROR)
    return LS_EXIT_FAILED;
  switch ((LsErrorCode) error->code)
    {
    case LS_ERROR_UNKNOWN:
      return LS_EXIT_NOT_FOUND;
    case LS_ERROR_NO_AGENT:
      return LS_EXIT_NO_AGENT;
    case LS_ERROR_MALFORMED:
    case LS_ERROR_FORBIDDEN:
    case LS_ERROR_CONFLICT:
    case LS_ERROR_MISMATCH:
    case LS_ERROR_IMPOSSIBLE:
    case LS_ERROR_BUSY:
      return LS_EXIT_REFUSED;
    case LS_ERROR_FAILED:
    case LS_ERROR_TIMED_OUT:
    default:
      return LS_EXIT_FAILED;
    }
}

int
ls_cli_fail (LsCli *cli, const GError *error)
{
  ls_cli_complain (cli, "%s", error->message);
  return ls_cli_exit_status (error);
}

static gboolean
deadline_passed (gpointer data)
{
  LsCli *cli = data;
  cli->deadline_timer = 0;
  g_cancellable_cancel (cli->deadline);
  return G_SOURCE_REMOVE;
}

void
ls_cli_deadline_error (LsCli *cli, GError **error)
{
  g_autofree char *time = ls_format_us ((guint64) cli->timeout_ms * 1000);
  g_set_error (error, LS_ERROR, LS_ERROR_TIMED_OUT, "gave up after %s; what was asked for may still go on", time);
}

/* Being cancelled means here that the time is over. */
static void
propagate (LsCli *cli, GError *from, GError **to)
{
  if (g_error_matches (from, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (from);
      ls_cli_deadline_error (cli, to);
    }
  else
    g_propagate_error (to, from);
}

gboolean
ls_cli_check_words (const char *const *words, GError **error)
{
  for (; *words; words++)
    if (!g_utf8_validate (*words, -1, NULL))
      {
        g_autofree char *shown = g_utf8_make_valid (*words, -1);
        g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" is not a text in UTF-8, and only such can be handed to the agent: rename the file, or name its folder", shown);
        return FALSE;
      }
  return TRUE;
}

typedef struct {
  gboolean done;
  json_t *json;
  GInputStream *stream;
  GError *error;
} Answer;

static void
called (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  answer->json = ls_client_call_finish (LS_CLIENT (source), result, NULL, &answer->error);
  answer->done = TRUE;
}

json_t *
ls_cli_call_with (LsCli *cli, const char *method, const char *path, json_t *body, const char *const *headers, GError **error)
{
  Answer answer = { 0 };
  ls_client_call_async (cli->client, method, path, body, headers, cli->deadline, called, &answer);
  json_decref (body);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  if (answer.error)
    propagate (cli, answer.error, error);
  return answer.json;
}

json_t *
ls_cli_call (LsCli *cli, const char *method, const char *path, json_t *body, GError **error)
{
  return ls_cli_call_with (cli, method, path, body, NULL, error);
}

static void
was_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  answer->stream = ls_client_open_finish (LS_CLIENT (source), result, &answer->error);
  answer->done = TRUE;
}

GInputStream *
ls_cli_open (LsCli *cli, const char *method, const char *path, GBytes *body, GError **error)
{
  Answer answer = { 0 };
  ls_client_open_async (cli->client, method, path, body, body ? "application/octet-stream" : NULL, cli->deadline, was_opened, &answer);
  while (!answer.done)
    g_main_context_iteration (NULL, TRUE);
  if (answer.error)
    propagate (cli, answer.error, error);
  return answer.stream;
}

static void
take_snapshot (LsEventStream *stream, const char *type, gpointer json, gpointer data)
{
  Answer *answer = data;
  if (!g_str_equal (type, "snapshot") || answer->done)
    return;
  answer->json = json_incref (json);
  answer->done = TRUE;
}

static void
take_loss (LsEventStream *stream, const GError *why, gpointer data)
{
  Answer *answer = data;
  if (answer->done)
    return;
  answer->error = g_error_copy (why);
  answer->done = TRUE;
}

json_t *
ls_cli_snapshot (LsCli *cli, GError **error)
{
  Answer answer = { 0 };
  g_autoptr (LsEventStream) stream = ls_event_stream_new (cli->client, "change", 0);
  g_signal_connect (stream, "event", G_CALLBACK (take_snapshot), &answer);
  g_signal_connect (stream, "lost", G_CALLBACK (take_loss), &answer);
  ls_event_stream_start (stream);
  while (!answer.done && !g_cancellable_is_cancelled (cli->deadline))
    g_main_context_iteration (NULL, TRUE);
  ls_event_stream_stop (stream);
  if (!answer.done)
    ls_cli_deadline_error (cli, error);
  else if (answer.error)
    propagate (cli, answer.error, error);
  return answer.json;
}

static gboolean
stop_waiting (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

gboolean
ls_cli_pause (LsCli *cli, guint ms, GError **error)
{
  gboolean over = FALSE;
  guint timer = g_timeout_add (ms, stop_waiting, &over);
  while (!over && !g_cancellable_is_cancelled (cli->deadline))
    g_main_context_iteration (NULL, TRUE);
  if (over)
    return TRUE;
  g_source_remove (timer);
  ls_cli_deadline_error (cli, error);
  return FALSE;
}

const char *
ls_cli_kind (json_t *resource)
{
  const char *kind = json_string_value (json_object_get (resource, "kind"));
  return kind ? kind : "";
}

/* Tasks may share a name, so they are meant by their ids; but who gave one will try it. */
static void
refuse_name (LsCli *cli, const char *word, GError **error)
{
  g_autoptr (json_t) answer = ls_cli_call (cli, "GET", "/v1/tasks", NULL, NULL);
  const char *id = NULL;
  size_t index;
  json_t *task;
  json_array_foreach (json_object_get (answer, "items"), index, task)
    if (g_strcmp0 (json_string_value (json_object_get (task, "name")), word) == 0)
      id = ls_cli_name_of (task);
  if (id)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no cluster, pool or schedule \"%s\"; task %s is called so, and others may be: write %s", word, id, id);
  else
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no cluster, pool or schedule \"%s\": \"lineshaft list\" shows what there is", word);
}

json_t *
ls_cli_find (LsCli *cli, const char *word, char **ret_path, GError **error)
{
  static const char *const collections[] = { NULL, "clusters", "pools", "schedules" };
  LsTargetKind kind;
  if (!ls_target_parse (word, &kind, error))
    return NULL;
  g_autoptr (GError) why = NULL;
  for (guint i = kind == LS_TARGET_NAME; i < (kind == LS_TARGET_WORKER || kind == LS_TARGET_BUFFER ? 1 : G_N_ELEMENTS (collections)); i++)
    {
      g_autofree char *path = ls_target_path (i == 0 ? kind : LS_TARGET_NAME, word, collections[i], NULL);
      g_autoptr (GError) this_why = NULL;
      json_t *resource = ls_cli_call (cli, "GET", path, NULL, &this_why);
      if (resource)
        {
          if (ret_path)
            *ret_path = g_steal_pointer (&path);
          return resource;
        }
      gboolean go_on = g_error_matches (this_why, LS_ERROR, LS_ERROR_UNKNOWN);
      if (!go_on || (!why && kind != LS_TARGET_NAME))
        {
          g_clear_error (&why);
          why = g_steal_pointer (&this_why);
        }
      if (!go_on)
        break;
    }
  if (why)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    refuse_name (cli, word, error);
  return NULL;
}

static gboolean
read_color (LsCli *cli, GError **error)
{
  const char *when = ls_arguments_text (cli->arguments, "color");
  if (!when || g_str_equal (when, "auto"))
    cli->color = ls_cli_is_terminal (STDOUT_FILENO) && !g_getenv ("NO_COLOR") && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
  else if (g_str_equal (when, "always"))
    cli->color = TRUE;
  else if (!g_str_equal (when, "never"))
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--color is auto, always or never, not \"%s\"", when);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_format (LsCli *cli, GError **error)
{
  static const char *const formats[] = { "table", "json", "jsonl", "name", NULL };
  const char *format = ls_arguments_text (cli->arguments, "output");
  if (!format)
    return TRUE;
  for (int i = 0; formats[i]; i++)
    if (g_str_equal (format, formats[i]))
      {
        cli->format = (LsFormat) i;
        return TRUE;
      }
  const LsVerb *verb = ls_arguments_verb (cli->arguments);
  g_autofree char *meant = verb && verb->run == ls_verb_submit ? g_strdup_printf ("; the file that a job writes is --to %s", format) : g_strdup ("");
  g_set_error (error, LS_USAGE_ERROR, 0, "-o is table, json, jsonl or name, not \"%s\"%s", format, meant);
  return FALSE;
}

static gboolean
read_timeout (LsCli *cli, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, "timeout");
  g_autoptr (GError) why = NULL;
  if (!text || (ls_parse_duration_ms (text, &cli->timeout_ms, &why) && cli->timeout_ms > 0 && cli->timeout_ms <= G_MAXINT))
    return TRUE;
  g_set_error (error, LS_USAGE_ERROR, 0, "--timeout: %s", why ? why->message : "it must be more than nothing and less than 24 days");
  return FALSE;
}

/* "run" and "submit" give their time to the agent, which ends what takes longer. */
static gboolean
has_own_timeout (const LsVerb *verb)
{
  return verb->run == ls_verb_run || verb->run == ls_verb_submit;
}

/* What was cancelled holds the client until it has been told; with the client go its socket and folder, if it was ssh. */
static void
let_client_go (LsCli *cli)
{
  gpointer client = cli->client;
  gboolean over = FALSE;
  g_object_add_weak_pointer (G_OBJECT (client), &client);
  g_clear_object (&cli->client);
  guint bound = g_timeout_add (1000, stop_waiting, &over);
  while (client && !over)
    g_main_context_iteration (NULL, TRUE);
  if (client)
    g_object_remove_weak_pointer (G_OBJECT (client), &client);
  if (!over)
    g_source_remove (bound);
}

/* "lineshaft list | head" has read enough: that is no mistake to speak of. */
static gboolean
reader_has_gone (void)
{
  struct pollfd output = { .fd = STDOUT_FILENO };
  return poll (&output, 1, 0) > 0 && (output.revents & POLLERR);
}

static int
run_verb (LsCli *cli, const LsVerb *verb)
{
  cli->quiet = ls_arguments_has (cli->arguments, "quiet");
  cli->wait = !ls_arguments_has (cli->arguments, "no-wait");
  cli->deadline = g_cancellable_new ();
  if (cli->timeout_ms && !has_own_timeout (verb))
    cli->deadline_timer = g_timeout_add ((guint) cli->timeout_ms, deadline_passed, cli);
  cli->client = ls_client_new (ls_arguments_text (cli->arguments, "host"));
  int status = verb->run (cli);
  ls_cli_end_progress (cli);
  g_clear_handle_id (&cli->deadline_timer, g_source_remove);
  let_client_go (cli);
  g_clear_object (&cli->deadline);
  /* What could not be written was not done. */
  if ((fflush (stdout) != 0 || ferror (stdout)) && status == LS_EXIT_OK)
    {
      if (!reader_has_gone ())
        ls_cli_complain (cli, "cannot write the output");
      status = LS_EXIT_FAILED;
    }
  return status;
}

static int
main_with (LsCli *cli, const char *const *words)
{
  g_autoptr (GError) error = NULL;
  cli->arguments = ls_arguments_parse (words, ls_common_options, ls_verbs, &error);
  if (!cli->arguments || !read_color (cli, &error) || !read_format (cli, &error) || !read_timeout (cli, &error))
    return ls_cli_fail (cli, error);
  const LsVerb *verb = ls_arguments_verb (cli->arguments);
  if (ls_arguments_has (cli->arguments, "version"))
    {
      printf ("lineshaft %s\n", LS_VERSION);
      return LS_EXIT_OK;
    }
  if (ls_arguments_has (cli->arguments, "help") || !verb)
    {
      ls_verb_help (cli);
      return ls_arguments_has (cli->arguments, "help") ? LS_EXIT_OK : LS_EXIT_USAGE;
    }
  return run_verb (cli, verb);
}

int
ls_cli_main (const char *const *words)
{
  LsCli cli = { 0 };
  int status = main_with (&cli, words);
  ls_arguments_free (cli.arguments);
  return status;
}
