/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/applier.h"

#include "base/error.h"
#include "daemon/plan.h"

#include <string.h>

struct LsApplier {
  LsSupervisor *supervisor;
  GHashTable *tasks;      /* name → LsAppliedTask */
};

LsApplier *
ls_applier_new (LsSupervisor *supervisor)
{
  LsApplier *applier = g_new0 (LsApplier, 1);

  applier->supervisor = supervisor;
  applier->tasks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, ls_applied_task_free);
  return applier;
}

void
ls_applier_free (LsApplier *applier)
{
  if (applier == NULL)
    return;
  g_hash_table_unref (applier->tasks);
  g_free (applier);
}

const char *
ls_applier_name_of_task (const LsApplier *applier, const char *id)
{
  GHashTableIter iter;
  gpointer name, task;

  g_hash_table_iter_init (&iter, applier->tasks);
  while (g_hash_table_iter_next (&iter, &name, &task))
    if (strcmp (((const LsAppliedTask *) task)->id, id) == 0)
      return name;
  return NULL;
}

gboolean
ls_applier_run_task (LsApplier *applier, const char *name, const LsTaskSpec *spec, GError **error)
{
  const LsTask *task;

  if (!ls_supervisor_run_task (applier->supervisor, name, spec, &task, error))
    return FALSE;
  g_hash_table_replace (applier->tasks, g_strdup (name), ls_applied_task_new (task->id, spec));
  return TRUE;
}

/* --- one step, and its undoing --- */

static gboolean
put (LsApplier *applier, const LsStep *step, GError **error)
{
  if (step->kind == LS_KIND_CLUSTER)
    return ls_supervisor_put_cluster (applier->supervisor, step->name, step->cluster, LS_ORIGIN_CONFIG, NULL, error);
  if (step->kind == LS_KIND_SCHEDULE)
    return ls_supervisor_put_schedule (applier->supervisor, step->name, step->schedule, LS_ORIGIN_CONFIG, error);
  return ls_supervisor_put_pool (applier->supervisor, step->name, step->pool, LS_ORIGIN_CONFIG, NULL, error);
}

static gboolean
start_task (LsApplier *applier, LsStep *step, GError **error)
{
  const LsTask *task;

  if (!ls_supervisor_run_task (applier->supervisor, step->name, step->task, &task, error))
    return FALSE;
  step->new_task = g_strdup (task->id);
  return TRUE;
}

static gboolean
do_step (LsApplier *applier, LsStep *step, GError **error)
{
  if (step->op == LS_STEP_REMOVE)
    return TRUE;      /* when all else has been done: it cannot be undone */
  return step->kind == LS_KIND_TASK ? start_task (applier, step, error) : put (applier, step, error);
}

static void
undo_step (LsApplier *applier, const LsStep *step)
{
  LsSupervisor *supervisor = applier->supervisor;

  if (step->kind == LS_KIND_TASK)
    ls_supervisor_remove_task (supervisor, step->new_task, NULL);
  else if (step->kind == LS_KIND_CLUSTER && step->op == LS_STEP_CREATE)
    ls_supervisor_remove_cluster (supervisor, step->name, NULL, NULL);
  else if (step->kind == LS_KIND_CLUSTER)
    ls_supervisor_put_cluster (supervisor, step->name, &step->cluster_before, step->origin_before, NULL, NULL);
  else if (step->kind == LS_KIND_SCHEDULE && step->op == LS_STEP_CREATE)
    ls_supervisor_remove_schedule (supervisor, step->name, NULL);
  else if (step->kind == LS_KIND_SCHEDULE)
    ls_supervisor_put_schedule (supervisor, step->name, &step->schedule_before, step->origin_before, NULL);
  else if (step->op == LS_STEP_CREATE)
    ls_supervisor_remove_pool (supervisor, step->name, NULL);
  else
    ls_supervisor_put_pool (supervisor, step->name, &step->pool_before, step->origin_before, NULL, NULL);
}

/* What can no longer be refused: removals, and the end of tasks that were replaced. */
static void
finish_step (LsApplier *applier, LsStep *step)
{
  LsSupervisor *supervisor = applier->supervisor;

  if (step->kind == LS_KIND_TASK)
    {
      const LsAppliedTask *before = g_hash_table_lookup (applier->tasks, step->name);

      if (before != NULL)
        ls_supervisor_remove_task (supervisor, before->id, NULL);
      if (step->op == LS_STEP_REMOVE)
        g_hash_table_remove (applier->tasks, step->name);
      else
        g_hash_table_replace (applier->tasks, g_strdup (step->name), ls_applied_task_new (step->new_task, step->task));
    }
  else if (step->op == LS_STEP_REMOVE && step->kind == LS_KIND_CLUSTER)
    ls_supervisor_remove_cluster (supervisor, step->name, NULL, NULL);
  else if (step->op == LS_STEP_REMOVE && step->kind == LS_KIND_SCHEDULE)
    ls_supervisor_remove_schedule (supervisor, step->name, NULL);
  else if (step->op == LS_STEP_REMOVE)
    ls_supervisor_remove_pool (supervisor, step->name, NULL);
}

static gboolean
run (LsApplier *applier, GPtrArray *steps, GError **error)
{
  for (guint i = 0; i < steps->len; i++)
    {
      LsStep *step = g_ptr_array_index (steps, i);

      if (do_step (applier, step, error))
        continue;
      g_prefix_error (error, "%s “%s”: ", ls_step_kind_name (step), step->name);
      while (i-- > 0)
        {
          step = g_ptr_array_index (steps, i);
          if (step->op != LS_STEP_REMOVE)
            undo_step (applier, step);
        }
      return FALSE;
    }
  for (guint i = 0; i < steps->len; i++)
    finish_step (applier, g_ptr_array_index (steps, i));
  return TRUE;
}

gboolean
ls_applier_apply (LsApplier *applier, const LsConfig *config, gboolean dry_run, json_t **ret_changes, GError **error)
{
  g_autoptr (GPtrArray) steps = ls_plan_new (applier->supervisor, applier->tasks, config, error);

  if (steps == NULL)
    return FALSE;
  if (!dry_run && !run (applier, steps, error))
    return FALSE;
  *ret_changes = ls_plan_to_json (steps);
  return TRUE;
}
