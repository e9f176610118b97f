/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From ids to what they name: "web.3" is a worker of the cluster web, "compute" a pool, "t42" a task, "j17" a job of some pool. */

#include "base/error.h"
#include "core/operations.h"
#include "core/unit.h"

#include <string.h>

static gconstpointer
find_in (LsUnit *unit, LsNoun noun, const char *id)
{
  return unit && unit->klass->find ? unit->klass->find (unit, noun, id) : NULL;
}

/* The unit @noun whose name stands before the dot at @dot in @id. */
static LsUnit *
unit_before (LsSupervisor *supervisor, LsNoun noun, const char *id, const char *dot)
{
  g_autofree char *name = dot ? g_strndup (id, (gsize) (dot - id)) : NULL;

  return name ? ls_supervisor_find_unit (supervisor, noun, name) : NULL;
}

static LsUnit *
cluster_of_worker (LsSupervisor *supervisor, const char *id)
{
  return unit_before (supervisor, LS_NOUN_CLUSTER, id, strrchr (id, '.'));
}

typedef struct {
  const char *id;
  gconstpointer found;
  LsUnit *unit;
} JobSearch;

static void
search_job (LsUnit *unit, void *user)
{
  JobSearch *search = user;

  if (unit->noun != LS_NOUN_POOL || search->found)
    return;
  search->found = find_in (unit, LS_NOUN_JOB, search->id);
  search->unit = search->found ? unit : NULL;
}

gconstpointer
ls_supervisor_find (LsSupervisor *supervisor, LsNoun noun, const char *id)
{
  JobSearch search = { .id = id };

  switch (noun)
    {
    case LS_NOUN_WORKER:
      return find_in (cluster_of_worker (supervisor, id), noun, id);
    case LS_NOUN_JOB:
      ls_supervisor_each_unit (supervisor, search_job, &search);
      return search.found;
    case LS_NOUN_BUFFER:
      return find_in (unit_before (supervisor, LS_NOUN_POOL, id, strchr (id, '.')), noun, id);
    case LS_NOUN_OPERATION:
      return ls_operations_find (ls_supervisor_operations (supervisor), id);
    default:
      return find_in (ls_supervisor_find_unit (supervisor, noun, id), noun, id);
    }
}

const LsCluster *
ls_supervisor_find_cluster (LsSupervisor *supervisor, const char *name)
{
  return ls_supervisor_find (supervisor, LS_NOUN_CLUSTER, name);
}

const LsWorker *
ls_supervisor_find_worker (LsSupervisor *supervisor, const char *id)
{
  return ls_supervisor_find (supervisor, LS_NOUN_WORKER, id);
}

const LsPool *
ls_supervisor_find_pool (LsSupervisor *supervisor, const char *name)
{
  return ls_supervisor_find (supervisor, LS_NOUN_POOL, name);
}

const LsJob *
ls_supervisor_find_job (LsSupervisor *supervisor, const char *id)
{
  return ls_supervisor_find (supervisor, LS_NOUN_JOB, id);
}

const LsSharedBuffer *
ls_supervisor_find_buffer (LsSupervisor *supervisor, const char *name)
{
  return ls_supervisor_find (supervisor, LS_NOUN_BUFFER, name);
}

const LsTask *
ls_supervisor_find_task (LsSupervisor *supervisor, const char *id)
{
  return ls_supervisor_find (supervisor, LS_NOUN_TASK, id);
}

const LsSchedule *
ls_supervisor_find_schedule (LsSupervisor *supervisor, const char *name)
{
  return ls_supervisor_find (supervisor, LS_NOUN_SCHEDULE, name);
}

const LsOperation *
ls_supervisor_find_operation (LsSupervisor *supervisor, const char *id)
{
  return ls_supervisor_find (supervisor, LS_NOUN_OPERATION, id);
}

typedef struct {
  LsNoun noun;
  void (*each) (void *user, gconstpointer resource);
  void *user;
} Walk;

static void
walk_unit (LsUnit *unit, void *user)
{
  Walk *walk = user;

  if (unit->klass->foreach)
    unit->klass->foreach (unit, walk->noun, walk->each, walk->user);
}

void
ls_supervisor_foreach (LsSupervisor *supervisor, LsNoun noun, void (*each) (void *user, gconstpointer resource), void *user)
{
  Walk walk = { noun, each, user };

  if (noun == LS_NOUN_OPERATION)
    ls_operations_foreach (ls_supervisor_operations (supervisor), each, user);
  else
    ls_supervisor_each_unit (supervisor, walk_unit, &walk);
}

/* The unit that answers for @id, NULL if none does. */
static LsUnit *
unit_of (LsSupervisor *supervisor, const char *id)
{
  JobSearch search = { .id = id };
  LsUnit *unit;

  if (strchr (id, '.'))
    return cluster_of_worker (supervisor, id);
  unit = ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, id);
  if (!unit)
    unit = ls_supervisor_find_unit (supervisor, LS_NOUN_TASK, id);
  if (unit)
    return unit;
  ls_supervisor_each_unit (supervisor, search_job, &search);
  return search.unit;
}

gboolean
ls_supervisor_signal (LsSupervisor *supervisor, const char *id, const LsInstance *instance, int signal_number, GError **error)
{
  LsUnit *unit = unit_of (supervisor, id);
  gboolean sent;

  if (!unit || !unit->klass->signal)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no worker, pool or task %s", id);
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  sent = unit->klass->signal (unit, id, instance, signal_number, error);
  ls_supervisor_leave (supervisor);
  return sent;
}

gboolean
ls_supervisor_send (LsSupervisor *supervisor, const char *id, const LsInstance *instance, json_t *message, GError **error)
{
  LsUnit *unit = unit_of (supervisor, id);
  gboolean sent;

  if (!unit || !unit->klass->send)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no worker, task or job %s", id);
      return FALSE;
    }
  if (ls_message_is_internal (message))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE,
                           "messages whose cmd begins with NODE_ or LINESHAFT_ are the agent's own: use another word");
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  sent = unit->klass->send (unit, id, instance, message, error);
  ls_supervisor_leave (supervisor);
  return sent;
}
