/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/task_columns.h"

#include <glib/gi18n.h>

#include "gui/model/format.h"

static const LsTask *
task_of (gpointer item)
{
  return ls_task_item_get (LS_TASK_ITEM (item));
}

static char *
text_of (gpointer item, const char *property)
{
  char *text = NULL;
  g_object_get (item, property, &text, NULL);
  return text ? text : g_strdup ("");
}

char *
ls_task_command_text (LsTaskItem *item)
{
  return text_of (item, "command-text");
}

static char *name_text (gpointer item) { return g_strdup (task_of (item)->name); }
static char *id_text (gpointer item) { return g_strdup (task_of (item)->id); }
static char *command_text (gpointer item) { return ls_task_command_text (item); }

static char *
state_text (gpointer item)
{
  g_autofree char *exit_text = text_of (item, "exit-text");
  const LsTask *task = task_of (item);
  if (task->state == LS_TASK_FAILED && *exit_text)
    return g_steal_pointer (&exit_text);
  return g_strdup (ls_task_state_name (task->state));
}

static const char *
state_css (gpointer item)
{
  switch (task_of (item)->state) {
  case LS_TASK_RUNNING: return "success";
  case LS_TASK_FAILED:
  case LS_TASK_TIMED_OUT: return "error";
  default: return "dim-label";
  }
}

static char *
cpu_text (gpointer item)
{
  double cpu;
  g_object_get (item, "cpu", &cpu, NULL);
  return ls_text_percent (cpu);
}

static char *
memory_text (gpointer item)
{
  double rss;
  g_object_get (item, "rss", &rss, NULL);
  return ls_text_bytes (rss);
}

static gint64
elapsed_ms (const LsTask *task)
{
  gint64 end = task->ended_at > 0 ? task->ended_at : g_get_real_time () / 1000;
  return task->started_at > 0 ? end - task->started_at : 0;
}

static char *
elapsed_text (gpointer item)
{
  return ls_text_elapsed (elapsed_ms (task_of (item)));
}

static int
compare_property (gconstpointer a, gconstpointer b, const char *property)
{
  double value_a, value_b;
  g_object_get ((gpointer) a, property, &value_a, NULL);
  g_object_get ((gpointer) b, property, &value_b, NULL);
  return (value_a > value_b) - (value_a < value_b);
}

static int
compare_cpu (gconstpointer a, gconstpointer b, gpointer unused)
{
  return compare_property (a, b, "cpu");
}

static int
compare_memory (gconstpointer a, gconstpointer b, gpointer unused)
{
  return compare_property (a, b, "rss");
}

static int
compare_elapsed (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 elapsed_a = elapsed_ms (task_of ((gpointer) a)), elapsed_b = elapsed_ms (task_of ((gpointer) b));
  return (elapsed_a > elapsed_b) - (elapsed_a < elapsed_b);
}

/* "t9" before "t10". */
static int
compare_id (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 id_a = g_ascii_strtoll (task_of ((gpointer) a)->id + 1, NULL, 10), id_b = g_ascii_strtoll (task_of ((gpointer) b)->id + 1, NULL, 10);
  return (id_a > id_b) - (id_a < id_b);
}

const LsColumn ls_task_columns[] = {
  { N_("ID"), 5, FALSE, 560, id_text, NULL, compare_id },
  { N_("Name"), 12, FALSE, 0, name_text, NULL, NULL },
  { N_("State"), 12, FALSE, 0, state_text, state_css, NULL },
  { N_("CPU"), 6, TRUE, 0, cpu_text, NULL, compare_cpu },
  { N_("Memory"), 8, TRUE, 500, memory_text, NULL, compare_memory },
  { N_("Elapsed"), 8, TRUE, 500, elapsed_text, NULL, compare_elapsed },
  { N_("Command"), 0, FALSE, 560, command_text, NULL, NULL },
};

const guint ls_n_task_columns = G_N_ELEMENTS (ls_task_columns);

/* --- the facts --- */

static void
add_usage (LsFacts *facts, const LsTask *task)
{
  const LsExit *how = &task->exit;
  if (!how->at)
    return;
  g_autofree char *user = ls_text_us ((double) how->user_ms * 1000), *kernel = ls_text_us ((double) how->system_ms * 1000);
  g_autofree char *cpu = ls_text_us ((double) how->cpu_ms * 1000);
  /* Translators: CPU time in all, in the program itself, and in the kernel for it. */
  ls_facts_take (facts, _("CPU time"), g_strdup_printf (_("%s (%s program, %s kernel)"), cpu, user, kernel));
  ls_facts_take (facts, _("Peak memory"), ls_text_bytes ((double) how->max_rss));
  ls_facts_take (facts, _("Page faults"), g_strdup_printf (_("%" G_GUINT64_FORMAT " from memory, %" G_GUINT64_FORMAT " from disk"), how->minor_faults,
                                                           how->major_faults));
}

/* What was asked for it, where that is not the usual. */
static void
add_wishes (LsFacts *facts, const LsTask *task)
{
  static const char *const containments[] = {
    [LS_CONTAINMENT_UNKNOWN] = NULL,
    [LS_CONTAINMENT_CGROUP] = N_("Control group"),
    [LS_CONTAINMENT_ANCESTRY] = N_("Ancestry"),
    [LS_CONTAINMENT_GROUP] = N_("Process group"),
  };
  ls_facts_add (facts, _("Schedule"), task->schedule);
  ls_facts_add (facts, _("Input file"), task->spec.stdin_file);
  if (task->spec.nice != 0)
    ls_facts_take (facts, _("Niceness"), g_strdup_printf ("%d", task->spec.nice));
  if (ls_limits_any (&task->spec.limits)) {
    g_autoptr (json_t) limits = ls_limits_to_json (&task->spec.limits);
    ls_facts_take (facts, _("Limits"), ls_json_to_text (limits));
  }
  if (containments[task->containment] && !ls_task_state_is_final (task->state))
    ls_facts_add (facts, _("Held by"), _(containments[task->containment]));
}

void
ls_task_facts (LsFacts *facts, LsTaskItem *item)
{
  const LsTask *task = ls_task_item_get (item);
  g_autofree char *command = text_of (item, "command-text"), *exit_text = text_of (item, "exit-text");
  gboolean ended = ls_task_state_is_final (task->state);
  ls_facts_begin (facts);
  ls_facts_add (facts, _("State"), ls_task_state_name (task->state));
  if (task->state != LS_TASK_EXITED)      /* which needs none */
    ls_facts_add (facts, _("Why"), task->reason);
  ls_facts_add (facts, _("Exit"), exit_text);
  ls_facts_add (facts, _("Command"), command);
  ls_facts_add (facts, _("Folder"), task->spec.cwd);
  add_wishes (facts, task);
  if (task->instance.pid > 0 && !ended)
    ls_facts_take (facts, _("Process"), g_strdup_printf ("%d", (int) task->instance.pid));
  if (task->started_at > 0)
    ls_facts_take (facts, _("Started"), ls_text_clock (task->started_at));
  ls_facts_take (facts, ended ? _("Ran for") : _("Runs for"), elapsed_text (item));
  if (!ended) {
    ls_facts_take (facts, _("CPU"), cpu_text (item));
    ls_facts_take (facts, _("Memory"), memory_text (item));
  }
  add_usage (facts, task);
  ls_facts_take (facts, _("Wrote"), ls_text_bytes ((double) (task->stdout_bytes + task->stderr_bytes)));
  ls_facts_end (facts);
}
