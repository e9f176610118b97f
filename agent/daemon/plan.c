/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/plan.h"

#include "base/error.h"

#include <string.h>

LsAppliedTask *
ls_applied_task_new (const char *id, const LsTaskSpec *spec)
{
  LsAppliedTask *task = g_new0 (LsAppliedTask, 1);
  g_autoptr (json_t) json = ls_task_spec_to_json (spec);

  task->id = g_strdup (id);
  task->spec = ls_json_to_text (json);
  return task;
}

void
ls_applied_task_free (gpointer data)
{
  LsAppliedTask *task = data;

  g_free (task->id);
  g_free (task->spec);
  g_free (task);
}

static void
step_free (gpointer data)
{
  LsStep *step = data;

  g_free (step->name);
  g_free (step->new_task);
  ls_cluster_spec_clear (&step->cluster_before);
  ls_pool_spec_clear (&step->pool_before);
  ls_schedule_spec_clear (&step->schedule_before);
  g_free (step);
}

static LsStep *
add_step (GPtrArray *steps, LsStepOp op, LsKind kind, const char *name)
{
  LsStep *step = g_new0 (LsStep, 1);

  step->op = op;
  step->kind = kind;
  step->name = g_strdup (name);
  g_ptr_array_add (steps, step);
  return step;
}

static gboolean
json_same (json_t *a, json_t *b)
{
  gboolean same = json_equal (a, b);

  json_decref (a);
  json_decref (b);
  return same;
}

/* --- what the config names --- */

static void
plan_cluster (LsSupervisor *supervisor, const LsConfigCluster *wanted, GPtrArray *steps)
{
  const LsCluster *cluster = ls_supervisor_find_cluster (supervisor, wanted->name);
  LsStep *step;

  if (cluster != NULL && cluster->origin == LS_ORIGIN_CONFIG
      && json_same (ls_cluster_spec_to_json (&cluster->spec), ls_cluster_spec_to_json (&wanted->spec)))
    return;
  step = add_step (steps, cluster != NULL ? LS_STEP_CHANGE : LS_STEP_CREATE, LS_KIND_CLUSTER, wanted->name);
  step->cluster = &wanted->spec;
  if (cluster == NULL)
    return;
  ls_cluster_spec_copy (&step->cluster_before, &cluster->spec);
  step->origin_before = cluster->origin;
}

static void
plan_pool (LsSupervisor *supervisor, const LsConfigPool *wanted, GPtrArray *steps)
{
  const LsPool *pool = ls_supervisor_find_pool (supervisor, wanted->name);
  LsStep *step;

  if (pool != NULL && pool->origin == LS_ORIGIN_CONFIG
      && json_same (ls_pool_spec_to_json (&pool->spec), ls_pool_spec_to_json (&wanted->spec)))
    return;
  step = add_step (steps, pool != NULL ? LS_STEP_CHANGE : LS_STEP_CREATE, LS_KIND_POOL, wanted->name);
  step->pool = &wanted->spec;
  if (pool == NULL)
    return;
  ls_pool_spec_copy (&step->pool_before, &pool->spec);
  step->origin_before = pool->origin;
}

static void
plan_task (GHashTable *tasks, const LsConfigTask *wanted, GPtrArray *steps)
{
  const LsAppliedTask *before = g_hash_table_lookup (tasks, wanted->name);
  g_autoptr (json_t) json = ls_task_spec_to_json (&wanted->spec);
  g_autofree char *text = ls_json_to_text (json);

  if (before != NULL && strcmp (before->spec, text) == 0)
    return;
  add_step (steps, before != NULL ? LS_STEP_CHANGE : LS_STEP_CREATE, LS_KIND_TASK, wanted->name)->task = &wanted->spec;
}

static void
plan_schedule (LsSupervisor *supervisor, const LsConfigSchedule *wanted, GPtrArray *steps)
{
  const LsSchedule *schedule = ls_supervisor_find_schedule (supervisor, wanted->name);
  LsStep *step;

  if (schedule != NULL && schedule->origin == LS_ORIGIN_CONFIG
      && json_same (ls_schedule_spec_to_json (&schedule->spec), ls_schedule_spec_to_json (&wanted->spec)))
    return;
  step = add_step (steps, schedule != NULL ? LS_STEP_CHANGE : LS_STEP_CREATE, LS_KIND_SCHEDULE, wanted->name);
  step->schedule = &wanted->spec;
  if (schedule == NULL)
    return;
  ls_schedule_spec_copy (&step->schedule_before, &schedule->spec);
  step->origin_before = schedule->origin;
}

/* --- what it no longer names --- */

typedef struct {
  const LsConfig *config;
  GPtrArray *steps;
} Removal;

static void
plan_cluster_removal (void *user, gconstpointer resource)
{
  Removal *removal = user;
  const LsCluster *cluster = resource;

  if (cluster->origin == LS_ORIGIN_CONFIG && ls_config_find (removal->config->clusters, cluster->name) == NULL)
    add_step (removal->steps, LS_STEP_REMOVE, LS_KIND_CLUSTER, cluster->name);
}

static void
plan_pool_removal (void *user, gconstpointer resource)
{
  Removal *removal = user;
  const LsPool *pool = resource;

  if (pool->origin == LS_ORIGIN_CONFIG && ls_config_find (removal->config->pools, pool->name) == NULL)
    add_step (removal->steps, LS_STEP_REMOVE, LS_KIND_POOL, pool->name);
}

static void
plan_schedule_removal (void *user, gconstpointer resource)
{
  Removal *removal = user;
  const LsSchedule *schedule = resource;

  if (schedule->origin == LS_ORIGIN_CONFIG && ls_config_find (removal->config->schedules, schedule->name) == NULL)
    add_step (removal->steps, LS_STEP_REMOVE, LS_KIND_SCHEDULE, schedule->name);
}

static void
plan_task_removals (GHashTable *tasks, const LsConfig *config, GPtrArray *steps)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, tasks);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (ls_config_find (config->tasks, name) == NULL)
      add_step (steps, LS_STEP_REMOVE, LS_KIND_TASK, name);
}

/* --- all of it --- */

/* The kind that has @name already, unless it is @kind; NULL: none. */
static const char *
taken_by (LsSupervisor *supervisor, LsKind kind, const char *name)
{
  if (kind != LS_KIND_CLUSTER && ls_supervisor_find_cluster (supervisor, name) != NULL)
    return "cluster";
  if (kind != LS_KIND_POOL && ls_supervisor_find_pool (supervisor, name) != NULL)
    return "pool";
  if (kind != LS_KIND_SCHEDULE && ls_supervisor_find_schedule (supervisor, name) != NULL)
    return "schedule";
  return NULL;
}

/* Names are one space over clusters, pools and schedules; the supervisor would refuse too, but only after the steps before. */
static gboolean
check_names (LsSupervisor *supervisor, GPtrArray *steps, GError **error)
{
  for (guint i = 0; i < steps->len; i++)
    {
      const LsStep *step = g_ptr_array_index (steps, i);
      const char *holder = NULL;

      if (step->op == LS_STEP_CREATE && step->kind != LS_KIND_TASK)
        holder = taken_by (supervisor, step->kind, step->name);
      if (holder == NULL)
        continue;
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "The %s “%s” cannot be made: a %s of that name is there; remove it first.",
                   ls_step_kind_name (step), step->name, holder);
      return FALSE;
    }
  return TRUE;
}

GPtrArray *
ls_plan_new (LsSupervisor *supervisor, GHashTable *tasks, const LsConfig *config, GError **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (step_free);
  Removal removal = { config, steps };

  for (guint i = 0; i < config->clusters->len; i++)
    plan_cluster (supervisor, g_ptr_array_index (config->clusters, i), steps);
  for (guint i = 0; i < config->pools->len; i++)
    plan_pool (supervisor, g_ptr_array_index (config->pools, i), steps);
  for (guint i = 0; i < config->tasks->len; i++)
    plan_task (tasks, g_ptr_array_index (config->tasks, i), steps);
  for (guint i = 0; i < config->schedules->len; i++)
    plan_schedule (supervisor, g_ptr_array_index (config->schedules, i), steps);
  ls_supervisor_foreach (supervisor, LS_NOUN_CLUSTER, plan_cluster_removal, &removal);
  ls_supervisor_foreach (supervisor, LS_NOUN_POOL, plan_pool_removal, &removal);
  plan_task_removals (tasks, config, steps);
  ls_supervisor_foreach (supervisor, LS_NOUN_SCHEDULE, plan_schedule_removal, &removal);
  return check_names (supervisor, steps, error) ? g_steal_pointer (&steps) : NULL;
}

const char *
ls_step_kind_name (const LsStep *step)
{
  static const char *const names[] = { [LS_KIND_CLUSTER] = "cluster", [LS_KIND_POOL] = "pool", [LS_KIND_TASK] = "task", [LS_KIND_SCHEDULE] = "schedule" };

  return names[step->kind];
}

json_t *
ls_plan_to_json (GPtrArray *steps)
{
  static const char *const ops[] = { [LS_STEP_CREATE] = "create", [LS_STEP_CHANGE] = "change", [LS_STEP_REMOVE] = "remove" };
  json_t *list = json_array ();

  for (guint i = 0; i < steps->len; i++)
    {
      const LsStep *step = g_ptr_array_index (steps, i);

      json_array_append_new (list, json_pack ("{s:s, s:s, s:s}", "op", ops[step->op], "kind", ls_step_kind_name (step), "name", step->name));
    }
  return list;
}
