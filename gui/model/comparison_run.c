/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/comparison_run.h"

#include <glib/gi18n.h>

struct _LsComparisonRun {
  GObject parent_instance;
  LsClient *client;
  LsComparison *comparison;
  char *job;
  char **args;
  char *task;                  /* its path; NULL: not there yet */
  gboolean stopped, over;
};

enum { SIGNAL_CHANGED, SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsComparisonRun, ls_comparison_run, G_TYPE_OBJECT)

/* NULL: all is well. */
static void
end (LsComparisonRun *self, const char *sentence)
{
  if (self->over)
    return;
  self->over = TRUE;
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, self->comparison->error ? self->comparison->error : sentence);
}

static void
stop_answered (GObject *source, GAsyncResult *result, gpointer user)
{
  json_decref (ls_client_call_finish (LS_CLIENT (source), result, NULL, NULL));      /* its end is seen by the end of its output */
}

static void
stop_task (LsComparisonRun *self)
{
  g_autofree char *path = g_strconcat (self->task, "/stop", NULL);
  g_autoptr (json_t) nothing = json_object ();
  ls_client_call_async (self->client, "POST", path, nothing, NULL, NULL, stop_answered, NULL);
}

/* --- its lines --- */

static void
line_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsComparisonRun) self = user;
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *text = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, &length, &error);
  if (!text) {
    gboolean whole = self->comparison->advice || self->comparison->error;
    end (self, error ? error->message : self->stopped ? _("The comparison was stopped.") : whole ? NULL : _("The comparison ended before its end."));
    return;
  }
  g_autoptr (json_t) line = length > 0 ? ls_json_parse (text, length, &error) : NULL;
  if (line && ls_comparison_take (self->comparison, line, &error))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (error)
    end (self, error->message);
  else
    g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL, line_came, g_object_ref (self));
}

static void
output_opened (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsComparisonRun) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = ls_client_open_finish (LS_CLIENT (source), result, &error);
  if (!stream) {
    end (self, error->message);
    return;
  }
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (stream);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, line_came, g_object_ref (self));
}

/* --- its task --- */

static void
task_made (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsComparisonRun) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) task = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (!task) {
    end (self, error->message);
    return;
  }
  self->task = g_strconcat ("/v1/tasks/", json_string_value (json_object_get (task, "id")), NULL);
  if (self->stopped)
    stop_task (self);
  g_autofree char *path = g_strconcat (self->task, "/output?follow=1&stream=stdout", NULL);
  ls_client_open_async (self->client, "GET", path, NULL, NULL, NULL, output_opened, g_object_ref (self));
}

static void
agent_known (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsComparisonRun) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) agent = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  const char *program = json_string_value (json_object_get (json_object_get (agent, "programs"), "compare"));
  if (!program) {
    end (self, error ? error->message : _("The agent has no program lineshaft-compare: install all of Lineshaft where it runs."));
    return;
  }
  LsComparisonWish wish = { .job = self->job, .args = (const char *const *) self->args };
  g_autoptr (json_t) body = ls_comparison_request (&wish, program);
  ls_client_call_async (self->client, "POST", "/v1/tasks", body, NULL, NULL, task_made, g_object_ref (self));
}

const LsComparison *
ls_comparison_run_get (LsComparisonRun *run)
{
  return run->comparison;
}

gboolean
ls_comparison_run_goes_on (LsComparisonRun *run)
{
  return !run->over;
}

void
ls_comparison_run_stop (LsComparisonRun *run)
{
  if (run->stopped || run->over)
    return;
  run->stopped = TRUE;
  if (run->task)
    stop_task (run);
}

/* --- object --- */

static void
ls_comparison_run_finalize (GObject *object)
{
  LsComparisonRun *self = LS_COMPARISON_RUN (object);
  g_clear_object (&self->client);
  ls_comparison_free (self->comparison);
  g_free (self->job);
  g_strfreev (self->args);
  g_free (self->task);
  G_OBJECT_CLASS (ls_comparison_run_parent_class)->finalize (object);
}

static void
ls_comparison_run_class_init (LsComparisonRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_comparison_run_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", LS_TYPE_COMPARISON_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", LS_TYPE_COMPARISON_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ls_comparison_run_init (LsComparisonRun *self)
{
  self->comparison = ls_comparison_new ();
}

LsComparisonRun *
ls_comparison_run_new (LsClient *client, const char *job, const char *const *args)
{
  LsComparisonRun *self = g_object_new (LS_TYPE_COMPARISON_RUN, NULL);
  self->client = g_object_ref (client);
  self->job = g_strdup (job);
  self->args = g_strdupv ((char **) args);
  ls_client_call_async (client, "GET", "/v1/agent", NULL, NULL, NULL, agent_known, g_object_ref (self));
  return self;
}
