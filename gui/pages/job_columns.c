/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/job_columns.h"

#include <math.h>
#include <stdlib.h>

#include <glib/gi18n.h>

#include "gui/model/format.h"

static const LsJob *
job_of (gconstpointer item)
{
  return ls_job_item_get (LS_JOB_ITEM ((gpointer) item));
}

/* --- times --- */

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

/* From being queued to being started, or to the end of one that never was. */
static gint64
waited_ms (const LsJob *job)
{
  gint64 until = job->started_at > 0 ? job->started_at : job->ended_at > 0 ? job->ended_at : now_ms ();
  return job->queued_at > 0 ? MAX (0, until - job->queued_at) : -1;
}

static gint64
ran_ms (const LsJob *job)
{
  gint64 until = job->ended_at > 0 ? job->ended_at : now_ms ();
  return job->started_at > 0 ? MAX (0, until - job->started_at) : -1;
}

/* Exact below a minute, where jobs differ; the agent counts whole milliseconds. */
static char *
duration_text (gint64 ms)
{
  if (ms == 0)
    return g_strdup (_("< 1 ms"));
  return ms < 60000 ? ls_text_us (ms < 0 ? NAN : (double) ms * 1000) : ls_text_elapsed (ms);
}

/* --- texts --- */

static char *id_text (gpointer item) { return g_strdup (job_of (item)->id); }
static char *name_text (gpointer item) { return g_strdup (job_of (item)->name); }
static char *state_text (gpointer item) { return g_strdup (ls_job_state_name (job_of (item)->state)); }
static char *progress_text (gpointer item) { return ls_text_percent (job_of (item)->progress); }
static char *waited_text (gpointer item) { return duration_text (waited_ms (job_of (item))); }
static char *ran_text (gpointer item) { return duration_text (ran_ms (job_of (item))); }

static char *
arguments_text (gpointer item)
{
  return job_of (item)->args ? g_strjoinv (" ", job_of (item)->args) : g_strdup ("");
}

/* What went wrong, or what it says of itself. */
static char *
message_text (gpointer item)
{
  const LsJob *job = job_of (item);
  return g_strdup (job->error ? job->error : job->message ? job->message : "");
}

static char *
thread_text (gpointer item)
{
  return job_of (item)->thread < 0 ? g_strdup (LS_TEXT_UNKNOWN) : g_strdup_printf ("%d", job_of (item)->thread);
}

static const char *
state_css (gpointer item)
{
  switch (job_of (item)->state) {
  case LS_JOB_RUNNING: return "accent";
  case LS_JOB_DONE: return "success";
  case LS_JOB_FAILED: return "error";
  case LS_JOB_TIMED_OUT: return "warning";
  default: return "dim-label";
  }
}

static const char *
message_css (gpointer item)
{
  return job_of (item)->error ? "error" : "dim-label";
}

/* --- order --- */

/* "j9" before "j10". */
static int
compare_id (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 x = g_ascii_strtoll (job_of (a)->id + 1, NULL, 10), y = g_ascii_strtoll (job_of (b)->id + 1, NULL, 10);
  return (x > y) - (x < y);
}

static int
compare_state (gconstpointer a, gconstpointer b, gpointer unused)
{
  return (int) job_of (a)->state - (int) job_of (b)->state;
}

static int
compare_progress (gconstpointer a, gconstpointer b, gpointer unused)
{
  double x = isnan (job_of (a)->progress) ? -1 : job_of (a)->progress, y = isnan (job_of (b)->progress) ? -1 : job_of (b)->progress;
  return (x > y) - (x < y);
}

static int
compare_thread (gconstpointer a, gconstpointer b, gpointer unused)
{
  return job_of (a)->thread - job_of (b)->thread;
}

static int
compare_waited (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 x = waited_ms (job_of (a)), y = waited_ms (job_of (b));
  return (x > y) - (x < y);
}

static int
compare_ran (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 x = ran_ms (job_of (a)), y = ran_ms (job_of (b));
  return (x > y) - (x < y);
}

const LsColumn ls_job_columns[] = {
  { N_("ID"), 6, FALSE, 0, id_text, NULL, compare_id },
  { N_("Job"), 11, FALSE, 0, name_text, NULL, NULL },
  { N_("Arguments"), 12, FALSE, 560, arguments_text, NULL, NULL },
  { N_("State"), 9, FALSE, 0, state_text, state_css, compare_state },
  { N_("Progress"), 7, TRUE, 0, progress_text, NULL, compare_progress },
  { N_("Thread"), 6, TRUE, 760, thread_text, NULL, compare_thread },
  { N_("Waited"), 8, TRUE, 660, waited_text, NULL, compare_waited },
  { N_("Ran"), 8, TRUE, 500, ran_text, NULL, compare_ran },
  { N_("Message"), 0, FALSE, 860, message_text, message_css, NULL },
};
const guint ls_n_job_columns = G_N_ELEMENTS (ls_job_columns);

/* --- facts --- */

static void
add_times (LsFacts *facts, const LsJob *job)
{
  if (job->timeout_ms > 0)
    ls_facts_take (facts, _("Time limit"), ls_text_interval (job->timeout_ms));
  if (job->queued_at > 0)
    ls_facts_take (facts, _("Queued"), ls_text_clock (job->queued_at));
  if (job->started_at > 0)
    ls_facts_take (facts, _("Started"), ls_text_clock (job->started_at));
  if (job->ended_at > 0)
    ls_facts_take (facts, _("Ended"), ls_text_clock (job->ended_at));
  ls_facts_take (facts, _("Waited"), duration_text (waited_ms (job)));
  if (job->started_at > 0)
    ls_facts_take (facts, job->ended_at > 0 ? _("Ran") : _("Runs for"), duration_text (ran_ms (job)));
}

static void
add_attempts (LsFacts *facts, const LsJob *job)
{
  if (job->retries == 0)
    return;
  g_autofree char *after = ls_retry_on_to_text (job->retry_on);
  /* Translators: which attempt this is, of how many at most, and after what another one follows: "2 of 4, again after crash failure". */
  ls_facts_take (facts, _("Attempt"), g_strdup_printf (_("%u of %u, again after %s"), MAX (job->attempt, 1), job->retries + 1, after));
}

static void
add_output (LsFacts *facts, const LsJob *job)
{
  ls_facts_add (facts, _("Output"), job->output);
  if (job->output && job->ended_at > 0)
    ls_facts_take (facts, _("Wrote"), ls_text_bytes ((double) job->output_bytes));
}

void
ls_job_facts (LsFacts *facts, LsJobItem *item)
{
  const LsJob *job = job_of (item);
  ls_facts_begin (facts);
  ls_facts_add (facts, _("State"), ls_job_state_name (job->state));
  ls_facts_add (facts, _("Why"), job->reason);
  ls_facts_add (facts, _("Error"), job->error);
  ls_facts_add (facts, _("Message"), job->message);
  if (!isnan (job->progress))
    ls_facts_take (facts, _("Progress"), ls_text_percent (job->progress));
  ls_facts_add (facts, _("Pool"), job->pool);
  ls_facts_add (facts, _("Job"), job->name);
  ls_facts_take (facts, _("Arguments"), arguments_text (item));
  ls_facts_take (facts, _("Priority"), g_strdup_printf ("%d", job->priority));
  if (job->thread >= 0)
    ls_facts_take (facts, _("Thread"), thread_text (item));
  add_attempts (facts, job);
  add_output (facts, job);
  add_times (facts, job);
  if (job->cpu_ms >= 0)
    ls_facts_take (facts, _("CPU time"), duration_text (job->cpu_ms));
  ls_facts_end (facts);
}

char *
ls_job_result_text (LsJobItem *item)
{
  const LsJob *job = job_of (item);
  if (job->brief && job->state == LS_JOB_DONE && !job->result)
    return g_strdup_printf (_("It is long: “lineshaft show %s” has it"), job->id);
  g_autoptr (json_t) result = ls_job_result (job);
  if (!result || json_is_null (result))
    return NULL;
  if (json_is_string (result))
    return g_strdup (json_string_value (result));
  char *dumped = json_dumps (result, JSON_INDENT (2) | JSON_ENCODE_ANY), *text = g_strdup (dumped);
  free (dumped);
  return text;
}
