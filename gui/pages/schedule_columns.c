/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/schedule_columns.h"

#include <glib/gi18n.h>

#include "gui/model/format.h"

static const LsSchedule *
schedule_of (gconstpointer item)
{
  return ls_schedule_item_get (LS_SCHEDULE_ITEM ((gpointer) item));
}

static gint64
now_ms (void)
{
  return g_get_real_time () / 1000;
}

/* --- schedules --- */

/* The newest run that goes on, else the last that ended. */
static const LsScheduleRun *
telling_run (const LsSchedule *schedule)
{
  for (guint i = 0; i < schedule->runs->len; i++) {
    const LsScheduleRun *run = g_ptr_array_index (schedule->runs, i);
    if (run->state == LS_RUN_RUNNING)
      return run;
  }
  return ls_schedule_last_ended (schedule);
}

static char *name_text (gpointer item) { return g_strdup (schedule_of (item)->name); }
static char *when_text (gpointer item) { return g_strdup (schedule_of (item)->spec.when_text); }
static char *next_text (gpointer item) { return ls_schedule_next_text (schedule_of (item), now_ms ()); }
static char *result_text (gpointer item) { return ls_schedule_run_text (telling_run (schedule_of (item))); }
static char *command_text (gpointer item) { return ls_schedule_command_text (&schedule_of (item)->spec); }
static const char *result_css (gpointer item) { return ls_schedule_run_css (telling_run (schedule_of (item))); }
static const char *next_css (gpointer item) { return schedule_of (item)->spec.paused ? "dim-label" : NULL; }

static char *
last_text (gpointer item)
{
  const LsSchedule *schedule = schedule_of (item);
  g_autofree char *elapsed = ls_text_elapsed (now_ms () - schedule->last_at);
  return schedule->last_at ? g_strdup_printf (_("%s ago"), elapsed) : g_strdup (LS_TEXT_UNKNOWN);
}

/* Those that are paused come last. */
static int
compare_next (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 next_a = schedule_of (a)->next_at, next_b = schedule_of (b)->next_at;
  next_a = next_a ? next_a : G_MAXINT64;
  next_b = next_b ? next_b : G_MAXINT64;
  return (next_a > next_b) - (next_a < next_b);
}

static int
compare_last (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 last_a = schedule_of (a)->last_at, last_b = schedule_of (b)->last_at;
  return (last_a < last_b) - (last_a > last_b);
}

const LsColumn ls_schedule_columns[] = {
  { N_("Name"), 10, FALSE, 0, name_text, NULL, NULL },
  { N_("When"), 0, FALSE, 480, when_text, NULL, NULL },
  { N_("Next run"), 18, FALSE, 0, next_text, next_css, compare_next },
  { N_("Last result"), 0, FALSE, 0, result_text, result_css, NULL },
  { N_("Last run"), 12, TRUE, 700, last_text, NULL, compare_last },
  { N_("Command"), 0, FALSE, 900, command_text, NULL, NULL },
};

const guint ls_n_schedule_columns = G_N_ELEMENTS (ls_schedule_columns);

/* --- runs --- */

static const LsScheduleRun *
run_of (gconstpointer item)
{
  return ls_run_item_get (LS_RUN_ITEM ((gpointer) item));
}

static char *at_text (gpointer item) { return ls_schedule_run_at_text (run_of (item), now_ms ()); }
static char *took_text (gpointer item) { return ls_schedule_run_took_text (run_of (item), now_ms ()); }
static char *run_result_text (gpointer item) { return ls_schedule_run_text (run_of (item)); }
static const char *run_result_css (gpointer item) { return ls_schedule_run_css (run_of (item)); }
static char *task_text (gpointer item) { return g_strdup (run_of (item)->task ? run_of (item)->task : LS_TEXT_UNKNOWN); }

static char *
why_text (gpointer item)
{
  static const char *const causes[] = { [LS_CAUSE_TIME] = N_("it was time"), [LS_CAUSE_MISSED] = N_("missed before"), [LS_CAUSE_ASKED] = N_("asked for") };
  const LsScheduleRun *run = run_of (item);
  return g_strdup (run->reason && run->state != LS_RUN_EXITED ? run->reason : _(causes[run->cause]));
}

/* The newest first. */
static int
compare_at (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 at_a = run_of (a)->at, at_b = run_of (b)->at;
  return (at_a < at_b) - (at_a > at_b);
}

static int
compare_took (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 took_a = run_of (a)->ended_at - run_of (a)->at, took_b = run_of (b)->ended_at - run_of (b)->at;
  return (took_a > took_b) - (took_a < took_b);
}

const LsColumn ls_run_columns[] = {
  { N_("Run"), 14, FALSE, 0, at_text, NULL, compare_at },
  { N_("Result"), 0, FALSE, 0, run_result_text, run_result_css, NULL },
  { N_("Took"), 7, TRUE, 0, took_text, NULL, compare_took },
  { N_("Task"), 5, FALSE, 480, task_text, NULL, NULL },
  { N_("Why"), 0, FALSE, 400, why_text, NULL, NULL },
};

const guint ls_n_run_columns = G_N_ELEMENTS (ls_run_columns);

/* --- the facts --- */

static void
add_policies (LsFacts *facts, const LsScheduleSpec *spec)
{
  static const char *const overlaps[] = {
    [LS_OVERLAP_SKIP] = N_("is skipped"),
    [LS_OVERLAP_QUEUE] = N_("waits for its end"),
    [LS_OVERLAP_REPLACE] = N_("replaces the one that runs"),
    [LS_OVERLAP_ALLOW] = N_("runs beside it"),
  };
  ls_facts_add (facts, _("During a run"), _(overlaps[spec->overlap]));
  ls_facts_add (facts, _("Missed runs"), spec->missed == LS_MISSED_ONCE ? _("are made up for once") : _("are skipped"));
}

void
ls_schedule_facts (LsFacts *facts, LsScheduleItem *item)
{
  const LsSchedule *schedule = ls_schedule_item_get (item);
  const LsScheduleRun *last = telling_run (schedule);
  g_autofree char *last_at = last_text (item), *result = ls_schedule_run_text (last);
  ls_facts_begin (facts);
  ls_facts_add (facts, _("When"), schedule->spec.when_text);
  ls_facts_take (facts, _("Next run"), next_text (item));
  if (schedule->last_at)
    ls_facts_take (facts, _("Last run"), g_strdup_printf ("%s · %s", result, last_at));
  ls_facts_add (facts, _("What is wrong"), schedule->reason);
  ls_facts_take (facts, _("Command"), command_text (item));
  ls_facts_add (facts, _("Folder"), schedule->spec.task.cwd);
  add_policies (facts, &schedule->spec);
  ls_facts_end (facts);
}
