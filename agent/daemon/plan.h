/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside applier only: the steps from what runs to what a config says. */

#include "config/config.h"
#include "core/supervisor.h"
#include "model/spec_text.h"

typedef enum { LS_STEP_CREATE, LS_STEP_CHANGE, LS_STEP_REMOVE } LsStepOp;

typedef struct {
  LsStepOp op;
  LsKind kind;                         /* LS_KIND_CLUSTER, LS_KIND_POOL, LS_KIND_TASK or LS_KIND_SCHEDULE */
  char *name;
  const LsClusterSpec *cluster;        /* the config's, one of the four */
  const LsPoolSpec *pool;
  const LsTaskSpec *task;
  const LsScheduleSpec *schedule;
  LsClusterSpec cluster_before;        /* to go back to */
  LsPoolSpec pool_before;
  LsScheduleSpec schedule_before;
  LsOrigin origin_before;
  char *new_task;                      /* the id of the task that was started */
} LsStep;

/* A task that a config started. */
typedef struct {
  char *id;
  char *spec;      /* as JSON text, to see whether it changed */
} LsAppliedTask;

LsAppliedTask *ls_applied_task_new (const char *id, const LsTaskSpec *spec);
void ls_applied_task_free (gpointer task);

/* LsStep, owned; those that remove come last. LS_ERROR_CONFLICT if a name is taken by another kind. (transfer container) */
GPtrArray *ls_plan_new (LsSupervisor *supervisor, GHashTable *tasks, const LsConfig *config, GError **error);
json_t *ls_plan_to_json (GPtrArray *steps);
const char *ls_step_kind_name (const LsStep *step);
