/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/input.h"
#include "cli/run_request.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "base/text.h"

#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (64 * 1024)

/* A command in the foreground: two streams of output, and what ends it. */
typedef struct {
  LsCli *cli;
  char *path;               /* of the task */
  json_t *instance;         /* {"instance":…}: signals go to this process and no other */
  guint streams;            /* not yet at their end */
  guint64 received;         /* bytes of output */
  gboolean output_broken;   /* our reader has gone */
} Run;

typedef struct {
  Run *run;
  GInputStream *stream;
  GOutputStream *out;
} Copy;

/* The last word on the status: the shell's habits. */
static int
status_of (LsCli *cli, const LsTask *task)
{
  if (task->state == LS_TASK_TIMED_OUT)
    {
      ls_cli_complain (cli, "%s was stopped: its time was over", task->id);
      return LS_EXIT_TIMED_OUT;
    }
  if (task->exit.at == 0)
    {
      ls_cli_complain (cli, "%s failed: %s", task->id, task->reason ? task->reason : "the agent gives no reason");
      return LS_EXIT_FAILED;
    }
  return task->exit.signal ? 128 + task->exit.signal : task->exit.code;
}

static void
ignore_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  json_t *answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  json_decref (answer);
}

static void
pass_signal (Run *run, const char *name)
{
  /* It waits for its turn: there is no process yet. */
  if (json_object_size (run->instance) == 0)
    {
      g_autofree char *stop = g_strconcat (run->path, "/stop", NULL);
      ls_client_call_async (run->cli->client, "POST", stop, NULL, NULL, NULL, ignore_answer, NULL);
      return;
    }
  g_autofree char *path = g_strconcat (run->path, "/signal", NULL);
  g_autoptr (json_t) body = json_deep_copy (run->instance);
  json_object_set_new (body, "signal", json_string (name));
  ls_client_call_async (run->cli->client, "POST", path, body, NULL, NULL, ignore_answer, NULL);
}

static gboolean
on_interrupt (gpointer data)
{
  pass_signal (data, "SIGINT");
  return G_SOURCE_CONTINUE;
}

static gboolean
on_terminate (gpointer data)
{
  pass_signal (data, "SIGTERM");
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup (gpointer data)
{
  pass_signal (data, "SIGHUP");
  return G_SOURCE_CONTINUE;
}

static void
copy_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Copy *copy = data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  if (bytes && g_bytes_get_size (bytes) > 0)
    {
      copy->run->received += g_bytes_get_size (bytes);
      /* A command whose reader has gone ends as it would in a pipe. */
      if (!copy->run->output_broken
          && !g_output_stream_write_all (copy->out, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL, NULL, NULL))
        {
          copy->run->output_broken = TRUE;
          pass_signal (copy->run, "SIGPIPE");
        }
      g_input_stream_read_bytes_async (copy->stream, CHUNK, G_PRIORITY_DEFAULT, NULL, copy_read, copy);
      return;
    }
  copy->run->streams--;
  g_object_unref (copy->stream);
  g_object_unref (copy->out);
  g_free (copy);
}

static gboolean
start_copy (Run *run, const char *stream, int fd, GError **error)
{
  g_autofree char *path = g_strconcat (run->path, "/output?follow=1&stream=", stream, NULL);
  g_autoptr (GInputStream) input = ls_cli_open (run->cli, "GET", path, NULL, error);
  if (!input)
    return FALSE;
  Copy *copy = g_new0 (Copy, 1);
  copy->run = run;
  copy->stream = g_steal_pointer (&input);
  copy->out = g_unix_output_stream_new (fd, FALSE);
  run->streams++;
  g_input_stream_read_bytes_async (copy->stream, CHUNK, G_PRIORITY_DEFAULT, NULL, copy_read, copy);
  return TRUE;
}

/* What the agent could not keep for us is said, never passed over. */
static void
check_whole (const Run *run, const LsTask *task)
{
  guint64 written = task->stdout_bytes + task->stderr_bytes;
  if (run->received >= written)
    return;
  g_autofree char *lost = ls_format_bytes (written - run->received);
  ls_cli_complain (run->cli, "%s of the output are lost: they were not read in time; log-memory in the agent's config is how much it keeps", lost);
}

/* The streams end when the task has; its status follows at once. */
static int
wait_for_status (Run *run)
{
  g_autoptr (GError) error = NULL;
  for (;;)
    {
      g_autoptr (json_t) json = ls_cli_call (run->cli, "GET", run->path, NULL, &error);
      g_autoptr (LsTask) task = json ? ls_task_from_json (json, &error) : NULL;
      if (!task)
        return ls_cli_fail (run->cli, error);
      if (ls_task_state_is_final (task->state))
        {
          ls_cli_print_resource (run->cli, json);
          check_whole (run, task);
          return status_of (run->cli, task);
        }
      if (!ls_cli_pause (run->cli, 20, &error))
        return ls_cli_fail (run->cli, error);
    }
}

static int
run_in_foreground (LsCli *cli, json_t *task)
{
  g_autofree char *path = ls_target_path (LS_TARGET_TASK, ls_cli_name_of (task), NULL, NULL);
  g_autoptr (json_t) instance = ls_act_instance (task);
  g_autoptr (GError) error = NULL;
  Run run = { .cli = cli, .path = path, .instance = instance };
  signal (SIGPIPE, SIG_IGN);
  guint signals[] = { g_unix_signal_add (SIGINT, on_interrupt, &run), g_unix_signal_add (SIGTERM, on_terminate, &run),
                      g_unix_signal_add (SIGHUP, on_hangup, &run) };
  gboolean copying = start_copy (&run, "stdout", STDOUT_FILENO, &error) && start_copy (&run, "stderr", STDERR_FILENO, &error);
  LsInputPump *pump = copying && ls_arguments_has (cli->arguments, "stdin") ? ls_input_pump_new (cli, path) : NULL;
  while (copying && run.streams > 0)
    g_main_context_iteration (NULL, TRUE);
  ls_input_pump_free (pump);
  int status = copying ? wait_for_status (&run) : ls_cli_fail (cli, error);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  return status;
}

/* Its terminal is ours until it ends or we leave. */
static int
run_in_terminal (LsCli *cli, json_t *task, const LsDetachKeys *keys)
{
  g_autofree char *path = ls_target_path (LS_TARGET_TASK, ls_cli_name_of (task), NULL, NULL);
  g_autoptr (GError) error = NULL;
  LsTerminalEnd end;
  const LsTerminalWish wish = {
    .path = path, .id = ls_cli_name_of (task), .has_terminal = TRUE, .takes_input = ls_run_takes_input (cli), .keys = *keys
  };
  if (!ls_terminal_run (cli, &wish, &end, &error))
    return ls_cli_fail (cli, error);
  /* What ends us would have ended it, had it been started here. */
  if (end.outcome == LS_TERMINAL_SIGNALLED)
    {
      g_autofree char *whole = g_strconcat (path, "/signal", NULL);
      g_autoptr (json_t) answer = ls_cli_call (cli, "POST", whole, json_pack ("{s:s}", "signal", ls_signal_name (end.signal)), NULL);
    }
  int status = ls_terminal_status (cli, &wish, &end);
  json_decref (end.exit);
  return status;
}

int
ls_verb_run (LsCli *cli)
{
  const char *keys_text = ls_arguments_text (cli->arguments, "detach-keys");
  g_autoptr (GError) error = NULL;
  LsDetachKeys keys;
  json_t *body = ls_detach_keys_parse (keys_text ? keys_text : LS_DETACH_KEYS_DEFAULT, &keys, &error) ? ls_run_request (cli, &error) : NULL;
  gboolean detach = ls_arguments_has (cli->arguments, "detach");
  /* In the foreground its first output waits until we read it. */
  const char *path = detach ? "/v1/tasks" : "/v1/tasks?follow=1";
  g_autoptr (json_t) task = body ? ls_cli_call (cli, "POST", path, body, &error) : NULL;
  if (!task)
    return ls_cli_fail (cli, error);
  if (!detach)
    return ls_arguments_has (cli->arguments, "terminal") ? run_in_terminal (cli, task, &keys) : run_in_foreground (cli, task);
  if (cli->format == LS_FORMAT_TABLE)
    puts (ls_cli_name_of (task));
  else
    ls_cli_print_resource (cli, task);
  return LS_EXIT_OK;
}
