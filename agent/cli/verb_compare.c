/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "base/text.h"
#include "model/comparison.h"
#include "model/task.h"

#include <glib-unix.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MAX_SECONDS 600
#define CHUNK 4096

/* A comparison runs on the agent's machine, as a task that everybody sees and may stop; we read what it says. */
typedef struct {
  LsCli *cli;
  char *path;               /* of the task */
  json_t *instance;
  LsComparison *comparison;
  guint streams;            /* of its output that have not ended */
  gboolean interrupted;
  GError *error;
} Compare;

/* --- the request --- */

static gboolean
number_of (LsCli *cli, const char *option, guint max, guint *ret, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, option);
  guint64 number = 0;
  if (!text)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, max, &number, NULL))
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--%s is a whole number from 1 to %u, not \"%s\"", option, max, text);
      return FALSE;
    }
  *ret = (guint) number;
  return TRUE;
}

static gboolean
seconds_of (LsCli *cli, guint *ret, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, "time");
  gint64 ms = 0;
  if (!text)
    return TRUE;
  if (!ls_parse_duration_ms (text, &ms, NULL) || ms < 1000 || ms > MAX_SECONDS * 1000)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--time is how long each way may take, from 1s to 10min, not \"%s\"", text);
      return FALSE;
    }
  *ret = (guint) (ms / 1000);
  return TRUE;
}

/* The program is the agent's: its machine may have it elsewhere. (transfer full) */
static char *
find_program (LsCli *cli, GError **error)
{
  g_autoptr (json_t) agent = ls_cli_call (cli, "GET", "/v1/agent", NULL, error);
  const char *program = agent ? json_string_value (json_object_get (json_object_get (agent, "programs"), "compare")) : NULL;
  if (agent && !program)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the agent has no program lineshaft-compare: install all of Lineshaft where it runs");
  return g_strdup (program);
}

static json_t *
request (LsCli *cli, GError **error)
{
  g_autofree char *cwd = g_get_current_dir ();
  const char *const *words = ls_arguments_words (cli->arguments);
  LsComparisonWish wish = { .job = words[0], .args = words[0] ? words + 1 : NULL, .plugins = ls_arguments_texts (cli->arguments, "plugin"),
                            .cwd = cwd, .timeout_ms = cli->timeout_ms };
  if (!number_of (cli, "count", 100000, &wish.count, error) || !number_of (cli, "threads", 256, &wish.threads, error) ||
      !seconds_of (cli, &wish.seconds, error))
    return NULL;
  g_autofree char *program = find_program (cli, error);
  return program ? ls_comparison_request (&wish, program) : NULL;
}

/* --- its lines --- */

static void
take_line (Compare *self, const char *text, gsize length)
{
  g_autoptr (json_t) line = ls_json_parse (text, length, &self->error);
  if (!line || !ls_comparison_take (self->comparison, line, &self->error))
    return;
  const LsComparison *comparison = self->comparison;
  ls_cli_progress (self->cli, "%3.0f %% %s …", comparison->progress * 100, ls_comparison_way_title (comparison->way));
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Compare *self = data;
  GDataInputStream *stream = G_DATA_INPUT_STREAM (source);
  gsize length;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_data_input_stream_read_line_finish (stream, result, &length, &error);
  if (text && length > 0)
    take_line (self, text, length);
  if (text && !self->error)
    g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, NULL, on_line, self);
  else
    self->streams--;
}

/* What it complains of, which is rare, is passed on. */
static void
on_complaint (GObject *source, GAsyncResult *result, gpointer data)
{
  Compare *self = data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize length = bytes ? g_bytes_get_size (bytes) : 0;
  if (length > 0)
    {
      ls_cli_end_progress (self->cli);
      fwrite (g_bytes_get_data (bytes, NULL), 1, length, stderr);
      g_input_stream_read_bytes_async (G_INPUT_STREAM (source), CHUNK, G_PRIORITY_DEFAULT, NULL, on_complaint, self);
    }
  else
    self->streams--;
}

static void
ignore_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  json_t *answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL);
  json_decref (answer);
}

/* Ctrl+C: the task ends, and we see it end. */
static gboolean
on_interrupt (gpointer data)
{
  Compare *self = data;
  g_autofree char *path = g_strconcat (self->path, "/signal", NULL);
  g_autoptr (json_t) body = json_deep_copy (self->instance);
  json_object_set_new (body, "signal", json_string ("SIGINT"));
  self->interrupted = TRUE;
  ls_client_call_async (self->cli->client, "POST", path, body, NULL, NULL, ignore_answer, NULL);
  return G_SOURCE_CONTINUE;
}

/* --- the table --- */

static char *
time_or_none (gint64 us)
{
  return us >= 0 ? ls_format_us ((guint64) us) : NULL;
}

static void
add_row (LsTable *table, LsComparisonWay way, const LsComparisonRow *row, gboolean best)
{
  gboolean each = way == LS_COMPARISON_CHILDREN;
  g_autofree char *start = ls_format_us ((guint64) row->start_us);
  ls_table_add (table, best ? LS_TONE_GOOD : LS_TONE_PLAIN, ls_comparison_way_title (way));
  ls_table_take (table, best ? LS_TONE_GOOD : LS_TONE_PLAIN, isnan (row->per_second) ? NULL : ls_format_count (row->per_second));
  ls_table_take (table, LS_TONE_PLAIN, time_or_none (row->p50_us));
  ls_table_take (table, LS_TONE_PLAIN, time_or_none (row->p99_us));
  ls_table_take (table, LS_TONE_PLAIN, ls_format_us ((guint64) row->cpu_us));
  ls_table_take (table, LS_TONE_PLAIN, isnan (row->cores) ? NULL : g_strdup_printf ("%.2f", row->cores));
  ls_table_take (table, LS_TONE_PLAIN, ls_format_bytes (row->memory));
  ls_table_take (table, LS_TONE_PLAIN, g_strdup_printf ("%s%s", start, each ? " each" : ""));
  ls_table_take (table, row->failed ? LS_TONE_BAD : LS_TONE_PLAIN,
                 row->failed ? g_strdup_printf ("%u, %u failed", row->jobs, row->failed) : g_strdup_printf ("%u", row->jobs));
}

static void
print_table (Compare *self)
{
  static const char *const titles[] = { "WAY", ">JOBS/S", ">P50", ">P99", ">CPU", ">CORES", ">MEMORY", ">START-UP", ">JOBS", NULL };
  const LsComparison *comparison = self->comparison;
  g_autoptr (LsTable) table = ls_table_new (titles);
  g_autofree char *args = comparison->args ? g_strjoinv (" ", comparison->args) : g_strdup ("");
  double best = 0;
  for (guint i = 0; i < LS_COMPARISON_WAYS; i++)
    best = fmax (best, comparison->rows[i].per_second); /* a NAN counts for nothing */
  for (guint i = 0; i < LS_COMPARISON_WAYS; i++)
    if (comparison->rows[i].known)
      add_row (table, (LsComparisonWay) i, &comparison->rows[i], comparison->rows[i].per_second >= best);
  if (!self->cli->quiet)
    g_print ("%s%s%s, %u at once\n\n", comparison->job, *args ? " " : "", args, comparison->at_once);
  ls_cli_print_table (self->cli, table);
  if (comparison->advice)
    g_print ("\n%s\n", comparison->advice);
  if (!self->cli->quiet)
    g_print ("P50 and P99: of a job. MEMORY: the processes' peaks, added up; what they share counts for each. START-UP: until the first job could start.\n");
}

/* --- the end --- */

/* Its lines have ended, and so will the task at once. (transfer full) */
static LsTask *
wait_for_task (Compare *self, GError **error)
{
  for (;;)
    {
      g_autoptr (json_t) json = ls_cli_call (self->cli, "GET", self->path, NULL, error);
      g_autoptr (LsTask) task = json ? ls_task_from_json (json, error) : NULL;
      if (!task || ls_task_state_is_final (task->state))
        return g_steal_pointer (&task);
      if (!ls_cli_pause (self->cli, 20, error))
        return NULL;
    }
}

static int
finish (Compare *self)
{
  g_autoptr (GError) error = NULL;
  const LsComparison *comparison = self->comparison;
  ls_cli_end_progress (self->cli);
  if (self->error)
    return ls_cli_fail (self->cli, self->error);
  g_autoptr (LsTask) task = wait_for_task (self, &error);
  if (!task)
    return ls_cli_fail (self->cli, error);
  if (self->cli->format == LS_FORMAT_TABLE && comparison->rows[0].known)
    print_table (self);
  else if (self->cli->format != LS_FORMAT_TABLE)
    {
      g_autoptr (json_t) json = ls_comparison_to_json (comparison);
      ls_cli_print_json (self->cli, json);
    }
  if (comparison->advice)
    return LS_EXIT_OK;
  if (comparison->error)
    ls_cli_complain (self->cli, "%s", comparison->error);
  else if (task->state == LS_TASK_TIMED_OUT)
    ls_cli_complain (self->cli, "%s was stopped: its time was over", task->id);
  else
    ls_cli_complain (self->cli, "%s was stopped%s%s", task->id, self->interrupted ? "" : ": ", self->interrupted || !task->reason ? "" : task->reason);
  return self->interrupted ? 128 + SIGINT : LS_EXIT_FAILED;
}

static GInputStream *
open_stream (LsCli *cli, const char *path, const char *name, GError **error)
{
  g_autofree char *output = g_strconcat (path, "/output?follow=1&stream=", name, NULL);
  return ls_cli_open (cli, "GET", output, NULL, error);
}

static int
follow (LsCli *cli, json_t *task)
{
  g_autofree char *path = ls_target_path (LS_TARGET_TASK, ls_cli_name_of (task), NULL, NULL);
  g_autoptr (json_t) instance = ls_act_instance (task);
  g_autoptr (LsComparison) comparison = ls_comparison_new ();
  g_autoptr (GError) error = NULL;
  Compare self = { .cli = cli, .path = path, .instance = instance, .comparison = comparison, .streams = 2 };
  g_autoptr (GInputStream) input = open_stream (cli, path, "stdout", &error);
  g_autoptr (GInputStream) complaints = input ? open_stream (cli, path, "stderr", &error) : NULL;
  if (!complaints)
    return ls_cli_fail (cli, error);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  guint handler = g_unix_signal_add (SIGINT, on_interrupt, &self);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, on_line, &self);
  g_input_stream_read_bytes_async (complaints, CHUNK, G_PRIORITY_DEFAULT, NULL, on_complaint, &self);
  while (self.streams > 0)
    g_main_context_iteration (NULL, TRUE);
  int status = finish (&self);
  g_source_remove (handler);
  g_clear_error (&self.error);
  return status;
}

int
ls_verb_compare (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  json_t *body = request (cli, &error);
  g_autoptr (json_t) task = body ? ls_cli_call (cli, "POST", cli->wait ? "/v1/tasks?follow=1" : "/v1/tasks", body, &error) : NULL;
  if (!task)
    return ls_cli_fail (cli, error);
  if (cli->wait && cli->format != LS_FORMAT_NAME)
    return follow (cli, task);
  if (cli->format == LS_FORMAT_TABLE || cli->format == LS_FORMAT_NAME)
    puts (ls_cli_name_of (task));
  else
    ls_cli_print_resource (cli, task);
  return LS_EXIT_OK;
}
